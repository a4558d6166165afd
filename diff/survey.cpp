#include "diff/survey.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "diff/dialect.hpp"
#include "diff/statements.hpp"

namespace diffgate::diff {
namespace {

Awaitable<Survey> look_up_facts(RunningDiff& run, Survey known) {
  std::vector<std::vector<Identifier>> keys(2);
  for (const ComparedColumn& column : run.comparison.key) {
    keys[0].push_back(column.prod);
    keys[1].push_back(column.pr);
  }
  const std::vector<Relation> relations = {run.request.prod, run.request.pr};
  const ResultSet result = co_await run.query("facts", run.dialect.facts(relations, keys));
  const bool knows_both = result.rows.size() == relations.size();
  known.can_probe = known.can_probe && knows_both;
  known.about_rows = std::numeric_limits<std::int64_t>::max();
  known.has_addresses = known.runs_in_parallel = knows_both;
  for (const auto& row : result.rows) {
    known.can_probe = known.can_probe && flag_of(row.at(1));
    if (flag_of(row.at(2))) known.has_unique_key = true;
    known.about_rows = std::min(known.about_rows, integer_of(row.at(3)));
    known.has_addresses = known.has_addresses && flag_of(row.at(4));
    known.runs_in_parallel = known.runs_in_parallel && flag_of(row.at(5));
  }
  if (!known.can_probe) known.about_rows = 0;
  co_return known;
}

// `alike`: the PR's table is sampled as well, at the same places. Nothing if that shows too little of it.
Awaitable<std::optional<Survey>> probe_once(RunningDiff& run, Survey known, std::int64_t rows, bool alike) {
  constexpr std::int64_t kWanted = 10'000;
  const std::int64_t wanted = std::min(kWanted, rows);
  const ResultSet result =
      co_await run.query("probe", alike ? probe_alike_statement(run.comparison, rows, wanted)
                                        : probe_statement(run.comparison, rows, wanted));
  const std::int64_t seen = integer_of(result.rows.at(0).at(0));
  const std::int64_t matched = integer_of(result.rows.at(0).at(1));
  const std::int64_t changed = integer_of(result.rows.at(0).at(2));
  if (matched == 0 || (alike && 2 * matched < seen)) co_return std::nullopt;
  known.share_that_differs = static_cast<double>(changed) / static_cast<double>(matched);
  const bool is_alike = changed == 0 && (alike || matched == seen);
  known.probed = is_alike ? Survey::Probed::alike : Survey::Probed::different;
  co_return known;
}

}  // namespace

Awaitable<Survey> survey(RunningDiff& run) {
  Survey known;
  known.can_probe = run.dialect.sampled != nullptr && !run.comparison.columns.empty();
  if (run.dialect.facts == nullptr) co_return known;
  known = co_await look_up_facts(run, known);
  if (known.about_rows < run.dialect.large_table) co_return known;
  co_return co_await probe(run, known, known.about_rows);
}

Awaitable<Survey> probe(RunningDiff& run, Survey known, std::int64_t rows) {
  if (!known.can_probe) co_return known;
  // Where samples are alike, one of the PR's table will do, unless the rows of the one are not in the other.
  const bool has_stretches = run.dialect.stretch != nullptr && known.has_addresses;
  if (run.dialect.samples_alike || has_stretches) {
    const std::optional<Survey> seen = co_await probe_once(run, known, rows, true);
    if (seen) co_return *seen;
  }
  const std::optional<Survey> seen = co_await probe_once(run, known, rows, false);
  co_return seen.value_or(known);
}

}  // namespace diffgate::diff
