#pragma once

// Which rows a diff looks at, if not all: those of the time that both tables cover, those of a sample. What
// is outside is counted first, so that the report can say it; the conditions themselves are of `narrowing`.

#include <optional>
#include <vector>

#include "diff/running_diff.hpp"
#include "diff/whole_tables.hpp"

namespace diffgate::diff {

// Leaves the rows of the time that both sides cover, of TableDiffRequest::overlap_column; all of them, with a
// note, if there is no such time. Throws Error(configuration) for a column that can't be one, unless it need
// not be there.
Awaitable<void> narrow_to_overlap(RunningDiff& run, std::vector<Column> prod, std::vector<Column> pr);

// Leaves the rows of the sample asked for, and returns what was counted of all rows before; nothing, with a
// note, if the tables are compared whole.
Awaitable<std::optional<WholeTables>> narrow_to_sample(RunningDiff& run);

}  // namespace diffgate::diff
