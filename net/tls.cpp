#include "net/tls.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>
#include <cstdlib>
#include <filesystem>

#include "net/error.hpp"

namespace diffgate::net {
namespace {

namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;
using boost::system::system_error;
using SslStream = ssl::stream<tcp::socket>;

class TlsStream final : public ByteStream {
 public:
  explicit TlsStream(std::unique_ptr<SslStream> stream) : stream_(std::move(stream)) {}

  // A connection that ends without TLS's goodbye is an error, because somebody in between may have cut it.
  Awaitable<std::size_t> read_some(asio::mutable_buffer into) override {
    error_code error;
    const std::size_t size =
        co_await stream_->async_read_some(into, asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::eof) co_return 0;
    if (error) throw system_error(error);
    co_return size;
  }

  Awaitable<void> write(std::string_view bytes) override {
    co_await asio::async_write(*stream_, asio::buffer(bytes), asio::use_awaitable);
  }

  tcp::socket& socket() override { return stream_->next_layer(); }

 private:
  std::unique_ptr<SslStream> stream_;
};

void require_tls_1_2(ssl::context& context) {
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
}

void trust_file(ssl::context& context, const std::string& file) {
  error_code error;
  context.load_verify_file(file, error);
  if (error) {
    throw Error(ErrorClass::configuration, "no CA certificate can be read: " + error.message(), file,
                "it must be a file with certificates in PEM form");
  }
}

// The CAs of the machine. OpenSSL looks where the distribution keeps them that it was built on, which is no
// help to a program that it is linked into and that runs on another one.
void trust_system(ssl::context& context) {
  context.set_default_verify_paths();
  const bool is_told = std::getenv(X509_get_default_cert_file_env()) != nullptr ||
                       std::getenv(X509_get_default_cert_dir_env()) != nullptr;
  if (is_told || std::filesystem::exists(X509_get_default_cert_dir()) ||
      std::filesystem::exists(X509_get_default_cert_file())) {
    return;
  }
  static constexpr std::array bundles = {"/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Alpine
                                         "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL
                                         "/etc/pki/tls/certs/ca-bundle.crt",  // the same, older
                                         "/etc/ssl/ca-bundle.pem"};           // SUSE
  for (const char* bundle : bundles) {
    if (!std::filesystem::exists(bundle)) continue;
    trust_file(context, bundle);
    return;
  }
}

// What the peer must prove: its name, or its address where that is how we reach it.
void expect_host(SSL* handle, const std::string& host) {
  error_code not_an_address;
  asio::ip::make_address(host, not_an_address);
  X509_VERIFY_PARAM* wanted = SSL_get0_param(handle);
  bool set = false;
  if (not_an_address) {
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    set = X509_VERIFY_PARAM_set1_host(wanted, host.c_str(), host.size()) == 1 &&
          SSL_set_tlsext_host_name(handle, host.c_str()) == 1;
  } else {
    set = X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) == 1;
  }
  if (!set) throw Error(ErrorClass::internal, "OpenSSL does not take the host name", host);
}

[[noreturn]] void throw_handshake_error(const error_code& error, long verified, const std::string& where) {
  if (verified != X509_V_OK) {
    throw Error(ErrorClass::remote_final,
                std::string("the certificate is refused: ") + X509_verify_cert_error_string(verified), where,
                "if it comes from a CA of your own, name that CA's PEM file in the configuration");
  }
  if (error.category() == asio::error::get_ssl_category()) {
    throw Error(ErrorClass::remote_final, "TLS can't be agreed on: " + error.message(), where,
                "check that this port speaks TLS 1.2 or newer");
  }
  throw system_error(error);
}

}  // namespace

TlsClient::TlsClient(const std::vector<std::string>& extra_ca_files)
    : context_(std::make_unique<ssl::context>(ssl::context::tls_client)) {
  require_tls_1_2(*context_);
  context_->set_verify_mode(ssl::verify_peer);
  trust_system(*context_);
  for (const std::string& file : extra_ca_files) trust_file(*context_, file);
}

TlsClient::~TlsClient() = default;

Awaitable<std::unique_ptr<ByteStream>> TlsClient::handshake(tcp::socket socket, std::string host,
                                                            std::string where) const {
  auto stream = std::make_unique<SslStream>(std::move(socket), *context_);
  expect_host(stream->native_handle(), host);
  error_code error;
  co_await stream->async_handshake(ssl::stream_base::client,
                                   asio::redirect_error(asio::use_awaitable, error));
  if (error) throw_handshake_error(error, SSL_get_verify_result(stream->native_handle()), where);
  co_return std::make_unique<TlsStream>(std::move(stream));
}

TlsServer::TlsServer(const std::string& certificate_file, const std::string& key_file)
    : context_(std::make_unique<ssl::context>(ssl::context::tls_server)) {
  require_tls_1_2(*context_);
  error_code error;
  context_->use_certificate_chain_file(certificate_file, error);
  if (error) {
    throw Error(ErrorClass::configuration, "the certificate can't be read: " + error.message(),
                certificate_file,
                "it must be a PEM file, our certificate first, then those of the CAs between");
  }
  // Without this callback OpenSSL would ask for a passphrase on the terminal.
  context_->set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); });
  context_->use_private_key_file(key_file, ssl::context::pem, error);
  if (error) {
    throw Error(ErrorClass::configuration, "the private key can't be used: " + error.message(), key_file,
                "it must be a PEM file without a passphrase, and belong to " + certificate_file);
  }
}

TlsServer::~TlsServer() = default;

Awaitable<std::unique_ptr<ByteStream>> TlsServer::handshake(tcp::socket socket) const {
  auto stream = std::make_unique<SslStream>(std::move(socket), *context_);
  co_await stream->async_handshake(ssl::stream_base::server, asio::use_awaitable);
  co_return std::make_unique<TlsStream>(std::move(stream));
}

}  // namespace diffgate::net
