#pragma once

// The smallest part of a selector, `2+tag:nightly+`, read from text.

#include <cstdint>
#include <optional>
#include <string_view>

#include "dbt/selector_spec.hpp"

namespace diffgate::dbt {

// `column` is where the criterion stands in the text, from 1; 0 if it stands in a definition. Throws
// SelectorError.
Criterion parse_criterion(std::string_view raw, std::string_view where, std::size_t column,
                          IndirectSelection indirect);

// "config.meta.owner": the method and its arguments. Throws SelectorError.
void set_method(Criterion& criterion, std::string_view text);

// The digits beside a `+`. None: no limit; more than any graph has levels: as good as none.
std::optional<std::uint32_t> depth_of(std::string_view digits);

SelectorSpec spec_of(Criterion criterion);

}  // namespace diffgate::dbt
