#include "app/acceptance.hpp"

#include <doctest/doctest.h>

#include "app/verdict.hpp"

namespace diffgate::app {
namespace {

ModelResult orders(std::int64_t removed) {
  ModelResult result;
  result.model.id = dbt::UniqueId("model.shop.orders");
  result.model.name = "orders";
  result.kind = ModelResultKind::different;
  result.reason = "rows were removed";
  result.diff.emplace();
  result.diff->result = diff::Result::different;
  result.diff->rows = {400, 400 - removed, 0, removed, 0, 400 - removed};
  result.diff->key = {diff::Identifier("order_id")};
  return result;
}

AcceptedResult accepted(const ModelResult& result) {
  return {result.model.id.value(), result_fingerprint(result), "ada",
          "the backfill",          vcs::Sha("1234567890"),     UtcTime(std::chrono::seconds(1'000))};
}

config::Rules with_gate() {
  std::string error;
  config::Rules rules;
  rules.gates.push_back(*config::parse_gate_condition("rows_removed > 0", error));
  rules.gates.back().severity = config::Severity::fail;
  return rules;
}

}  // namespace

TEST_CASE("an accepted result passes its gate, and says who accepted it") {
  RunReport report;
  report.models.push_back(orders(12));
  judge(report, with_gate());
  CHECK(report.verdict == Verdict::fail);

  apply_acceptances(report, {accepted(orders(12))});
  judge(report, with_gate());
  CHECK(report.verdict == Verdict::pass);
  REQUIRE(report.verdict_reasons.size() == 1);
  CHECK(report.verdict_reasons[0].ends_with("(accepted by ada: the backfill)"));
}

TEST_CASE("an acceptance holds for the result that was accepted and for no other") {
  RunReport report;
  report.models.push_back(orders(13));
  apply_acceptances(report, {accepted(orders(12))});
  judge(report, with_gate());
  CHECK(report.verdict == Verdict::fail);
  REQUIRE(report.models[0].notes.size() == 1);
  CHECK(report.models[0].notes[0] == "ada accepted the result of 1234567; it is another one now");
}

TEST_CASE("a result's fingerprint follows what was measured, not how or when") {
  const std::string same = result_fingerprint(orders(12));
  ModelResult other = orders(12);
  other.diff->duration = std::chrono::seconds(9);
  other.diff->plan = {"columns", "join"};
  other.diff->samples.columns = {diff::Identifier("status")};
  other.carried_over = CarriedOver{"abc", {}};
  CHECK(result_fingerprint(other) == same);
  other.diff->pr_key.null_rows = 1;
  CHECK(result_fingerprint(other) != same);
  other = orders(12);
  diff::ColumnDiff& status = other.diff->columns.emplace_back();
  status.name = diff::Identifier("status");
  status.changed = 1;
  CHECK(result_fingerprint(other) != same);
  other = orders(12);
  other.diff->schema.added.push_back({diff::Identifier("tip"), "numeric"});
  CHECK(result_fingerprint(other) != same);
}

TEST_CASE("what was not measured has no fingerprint and can't be accepted") {
  ModelResult result = orders(12);
  result.kind = ModelResultKind::error;
  CHECK(result_fingerprint(result).empty());
  result.diff.reset();
  result.kind = ModelResultKind::skipped;
  CHECK(result_fingerprint(result).empty());
}

}  // namespace diffgate::app
