#pragma once

// What dbt Cloud tells by webhook: that a run of a job has started or ended. It names no commit, so that the
// run is asked for.

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dbt/cloud_run.hpp"
#include "net/http.hpp"
#include "net/secret.hpp"

namespace diffgate::dbt {

struct CloudEvent {
  std::string id;               // the delivery's name: stays the same when it is sent again
  std::string type;             // "job.run.completed"
  std::int64_t account_id = 0;  // 0: not told
  CloudJobId job;
  CloudRunId run;

  bool is_end() const { return type == "job.run.completed" || type == "job.run.errored"; }
};

// Throws Error(caller) that names what is missing.
CloudEvent parse_cloud_event(std::string_view body);

// Whether `Authorization` is the lower-case hex HMAC-SHA256 of the body under one of the secrets (dbt docs,
// "Webhooks"). Compared in constant time.
bool is_genuine_cloud_event(const std::vector<Secret>& secrets, const net::Headers& headers,
                            std::string_view body);

}  // namespace diffgate::dbt
