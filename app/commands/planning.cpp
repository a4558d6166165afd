#include "app/commands/planning.hpp"

#include <CLI/CLI.hpp>
#include <iostream>
#include <iterator>
#include <set>

#include "app/commands/files.hpp"
#include "app/selector_check.hpp"
#include "app/state_options.hpp"
#include "app/verdict.hpp"
#include "config/repository_config.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t max_rules_bytes = 1U << 20U;
constexpr std::size_t max_changed_files_bytes = 64U << 20U;
constexpr std::size_t max_run_results_bytes = 512U << 20U;

config::Rules read_rules(const PlanArguments& arguments) {
  if (arguments.rules_file.empty()) return {};
  auto parsed =
      config::parse_repository_config(read_file(arguments.rules_file, max_rules_bytes), arguments.rules_file,
                                      {}, arguments.project, selector_check());
  if (parsed.ok()) return std::move(parsed.value);
  std::string others;
  if (parsed.problems.size() > 1) others = std::to_string(parsed.problems.size() - 1) + " more; ";
  throw Error(ErrorClass::configuration, config::to_line(parsed.problems.front()), "",
              others + "see diffgate config check " + arguments.rules_file);
}

}  // namespace

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

void add_state_options(CLI::App& command, StateArguments& arguments) {
  command
      .add_option("--more-unrendered", arguments.more_unrendered,
                  "dbt's flag state_modified_compare_more_unrendered_values: auto, true or false")
      ->check(CLI::IsMember({"auto", "true", "false"}))
      ->capture_default_str();
  command
      .add_option(
          "--body-mode", arguments.body_mode,
          "Whether white space in code counts: exact, as in dbt 1.x, or ignore_whitespace, as in Fusion")
      ->check(CLI::IsMember({"exact", "ignore_whitespace"}))
      ->capture_default_str();
  command.add_flag("--ignore-builtin-macros", arguments.ignore_builtin_macros,
                   "Changes of dbt's and the adapter's own macros make nothing modified");
  command.add_flag("--ignore-relation-only", arguments.ignore_relation_only,
                   "Nor does another configured database, schema or alias alone");
  command.add_option("--changed-files", arguments.changed_files,
                     "A file with the pull request's changed paths, one a line (- for stdin): tells of seeds "
                     "over 1 MiB, which dbt does not look into");
}

void apply(const StateArguments& arguments, config::Rules& rules) {
  if (arguments.more_unrendered != "auto") rules.more_unrendered = arguments.more_unrendered == "true";
  if (arguments.body_mode != "exact") rules.body_mode = config::BodyMode::ignore_whitespace;
  if (arguments.ignore_builtin_macros) rules.ignore_builtin_macros = true;
  if (arguments.ignore_relation_only) rules.ignore_relation_only = true;
}

std::vector<std::string> changed_files_of(const StateArguments& arguments) {
  if (arguments.changed_files.empty()) return {};
  const std::string text =
      arguments.changed_files == "-"
          ? std::string(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>())
          : read_file(arguments.changed_files, max_changed_files_bytes);
  std::vector<std::string> paths;
  for (std::string& line : lines_of(text)) {
    if (!line.empty()) paths.push_back(std::move(line));
  }
  return paths;
}

void add_read_files(CLI::App& command, dbt::FileAccess& access) {
  command.add_flag_callback(
      "--read-files", [&access] { access = dbt::FileAccess::read; },
      "Read the manifests instead of mapping them into memory: slower, but they may be written to meanwhile");
}

void add_plan_options(CLI::App& command, PlanArguments& arguments) {
  command.add_option("--base", arguments.base, "Production's manifest.json")->required();
  command.add_option("--head", arguments.head, "The pull request's manifest.json")->required();
  command.add_option("--select", arguments.select,
                     "Only these of the planned models, in dbt's selector syntax");
  command.add_option("--exclude", arguments.exclude, "Not these");
  command.add_flag("--slim", arguments.slim, "Modified models only, not everything downstream");
  add_state_options(command, arguments.state);
  command.add_option("--rules", arguments.rules_file, "A .diffgate.yml whose rules apply");
  command.add_option("--project", arguments.project, "The project of the rules file");
  command.add_option("--run-results", arguments.run_results,
                     "run_results.json of the pull request's build: tells what it did not build");
  add_read_files(command, arguments.access);
}

Planned make_plan(const PlanArguments& arguments) {
  config::Rules rules = read_rules(arguments);
  if (arguments.slim) rules.slim_diff = true;
  if (!arguments.select.empty()) rules.select = joined(arguments.select);
  if (!arguments.exclude.empty()) rules.exclude = joined(arguments.exclude);

  dbt::PlanOptions options;
  apply(arguments.state, rules);
  options.state = state_options(rules, changed_files_of(arguments.state));
  options.slim_diff = rules.slim_diff;
  options.prove_unchanged = arguments.prove_unchanged;
  options.select = rules.select;
  options.exclude = rules.exclude;
  options.primary_key_tag = rules.primary_key_tag;
  options.masking_tags = std::set<std::string>(rules.masking_tags.begin(), rules.masking_tags.end());
  if (!arguments.run_results.empty())
    options.run_results_json = read_file(arguments.run_results, max_run_results_bytes);

  auto [base, head] = dbt::load_manifests({arguments.base}, {arguments.head}, arguments.access);
  dbt::Plan plan = dbt::make_plan(base, head, options);
  drop_wrong_gates(plan);
  GateSelection gates = gate_selection(base, head, rules);
  return {head.info().project_name, std::move(rules), std::move(plan), std::move(gates)};
}

}  // namespace diffgate::app
