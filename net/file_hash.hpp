#pragma once

#include <string>

namespace diffgate::net {

// SHA-256 of a file, hex, read a piece at a time. Blocking; throws Error(caller) if it can't be read.
std::string sha256_hex_of_file(const std::string& path);

}  // namespace diffgate::net
