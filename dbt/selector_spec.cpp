#include "dbt/selector_spec.hpp"

#include <algorithm>
#include <utility>

#include "dbt/selector_criterion.hpp"

namespace diffgate::dbt {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

SelectorSpec parse_selector(std::string_view text, std::string_view where, IndirectSelection indirect,
                            bool expect_exists) {
  SelectorSpec result;
  result.indirect = indirect;
  std::size_t at = 0;
  while (at < text.size()) {
    if (is_space(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && !is_space(text[end])) ++end;
    SelectorSpec intersection;
    intersection.kind = SelectorSpec::Kind::intersection;
    intersection.raw = text.substr(at, end - at);
    intersection.expect_exists = expect_exists;
    intersection.indirect = indirect;
    for (std::size_t start = at; start <= end;) {
      const std::size_t comma = std::min(text.find(',', start), end);
      intersection.parts.push_back(
          spec_of(parse_criterion(text.substr(start, comma - start), where, start + 1, indirect)));
      start = comma + 1;
    }
    result.parts.push_back(std::move(intersection));
    at = end;
  }
  return result;
}

}  // namespace diffgate::dbt
