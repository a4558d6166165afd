#pragma once

// The statements behind match_timeline, for any dialect. Pure.

#include <cstddef>
#include <string_view>
#include <vector>

#include "diff/comparison.hpp"

namespace diffgate::diff {

inline constexpr std::size_t kTimelineColumns = 50;  // that are counted one by one

// A row a side: the first and the last value of the column, as seconds since 1970 in a text.
Sql time_range_statement(const Comparison& comparison, const ComparedColumn& time);

// Rows of the beginning of a `unit` of time, added, removed, matched, changed, and changed values of each of
// the first kTimelineColumns of `columns`. `with_copies`: some key is repeated, and its rows are left out.
Sql timeline_statement(const Comparison& comparison, const ComparedColumn& time, std::string_view unit,
                       const std::vector<std::size_t>& columns, bool with_copies);

}  // namespace diffgate::diff
