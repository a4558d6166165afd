#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/commands/commands.hpp"
#include "app/commands/files.hpp"
#include "app/commands/server_call.hpp"
#include "app/commands/terminal.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxFileBytes = 4U << 20U;

struct Arguments {
  ServerOptions server;
  std::int64_t project = 0;
  std::int64_t pull_request = 0;
  std::string tables;
  bool json = false;
};

std::string read_input(const std::string& path) {
  if (path != "-") return read_file(path, kMaxFileBytes);
  std::string text;
  char piece[65'536];
  while (std::cin.read(piece, sizeof piece) || std::cin.gcount() > 0) {
    text.append(piece, static_cast<std::size_t>(std::cin.gcount()));
    if (text.size() > kMaxFileBytes) throw Error(ErrorClass::caller, "is longer than 4 MB", "standard input");
  }
  return text;
}

// A list of pairs; `pk` may stand for `key`, as lists written for Datafold have it. The server checks the
// rest.
Json tables_of(const Arguments& arguments) {
  const std::string where = arguments.tables == "-" ? "standard input" : arguments.tables;
  Json tables = Json::parse(read_input(arguments.tables), nullptr, false);
  if (tables.is_discarded()) throw Error(ErrorClass::caller, "is not JSON", where);
  if (!tables.is_array() || tables.empty()) {
    throw Error(ErrorClass::caller, "is not a list of table pairs", where,
                R"(write [{"prod": "analytics.orders", "pr": "pr_42.orders", "key": ["order_id"]}])");
  }
  for (Json& pair : tables) {
    if (!pair.is_object() || !pair.contains("pk") || pair.contains("key")) continue;
    pair["key"] = pair.at("pk");
    pair.erase("pk");
  }
  return tables;
}

int submit(const Arguments& arguments) {
  const std::string path =
      fmt::format("/api/v1/projects/{}/pull_requests/{}/tables", arguments.project, arguments.pull_request);
  const Json body = {{"tables", tables_of(arguments)}};
  const std::string answer =
      post_to_server(arguments.server, path, body.dump(-1, ' ', false, Json::error_handler_t::replace));
  if (arguments.json) {
    print_result(answer);
    return 0;
  }
  const Json run = Json::parse(answer, nullptr, false);
  if (!run.is_object() || !run.contains("run") || !run.contains("tables"))
    throw Error(ErrorClass::remote_final, "the server's answer is not understood");
  print_result(fmt::format("run {} compares {} tables\n", run.at("run").dump(), run.at("tables").dump()));
  return 0;
}

}  // namespace

void add_submit(CLI::App& app, Job& chosen) {
  CLI::App* command =
      app.add_subcommand("submit", "Name the tables that a run compares, for a project without dbt");
  auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  add_server_options(*command, a.server);
  command->add_option("--project", a.project, "Id of the project")->required()->check(CLI::PositiveNumber);
  command->add_option("--pull-request,--pr", a.pull_request, "Number of the pull request")
      ->required()
      ->check(CLI::PositiveNumber);
  command
      ->add_option("--tables", a.tables,
                   "File with a JSON list of {prod, pr, key, include_columns, exclude_columns}; - for "
                   "standard input")
      ->required();
  command->add_flag("--json", a.json, "The server's answer as JSON");
  command->footer(
      "The pull request needs a run that waits: the webhook or `diffgate trigger` makes it.\n\nExample:\n"
      "  diffgate submit --server https://diffgate.example.com --project 1 --pr 42 --tables tables.json");
  command->callback([&chosen, arguments] { chosen = [arguments] { return submit(*arguments); }; });
}

}  // namespace diffgate::app
