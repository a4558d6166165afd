#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/commands/ci_build.hpp"
#include "app/commands/commands.hpp"
#include "app/commands/files.hpp"
#include "app/commands/server_call.hpp"
#include "app/commands/terminal.hpp"
#include "app/report/escape.hpp"
#include "net/error.hpp"
#include "vcs/types.hpp"

namespace diffgate::app {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  ServerOptions server;
  std::int64_t project = 0;
  std::int64_t pull_request = 0;
  std::string commit_sha;
  bool json = false;
};

// Said in the call, so that a job which built another commit than the pull request's head is told so.
Json body_of(const Arguments& arguments) {
  std::string sha = arguments.commit_sha;
  if (sha.empty()) sha = ci_build_of(environment(), true).sha.value_or("");
  if (sha.empty()) return Json::object();
  if (!vcs::parse_sha(sha)) {
    throw Error(ErrorClass::caller, "is not a full commit id", "commit '" + clean_line(sha, 80) + "'",
                "give all 40 digits");
  }
  return {{"head_sha", sha}};
}

int trigger(const Arguments& arguments) {
  const std::string path =
      fmt::format("/api/v1/projects/{}/pull_requests/{}/trigger", arguments.project, arguments.pull_request);
  const std::string answer = post_to_server(arguments.server, path, body_of(arguments).dump());
  if (arguments.json) {
    print_result(answer);
    return 0;
  }
  const Json run = Json::parse(answer, nullptr, false);
  if (!run.is_object() || !run.contains("id") || !run.contains("state"))
    throw Error(ErrorClass::remote_final, "the server's answer is not a run");
  print_result(fmt::format("run {}: {}\n", run.at("id").dump(), clean_line(run.at("state").dump(), 80)));
  return 0;
}

}  // namespace

void add_trigger(CLI::App& app, Job& chosen) {
  CLI::App* command = app.add_subcommand(
      "trigger", "Start a run of a pull request, where no webhook reaches the server or to have it again");
  auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  add_server_options(*command, a.server);
  command->add_option("--project", a.project, "Id of the project")->required()->check(CLI::PositiveNumber);
  command->add_option("--pull-request,--pr", a.pull_request, "Number of the pull request")
      ->required()
      ->check(CLI::PositiveNumber);
  command->add_option("--commit-sha", a.commit_sha,
                      "The pull request's head; without it, the one that the CI system names");
  command->add_flag("--json", a.json, "The run as JSON");
  command->footer(
      "Example:\n  DIFFGATE_API_KEY=… diffgate trigger --server https://diffgate.example.com --project 1 "
      "--pr 42");
  command->callback([&chosen, arguments] { chosen = [arguments] { return trigger(*arguments); }; });
}

}  // namespace diffgate::app
