#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/commands/commands.hpp"
#include "app/commands/files.hpp"
#include "app/commands/terminal.hpp"
#include "config/ignore_patterns.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t max_pattern_bytes = 4U << 20U;

struct Arguments {
  std::string patterns;
  bool json = false;
};

int match_files(const Arguments& arguments) {
  const config::IgnorePatterns patterns(lines_of(read_file(arguments.patterns, max_pattern_bytes)));
  auto all = nlohmann::ordered_json::array();
  for (std::string path; std::getline(std::cin, path);) {
    if (path.ends_with('\r')) path.pop_back();
    if (path.empty()) continue;
    const config::IgnorePatterns::Match match = patterns.match(path);
    if (arguments.json) {
      all.push_back({{"path", path},
                     {"ignored", match.is_ignored},
                     {"line", match.line > 0 ? nlohmann::ordered_json(match.line) : nullptr}});
    } else {
      print_result(match.is_ignored ? fmt::format("ignored\t{}\t{}\n", path, match.line)
                                    : fmt::format("counts\t{}\n", path));
    }
  }
  if (arguments.json)
    print_result(all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
  return 0;
}

}  // namespace

void add_match_files(CLI::App& app, Job& chosen) {
  CLI::App* command = app.add_subcommand(
      "match-files", "Which paths files_to_ignore would ignore: paths on stdin, one a line");
  auto arguments = std::make_shared<Arguments>();
  command->add_option("--patterns", arguments->patterns, "File with the gitignore lines")->required();
  command->add_flag("--json", arguments->json, "The result as JSON");
  command->footer(
      "Prints counts<TAB>path, or ignored<TAB>path<TAB>line number of the deciding pattern.\n\n"
      "Example:\n  git diff --name-only main... | diffgate match-files --patterns ignore.txt");
  command->callback([&chosen, arguments] { chosen = [arguments] { return match_files(*arguments); }; });
}

}  // namespace diffgate::app
