#include "app/since_last_push.hpp"

#include <doctest/doctest.h>

#include "app/acceptance.hpp"
#include "sample_reports.hpp"

namespace diffgate::app {
namespace {

std::vector<ModelRow> rows_of(const RunReport& report) {
  std::vector<ModelRow> rows;
  for (const ModelResult& result : report.models) {
    rows.push_back({result.model.id.value(), std::string(name_of(result.kind)), result.reason, "{}",
                    result_fingerprint(result)});
  }
  return rows;
}

}  // namespace

TEST_CASE("a push that changes nothing in the data is told as such") {
  const RunReport report = test::ordinary_report();
  const SinceLastPush since = since_last_push(report, "abc", rows_of(report));
  CHECK(since.changes.empty());
  CHECK(since.unchanged == 8);
}

TEST_CASE("a result that differs, one that is new and one that is gone are told apart") {
  const RunReport before = test::ordinary_report();
  RunReport now = before;
  now.models[0].diff->rows.added += 5;
  now.models[0].reason = "17 rows added";
  now.models[1].model.id = dbt::UniqueId("model.shop.dim_people");
  now.models[1].model.name = "dim_people";
  now.models[3].kind = ModelResultKind::skipped;  // an error before
  const SinceLastPush since = since_last_push(now, "abc", rows_of(before));
  REQUIRE(since.changes.size() == 4);
  const auto change_of = [&](const std::string& model) {
    for (const ResultChange& change : since.changes) {
      if (change.model == model) return change;
    }
    return ResultChange{};
  };
  CHECK(change_of("orders").before == before.models[0].reason);
  CHECK(change_of("orders").now == "17 rows added");
  CHECK(change_of("dim_people").before.empty());
  CHECK(change_of("dim_customers").now.empty());
  CHECK(change_of("stg_events").now.empty());
}

}  // namespace diffgate::app
