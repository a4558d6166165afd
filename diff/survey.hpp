#pragma once

// What is learnt of two tables with a key before their rows are joined, at a small part of a join's cost:
// what the catalog knows, and how many of some 10,000 rows differ. It decides how they are compared, never
// what the result is.

#include <cstdint>
#include <optional>

#include "diff/running_diff.hpp"

namespace diffgate::diff {

struct Survey {
  bool can_probe = false;
  enum class Probed { no, alike, different } probed = Probed::no;
  std::optional<double> share_that_differs;  // of the rows with a match; by the probe
  // By the catalog:
  std::int64_t about_rows = 0;    // of the smaller table; 0 if it says nothing
  bool has_unique_key = false;    // on one side at least
  bool has_addresses = false;     // of rows, on both sides
  bool runs_in_parallel = false;  // a statement over either
};

// Asks the catalog, where the dialect can, and probes tables that are large by what it says.
Awaitable<Survey> survey(RunningDiff& run);

// Looks at some of production's about `rows` rows: fingerprints are for tables that seem equal, and how many
// rows seem to differ decides the join. Returns `known` with what it saw, if the tables can be probed.
Awaitable<Survey> probe(RunningDiff& run, Survey known, std::int64_t rows);

}  // namespace diffgate::diff
