#pragma once

// dbt Cloud's jobs and runs as its Admin API (v2) tells of them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/clock.hpp"
#include "net/named.hpp"

namespace diffgate::dbt {

using CloudJobId = Named<std::int64_t, struct CloudJobIdTag>;
using CloudRunId = Named<std::int64_t, struct CloudRunIdTag>;

// The API's numbers: 1, 2, 3, 10, 20, 30.
enum class CloudStatus { queued, starting, running, success, error, cancelled, unknown };
std::string_view words_for(CloudStatus status);

struct CloudStep {
  int index = 0;  // from 1, as the artifact call wants it
  std::string name;
  CloudStatus status = CloudStatus::unknown;
};

struct CloudRun {
  CloudRunId id;
  CloudJobId job;
  std::int64_t project = 0;
  CloudStatus status = CloudStatus::unknown;
  bool is_skipped = false;                   // never ran, because dbt Cloud left it out
  std::string message;                       // dbt Cloud's own words about the status
  std::string git_sha;                       // lower case; empty until the run knows it
  std::string git_branch;                    // may be empty
  std::optional<std::int64_t> pull_request;  // number of the pull or merge request
  bool has_artifacts = false;
  UtcTime created_at;
  UtcTime finished_at;
  std::vector<CloudStep> steps;  // of `CloudClient::run` alone

  bool is_over() const {
    return status == CloudStatus::success || status == CloudStatus::error || status == CloudStatus::cancelled;
  }
};

struct CloudJob {
  CloudJobId id;
  std::string name;
  std::string type;                // "ci", "scheduled", "merge", "other"; empty in old answers
  std::vector<std::string> steps;  // "dbt build --select state:modified+"
  bool is_deleted = false;
};

// One page of a list, and how many there are in all.
struct CloudRunPage {
  std::vector<CloudRun> runs;
  std::int64_t total = 0;
};

// `where` names the call in errors. Each throws Error(remote_final) that names the field if the answer is not
// what the API's description says.
CloudRun read_cloud_run(std::string_view json, const std::string& where);
CloudRunPage read_cloud_runs(std::string_view json, const std::string& where);
CloudJob read_cloud_job(std::string_view json, const std::string& where);

// What the API says of a failed call, as one line; empty if nothing.
std::string cloud_error_message(std::string_view json);

// The subcommand of a step's name, "Invoke dbt with `dbt build --select …`": "build". Empty if it is none.
std::string dbt_command_of(std::string_view step_name);

// Steps that build models, seeds or snapshots, in order.
std::vector<CloudStep> build_steps(const CloudRun& run);

// Where to look for the manifest: the last build step, then every other step of dbt that writes one, the
// last first.
std::vector<CloudStep> manifest_steps(const CloudRun& run);

}  // namespace diffgate::dbt
