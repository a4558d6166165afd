#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>
#include <vector>

#include "net/byte_stream.hpp"

namespace boost::asio::ssl {
class context;
}

namespace diffgate::net {

// TLS 1.2 or newer towards servers that prove their name with a certificate of a trusted CA.
class TlsClient {
 public:
  // Trusts the system's CAs and those of the PEM files; throws Error(configuration) naming a file that can't
  // be read.
  explicit TlsClient(const std::vector<std::string>& extra_ca_files);
  ~TlsClient();
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  // `host` is the name or address that the certificate must be for; `where` is for messages. Throws
  // Error(remote_final) when the certificate is refused, system_error when the connection breaks.
  Awaitable<std::unique_ptr<ByteStream>> handshake(asio::ip::tcp::socket socket, std::string host,
                                                   std::string where) const;

 private:
  std::unique_ptr<asio::ssl::context> context_;
};

// TLS 1.2 or newer for our own server.
class TlsServer {
 public:
  // PEM files; throws Error(configuration) naming the one that can't be used.
  TlsServer(const std::string& certificate_file, const std::string& key_file);
  ~TlsServer();
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  // Throws system_error when the client breaks off or speaks no TLS.
  Awaitable<std::unique_ptr<ByteStream>> handshake(asio::ip::tcp::socket socket) const;

 private:
  std::unique_ptr<asio::ssl::context> context_;
};

}  // namespace diffgate::net
