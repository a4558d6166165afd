#include "app/commands/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "app/commands/commands.hpp"
#include "app/report/escape.hpp"
#include "app/version.hpp"
#include "net/did_you_mean.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

int exit_code_of(ErrorClass error_class) {
  switch (error_class) {
    case ErrorClass::caller:
    case ErrorClass::configuration:
      return 2;
    case ErrorClass::remote_transient:
    case ErrorClass::remote_final:
    case ErrorClass::internal:
      return 3;
  }
  return 3;
}

// The command whose arguments were being read, for "see diffgate diff --help".
std::string command_path(const CLI::App& app) {
  std::string path = app.get_name();
  for (const CLI::App* sub : app.get_subcommands()) path += " " + command_path(*sub);
  return path;
}

const CLI::App& innermost(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : innermost(*chosen.front());
}

// The first option that the command does not know, in words; empty if it knows them all.
std::string unknown_option(const CLI::App& command) {
  for (const std::string& argument : command.remaining()) {
    if (!argument.starts_with('-')) continue;
    const std::string name = argument.substr(0, argument.find('='));
    std::vector<std::string> known;
    for (const CLI::Option* option : command.get_options()) known.push_back(option->get_name());
    const std::string hint = did_you_mean(name, known);
    return "there is no option '" + clean_line(name, 60) + "'" + (hint.empty() ? "" : ", " + hint);
  }
  return {};
}

int report_wrong_usage(const CLI::App& app, const CLI::ParseError& error, const std::string& first_argument) {
  std::string what = error.what();
  std::replace(what.begin(), what.end(), '\n', ' ');
  // The parser misses a command before it notices the word that it does not know.
  const bool names_a_command = !first_argument.empty() && !first_argument.starts_with('-');
  if (names_a_command && app.get_subcommands().empty())
    what = "there is no command '" + clean_line(first_argument, 60) + "'";
  // And a missing option before the misspelt one.
  if (const std::string unknown = unknown_option(innermost(app)); !unknown.empty()) what = unknown;
  std::fprintf(stderr, "diffgate: %s (see %s --help)\n", what.c_str(), command_path(app).c_str());
  return 2;
}

int run(const Job& job) {
  try {
    return job();
  } catch (const Error& error) {
    std::fprintf(stderr, "diffgate: %s\n", error_line(error).c_str());
    return exit_code_of(error.error_class());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "diffgate: %s\n", error_line(error).c_str());
    return 3;
  }
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app("Value-level data diffs of dbt projects, on every pull request.", "diffgate");
  app.set_version_flag("--version", "diffgate " + std::string(version()));
  app.set_help_flag("--help", "Show this text and exit");
  app.require_subcommand(1);
  app.footer(
      "Every command has an example: diffgate COMMAND --help\n"
      "Exit codes: 0 fine, 1 gates failed or differences under --fail-on-difference,\n"
      "            2 a mistake in arguments or configuration, 3 a remote failure");
  Job chosen;
  add_compare(app, chosen);
  add_diff(app, chosen);
  add_plan(app, chosen);
  add_ls(app, chosen);
  add_check_primary_keys(app, chosen);
  add_match_files(app, chosen);
  add_trigger_job(app, chosen);
  add_upload(app, chosen);
  add_trigger(app, chosen);
  add_submit(app, chosen);
  add_config(app, chosen);
  add_doctor(app, chosen);
  add_serve(app, chosen);
  add_demo(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help_or_version) {
    return app.exit(help_or_version);
  } catch (const CLI::ParseError& error) {
    return report_wrong_usage(app, error, argc > 1 ? argv[1] : "");
  }
  return run(chosen);
}

}  // namespace diffgate::app
