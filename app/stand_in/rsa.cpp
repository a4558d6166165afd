#include "app/stand_in/rsa.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "net/crypto.hpp"

namespace diffgate::app::stand_in {
namespace {

using KeyHandle = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using BioHandle = std::unique_ptr<BIO, decltype(&BIO_free)>;
using DigestHandle = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

bool is_signed_by(const std::string& public_pem, std::string_view text, const std::string& signature) {
  BioHandle bio(BIO_new_mem_buf(public_pem.data(), static_cast<int>(public_pem.size())), BIO_free);
  KeyHandle key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  DigestHandle digest(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  if (!key || EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1)
    return false;
  return EVP_DigestVerify(digest.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                          text.size()) == 1;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string plain(text);
  std::replace(plain.begin(), plain.end(), '-', '+');
  std::replace(plain.begin(), plain.end(), '_', '/');
  return net::from_base64(plain);
}

}  // namespace

RsaKey generate_rsa_key() {
  KeyHandle key(EVP_RSA_gen(2048), EVP_PKEY_free);
  BioHandle secret(BIO_new(BIO_s_mem()), BIO_free);
  BioHandle open(BIO_new(BIO_s_mem()), BIO_free);
  if (!key || PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1 ||
      PEM_write_bio_PUBKEY(open.get(), key.get()) != 1) {
    throw std::runtime_error("OpenSSL can't generate an RSA key");
  }
  return {Secret(text_of(secret.get())), text_of(open.get())};
}

std::string refusal_of_app_token(std::string_view token, const std::string& public_pem,
                                 std::string_view app_id, UtcTime now) {
  const std::size_t first = token.find('.');
  const std::size_t second = token.find('.', first + 1);
  if (first == token.npos || second == token.npos) return "A JSON web token could not be decoded";
  const auto header = from_base64url(token.substr(0, first));
  const auto claims_text = from_base64url(token.substr(first + 1, second - first - 1));
  const auto signature = from_base64url(token.substr(second + 1));
  if (!header || !claims_text || !signature) return "A JSON web token could not be decoded";
  const auto head = nlohmann::json::parse(*header, nullptr, false);
  const auto claims = nlohmann::json::parse(*claims_text, nullptr, false);
  if (!head.is_object() || !claims.is_object() || head.value("alg", "") != "RS256") {
    return "A JSON web token could not be decoded";
  }
  if (!is_signed_by(public_pem, token.substr(0, second), *signature))
    return "A JSON web token could not be decoded";
  const auto issuer = claims.find("iss");
  if (issuer == claims.end()) return "'Issuer' claim ('iss') must be present";
  const std::string issued_by = issuer->is_string() ? issuer->get<std::string>() : issuer->dump();
  if (issued_by != app_id) return "Integration not found";
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  if (claims.value("iat", std::int64_t{1} << 60) > seconds) {
    return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
  }
  const std::int64_t expires = claims.value("exp", std::int64_t{0});
  if (expires <= seconds)
    return "'Expiration time' claim ('exp') must be a numeric value representing the future";
  if (expires > seconds + 600) return "'Expiration time' claim ('exp') is too far in the future";
  return {};
}

}  // namespace diffgate::app::stand_in
