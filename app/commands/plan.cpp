#include <CLI/CLI.hpp>
#include <memory>

#include "app/commands/commands.hpp"
#include "app/commands/planning.hpp"
#include "app/commands/terminal.hpp"
#include "app/report/json.hpp"
#include "app/report/text.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t max_lineage = 200'000;

struct Arguments {
  PlanArguments plan;
  std::string output = "table";
  bool json = false;
};

int plan(const Arguments& arguments) {
  const Planned planned = make_plan(arguments.plan);
  if (arguments.json || arguments.output == "json") {
    print_result(plan_json(planned.plan));
  } else if (arguments.output == "mermaid") {
    print_result(dbt::mermaid_lineage(planned.plan, max_lineage));
  } else {
    print_result(plan_text(planned.plan));
  }
  print_warnings(planned.plan.warnings);
  return 0;
}

}  // namespace

void add_plan(CLI::App& app, Job& chosen) {
  CLI::App* command =
      app.add_subcommand("plan", "What would be diffed and why, or why not; needs no warehouse");
  auto arguments = std::make_shared<Arguments>();
  add_plan_options(*command, arguments->plan);
  command->add_flag("--unchanged", arguments->plan.prove_unchanged,
                    "List what nothing touches too, each with the key that proves it: code, macros, config "
                    "and everything upstream are the same on both sides");
  command->add_option("--output", arguments->output, "table, json or mermaid")
      ->check(CLI::IsMember({"table", "json", "mermaid"}))
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "The same as --output json");
  command->footer("Example:\n  diffgate plan --base prod/manifest.json --head target/manifest.json --slim");
  command->callback([&chosen, arguments] { chosen = [arguments] { return plan(*arguments); }; });
}

}  // namespace diffgate::app
