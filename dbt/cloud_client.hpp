#pragma once

// dbt Cloud's Admin API (v2), as much of it as diffgate needs: runs of a job, artifacts of a run, and
// starting a job. One account, one token.

#include <chrono>
#include <optional>
#include <string>

#include "dbt/cloud_run.hpp"
#include "net/async.hpp"
#include "net/clock.hpp"
#include "net/http.hpp"
#include "net/secret.hpp"

namespace diffgate::dbt {

struct CloudOptions {
  std::string url;  // "https://ab123.us1.dbt.com"; nothing is ever sent elsewhere
  std::int64_t account_id = 0;
  Secret token;
  bool is_bearer = false;  // "Authorization: Bearer" rather than "Token"
  std::chrono::milliseconds timeout{30'000};
  std::chrono::milliseconds download_timeout{600'000};
};

struct CloudTrigger {
  std::string cause;  // cut to the 255 characters that dbt Cloud takes
  std::string git_sha = {};
  std::string git_branch = {};
};

// Every call is retried within bounds (rate limits, 5xx, broken connections) and throws Error:
// remote_transient if it may work later, configuration if the token is refused or lacks a permission (named
// in the hint) or there is no such job, remote_final otherwise.
class CloudClient {
 public:
  // `client` and `clock` must outlive it.
  CloudClient(net::HttpClient& client, Clock& clock, CloudOptions options);

  static constexpr int kPageSize = 100;  // dbt Cloud's maximum

  // The job's runs with their triggers, newest first, from `offset` on; of one status if that is given.
  Awaitable<CloudRunPage> runs(CloudJobId job, int offset, std::optional<CloudStatus> status);

  // One run with its steps.
  Awaitable<CloudRun> run(CloudRunId id);

  Awaitable<CloudJob> job(CloudJobId id);

  // Writes an artifact ("manifest.json") of the run to `into_file`: of that step, or of the last one. False
  // if the run has no such file, or has it no longer.
  Awaitable<bool> fetch_artifact(CloudRunId run, std::string path, std::optional<int> step,
                                 std::string into_file, std::size_t max_bytes);

  Awaitable<CloudRun> trigger(CloudJobId job, CloudTrigger trigger);

  // The run's page for people.
  std::string page_of(const CloudRun& run) const;

 private:
  struct Call;
  Awaitable<net::Response> send(Call call);

  net::HttpClient& client_;
  Clock& clock_;
  CloudOptions options_;
};

}  // namespace diffgate::dbt
