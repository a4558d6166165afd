#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/commands/commands.hpp"
#include "app/commands/files.hpp"
#include "app/commands/planning.hpp"
#include "app/commands/terminal.hpp"
#include "app/report/escape.hpp"
#include "app/state_options.hpp"
#include "dbt/same_project.hpp"
#include "dbt/selection.hpp"

namespace diffgate::app {
namespace {

struct Arguments {
  std::string base;
  std::string head;
  std::vector<std::string> select;
  std::vector<std::string> exclude;
  StateArguments state;
  std::string output = "unique_id";
  std::string indirect = "none";
  std::string base_run_results;
  std::string base_sources;
  std::string head_sources;
  bool json = false;
  dbt::FileAccess access = dbt::FileAccess::map;
};

constexpr std::size_t max_results_bytes = 512U << 20U;

dbt::IndirectSelection indirect_of(const std::string& text) {
  if (text == "eager") return dbt::IndirectSelection::eager;
  if (text == "cautious") return dbt::IndirectSelection::cautious;
  if (text == "buildable") return dbt::IndirectSelection::buildable;
  if (text == "empty") return dbt::IndirectSelection::empty;
  return dbt::IndirectSelection::none;
}

// The file that is named, or else the one beside the manifest, as in dbt's own folders, if there is one.
std::optional<std::string> state_file(const std::string& named, const std::string& manifest,
                                      const char* name) {
  if (!named.empty()) return read_file(named, max_results_bytes);
  const std::filesystem::path beside = std::filesystem::path(manifest).replace_filename(name);
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(beside, ignored)) return std::nullopt;
  return read_file(beside.string(), max_results_bytes);
}

dbt::StateFiles state_files(const Arguments& arguments) {
  return {.base_run_results = state_file(arguments.base_run_results, arguments.base, "run_results.json"),
          .base_sources = state_file(arguments.base_sources, arguments.base, "sources.json"),
          .head_sources = state_file(arguments.head_sources, arguments.head, "sources.json")};
}

nlohmann::ordered_json json_of(const dbt::NodeLine& line, const std::vector<std::string>& changes) {
  return {{"unique_id", line.id.value()},
          {"resource_type", line.resource_type},
          {"name", line.name},
          {"path", line.path},
          {"changes", changes}};
}

// Names are from outside: a control character must not reach a terminal, nor a line break make two lines of
// one.
std::string one_line(const std::string& text) { return clean_line(text, 10'000) + "\n"; }

std::string dump(const nlohmann::ordered_json& json, int indent) {
  return json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

int ls(const Arguments& arguments) {
  dbt::SelectionOptions options;
  options.select = joined(arguments.select);
  options.exclude = joined(arguments.exclude);
  config::Rules rules;
  apply(arguments.state, rules);
  options.state = state_options(rules, changed_files_of(arguments.state));
  options.indirect = indirect_of(arguments.indirect);
  options.files = state_files(arguments);
  options.explain = arguments.json || arguments.output == "json";
  const auto [base, head] = dbt::load_manifests({arguments.base}, {arguments.head}, arguments.access);
  const std::string renamed = dbt::refuse_different_projects(base, head);
  dbt::Selection selection = dbt::select_nodes(base, head, options);
  if (!renamed.empty()) selection.warnings.insert(selection.warnings.begin(), renamed);

  std::string out;
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < selection.ids.size(); ++i) {
    const dbt::NodeLine line = dbt::describe(head, selection.ids[i]);
    if (arguments.json) {
      all.push_back(json_of(line, selection.change_words[i]));
    } else if (arguments.output == "json") {
      out += dump(json_of(line, selection.change_words[i]), -1);
    } else if (arguments.output == "name") {
      out += one_line(line.name);
    } else if (arguments.output == "path") {
      out += one_line(line.path);
    } else {
      out += one_line(line.id.value());
    }
  }
  print_result(arguments.json ? dump(all, 2) : out);
  print_warnings(selection.warnings);
  return 0;
}

}  // namespace

void add_ls(CLI::App& app, Job& chosen) {
  CLI::App* command = app.add_subcommand("ls", "dbt's selection from two manifests, one node a line, sorted");
  auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  command->add_option("--base", a.base, "Production's manifest.json: the state")->required();
  command->add_option("--head", a.head, "The pull request's manifest.json")->required();
  command->add_option("--select", a.select, "dbt's selector syntax; everything without it");
  command->add_option("--exclude", a.exclude, "What to leave out, in the same syntax");
  add_state_options(*command, a.state);
  command
      ->add_option("--output", a.output,
                   "unique_id, name, path or json (one object a line; of modified nodes with what changed)")
      ->check(CLI::IsMember({"unique_id", "name", "path", "json"}))
      ->capture_default_str();
  command
      ->add_option("--indirect-selection", a.indirect,
                   "Tests of selected nodes: dbt's eager, cautious, buildable or empty; none is as empty, "
                   "whatever a definition of selectors.yml says")
      ->check(CLI::IsMember({"none", "empty", "eager", "cautious", "buildable"}))
      ->capture_default_str();
  command->add_option("--base-run-results", a.base_run_results,
                      "For result: the base's run_results.json; without it the one beside --base");
  command->add_option("--base-sources", a.base_sources,
                      "For source_status: the base's sources.json; without it the one beside --base");
  command->add_option("--head-sources", a.head_sources, "The same of the head");
  command->add_flag("--json", a.json, "All nodes as one JSON array");
  add_read_files(*command, a.access);
  command->footer(
      "Without --select and --exclude: the default selector of the project's selectors.yml, or else all.\n\n"
      "Example:\n  diffgate ls --base prod/manifest.json --head target/manifest.json --select "
      "state:modified+");
  command->callback([&chosen, arguments] { chosen = [arguments] { return ls(*arguments); }; });
}

}  // namespace diffgate::app
