#include "net/file_hash.hpp"

#include <openssl/evp.h>

#include <array>
#include <memory>

#include "net/body_file.hpp"
#include "net/crypto.hpp"
#include "net/error.hpp"

namespace diffgate::net {
namespace {

constexpr std::size_t kPiece = 1U << 20U;

struct DigestFree {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

void require(bool done) {
  if (!done) throw Error(ErrorClass::internal, "OpenSSL: SHA-256 failed");
}

}  // namespace

std::string sha256_hex_of_file(const std::string& path) {
  BodyFileReader file(path);
  const std::unique_ptr<EVP_MD_CTX, DigestFree> digest(EVP_MD_CTX_new());
  require(digest && EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) == 1);
  for (;;) {
    const std::string piece = file.read(kPiece);
    if (piece.empty()) break;
    require(EVP_DigestUpdate(digest.get(), piece.data(), piece.size()) == 1);
  }
  std::array<unsigned char, 32> bytes{};
  require(EVP_DigestFinal_ex(digest.get(), bytes.data(), nullptr) == 1);
  return to_hex(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

}  // namespace diffgate::net
