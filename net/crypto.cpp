#include "net/crypto.hpp"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>

#include "net/error.hpp"

namespace diffgate::net {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using BioPtr = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using DigestPtr = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

[[noreturn]] void throw_crypto(const char* what) {
  throw Error(ErrorClass::internal, std::string("OpenSSL: ") + what + " failed");
}

std::string encode_base64(std::string_view bytes, std::string_view alphabet, bool padded) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8U | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      if (k <= count) {
        text += alphabet[group >> (18U - 6U * k) & 0x3FU];
      } else if (padded) {
        text += '=';
      }
    }
  }
  return text;
}

KeyPtr read_private_key(const Secret& pem) {
  const std::string& text = pem.expose();
  if (text.size() > 1U << 20U) {
    throw Error(ErrorClass::configuration, "a private key of more than 1 MiB");
  }
  const BioPtr bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (!bio) throw_crypto("BIO_new_mem_buf");
  // Without this callback OpenSSL would ask for a passphrase on the terminal.
  pem_password_cb* no_passphrase = [](char*, int, int, void*) { return -1; };
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (!key) {
    throw Error(ErrorClass::configuration, "the private key can't be read", {},
                "it must be an RSA key in PEM form, without a passphrase");
  }
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
    throw Error(ErrorClass::configuration, "the private key is not an RSA key", {}, "RS256 needs an RSA key");
  }
  return key;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string sha256(std::string_view bytes) {
  std::string digest(32, '\0');
  if (EVP_Digest(bytes.data(), bytes.size(), bytes_of(digest), nullptr, EVP_sha256(), nullptr) != 1) {
    throw_crypto("SHA-256");
  }
  return digest;
}

std::string sha256_hex(std::string_view bytes) { return to_hex(sha256(bytes)); }

std::string hmac_sha256(const Secret& key, std::string_view bytes) {
  const std::string& text = key.expose();
  if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) throw_crypto("HMAC");
  std::string digest(32, '\0');
  if (HMAC(EVP_sha256(), text.data(), static_cast<int>(text.size()), bytes_of(bytes), bytes.size(),
           bytes_of(digest), nullptr) == nullptr) {
    throw_crypto("HMAC");
  }
  return digest;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4U];
    text += digits[byte & 0xFU];
  }
  return text;
}

std::string to_base64(std::string_view bytes) { return encode_base64(bytes, kBase64, true); }
std::string to_base64url(std::string_view bytes) { return encode_base64(bytes, kBase64Url, false); }

std::optional<std::string> from_base64(std::string_view text) {
  std::size_t padding = 0;
  while (padding < 2 && !text.empty() && text.back() == '=') {
    text.remove_suffix(1);
    ++padding;
  }
  const std::size_t rest = text.size() % 4;
  if (rest == 1 || (padding != 0 && rest + padding != 4)) return std::nullopt;

  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t group = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const std::size_t value = kBase64.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    group = group << 6U | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>(group >> bits & 0xFFU);
      group &= (1U << bits) - 1;
    }
  }
  // Left-over bits that are set would let two texts mean the same bytes (RFC 4648, 3.5).
  if (group != 0) return std::nullopt;
  return bytes;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

bool constant_time_equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string random_bytes(std::size_t count) {
  if (count > static_cast<std::size_t>(std::numeric_limits<int>::max())) throw_crypto("RAND_bytes");
  std::string bytes(count, '\0');
  if (RAND_bytes(bytes_of(bytes), static_cast<int>(count)) != 1) throw_crypto("RAND_bytes");
  return bytes;
}

std::string sign_rs256(const Secret& pem, std::string_view bytes) {
  const KeyPtr key = read_private_key(pem);
  const DigestPtr context(EVP_MD_CTX_new());
  std::size_t size = 0;
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, bytes_of(bytes), bytes.size()) != 1) {
    throw_crypto("EVP_DigestSign");
  }
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), bytes_of(signature), &size, bytes_of(bytes), bytes.size()) != 1) {
    throw_crypto("EVP_DigestSign");
  }
  signature.resize(size);
  return signature;
}

std::string jwt_rs256(const Secret& pem, std::string_view claims_json) {
  std::string token = to_base64url(R"({"alg":"RS256","typ":"JWT"})") + "." + to_base64url(claims_json);
  const std::string signature = sign_rs256(pem, token);
  token += "." + to_base64url(signature);
  return token;
}

}  // namespace diffgate::net
