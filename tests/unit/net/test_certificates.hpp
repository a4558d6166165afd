#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

namespace diffgate::test {

// A CA made for one test and two server certificates of it, as PEM files.
class Certificates {
 public:
  struct Files {
    std::string certificate_file;
    std::string key_file;
  };

  Certificates() {
    std::string name = (std::filesystem::temp_directory_path() / "tls-test-XXXXXX").string();
    require(mkdtemp(name.data()) != nullptr);
    directory_ = name;
    const Key ca_key = new_key();
    const Certificate ca = issue("the test's CA", "", ca_key.get(), nullptr, ca_key.get());
    write(ca_file(), [&](FILE* file) { return PEM_write_X509(file, ca.get()); });
    localhost_ = server("localhost", "DNS:localhost,IP:127.0.0.1", ca.get(), ca_key.get());
    elsewhere_ = server("elsewhere", "DNS:elsewhere.test,IP:127.0.0.9", ca.get(), ca_key.get());
  }
  ~Certificates() { std::filesystem::remove_all(directory_); }
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  std::string ca_file() const { return directory_ + "/ca.pem"; }
  const Files& localhost() const { return localhost_; }
  const Files& elsewhere() const { return elsewhere_; }

 private:
  using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
  using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

  static void require(bool ok) {
    if (!ok) throw std::runtime_error("the test's certificates can't be made");
  }

  static Key new_key() {
    Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    require(key != nullptr);
    return key;
  }

  static void add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, &context, nid, value), X509_EXTENSION_free);
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
  }

  // A certificate for the names, or a CA's own without `issuer`.
  static Certificate issue(const std::string& name, const std::string& alternative_names, EVP_PKEY* key,
                           X509* issuer, EVP_PKEY* issuer_key) {
    Certificate certificate(X509_new(), X509_free);
    X509* raw = certificate.get();
    X509_set_version(raw, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(raw), issuer == nullptr ? 1 : static_cast<long>(2 + name.size()));
    X509_gmtime_adj(X509_getm_notBefore(raw), -3600);
    X509_gmtime_adj(X509_getm_notAfter(raw), 3600);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(raw), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509* signer = issuer == nullptr ? raw : issuer;
    X509_set_issuer_name(raw, X509_get_subject_name(signer));
    X509_set_pubkey(raw, key);
    if (issuer == nullptr) {
      add_extension(raw, signer, NID_basic_constraints, "critical,CA:TRUE");
    } else {
      add_extension(raw, signer, NID_subject_alt_name, alternative_names.c_str());
    }
    require(X509_sign(raw, issuer_key, EVP_sha256()) > 0);
    return certificate;
  }

  template <class Write>
  static void write(const std::string& path, Write write_to) {
    const std::unique_ptr<FILE, decltype(&std::fclose)> file(std::fopen(path.c_str(), "w"), std::fclose);
    require(file && write_to(file.get()) == 1);
  }

  Files server(const std::string& name, const std::string& alternative_names, X509* ca,
               EVP_PKEY* ca_key) const {
    const Key key = new_key();
    const Certificate certificate = issue(name, alternative_names, key.get(), ca, ca_key);
    Files files{directory_ + "/" + name + ".pem", directory_ + "/" + name + ".key"};
    write(files.certificate_file, [&](FILE* file) { return PEM_write_X509(file, certificate.get()); });
    write(files.key_file, [&](FILE* file) {
      return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
    return files;
  }

  std::string directory_;
  Files localhost_;
  Files elsewhere_;
};

}  // namespace diffgate::test
