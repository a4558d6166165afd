// Runs diffs over a warehouse that is at the other end of stdin and stdout, so that another program can be
// the engine. One JSON value a line: in comes a request, out goes every statement, in comes its rows, and at
// last the result goes out.
//
//   < {"dialect": "trino", "prod": "a.b", "pr": "a.c", "key": ["id"], …}
//   > {"sql": "SELECT …"}
//   < {"rows": [[0, "id", "bigint", null, "NO"], …]}
//   > {"result": {"rows": {…}, "columns": […], …}}  or  {"error": "…"}
//
// With "profiles": true or "timeline": "a column" in the request, what these show is in the result as well.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>

#include "diff/column_profile.hpp"
#include "diff/dialect.hpp"
#include "diff/table_diff.hpp"
#include "diff/warehouse.hpp"
#include "support/run.hpp"

namespace {

using namespace diffgate;
using namespace diffgate::diff;
using nlohmann::json;

json read_line() {
  std::string line;
  if (!std::getline(std::cin, line)) throw std::runtime_error("the conversation ended early");
  return json::parse(line);
}

void write_line(const json& value) { std::cout << value.dump() << std::endl; }

Value cell_of(const json& cell) {
  if (cell.is_null()) return std::monostate{};
  if (cell.is_boolean()) return cell.get<bool>();
  if (cell.is_number_integer()) return cell.get<std::int64_t>();
  if (cell.is_number()) return cell.get<double>();
  return cell.get<std::string>();
}

class ConversationSession final : public Session {
 public:
  Awaitable<ResultSet> query(Statement statement) override {
    write_line({{"sql", statement.sql}});
    const json reply = read_line();
    ResultSet out;
    for (const json& row : reply.at("rows")) {
      std::vector<Value>& cells = out.rows.emplace_back();
      for (const json& cell : row) cells.push_back(cell_of(cell));
    }
    co_return out;
  }
};

class ConversationWarehouse final : public Warehouse {
 public:
  explicit ConversationWarehouse(const Dialect& dialect) : dialect_(dialect) {}
  const Dialect& dialect() const override { return dialect_; }
  Awaitable<std::unique_ptr<Session>> open_session(std::string) override {
    co_return std::make_unique<ConversationSession>();
  }

 private:
  const Dialect& dialect_;
};

const Dialect& dialect_named(const std::string& name) {
  for (const Dialect* dialect : dialects()) {
    if (dialect->name == name) return *dialect;
  }
  throw std::runtime_error("no dialect " + name);
}

std::vector<Identifier> names_of(const json& names) {
  std::vector<Identifier> out;
  for (const json& name : names) out.emplace_back(name.get<std::string>());
  return out;
}

TableDiffRequest request_of(const json& in) {
  TableDiffRequest out;
  out.prod = parse_relation(in.at("prod").get<std::string>());
  out.pr = parse_relation(in.at("pr").get<std::string>());
  out.key = names_of(in.at("key"));
  out.filter = in.value("filter", "");
  out.samples = in.value("samples", std::size_t{3});
  out.may_skip_join = in.value("may_skip_join", true);
  out.masked_columns = names_of(in.value("masked", json::array()));
  if (in.contains("timestamp_precision")) out.timestamp_precision = in.at("timestamp_precision").get<int>();
  if (in.contains("overlap")) out.overlap_column = Identifier(in.at("overlap").get<std::string>());
  if (in.contains("sample")) out.sampling = Sampling{.share = in.at("sample").get<double>()};
  out.precision = in.value("precision", std::map<std::string, int>());
  const std::set<std::string> rules = in.value("text_rules", std::set<std::string>());
  if (!rules.empty()) {
    out.text[""] = {.ignore_case = rules.contains("ignore_case"),
                    .trim = rules.contains("trim"),
                    .null_equals_empty = rules.contains("null_equals_empty")};
  }
  const json tolerances = in.value("tolerance", json::object());
  for (const auto& [column, tolerance] : tolerances.items())
    out.tolerance.emplace(column, parse_tolerance(tolerance.get<std::string>()));
  return out;
}

json key_json(const KeyHealth& key) {
  return {{"null", key.null_rows}, {"duplicate", key.duplicate_rows}, {"distinct", key.distinct}};
}

json cells_json(const std::vector<std::optional<std::string>>& cells) {
  json out = json::array();
  for (const auto& cell : cells) out.push_back(cell ? json(*cell) : json());
  return out;
}

json samples_json(const std::vector<SampleRow>& rows) {
  json out = json::array();
  for (const SampleRow& row : rows) {
    out.push_back({{"key", cells_json(row.key)}, {"prod", cells_json(row.prod)}, {"pr", cells_json(row.pr)}});
  }
  return out;
}

template <class T>
json optional_json(const std::optional<T>& value) {
  return value ? json(*value) : json();
}

json overlap_json(const std::optional<OverlapFacts>& overlap) {
  if (!overlap) return {};
  const auto side = [](const OverlapFacts::Outside& rows) {
    return json{rows.before, rows.after, rows.without_time};
  };
  return {{"prod", side(overlap->prod)}, {"pr", side(overlap->pr)}};
}

json sampled_json(const std::optional<SampleFacts>& sampled) {
  if (!sampled) return {};
  const auto estimate = [](const Estimate& of) {
    return json{{"observed", of.observed}, {"value", of.value}, {"low", of.low}, {"high", of.high}};
  };
  return {{"added", estimate(sampled->added)},
          {"removed", estimate(sampled->removed)},
          {"unchanged", estimate(sampled->unchanged)}};
}

json renames_json(const std::vector<LikelyRename>& renames) {
  json out = json::object();
  for (const LikelyRename& rename : renames) out[rename.columns.prod.value()] = rename.columns.pr.value();
  return out;
}

json result_json(const TableDiff& diff) {
  json columns = json::object();
  for (const ColumnDiff& column : diff.columns) {
    columns[column.name.value()] = {{"changed", column.changed},
                                    {"became_null", column.became_null},
                                    {"was_null", column.was_null},
                                    {"within_tolerance", column.within_tolerance},
                                    {"not_compared", column.not_compared}};
  }
  return {{"rows",
           {{"prod", diff.rows.prod},
            {"pr", diff.rows.pr},
            {"added", diff.rows.added},
            {"removed", diff.rows.removed},
            {"changed", optional_json(diff.rows.changed)},
            {"unchanged", optional_json(diff.rows.unchanged)}}},
          {"prod_key", key_json(diff.prod_key)},
          {"pr_key", key_json(diff.pr_key)},
          {"columns", columns},
          {"samples",
           {{"changed", samples_json(diff.samples.changed)},
            {"added", samples_json(diff.samples.added)},
            {"removed", samples_json(diff.samples.removed)}}},
          {"sampled", sampled_json(diff.sampled)},
          {"overlap", overlap_json(diff.overlap)},
          {"likely_renames", renames_json(diff.schema.likely_renames)},
          {"plan", diff.plan}};
}

json side_json(const std::optional<ColumnProfile>& side) {
  if (!side) return {};
  json quantiles = json::array();
  for (const auto& quantile : side->quantiles) quantiles.push_back(optional_json(quantile));
  return {{"rows", side->rows},
          {"nulls", side->nulls},
          {"distinct", optional_json(side->distinct)},
          {"min", optional_json(side->min)},
          {"max", optional_json(side->max)},
          {"mean", optional_json(side->mean)},
          {"sum", optional_json(side->sum)},
          {"trues", optional_json(side->trues)},
          {"min_length", optional_json(side->min_length)},
          {"max_length", optional_json(side->max_length)},
          {"mean_length", optional_json(side->mean_length)},
          {"quantiles", quantiles}};
}

json profiles_json(const TableProfiles& profiles) {
  json columns = json::object();
  for (const ProfiledColumn& column : profiles.columns) {
    json frequent = json::array();
    for (const FrequentValue& value : column.frequent)
      frequent.push_back({optional_json(value.value), value.prod, value.pr});
    json& out = columns[column.name.value()];
    out = {{"prod", side_json(column.prod)}, {"pr", side_json(column.pr)}, {"frequent", frequent}};
    if (column.histogram) {
      out["histogram"] = {{"low", column.histogram->low},
                          {"high", column.histogram->high},
                          {"prod", column.histogram->prod},
                          {"pr", column.histogram->pr}};
    }
  }
  return columns;
}

json timeline_json(const Timeline& timeline) {
  json points = json::array();
  for (const TimelinePoint& point : timeline.points)
    points.push_back({point.start, point.added, point.removed, point.changed, point.unchanged});
  return {{"unit", timeline.unit}, {"points", points}};
}

json answer(const json& request) {
  try {
    ConversationWarehouse warehouse(dialect_named(request.at("dialect").get<std::string>()));
    constexpr std::chrono::minutes limit(10);
    const TableDiff diff = test::run(diff_tables(warehouse, request_of(request)), limit);
    json result = result_json(diff);
    if (request.value("profiles", false))
      result["profiles"] = profiles_json(test::run(profile_columns(warehouse, request_of(request)), limit));
    if (request.contains("timeline")) {
      const Identifier column(request.at("timeline").get<std::string>());
      result["timeline"] =
          timeline_json(test::run(match_timeline(warehouse, request_of(request), column, diff), limit));
    }
    return {{"result", std::move(result)}};
  } catch (const std::exception& error) {
    return {{"error", error.what()}};
  }
}

}  // namespace

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    write_line(answer(nlohmann::json::parse(line)));
  }
}
