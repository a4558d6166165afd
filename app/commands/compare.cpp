#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "app/commands/commands.hpp"
#include "app/commands/differences.hpp"
#include "app/commands/event_loop.hpp"
#include "app/commands/terminal.hpp"
#include "app/commands/warehouse_choice.hpp"
#include "app/report/json.hpp"
#include "app/report/text.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

struct Arguments {
  WarehouseChoice warehouse;
  std::string prod;
  std::string pr;
  std::vector<std::string> key;
  std::vector<std::string> exclude;
  std::vector<std::string> tolerance;
  std::string where;
  int timestamp_precision = -1;
  std::size_t samples = 0;
  bool json = false;
  bool fail_on_difference = false;
};

std::vector<diff::Identifier> identifiers(const std::vector<std::string>& names) {
  std::vector<diff::Identifier> out;
  for (const std::string& name : names) {
    if (!name.empty()) out.emplace_back(name);
  }
  return out;
}

// "amount=abs:0.01", or "rel:1e-9" for every floating-point column.
std::map<std::string, diff::Tolerance> tolerances(const std::vector<std::string>& texts) {
  std::map<std::string, diff::Tolerance> out;
  for (const std::string& text : texts) {
    const std::size_t equals = text.rfind('=');
    const std::string column = equals == std::string::npos ? "" : text.substr(0, equals);
    const std::string value = equals == std::string::npos ? text : text.substr(equals + 1);
    out[column] = diff::parse_tolerance(value);
  }
  return out;
}

diff::TableDiffRequest request_of(const Arguments& arguments) {
  diff::TableDiffRequest request;
  request.prod = diff::parse_relation(arguments.prod);
  request.pr = diff::parse_relation(arguments.pr);
  request.key = identifiers(arguments.key);
  request.exclude_columns = identifiers(arguments.exclude);
  request.filter = arguments.where;
  request.tolerance = tolerances(arguments.tolerance);
  if (arguments.timestamp_precision >= 0) request.timestamp_precision = arguments.timestamp_precision;
  request.samples = arguments.samples;
  request.tag = "compare";
  request.timeout = std::chrono::seconds(arguments.warehouse.timeout_seconds);
  return request;
}

int compare(const Arguments& arguments) {
  diff::TableDiffRequest request = request_of(arguments);
  const diff::WarehouseOptions where = resolve(arguments.warehouse);
  EventLoop loop;
  const auto warehouse = diff::create_warehouse(loop.executor(), loop.pool(), where);
  const diff::TableDiff diff = loop.run(diff::diff_tables(*warehouse, std::move(request)));
  print_result(arguments.json ? table_diff_json(diff, diff.key.empty() ? "none" : "given")
                              : table_diff_text(diff));
  return arguments.fail_on_difference && has_difference(diff) ? 1 : 0;
}

}  // namespace

void add_compare(CLI::App& app, Job& chosen) {
  CLI::App* command = app.add_subcommand("compare", "Compare one pair of tables, without dbt");
  auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  add_warehouse_options(*command, a.warehouse);
  command->add_option("--prod", a.prod, "Production's table, as the engine writes it")->required();
  command->add_option("--pr", a.pr, "The changed table")->required();
  command->add_option("--key", a.key, "Columns of the primary key; without it whole rows are compared")
      ->delimiter(',');
  command->add_option("--exclude", a.exclude, "Columns to leave out")->delimiter(',');
  command->add_option("--where", a.where, "One SQL condition that both sides' rows must meet");
  command->add_option(
      "--tolerance", a.tolerance,
      "COLUMN=abs:0.01, COLUMN=rel:1e-6 or COLUMN=digits:6; without COLUMN= for all float columns");
  command->add_option("--timestamp-precision", a.timestamp_precision, "Digits of a second that count")
      ->check(CLI::Range(0, 6));
  command->add_option("--samples", a.samples, "Differing rows of each kind to show")
      ->check(CLI::Range(0, 1'000));
  command->add_flag("--json", a.json, "The result as JSON");
  command->add_flag("--fail-on-difference", a.fail_on_difference,
                    "Exit code 1 if rows or columns differ, or keys are null or repeated");
  command->footer(
      "Example:\n  diffgate compare --warehouse duckdb:///shop.duckdb --prod prod.orders --pr pr_7.orders "
      "--key order_id");
  command->callback([&chosen, arguments] { chosen = [arguments] { return compare(*arguments); }; });
}

}  // namespace diffgate::app
