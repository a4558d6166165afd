// How soon is the first diff there once dbt Cloud tells that the build has ended? For each push to a pull
// request of the stand-in forge a build of the stand-in dbt Cloud ends; measured from sending its webhook to
// the 202, to the check that says how many models are compared, and to the final check.
//
//   bench_cloud_to_diff [BUILDS]

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "app/demo/shop.hpp"
#include "app/demo/stage.hpp"
#include "app/stand_in/dbt_cloud.hpp"
#include "net/async.hpp"
#include "net/error.hpp"

namespace {

using namespace diffgate;
using namespace diffgate::app;
using Steady = std::chrono::steady_clock;

double milliseconds_since(Steady::time_point begin) {
  return std::chrono::duration<double, std::milli>(Steady::now() - begin).count();
}

struct Times {
  std::vector<double> answered;
  std::vector<double> diffing;
  std::vector<double> ended;
};

const std::string& title(journey::Stage& stage, const std::string& head) {
  static const std::string none;
  const auto* check = stage.github().check(head, "diffgate");
  return check == nullptr ? none : check->now().title;
}

Awaitable<void> wait_until(Clock& clock, Steady::time_point begin, std::function<bool()> holds) {
  while (!holds()) {
    co_await clock.sleep_for(std::chrono::milliseconds(1));
    if (milliseconds_since(begin) > 60'000) throw Error(ErrorClass::internal, "not within a minute");
  }
}

Awaitable<void> measure(journey::Stage& stage, stand_in::DbtCloudStandIn& cloud, std::int64_t ci,
                        std::int64_t production, Clock& clock, int builds, Times& times) {
  co_await stage.start();
  cloud.start_run(production, stage.main_branch_tip(), {}, "main");
  cloud.succeed(cloud.newest_run(), {{0, {{"manifest.json", journey::production_manifest()}}}});
  co_await stage.send(stage.github().open(stage.shop_pull_request()));
  for (int i = 0; i < builds; ++i) {
    stand_in::TreeEdits edits = {{"models/push.sql", fmt::format("select {}", i)}};
    co_await stage.send(stage.github().push(42, fmt::format("push {}", i), edits));
    co_await stage.daemon().settle();
    const std::string head = stage.github().pull_request(42).head_sha;
    cloud.start_run(ci, head, 42, "count-refunds");
    stand_in::Hook ended =
        cloud.succeed(cloud.newest_run(), {{0,
                                            {{"manifest.json", journey::pull_request_manifest()},
                                             {"run_results.json", journey::pull_request_run_results()}}}});
    const auto begin = Steady::now();
    co_await stand_in::deliver(stage.http(), stage.daemon_url() + "/webhooks/dbt-cloud", std::move(ended));
    times.answered.push_back(milliseconds_since(begin));
    co_await wait_until(clock, begin, [&] {
      // "0 of 12 models"; a build that is over before anybody has looked counts too.
      const std::string& now = title(stage, head);
      const bool has_begun = now.ends_with(" models") && now.find(" of ") != std::string::npos;
      return has_begun || stage.github().check(head, "diffgate")->now().status == "completed";
    });
    times.diffing.push_back(milliseconds_since(begin));
    co_await wait_until(clock, begin,
                        [&] { return stage.github().check(head, "diffgate")->now().status == "completed"; });
    times.ended.push_back(milliseconds_since(begin));
    co_await stage.daemon().settle();
  }
  co_await stage.stop();
  co_await cloud.wire().stop();
}

void print(const char* name, std::vector<double> values) {
  std::sort(values.begin(), values.end());
  fmt::print("| {} | {:.1f} | {:.1f} | {:.1f} |\n", name, values.front(), values[values.size() / 2],
             values.back());
}

}  // namespace

int main(int argc, char** argv) {
  const int builds = argc > 1 ? std::atoi(argv[1]) : 20;
  asio::io_context loop(1);
  SystemClock clock;
  stand_in::DbtCloudStandInOptions cloud_options;
  cloud_options.token = Secret("dbtc_bench");
  cloud_options.webhook_secret = Secret("bench");
  stand_in::DbtCloudStandIn cloud(loop.get_executor(), cloud_options);
  cloud.start();
  const std::int64_t ci = cloud.add_job("CI", "ci", {"dbt build"});
  const std::int64_t production = cloud.add_job("Production", "merge", {"dbt build"});
  journey::StageOptions options;
  options.daemon.forge_write_gap = std::chrono::milliseconds(0);
  options.daemon.progress_gap = std::chrono::milliseconds(0);
  // A model that is carried over from the push before would not be measured.
  options.more_files[".diffgate.yml"] = "reuse_results: false\n";
  options.adjust = [&](config::ServerConfig& config) {
    config::DbtCloudAccount account;
    account.url = cloud.wire().url();
    account.account_id = cloud_options.account;
    account.token = cloud_options.token;
    account.webhook_secrets = {cloud_options.webhook_secret};
    config.dbt_cloud = {account};
    config.projects[0].dbt_cloud = config::DbtCloudJobs{account.name, ci, production, {}};
  };
  journey::Stage stage(loop.get_executor(), clock, std::move(options));
  Times times;
  std::exception_ptr failure;
  spawn(loop.get_executor(), "bench", measure(stage, cloud, ci, production, clock, builds, times),
        [&failure](const std::string&, const std::exception_ptr& error) { failure = error; });
  loop.run();
  if (failure) {
    fmt::print(stderr, "bench_cloud_to_diff: {}\n", error_line(failure));
    return 1;
  }
  fmt::print("| from sending dbt Cloud's webhook, ms | least | median | most |\n|---|---|---|---|\n");
  print("to the 202 (verified, stored)", times.answered);
  print("to the first diff under way", times.diffing);
  print("to the final check", times.ended);
  return 0;
}
