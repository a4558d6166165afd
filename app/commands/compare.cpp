#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <optional>

#include "app/commands/commands.hpp"
#include "app/commands/compare_options.hpp"
#include "app/commands/differences.hpp"
#include "app/commands/event_loop.hpp"
#include "app/commands/terminal.hpp"
#include "app/commands/warehouse_choice.hpp"
#include "app/report/json.hpp"
#include "app/report/profile_report.hpp"
#include "app/report/text.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

struct Arguments {
  WarehouseChoice warehouse;
  std::string prod;
  std::string pr;
  CompareOptions options;
  std::string timeline;
  bool profile = false;
  bool json = false;
  bool fail_on_difference = false;
};

// Who compares two tables reads them by their own right, on their own terminal; but what they want masked may
// be in any text.
void show_withheld_texts(diff::WarehouseOptions& options) {
  const auto on_text = [](const diff::WithheldText& withheld) {
    print_warnings({withheld.where + ": " + withheld.text});
  };
  std::visit([&](auto& one) { one.on_withheld_text = on_text; }, options);
}

int compare(const CLI::App& command, const Arguments& arguments) {
  diff::TableDiffRequest request = request_of(command, arguments.options);
  request.prod = diff::parse_relation(arguments.prod);
  request.pr = diff::parse_relation(arguments.pr);
  request.tag = "compare";
  request.timeout = std::chrono::seconds(arguments.warehouse.timeout_seconds);
  diff::WarehouseOptions where = resolve(arguments.warehouse);
  if (request.masked_columns.empty()) show_withheld_texts(where);
  EventLoop loop;
  const auto warehouse = diff::create_warehouse(loop.executor(), loop.pool(), where);
  const diff::TableDiff diff = loop.run(diff::diff_tables(*warehouse, request));
  std::optional<diff::TableProfiles> profiles;
  std::optional<diff::Timeline> timeline;
  if (arguments.profile) profiles = loop.run(diff::profile_columns(*warehouse, request));
  if (!arguments.timeline.empty())
    timeline =
        loop.run(diff::match_timeline(*warehouse, request, diff::Identifier(arguments.timeline), diff));
  if (arguments.json) {
    print_result(table_diff_json(diff, diff.key.empty() ? "none" : "given", profiles, timeline));
  } else {
    print_result(table_diff_text(diff) + (timeline ? timeline_text(*timeline) : "") +
                 (profiles ? profiles_text(*profiles) : ""));
  }
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
  add_compare_options(*command, a.options);
  command->add_flag("--column-profiles", a.profile,
                    "Show what each column holds on either side: nulls, distinct values, range, mean, bars");
  command->add_option("--timeline", a.timeline, "Show the match over time, by this date or timestamp column");
  command->add_flag("--json", a.json, "The result as JSON");
  command->add_flag("--fail-on-difference", a.fail_on_difference,
                    "Exit code 1 if rows or columns differ, or keys are null or repeated");
  command->footer(
      "Example:\n  diffgate compare --warehouse duckdb:///shop.duckdb --prod prod.orders --pr pr_7.orders "
      "--key order_id");
  command->callback([&chosen, command, arguments] {
    chosen = [command, arguments] { return compare(*command, *arguments); };
  });
}

}  // namespace diffgate::app
