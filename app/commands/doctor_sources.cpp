#include <fmt/format.h>

#include <map>

#include "app/commands/doctor_checks.hpp"
#include "app/sources/artifact_sources.hpp"
#include "app/store/records.hpp"
#include "app/store/sqlite_database.hpp"
#include "app/version.hpp"
#include "dbt/cloud_client.hpp"

namespace diffgate::app {
namespace {

using net::HttpClient;

std::string shown_branch(const std::string& branch) {
  return branch.empty() ? "no branch named" : "branch " + branch;
}

// The newest manifest of each branch, production's first.
void examine_branches(Database& database, const config::ProjectConfig& project, Findings& out) {
  const std::string subject = "artifacts of " + project.name;
  Statement select = database.prepare(
      "SELECT run_type, branch, sha, received_at, number, origin FROM (SELECT run_type, branch, sha, "
      "received_at, origin, count(*) OVER (PARTITION BY run_type, branch) AS number, row_number() OVER "
      "(PARTITION BY run_type, "
      "branch ORDER BY received_at DESC, sha) AS place FROM artifacts WHERE project = ? AND kind = "
      "'manifest') "
      "WHERE place = 1 ORDER BY run_type, received_at DESC LIMIT 20");
  select.bind(project.id);
  bool has_production = false;
  while (select.step()) {
    const bool is_production = select.text(0) == name_of(RunType::production);
    has_production = has_production || is_production;
    report_ok(
        out, subject,
        fmt::format("{}, {}: {} manifest{}, the newest of {} at {}, {}",
                    is_production ? "production" : "pull requests", shown_branch(select.text(1)),
                    select.integer(4), select.integer(4) == 1 ? "" : "s", select.text(2).substr(0, 7),
                    iso8601(select.time(3)), select.text(5).empty() ? "uploaded" : "from " + select.text(5)));
  }
  if (has_production) return;
  const bool is_fetched = (project.dbt_cloud && project.dbt_cloud->artifacts_job != 0) ||
                          (project.ci_artifacts && !project.ci_artifacts->production.empty()) ||
                          project.production_manifest;
  if (is_fetched) {
    report_ok(out, subject, "no production manifest yet; the first run fetches one");
  } else {
    report_warning(
        out, subject, "no production manifest yet",
        fmt::format("diffgate upload --project {} --run-type production, after the production build",
                    project.id));
  }
}

void examine_job(EventLoop& loop, dbt::CloudClient& client, std::int64_t id, const std::string& subject,
                 bool builds_pull_requests, Findings& out) {
  if (id == 0) return;
  try {
    const dbt::CloudJob job = loop.run(client.job(dbt::CloudJobId(id)));
    const dbt::CloudRunPage runs = loop.run(client.runs(dbt::CloudJobId(id), 0, std::nullopt));
    if (job.is_deleted) {
      report_failure(out, subject, fmt::format("job {} is deleted", id),
                     "name the job of today under dbt_cloud");
    } else if (builds_pull_requests && !job.type.empty() && job.type != "ci") {
      report_warning(
          out, subject,
          fmt::format("job {} '{}' builds pull requests, but is of type {}", id, job.name, job.type),
          "is it the one that pull requests trigger?");
    } else {
      report_ok(out, subject, fmt::format("job {} '{}' has {} runs", id, job.name, runs.total));
    }
  } catch (const Error& error) {
    report_error(out, subject, error);
  }
}

}  // namespace

void examine_stored_artifacts(const config::ServerConfig& config, Findings& out) {
  try {
    const auto database = open_to_look(config.data_dir);
    if (!database) return;
    for (const config::ProjectConfig& project : config.projects) examine_branches(*database, project, out);
  } catch (const Error& error) {
    report_error(out, "artifacts", error);
  }
}

void examine_dbt_cloud(EventLoop& loop, const config::ServerConfig& config, Findings& out) {
  if (config.dbt_cloud.empty()) return;
  SystemClock clock;
  net::HttpClientOptions client_options;
  client_options.user_agent = "diffgate/" + std::string(version());
  const auto http = net::create_http_client(loop.executor(), std::move(client_options));
  for (const config::DbtCloudAccount& account : config.dbt_cloud) {
    dbt::CloudClient client(*http, clock, cloud_options(account));
    for (const config::ProjectConfig& project : config.projects) {
      if (!project.dbt_cloud || project.dbt_cloud->account != account.name) continue;
      const std::string subject = fmt::format("dbt Cloud {}, project {}", account.name, project.name);
      examine_job(loop, client, project.dbt_cloud->pull_request_job, subject, true, out);
      examine_job(loop, client, project.dbt_cloud->artifacts_job, subject, false, out);
    }
    if (account.webhook_secrets.empty()) {
      report_warning(out, "dbt Cloud " + account.name,
                     "has no webhook_secret: runs are found by asking alone",
                     "make a webhook to /webhooks/dbt-cloud for runs that start and complete");
    }
  }
}

}  // namespace diffgate::app
