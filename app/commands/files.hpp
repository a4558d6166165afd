#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace diffgate::app {

// The file's bytes. Throws Error(caller) naming the path if it can't be read or is longer than `max_bytes`.
std::string read_file(const std::string& path, std::size_t max_bytes);

// Throws Error(caller) naming the path.
void write_file(const std::string& path, const std::string& bytes);

// Without line ends; a carriage return before one goes too.
std::vector<std::string> lines_of(const std::string& text);

// The process's environment.
std::map<std::string, std::string> environment();

}  // namespace diffgate::app
