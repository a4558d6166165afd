#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "net/secret.hpp"

namespace diffgate::net {

// Raw bytes in, raw bytes out unless the name says otherwise. OpenSSL 3 underneath.
std::string sha256(std::string_view bytes);      // 32 bytes
std::string sha256_hex(std::string_view bytes);  // 64 lower-case hex digits
std::string hmac_sha256(const Secret& key, std::string_view bytes);

std::string to_hex(std::string_view bytes);
std::string to_base64(std::string_view bytes);
std::string to_base64url(std::string_view bytes);  // without padding, as JWT wants it (RFC 7515, 2)

// nullopt unless the whole text is valid base64 with or without padding.
std::optional<std::string> from_base64(std::string_view text);
std::optional<std::string> from_hex(std::string_view text);

// Takes the same time wherever the two differ. Different lengths are unequal.
bool constant_time_equal(std::string_view a, std::string_view b);

// `count` bytes from the system's generator.
std::string random_bytes(std::size_t count);

// RSASSA-PKCS1-v1_5 with SHA-256 (JWT's RS256). `pem` is a PKCS#1 or PKCS#8 private key.
// Throws Error(configuration) if the key can't be read.
std::string sign_rs256(const Secret& pem, std::string_view bytes);

// A JSON Web Token "header.claims.signature", RS256. `claims_json` is the claims object as JSON text.
std::string jwt_rs256(const Secret& pem, std::string_view claims_json);

}  // namespace diffgate::net
