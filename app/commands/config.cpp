#include <CLI/CLI.hpp>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/commands/commands.hpp"
#include "app/commands/files.hpp"
#include "app/commands/terminal.hpp"
#include "app/selector_check.hpp"
#include "config/repository_config.hpp"
#include "config/server_config.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t max_file_bytes = 4U << 20U;

struct CheckArguments {
  std::vector<std::string> files;
  std::string kind = "auto";
  std::string project;
  bool json = false;
};

// Keys that only the server file has. It is told by the text, because it must work for a file that is not
// valid YAML.
bool looks_like_server_file(const std::string& text) {
  constexpr std::array<std::string_view, 12> keys = {
      "listen", "public_url", "data_dir",   "log_level", "log_format", "artifact_wait", "artifact_max_bytes",
      "github", "gitlab",     "warehouses", "defaults",  "log"};
  for (const std::string& line : lines_of(text)) {
    for (const std::string_view key : keys) {
      if (line.starts_with(key) && line.substr(key.size()).starts_with(":")) return true;
    }
  }
  return false;
}

std::vector<config::Problem> problems_of(const std::string& file, const CheckArguments& arguments) {
  std::string text;
  try {
    text = read_file(file, max_file_bytes);
  } catch (const Error& error) {
    config::Problem problem;
    problem.file = file;
    problem.message = error.problem();
    return {problem};
  }
  const bool is_server =
      arguments.kind == "server" || (arguments.kind == "auto" && looks_like_server_file(text));
  if (is_server) return config::parse_server_config(text, file, environment(), selector_check()).problems;
  return config::parse_repository_config(text, file, {}, arguments.project, selector_check()).problems;
}

int check(const CheckArguments& arguments) {
  auto all = nlohmann::ordered_json::array();
  bool is_fine = true;
  for (const std::string& file : arguments.files) {
    const std::vector<config::Problem> problems = problems_of(file, arguments);
    if (!problems.empty()) is_fine = false;
    for (const config::Problem& problem : problems) {
      if (!arguments.json) print_result(config::to_line(problem) + "\n");
      all.push_back({{"file", problem.file},
                     {"line", problem.line},
                     {"column", problem.column},
                     {"key", problem.key},
                     {"message", problem.message},
                     {"suggestion", problem.suggestion}});
    }
    if (problems.empty() && !arguments.json) print_result(file + ": ok\n");
  }
  if (arguments.json)
    print_result(all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
  return is_fine ? 0 : 2;
}

}  // namespace

void add_config(CLI::App& app, Job& chosen) {
  CLI::App* config = app.add_subcommand("config", "Check configuration files; their JSON Schema; new keys");
  config->require_subcommand(1);

  CLI::App* check_command =
      config->add_subcommand("check", "Every mistake in the files, with line and column");
  auto arguments = std::make_shared<CheckArguments>();
  check_command->add_option("files", arguments->files, "Server files and .diffgate.yml files")->required();
  check_command->add_option("--kind", arguments->kind, "auto tells them apart by their keys")
      ->check(CLI::IsMember({"auto", "server", "repository"}))
      ->capture_default_str();
  check_command->add_option("--project", arguments->project,
                            "The project whose part of a repository file is meant");
  check_command->add_flag("--json", arguments->json, "The mistakes as a JSON array");
  check_command->footer(
      "Exit code 2 if there is any mistake.\n\nExample:\n  diffgate config check .diffgate.yml");
  check_command->callback([&chosen, arguments] { chosen = [arguments] { return check(*arguments); }; });

  add_new_key(*config, chosen);

  CLI::App* schema =
      config->add_subcommand("schema", "The JSON Schema of .diffgate.yml or of the server file");
  auto kind = std::make_shared<std::string>("repository");
  schema->add_option("--kind", *kind, "repository or server")
      ->check(CLI::IsMember({"repository", "server"}))
      ->capture_default_str();
  schema->footer("Example:\n  diffgate config schema > diffgate.schema.json");
  schema->callback([&chosen, kind] {
    chosen = [kind] {
      std::string text =
          *kind == "server" ? config::server_config_schema() : config::repository_config_schema();
      if (!text.ends_with('\n')) text += '\n';
      print_result(text);
      return 0;
    };
  });
}

}  // namespace diffgate::app
