#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/commands/commands.hpp"
#include "app/commands/planning.hpp"
#include "app/commands/terminal.hpp"
#include "app/report/escape.hpp"
#include "dbt/same_project.hpp"
#include "dbt/selection.hpp"

namespace diffgate::app {
namespace {

struct Arguments {
  std::string base;
  std::string head;
  std::vector<std::string> select;
  std::vector<std::string> exclude;
  std::string more_unrendered = "auto";
  std::string output = "unique_id";
  std::string indirect = "none";
  bool json = false;
};

dbt::IndirectSelection indirect_of(const std::string& text) {
  if (text == "eager") return dbt::IndirectSelection::eager;
  if (text == "cautious") return dbt::IndirectSelection::cautious;
  if (text == "buildable") return dbt::IndirectSelection::buildable;
  return dbt::IndirectSelection::none;  // "none", and dbt's own word for it, "empty"
}

nlohmann::ordered_json json_of(const dbt::NodeLine& line) {
  return {{"unique_id", line.id.value()},
          {"resource_type", line.resource_type},
          {"name", line.name},
          {"path", line.path}};
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
  options.state.more_unrendered = more_unrendered_of(arguments.more_unrendered);
  options.indirect = indirect_of(arguments.indirect);
  const dbt::Manifest base = dbt::load_manifest(arguments.base);
  const dbt::Manifest head = dbt::load_manifest(arguments.head);
  dbt::refuse_different_projects(base, head);
  const dbt::Selection selection = dbt::select_nodes(base, head, options);

  std::string out;
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const dbt::UniqueId& id : selection.ids) {
    const dbt::NodeLine line = dbt::describe(head, id);
    if (arguments.json) {
      all.push_back(json_of(line));
    } else if (arguments.output == "json") {
      out += dump(json_of(line), -1);
    } else if (arguments.output == "name") {
      out += one_line(line.name);
    } else if (arguments.output == "path") {
      out += one_line(line.path);
    } else {
      out += one_line(id.value());
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
  add_more_unrendered(*command, a.more_unrendered);
  command->add_option("--output", a.output, "unique_id, name, path or json (one object a line)")
      ->check(CLI::IsMember({"unique_id", "name", "path", "json"}))
      ->capture_default_str();
  command
      ->add_option("--indirect-selection", a.indirect,
                   "Tests of selected nodes: none, eager, cautious, buildable")
      ->check(CLI::IsMember({"none", "empty", "eager", "cautious", "buildable"}))
      ->capture_default_str();
  command->add_flag("--json", a.json, "All nodes as one JSON array");
  command->footer(
      "Example:\n  diffgate ls --base prod/manifest.json --head target/manifest.json --select "
      "state:modified+");
  command->callback([&chosen, arguments] { chosen = [arguments] { return ls(*arguments); }; });
}

}  // namespace diffgate::app
