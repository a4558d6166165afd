// Datafold's calls for two tables outside of any run, against a whole daemon.

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "app/requested_diff.hpp"
#include "daemon_world.hpp"
#include "diff/dialect.hpp"

namespace diffgate::app {
namespace {

using test::DaemonWorld;
using Json = nlohmann::json;

const std::string path = "/api/v1/datadiffs";

Json order_of_orders() {
  return {{"data_source1_id", 7},
          {"data_source2_id", 7},
          {"table1", {"shop", "orders"}},
          {"table2", {"pr_5", "orders"}},
          {"pk_columns", {"order_id"}}};
}

class DiffWorld : public DaemonWorld {
 public:
  DiffWorld() {
    config::ApiKey reader;
    reader.name = "reader";
    reader.key = Secret("read-key");
    reader.scopes = {config::Scope::read};
    config.projects.front().api_keys = {reader};
    config::WarehouseConfig pond = config.warehouses.front();
    pond.name = "pond";
    config.warehouses.push_back(pond);
    add_project(8, "pond", {"upload-key", "pond-key"});
    add_project(9, "lake", {"other-key"});
  }

  net::Response call(const std::string& method, const std::string& target, const std::string& body = {},
                     const std::string& key = "upload-key") {
    net::Headers headers{{"Authorization", "Key " + key}};
    if (!body.empty()) headers.set("Content-Type", "application/json");
    return send(method, target, body, headers);
  }
  Json get(const std::string& target) { return Json::parse(call("GET", target).body); }
  std::int64_t order(const Json& body) {
    const net::Response answer = call("POST", path, body.dump());
    CAPTURE(answer.body);
    REQUIRE(answer.status == 200);
    return Json::parse(answer.body).at("id");
  }

 private:
  void add_project(int id, const std::string& warehouse, const std::vector<std::string>& keys) {
    config::ProjectConfig project = config.projects.front();
    project.id = id;
    project.name = "project " + std::to_string(id);
    project.repository = "acme/project-" + std::to_string(id);
    project.warehouse = warehouse;
    project.api_keys.clear();
    project.upload_keys.clear();
    for (const std::string& key : keys) project.upload_keys.emplace_back(key);
    config.projects.push_back(project);
  }
};

diff::TableDiffRequest request_of(const Json& changes) {
  Json order = order_of_orders();
  order.update(changes);
  return read_diff_order(order.dump(), diff::postgres_dialect()).request;
}

}  // namespace

TEST_CASE("data diffs: one whose table is missing fails with the reason, and is listed") {
  DiffWorld world;
  world.start();
  const std::int64_t id = world.order(order_of_orders());
  world.settle();
  const Json diff = world.get(path + "/" + std::to_string(id));
  CHECK(diff.at("status") == "failed");
  CHECK(diff.at("result") == "error");
  CHECK(diff.at("source") == "api");
  CHECK(diff.at("ci_run_id") == nullptr);
  CHECK(diff.at("table1") == Json{"shop", "orders"});
  CHECK(diff.at("table2") == Json{"pr_5", "orders"});
  CHECK(diff.at("pk_columns") == Json{"order_id"});
  const std::string of_diff = path + "/" + std::to_string(id);
  CHECK(world.get(of_diff + "/summary").at("error").get<std::string>().find("no such relation") !=
        std::string::npos);
  const Json results = world.get(of_diff + "/summary_results");
  CHECK(results.at("status") == "failed");
  CHECK(results.at("error").at("error_value").get<std::string>().find("no such relation") !=
        std::string::npos);
  const Json list = world.get(path);
  CHECK(list.at("count") == 1);
  CHECK(list.at("results")[0] == diff);
}

TEST_CASE("data diffs: they and the models of runs are numbered as one, whichever comes first") {
  DiffWorld world;
  world.start();
  const std::int64_t before = world.order(order_of_orders());
  world.upload_production();
  world.upload_pull_request();
  REQUIRE(world.deliver("opened").status == 202);
  world.settle();
  const std::int64_t after = world.order(order_of_orders());
  world.settle();
  const Json list = world.get(path);
  REQUIRE(list.at("count").get<std::int64_t>() > 2);
  CHECK(list.at("results").front().at("id") == before);
  CHECK(list.at("results").back().at("id") == after);
  std::int64_t last = 0;
  for (const Json& diff : list.at("results")) {
    CHECK(diff.at("id").get<std::int64_t>() > last);
    last = diff.at("id");
  }
  CHECK(world.get(path + "?page=2&page_size=1").at("results")[0] == list.at("results")[1]);
  CHECK(world.get(path + "?ci_run_id=1").at("count") == list.at("count").get<std::int64_t>() - 2);
}

TEST_CASE("data diffs: cancelling stops the statement in the warehouse, once") {
  DiffWorld world;
  world.warehouse.hangs = true;
  world.start();
  const std::string of_diff = path + "/" + std::to_string(world.order(order_of_orders()));
  world.until([&] { return world.warehouse.started > 0; });
  CHECK(world.get(of_diff).at("status") == "processing");
  CHECK(world.get(of_diff).at("done") == false);
  CHECK(world.get(of_diff + "/summary_results") == Json{{"status", "running"}});
  CHECK(Json::parse(world.call("POST", of_diff + "/cancel").body).at("status") == "cancelled");
  CHECK(world.warehouse.cancelled == world.warehouse.started);
  CHECK(world.get(of_diff).at("done") == true);
  CHECK(world.get(of_diff + "/summary_results").at("error").at("error_type") == "cancelled");
  CHECK(Json::parse(world.call("POST", of_diff + "/cancel").body).at("status") == "cancelled");
}

TEST_CASE("data diffs: more than there are places wait in line, and one that waits is cancelled too") {
  DiffWorld world;
  world.warehouse.hangs = true;
  world.start();
  constexpr int places = 4;
  std::int64_t last = 0;
  for (int i = 0; i <= places; ++i) last = world.order(order_of_orders());
  world.until([&] { return world.warehouse.started == places; });
  const std::string of_diff = path + "/" + std::to_string(last);
  CHECK(world.get(of_diff).at("status") == "queued");
  CHECK(world.get(of_diff + "/summary_results") == Json{{"status", "pending"}});
  CHECK(Json::parse(world.call("POST", of_diff + "/cancel").body).at("status") == "cancelled");
  CHECK(world.warehouse.started == places);
}

TEST_CASE("data diffs: one that was under way when the daemon stopped goes on at the next start") {
  DiffWorld world;
  world.warehouse.hangs = true;
  world.start();
  const std::string of_diff = path + "/" + std::to_string(world.order(order_of_orders()));
  world.until([&] { return world.warehouse.started > 0; });
  world.stop();
  world.warehouse.hangs = false;
  world.start();
  world.settle();
  CHECK(world.get(of_diff).at("status") == "failed");
  CHECK(world.get(of_diff + "/summary").at("error").get<std::string>().find("no such relation") !=
        std::string::npos);
}

TEST_CASE("data diffs: what is another project's can be neither seen nor stopped nor made") {
  DiffWorld world;
  world.start();
  const std::string of_diff = path + "/" + std::to_string(world.order(order_of_orders()));
  world.settle();
  CHECK(world.call("GET", of_diff, {}, "other-key").status == 404);
  CHECK(world.call("POST", of_diff + "/cancel", {}, "other-key").status == 404);
  CHECK(Json::parse(world.call("GET", path, {}, "other-key").body).at("count") == 0);
  CHECK(world.call("GET", of_diff, {}, "read-key").status == 200);
  CHECK(world.call("POST", of_diff + "/cancel", {}, "read-key").status == 403);
  CHECK(world.call("POST", path, order_of_orders().dump(), "read-key").status == 403);
  CHECK(world.call("POST", path, order_of_orders().dump(), "other-key").status == 422);
}

TEST_CASE("data diffs: what is wrong with an order is said with its field") {
  struct Case {
    Json changes;
    const char* message;
  };
  const std::vector<Case> cases = {
      {{{"data_source1_id", 99}}, "data_source1_id: there is no such data source"},
      {{{"data_source2_id", 8}}, "data_source2_id: is in another warehouse"},
      {{{"table1", nullptr}}, "table1: is missing"},
      {{{"table1", {"a", "b", "c", "d"}}}, "table1: has more than 3 items"},
      {{{"table1", {"shop", ""}}}, "table1: has an empty name"},
      {{{"table1", "shop.orders"}}, "table1: is string"},
      {{{"query1", "select 1"}}, "query1: queries are not compared"},
      {{{"file2", "s3://bucket/orders.csv"}}, "file2: files are not compared"},
      {{{"pk_columns", Json::array()}, {"infer_pk", true}}, "infer_pk: keys are not inferred"},
      {{{"pk_columns", {"order_id", "order_id"}}}, "diff[0].key 'order_id': a column is named twice"},
      {{{"filter1", "true; drop table orders"}}, "filter1: "},
      {{{"filter2", "true) or (pg_sleep(9) is null"}}, "filter2: "},
      {{{"diff_tolerance", -1}}, "diff_tolerance: is not a number"},
      {{{"tolerance_mode", "close"}}, "tolerance_mode: is neither"},
      {{{"diff_tolerances_per_column", {{{"column_name", "amount"}}}}},
       "diff_tolerances_per_column.tolerance_mode: is missing"},
      {{{"diff_tolerances_per_column", {{{"column_name", "amount"}, {"tolerance_mode", "absolute"}}}}},
       "diff_tolerances_per_column.tolerance_value: is missing"},
      {{{"column_mapping", {{"a", "b", "c"}}}}, "column_mapping: is not a list of pairs"},
      {{{"datetime_tolerance", 7}}, "datetime_tolerance: is not a whole number from 0 to 6"},
      {{{"table_modifiers", {"ignore_everything"}}}, "table_modifiers: there is no modifier"},
      {{{"sampling_ratio", 2}}, "sampling_ratio: is not a number"},
      {{{"sort_array_columns", true}}, "sort_array_columns: "},
  };
  DiffWorld world;
  world.start();
  for (const Case& wrong : cases) {
    CAPTURE(wrong.message);
    Json order = order_of_orders();
    order.update(wrong.changes);
    const net::Response answer = world.call("POST", path, order.dump());
    CAPTURE(answer.body);
    CHECK(answer.status == 422);
    CHECK(Json::parse(answer.body).at("detail").get<std::string>().find(wrong.message) != std::string::npos);
  }
  CHECK(world.get(path).at("count") == 0);
  CHECK(world.warehouse.started == 0);
}

TEST_CASE("data diffs: names are those of the catalog, so that no SQL can hide in them") {
  const std::vector<Json> tables = {{"shop", "orders"}, {"Shop", "select"}, {"a\"; drop table b; --"}};
  const std::vector<std::string> quoted = {"\"shop\".\"orders\"", "\"Shop\".\"select\"",
                                           "\"a\"\"; drop table b; --\""};
  for (std::size_t i = 0; i < tables.size(); ++i)
    CHECK(request_of({{"table1", tables[i]}}).prod.sql == quoted[i]);
  Json order = order_of_orders();
  order["table1"] = {"analytics", "ORDERS", "Odd Name"};
  CHECK(read_diff_order(order.dump(), diff::snowflake_dialect()).request.prod.sql ==
        "analytics.\"ORDERS\".\"Odd Name\"");
}

TEST_CASE("data diffs: each field of an order that counts reaches the warehouse's question") {
  const auto whole = request_of(Json::object());
  CHECK(whole.key == std::vector{diff::Identifier("order_id")});
  CHECK_FALSE(whole.sampling.has_value());
  CHECK(whole.samples == 0);
  const auto columns = request_of({{"include_columns", {"a"}}, {"exclude_columns", {"b"}}});
  CHECK(columns.include_columns == std::vector{diff::Identifier("a")});
  CHECK(columns.exclude_columns.empty());
  CHECK(request_of({{"columns_to_compare", {"a"}}}).include_columns.size() == 1);
  CHECK(request_of({{"exclude_columns", {"b"}}}).exclude_columns.size() == 1);
  const auto filtered = request_of({{"filter1", "status = 1"}, {"filter2", "status = 2"}});
  CHECK(filtered.prod_filter == "status = 1");
  CHECK(filtered.pr_filter == "status = 2");
  const auto travel =
      request_of({{"time_travel_point1", -130}, {"time_travel_point2", "2024-01-15T00:00:00"}});
  CHECK(travel.prod_time_travel == "-130");
  CHECK(travel.pr_time_travel == "2024-01-15T00:00:00");
  const Json per_column = {
      {{"column_name", "amount"}, {"tolerance_value", 0.5}, {"tolerance_mode", "relative"}}};
  const auto close = request_of({{"diff_tolerance", 0.01}, {"diff_tolerances_per_column", per_column}});
  CHECK(close.tolerance.at("").absolute == 0.01);
  CHECK(close.tolerance.at("amount").relative == 0.5);
  CHECK(request_of({{"datetime_tolerance", 3}}).timestamp_precision == 3);
  CHECK(request_of({{"column_mapping", Json::array({Json::array({"old", "new"})})}}).renames.at(0).pr ==
        diff::Identifier("new"));
  const auto texts =
      request_of({{"table_modifiers", {"case_insensitive_strings", "null_equals_empty_string"}}});
  CHECK(texts.text.at("").ignore_case);
  CHECK(texts.text.at("").null_equals_empty);
  const auto share = request_of({{"sampling_ratio", 0.1}, {"sampling_threshold", 1000}});
  CHECK(share.sampling->share == 0.1);
  CHECK(share.sampling->from_rows == 1000);
  CHECK(request_of({{"sampling_max_rows", 500}}).sampling->rows == 500);
  CHECK(request_of({{"sampling_tolerance", 0.001}, {"sampling_confidence", 99}}).sampling->rows == 4606);
}

}  // namespace diffgate::app
