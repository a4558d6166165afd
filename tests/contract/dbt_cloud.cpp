// The client of dbt Cloud and the stand-in for it, with whatever stands between them: what
// dbt_cloud_openapi.test.mjs judges.
//
//   contract_dbt_cloud CLOUD_PORT CLOUD_URL
//
// Makes every call that diffgate makes. Exit code 0 if each was answered as it must.

#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "app/stand_in/dbt_cloud.hpp"
#include "dbt/cloud_client.hpp"
#include "net/error.hpp"

namespace {

using namespace diffgate;

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
  std::printf("ok: %s\n", what.c_str());
}

Awaitable<void> walk(app::stand_in::DbtCloudStandIn& cloud, dbt::CloudClient& client, std::string file) {
  constexpr std::size_t kMost = 1U << 20U;
  const dbt::CloudJobId job(cloud.add_job("CI", "ci", {"dbt build", "dbt docs generate"}));
  cloud.start_run(job.value(), std::string(40, 'a'), 42, "count-refunds");
  const dbt::CloudRunId id(cloud.newest_run());
  dbt::CloudRunPage page = co_await client.runs(job, 0, std::nullopt);
  require(page.runs.size() == 1 && page.runs[0].pull_request == 42,
          "a running run is listed with its trigger");
  cloud.succeed(id.value(), {{0, {{"manifest.json", "{}"}}}, {1, {{"manifest.json", "{}"}}}});
  page = co_await client.runs(job, 0, dbt::CloudStatus::success);
  require(page.runs.size() == 1, "runs are found by status");
  const dbt::CloudRun run = co_await client.run(id);
  require(run.has_artifacts && manifest_steps(run).size() == 2, "a run tells its steps");
  const bool of_step =
      co_await client.fetch_artifact(id, "manifest.json", manifest_steps(run)[0].index, file, kMost);
  const bool of_last = co_await client.fetch_artifact(id, "manifest.json", std::nullopt, file, kMost);
  require(of_step && of_last, "artifacts are fetched by step and without");
  const bool none = co_await client.fetch_artifact(id, "catalog.json", std::nullopt, file, kMost);
  require(!none, "what is not there is told");
  const dbt::CloudJob known = co_await client.job(job);
  require(known.name == "CI", "a job tells its name");
  const dbt::CloudRun started = co_await client.trigger(job, {"contract", std::string(40, 'b'), "main"});
  require(started.status == dbt::CloudStatus::queued, "a job is started");
  co_await cloud.wire().stop();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: contract_dbt_cloud CLOUD_PORT CLOUD_URL\n");
    return 2;
  }
  boost::asio::io_context loop(1);
  SystemClock clock;
  std::string failure;
  {
    app::stand_in::DbtCloudStandInOptions options;
    options.token = Secret("dbtc_contract");
    app::stand_in::DbtCloudStandIn cloud(loop.get_executor(), options);
    cloud.start(static_cast<std::uint16_t>(std::atoi(argv[1])));
    const auto http = net::create_http_client(loop.get_executor(), {});
    dbt::CloudClient client(*http, clock,
                            {.url = argv[2], .account_id = options.account, .token = options.token});
    const char* folder = std::getenv("TMPDIR");
    const std::string file = std::string(folder == nullptr ? "/tmp" : folder) + "/contract_dbt_cloud.json";
    spawn(loop.get_executor(), "walk", walk(cloud, client, file),
          [&](const std::string&, const std::exception_ptr& error) {
            failure = error_line(error);
            loop.stop();
          });
    loop.run();
    std::remove(file.c_str());
  }
  if (failure.empty()) return 0;
  std::fprintf(stderr, "contract_dbt_cloud: %s\n", failure.c_str());
  return 1;
}
