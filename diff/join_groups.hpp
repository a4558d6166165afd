#pragma once

// The joined rows of both sides in groups, each with what happened to its rows as masks (join_masks.hpp).

#include <vector>

#include "diff/statement_parts.hpp"

namespace diffgate::diff {

// Whether rows that differ are to be shown.
bool has_samples(const Comparison& comparison, const JoinOptions& options);

// The names under which joined rows hold the addresses of their two sides.
std::vector<Sql> addresses(const JoinOptions& options);

// The common table expression kGroups, after those that it is made of: groups of joined rows with their
// `kind` and masks m0…. Of one key each, with keys k0… (NULL where nothing differs), addresses and number n;
// or, `by_change`, with n, how many rows of one side's keys are not the first of their key as `repeated`, and
// the smallest keys ks.
Sql groups_of_rows(const Comparison& comparison, const JoinOptions& options);

}  // namespace diffgate::diff
