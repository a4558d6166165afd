#include "fuzz_input.hpp"

#include <algorithm>
#include <cstring>
#include <random>

#include "small_manifest.hpp"

namespace fuzz {
namespace {

constexpr std::string_view kValues[] = {
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1e400",
    "18446744073709551616",
    "\"\"",
    "\"\\ud800\"",
    "[]",
    "{}",
    "[null]",
    "[[[[]]]]",
    "{\"a\":{}}",
    "[1,\"x\",{}]",
    "NaN",
    "\"a.b.c\"",
    "{\"name\":5}",
    "{\"\":\"\"}",
    "\", \\\"\"",
    "{\"enabled\":false}",
    "\"Keyword(a)\"",
    "\"model.shop.customers\"",
    "[\"model.shop.orders\",null]",
};

// The end of the value that begins at `at`, by brackets and quotes.
std::size_t end_of_value(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  bool is_in_string = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (is_in_string) {
      if (c == '\\') ++at;
      is_in_string = c != '"';
      continue;
    }
    if (c == '"') is_in_string = true;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']' || c == ',') && depth == 0) return at;
    if (c == '}' || c == ']') --depth;
  }
  return std::min(at, text.size());
}

// The range of some value behind a colon.
std::string_view some_value(std::string_view text, std::minstd_rand& random) {
  const std::size_t colon = text.find(':', random() % (text.size() + 1));
  if (colon == std::string_view::npos) return {};
  return text.substr(colon + 1, end_of_value(text, colon + 1) - colon - 1);
}

}  // namespace

Input Input::of(std::string_view bytes) {
  Input input;
  if (bytes.empty()) return input;
  input.choice = static_cast<std::uint8_t>(bytes.front());
  bytes.remove_prefix(1);
  const std::size_t line = std::min(bytes.find('\n'), bytes.size());
  input.selector = bytes.substr(0, line);
  bytes.remove_prefix(std::min(line + 1, bytes.size()));
  const std::size_t feed = std::min(bytes.find('\f'), bytes.size());
  input.head = bytes.substr(0, feed);
  bytes.remove_prefix(std::min(feed + 1, bytes.size()));
  input.base = bytes;
  return input;
}

const std::string& good_manifest() {
  static const std::string text = diffgate::dbt::small_manifest_text();
  return text;
}

std::size_t exchange_value(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned int seed) {
  std::minstd_rand random(seed);
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::string_view place = some_value(text, random);
  if (place.empty()) return size;
  const std::string_view value =
      random() % 2 == 0 ? kValues[random() % std::size(kValues)] : some_value(text, random);
  const auto at = static_cast<std::size_t>(place.data() - text.data());
  std::string result = text;
  result.replace(at, place.size(), value);
  if (result.size() > max_size) return size;
  std::memcpy(data, result.data(), result.size());
  return result.size();
}

}  // namespace fuzz
