// JSON that a fuzzer wrote, read in windows of all sizes: refused if and only if nlohmann's reader refuses it
// (but for what it thinks of escapes and of Python's NaN), and stepped over and taken alike.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "dbt/json_stream.hpp"
#include "net/error.hpp"

using namespace diffgate::dbt;

namespace {

void must(bool holds) {
  if (!holds) std::abort();
}

std::optional<std::string> taken(std::string_view text, std::size_t window_size, bool is_taken) {
  static const std::string name = "fuzzed";
  try {
    const auto window = window_over(text, window_size);
    JsonStream stream(*window, name);
    std::string value;
    if (is_taken) {
      value = stream.take();
    } else {
      stream.skip();
    }
    stream.expect_end();
    return value;
  } catch (const diffgate::Error&) {
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto whole = taken(text, kWindowSize, true);
  for (const std::size_t window : {64U, 71U, 257U}) {
    must(taken(text, window, true) == whole);
    must(taken(text, window, false).has_value() == whole.has_value());
  }
  // For nlohmann a NUL byte is the end of the text, whatever follows it.
  if (text.find('\0') != std::string_view::npos) return 0;
  const bool is_json = nlohmann::json::accept(text);
  // How large a number may be is an opinion, too.
  const bool has_own_opinions = text.find_first_of("\\NIeE") != std::string_view::npos || size > 300;
  // nlohmann has no limit of depth.
  if (is_json) must(whole.has_value() || text.size() > JsonStream::kMaximumDepth);
  if (whole && !has_own_opinions) must(is_json);
  if (whole && is_json) must(nlohmann::json::parse(*whole) == nlohmann::json::parse(text));
  return 0;
}
