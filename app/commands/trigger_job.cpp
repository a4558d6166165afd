#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/commands/commands.hpp"
#include "app/commands/event_loop.hpp"
#include "app/commands/files.hpp"
#include "app/commands/terminal.hpp"
#include "app/report/escape.hpp"
#include "app/selector_check.hpp"
#include "app/sources/artifact_sources.hpp"
#include "app/version.hpp"
#include "config/server_config.hpp"
#include "dbt/cloud_client.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t kMaxToken = 4'096;
constexpr std::chrono::seconds kPause{10};  // between two looks at a run that is waited for

struct Arguments {
  std::string config;
  std::int64_t project = 0;
  std::string url;
  std::int64_t account = 0;
  std::int64_t job = 0;
  std::string token_file;
  std::string cause = "diffgate trigger-job";
  std::string git_sha;
  std::string git_branch;
  bool wait = false;
  bool json = false;
};

// Which account and job are meant.
struct Target {
  dbt::CloudOptions options;
  dbt::CloudJobId job;
};

Target from_server_file(const Arguments& arguments) {
  const auto parsed = config::read_server_config(arguments.config, environment(), selector_check());
  if (!parsed.ok()) {
    throw Error(ErrorClass::configuration, config::to_line(parsed.problems.front()), "",
                "diffgate config check " + arguments.config + " lists every mistake");
  }
  for (const config::ProjectConfig& project : parsed.value.projects) {
    if (project.id != arguments.project) continue;
    if (!project.dbt_cloud || project.dbt_cloud->artifacts_job == 0) {
      throw Error(ErrorClass::configuration, "has no artifacts_job of dbt Cloud", "project " + project.name);
    }
    for (const config::DbtCloudAccount& account : parsed.value.dbt_cloud) {
      if (account.name != project.dbt_cloud->account) continue;
      const std::int64_t job = arguments.job != 0 ? arguments.job : project.dbt_cloud->artifacts_job;
      return {cloud_options(account), dbt::CloudJobId(job)};
    }
  }
  throw Error(ErrorClass::caller, fmt::format("the server file has no project {}", arguments.project),
              arguments.config);
}

Target from_options(const Arguments& arguments) {
  if (arguments.url.empty() || arguments.account == 0 || arguments.job == 0) {
    throw Error(ErrorClass::caller, "the job is not known", "",
                "give --config and --project, or --url, --account and --job");
  }
  std::string token;
  if (!arguments.token_file.empty()) {
    token = read_file(arguments.token_file, kMaxToken);
  } else {
    const auto variables = environment();
    if (const auto found = variables.find("DBT_CLOUD_TOKEN"); found != variables.end()) token = found->second;
  }
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
  if (token.empty()) {
    throw Error(ErrorClass::caller, "no token for dbt Cloud", "",
                "set DBT_CLOUD_TOKEN, or give --token-file");
  }
  Target target;
  target.options.url = arguments.url;
  target.options.account_id = arguments.account;
  target.options.token = Secret(std::move(token));
  target.job = dbt::CloudJobId(arguments.job);
  return target;
}

Awaitable<dbt::CloudRun> start(dbt::CloudClient& client, Clock& clock, dbt::CloudJobId job,
                               dbt::CloudTrigger trigger, bool wait) {
  dbt::CloudRun run = co_await client.trigger(job, std::move(trigger));
  while (wait && !run.is_over()) {
    co_await clock.sleep_for(kPause);
    run = co_await client.run(run.id);
  }
  co_return run;
}

int trigger_job(const Arguments& arguments) {
  const Target target = arguments.config.empty() ? from_options(arguments) : from_server_file(arguments);
  EventLoop loop;
  SystemClock clock;
  net::HttpClientOptions client_options;
  client_options.user_agent = "diffgate/" + std::string(version());
  const auto http = net::create_http_client(loop.executor(), std::move(client_options));
  dbt::CloudClient client(*http, clock, target.options);
  dbt::CloudTrigger trigger;
  trigger.cause = arguments.cause;
  trigger.git_sha = arguments.git_sha;
  trigger.git_branch = arguments.git_branch;
  const dbt::CloudRun run = loop.run(start(client, clock, target.job, std::move(trigger), arguments.wait));
  const std::string page = client.page_of(run);
  if (arguments.json) {
    const nlohmann::ordered_json out = {{"run", run.id.value()},
                                        {"job", target.job.value()},
                                        {"status", words_for(run.status)},
                                        {"url", page}};
    print_result(out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
  } else {
    print_result(fmt::format("dbt Cloud run {} is {}: {}\n", run.id.value(), words_for(run.status), page));
  }
  const bool has_failed = run.status == dbt::CloudStatus::error || run.status == dbt::CloudStatus::cancelled;
  if (has_failed) {
    const std::string message = clean_line(run.message, 300);
    throw Error(ErrorClass::remote_final,
                fmt::format("{}{}{}", words_for(run.status), message.empty() ? "" : ": ", message),
                fmt::format("dbt Cloud run {}", run.id.value()));
  }
  return 0;
}

}  // namespace

void add_trigger_job(CLI::App& app, Job& chosen) {
  CLI::App* command = app.add_subcommand("trigger-job", "Start a job of dbt Cloud, by default production's");
  auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  CLI::Option* config =
      command->add_option("--config", a.config, "The server file, which has account and token");
  command->add_option("--project", a.project, "Id of the project whose artifacts_job is meant")
      ->check(CLI::PositiveNumber)
      ->needs(config);
  command->add_option("--url", a.url, "Access URL of the account, as in https://ab123.us1.dbt.com")
      ->excludes(config);
  command->add_option("--account", a.account, "Id of the account")
      ->check(CLI::PositiveNumber)
      ->excludes(config);
  command->add_option("--job", a.job, "Id of the job; with --config, instead of the artifacts_job")
      ->check(CLI::PositiveNumber);
  command->add_option("--token-file", a.token_file, "File with the token; without it, DBT_CLOUD_TOKEN")
      ->excludes(config);
  command->add_option("--cause", a.cause, "What dbt Cloud shows as the run's cause")->capture_default_str();
  command->add_option("--git-sha", a.git_sha, "Commit to build; without it, the branch's tip");
  command->add_option("--git-branch", a.git_branch, "Branch to build instead of the environment's");
  command->add_flag("--wait", a.wait, "Return when the run has ended; exit code 3 if it failed");
  command->add_flag("--json", a.json, "The run as JSON");
  command->footer(
      "Example:\n  diffgate trigger-job --config /etc/diffgate/diffgate.yml --project 1 --wait\n"
      "  DBT_CLOUD_TOKEN=… diffgate trigger-job --url https://ab123.us1.dbt.com --account 4242 --job 1102");
  command->callback([&chosen, arguments] { chosen = [arguments] { return trigger_job(*arguments); }; });
}

}  // namespace diffgate::app
