#pragma once

// A stand-in for dbt Cloud: one account with its jobs, their runs and the files that these made, behind as
// much of the Admin API (v2) as diffgate uses, with dbt Cloud's rules. What happens there is a function;
// those of which dbt Cloud tells return the webhook.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/stand_in/objects.hpp"
#include "app/stand_in/wire.hpp"
#include "net/async.hpp"
#include "net/clock.hpp"
#include "net/secret.hpp"

namespace diffgate::app::stand_in {

struct DbtCloudStandInOptions {
  std::int64_t account = 4242;
  Secret token;
  Secret webhook_secret;
  bool may_read_runs = true;  // the token's permissions
  bool may_run_jobs = true;
  bool knows_steps = true;  // whether the artifact call takes `step`; else it answers with the last one's
  std::function<UtcTime()> now = [] { return std::chrono::system_clock::now(); };
};

struct CloudStandInJob {
  std::int64_t id = 0;
  std::string name;
  std::string type;                // "ci", "scheduled", "merge", "other"
  std::vector<std::string> steps;  // "dbt build --select state:modified+"
};

struct CloudStandInRun {
  std::int64_t id = 0;
  std::int64_t job = 0;
  int status = 1;  // 1 queued, 3 running, 10 success, 20 error, 30 cancelled
  std::string message;
  std::string git_sha;
  std::string git_branch;
  std::optional<std::int64_t> pull_request;
  bool is_gitlab = false;
  std::string cause;
  bool are_artifacts_saved = false;
  UtcTime created_at;
  UtcTime finished_at;
  // What each command left: by its place among the job's steps (from 0), then by the file's name.
  std::map<std::size_t, std::map<std::string, std::string>> files;
};

// A command's place and what it leaves in target/.
using CloudFiles = std::map<std::size_t, std::map<std::string, std::string>>;

struct DbtCloudState;

class DbtCloudStandIn {
 public:
  DbtCloudStandIn(asio::any_io_executor executor, DbtCloudStandInOptions options);
  ~DbtCloudStandIn();

  void start(std::uint16_t port = 0);
  Wire& wire();

  // --- what happens there
  std::int64_t add_job(std::string name, std::string type, std::vector<std::string> steps);

  // A run of a commit begins. One for a pull request cancels the job's runs under way for the same one, as
  // dbt Cloud's CI jobs do.
  Hook start_run(std::int64_t job, std::string git_sha, std::optional<std::int64_t> pull_request = {},
                 std::string git_branch = "");
  Hook succeed(std::int64_t run, CloudFiles files);
  Hook fail(std::int64_t run, std::string message, CloudFiles files = {});
  Hook cancel(std::int64_t run, std::string message);
  // The files are deleted, as after their retention.
  void expire(std::int64_t run);
  void set_permissions(bool may_read_runs, bool may_run_jobs);

  // --- what can be seen
  const CloudStandInRun& run(std::int64_t id) const;
  const std::vector<CloudStandInRun>& runs() const;
  std::int64_t newest_run() const;

  // Any payload, signed.
  Hook sign(const std::string& event, std::string body) const;

 private:
  class Api;
  Hook hook_of(const CloudStandInRun& run, const std::string& event, const std::string& status) const;
  CloudStandInRun& run_at(std::int64_t id);
  Hook end(std::int64_t run, int status, std::string message, CloudFiles files);

  std::unique_ptr<Api> api_;
  Wire wire_;
};

}  // namespace diffgate::app::stand_in
