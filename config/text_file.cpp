#include "config/text_file.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

namespace diffgate::config {

std::optional<std::string> read_text_file(const std::string& path, std::size_t most, std::string& error) {
  std::error_code code;
  const auto status = std::filesystem::status(path, code);
  if (!std::filesystem::exists(status)) {
    error = code && code != std::errc::no_such_file_or_directory ? code.message() : "no such file";
    return std::nullopt;
  }
  // A pipe or a device could keep the reader waiting for ever.
  if (!std::filesystem::is_regular_file(status)) {
    error = "not a regular file";
    return std::nullopt;
  }
  errno = 0;
  std::ifstream input(path, std::ios::binary);
  if (!input) {
    error = errno != 0 ? std::generic_category().message(errno) : "can't be opened";
    return std::nullopt;
  }
  std::string text(most + 1, '\0');
  input.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (input.bad()) {
    error = "can't be read";
    return std::nullopt;
  }
  text.resize(static_cast<std::size_t>(input.gcount()));
  if (text.size() > most) {
    error = fmt::format("larger than {} KiB", most / 1024);
    return std::nullopt;
  }
  return text;
}

}  // namespace diffgate::config
