#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>

#include "app/commands/commands.hpp"
#include "app/commands/compare_options.hpp"
#include "app/commands/differences.hpp"
#include "app/commands/event_loop.hpp"
#include "app/commands/files.hpp"
#include "app/commands/planning.hpp"
#include "app/commands/terminal.hpp"
#include "app/commands/warehouse_choice.hpp"
#include "app/model_diffs.hpp"
#include "app/report/comment.hpp"
#include "app/report/html.hpp"
#include "app/report/json.hpp"
#include "app/report/text.hpp"
#include "app/verdict.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t max_lineage = 20'000;

struct Arguments {
  PlanArguments plan;
  WarehouseChoice warehouse;
  std::size_t concurrency = 0;
  std::string sample;
  bool profile = false;
  bool json = false;
  bool markdown = false;
  std::string html;
  bool fail_on_difference = false;
};

// A warehouse that can't be reached is one failure of the command, not one of each model.
Awaitable<void> reach(diff::Warehouse& warehouse) {
  const std::unique_ptr<diff::Session> session = co_await warehouse.open_session("diff");
}

RunReport run_diffs(const Arguments& arguments, const Planned& planned) {
  const auto start = std::chrono::steady_clock::now();
  RunReport report;
  report.project = planned.project;
  report.project_dir = planned.rules.dbt_project_dir;
  report.assets = planned.plan.assets;
  report.warnings = planned.plan.warnings;
  report.lineage = dbt::mermaid_lineage(planned.plan, max_lineage);
  // Without anything to measure there is no need of a warehouse.
  if (planned.plan.diffs() == 0) {
    for (const dbt::PlannedModel& model : planned.plan.models)
      report.models.push_back(result_without_diff(model));
  } else {
    const diff::WarehouseOptions where = resolve(arguments.warehouse);
    EventLoop loop;
    const auto warehouse = diff::create_warehouse(loop.executor(), loop.pool(), where);
    loop.run(reach(*warehouse));
    DiffModelsOptions options;
    options.rules = planned.rules;
    options.concurrency = arguments.concurrency;
    options.timeout = std::chrono::seconds(arguments.warehouse.timeout_seconds);
    options.tag = "diff";
    options.with_profiles = arguments.profile;
    if (!arguments.sample.empty()) options.sampling = parse_sampling(arguments.sample);
    ProgressBar bar;
    bar.show(0, planned.plan.diffs(), "");
    report.models =
        loop.run(diff_models(*warehouse, planned.plan, std::move(options),
                             [&bar](const ModelResult& result, std::size_t done, std::size_t total) {
                               bar.show(done, total, result.model.name);
                             }));
  }
  report.finished_at = std::chrono::system_clock::now();
  report.duration =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  judge(report, planned.rules, planned.gates);
  return report;
}

bool differs(const ModelResult& result) {
  if (result.diff) return has_difference(*result.diff);
  return result.kind == ModelResultKind::error || result.kind == ModelResultKind::is_new ||
         result.kind == ModelResultKind::removed;
}

int exit_code(const RunReport& report, const Arguments& arguments) {
  if (report.verdict == Verdict::fail) return 1;
  if (!arguments.fail_on_difference) return 0;
  // A selector picks from the pull request's models, so removed ones are listed whatever it says: who names
  // models asks about those.
  const bool removed_counts = arguments.plan.select.empty();
  for (const ModelResult& result : report.models) {
    if (differs(result) && (removed_counts || result.kind != ModelResultKind::removed)) return 1;
  }
  return 0;
}

int diff_project(const Arguments& arguments) {
  const Planned planned = make_plan(arguments.plan);
  const RunReport report = run_diffs(arguments, planned);
  if (!arguments.html.empty()) write_file(arguments.html, report_html(report));
  if (arguments.json) {
    print_result(report_json(report));
  } else if (arguments.markdown) {
    print_result(comment_markdown(report, {}));
  } else {
    print_result(report_text(report));
  }
  print_warnings(report.warnings);
  if (const ModelResult* lost = lost_model(report.models)) {
    throw Error(ErrorClass::remote_transient,
                "the warehouse was lost before every model was compared: " + lost->reason, lost->model.name);
  }
  return exit_code(report, arguments);
}

}  // namespace

void add_diff(CLI::App& app, Job& chosen) {
  CLI::App* command =
      app.add_subcommand("diff", "Diff every changed model of a dbt project, as the check does");
  auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  add_plan_options(*command, a.plan);
  add_warehouse_options(*command, a.warehouse);
  command
      ->add_option("--concurrency", a.concurrency,
                   "Models diffed at the same time, at most; the warehouse's concurrency if it is not given")
      ->check(CLI::Range(1, 64));
  command->add_option("--sample", a.sample,
                      "Compare a share of each model's keys (1%) or about so many rows (50000)");
  command->add_flag(
      "--column-profiles", a.profile,
      "Profile the columns, too, for --html and --json; with a timeline where a model names its "
      "time_column or event_time");
  CLI::Option* json = command->add_flag("--json", a.json, "The result as JSON");
  command->add_flag("--markdown", a.markdown, "The result as the pull request's comment")->excludes(json);
  command->add_option("--html", a.html, "Write the result to this file, too, as one page");
  command->add_flag("--fail-on-difference", a.fail_on_difference,
                    "Exit code 1 if a model differs, is new or removed, or has null or repeated keys");
  command->footer(
      "Example:\n  diffgate diff --base prod/manifest.json --head target/manifest.json --warehouse "
      "postgresql://me@db/shop --html report.html");
  command->callback([&chosen, arguments] { chosen = [arguments] { return diff_project(*arguments); }; });
}

}  // namespace diffgate::app
