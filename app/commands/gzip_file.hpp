#pragma once

#include <string>

namespace diffgate::app {

// Compresses the file at `from` into a new one at `to`, a piece at a time. Throws Error(caller) naming the
// file that can't be read or written. Blocking.
void gzip_file(const std::string& from, const std::string& to);

}  // namespace diffgate::app
