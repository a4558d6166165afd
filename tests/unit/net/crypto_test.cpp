#include "net/crypto.hpp"

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <functional>
#include <memory>

#include "net/error.hpp"

using namespace diffgate;
using namespace diffgate::net;

namespace {

std::string hmac_hex(std::string_view key, std::string_view text) {
  return to_hex(hmac_sha256(Secret(std::string(key)), text));
}

using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

std::string written(const std::function<int(BIO*)>& write) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new(BIO_s_mem()), BIO_free_all);
  REQUIRE(write(bio.get()) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

bool verifies(EVP_PKEY* key, std::string_view signed_text, std::string_view signature) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  REQUIRE(EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1);
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(signed_text.data()),
                          signed_text.size()) == 1;
}

std::string from_base64url(std::string text) {
  for (char& c : text) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  const auto bytes = from_base64(text);
  REQUIRE(bytes);
  return *bytes;
}

}  // namespace

TEST_CASE("SHA-256 gives the digests of FIPS 180-2") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256("abc").size() == 32);
}

TEST_CASE("HMAC-SHA-256 gives GitHub's published signature and those of RFC 4231") {
  CHECK(hmac_hex("It's a Secret to Everybody", "Hello, World!") ==
        "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
  CHECK(hmac_hex(std::string(20, '\x0b'), "Hi There") ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hmac_hex("Jefe", "what do ya want for nothing?") ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hmac_hex(std::string(20, '\xaa'), std::string(50, '\xdd')) ==
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  CHECK(hmac_hex(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First") ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  CHECK(hmac_hex("", "") == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST_CASE("base64 gives the vectors of RFC 4648, and reads them with or without padding") {
  const struct {
    const char* text;
    const char* padded;
    const char* bare;
  } cases[] = {{"", "", ""},
               {"f", "Zg==", "Zg"},
               {"fo", "Zm8=", "Zm8"},
               {"foo", "Zm9v", "Zm9v"},
               {"foob", "Zm9vYg==", "Zm9vYg"},
               {"fooba", "Zm9vYmE=", "Zm9vYmE"},
               {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
               {"\xfb\xff\xbf", "+/+/", "+/+/"}};
  for (const auto& row : cases) {
    CAPTURE(row.padded);
    CHECK(to_base64(row.text) == row.padded);
    CHECK(from_base64(row.padded) == row.text);
    CHECK(from_base64(row.bare) == row.text);
  }
  CHECK(to_base64url("\xfb\xff\xbf") == "-_-_");
  CHECK(to_base64url("f") == "Zg");
}

TEST_CASE("what is not base64 or hex is refused") {
  for (const char* text :
       {"=", "Z", "Zg=", "Zm9v=", "Zm8==", "Zg===", "Z g=", "Zm9v\n", "-_-_", "Zh==", "Zm9=", "Zg==Zg=="}) {
    CAPTURE(text);
    CHECK_FALSE(from_base64(text));
  }
  for (const char* text : {"a", "0g", "0x", " 00"}) {
    CAPTURE(text);
    CHECK_FALSE(from_hex(text));
  }
}

TEST_CASE("any bytes survive hex and base64") {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    CHECK(from_hex(to_hex(bytes)) == bytes);
    CHECK(from_base64(to_base64(bytes)) == bytes);
    bytes += static_cast<char>(i * 7);
  }
  CHECK(from_hex("AbCd") == "\xab\xcd");
}

TEST_CASE("texts are compared in whole") {
  CHECK(constant_time_equal("", ""));
  CHECK(constant_time_equal("abc", "abc"));
  CHECK_FALSE(constant_time_equal("abc", "abd"));
  CHECK_FALSE(constant_time_equal("abc", "abcd"));
  CHECK_FALSE(constant_time_equal("", "a"));
}

TEST_CASE("random bytes come in the number asked for and do not repeat") {
  CHECK(random_bytes(0).empty());
  CHECK(random_bytes(32).size() == 32);
  CHECK(random_bytes(32) != random_bytes(32));
}

TEST_CASE("an RS256 signature and token are verified by the public key, for PKCS#8 and PKCS#1 keys") {
  const KeyPtr key(EVP_RSA_gen(2048), EVP_PKEY_free);
  const std::string pkcs8 = written([&](BIO* bio) {
    return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  const std::string pkcs1 = written([&](BIO* bio) {
    return PEM_write_bio_PrivateKey_traditional(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  REQUIRE(pkcs1.find("BEGIN RSA PRIVATE KEY") != std::string::npos);
  for (const std::string& pem : {pkcs8, pkcs1}) {
    const std::string signature = sign_rs256(Secret(pem), "text");
    CHECK(verifies(key.get(), "text", signature));
    CHECK_FALSE(verifies(key.get(), "texT", signature));

    const std::string token = jwt_rs256(Secret(pem), R"({"iss":"1"})");
    const std::size_t first = token.find('.');
    const std::size_t second = token.rfind('.');
    CHECK(from_base64url(token.substr(0, first)) == R"({"alg":"RS256","typ":"JWT"})");
    CHECK(from_base64url(token.substr(first + 1, second - first - 1)) == R"({"iss":"1"})");
    CHECK(verifies(key.get(), token.substr(0, second), from_base64url(token.substr(second + 1))));
  }
}

TEST_CASE("a key that can't sign is refused without its text in the message") {
  const KeyPtr elliptic(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const KeyPtr rsa(EVP_RSA_gen(2048), EVP_PKEY_free);
  const std::string wrong_kind = written([&](BIO* bio) {
    return PEM_write_bio_PrivateKey(bio, elliptic.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  const std::string locked = written([&](BIO* bio) {
    return PEM_write_bio_PrivateKey(bio, rsa.get(), EVP_aes_128_cbc(), nullptr, 0, nullptr,
                                    const_cast<char*>("passphrase"));
  });
  for (const std::string& pem : {std::string(), std::string("hunter2"), wrong_kind, locked}) {
    try {
      sign_rs256(Secret(pem), "text");
      FAIL("it was taken");
    } catch (const Error& error) {
      CHECK(error.error_class() == ErrorClass::configuration);
      CHECK(std::string(error.what()).find("hunter2") == std::string::npos);
    }
  }
}
