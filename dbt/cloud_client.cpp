#include "dbt/cloud_client.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "net/error.hpp"
#include "net/retry.hpp"
#include "net/url.hpp"

namespace diffgate::dbt {
namespace {

constexpr int kMaxRedirects = 5;
constexpr std::size_t kMaxCause = 255;  // dbt Cloud API, "Trigger Job Run"; longer ones are refused

bool is_redirect(int status) { return status == 301 || status == 302 || status == 307 || status == 308; }

int code_of(CloudStatus status) {
  switch (status) {
    case CloudStatus::queued:
      return 1;
    case CloudStatus::starting:
      return 2;
    case CloudStatus::running:
      return 3;
    case CloudStatus::success:
      return 10;
    case CloudStatus::error:
      return 20;
    case CloudStatus::cancelled:
    case CloudStatus::unknown:
      break;
  }
  return 30;
}

std::string origin_of(const std::string& url) {
  const std::size_t host = url.find("://");
  return host == std::string::npos ? url : url.substr(0, url.find('/', host + 3));
}

}  // namespace

struct CloudClient::Call {
  std::string method = "GET";
  std::string path = {};   // below the account: "/runs/4711/"
  std::string query = {};  // with its "?"
  std::string body = {};
  std::string permission = {};  // what it takes, for the hint of a 403
  std::string file = {};        // where the answer goes
  std::size_t max_bytes = 32U << 20U;
};

CloudClient::CloudClient(net::HttpClient& client, Clock& clock, CloudOptions options)
    : client_(client), clock_(clock), options_(std::move(options)) {
  while (options_.url.ends_with('/')) options_.url.pop_back();
}

namespace {

constexpr std::string_view kReading = "Job Viewer, Read-Only or Member";
constexpr std::string_view kRunning = "Job Runner, Job Admin or Member";

[[noreturn]] void refuse(const net::Response& response, const std::string& where, std::string_view permission,
                         std::int64_t account) {
  const std::string said = cloud_error_message(response.body);
  const std::string what =
      fmt::format("dbt Cloud answered {}{}{}", response.status, said.empty() ? "" : ": ", said);
  switch (response.status) {
    case 401:
      throw Error(ErrorClass::configuration, what, where,
                  "check dbt_cloud.token: it is wrong, expired, or of another region");
    case 403:
      throw Error(ErrorClass::configuration, what, where,
                  fmt::format("the token may not do this in account {}: give it a permission set such as {}",
                              account, permission));
    case 404:
      throw Error(ErrorClass::configuration, what, where,
                  fmt::format("there is no such thing in account {}, or the token may not see it", account));
    default:
      break;
  }
  const bool is_transient = response.status == 429 || response.status >= 500;
  throw Error(is_transient ? ErrorClass::remote_transient : ErrorClass::remote_final, what, where);
}

}  // namespace

Awaitable<net::Response> CloudClient::send(Call call) {
  net::Request request;
  request.method = call.method;
  request.url =
      fmt::format("{}/api/v2/accounts/{}{}{}", options_.url, options_.account_id, call.path, call.query);
  request.headers = {{"Authorization", (options_.is_bearer ? "Bearer " : "Token ") + options_.token.expose()},
                     {"Accept", "application/json"}};
  if (!call.body.empty()) request.headers.set("Content-Type", "application/json");
  request.body = call.body;
  request.timeout = call.file.empty() ? options_.timeout : options_.download_timeout;
  request.max_response_bytes = call.max_bytes;
  request.response_file = call.file;
  const std::string where = fmt::format("{} {}{}", call.method, origin_of(options_.url), call.path);
  for (int redirects = 0;; ++redirects) {
    net::Response response = co_await net::send_with_retries(client_, clock_, net::RetryPolicy{}, request);
    if (!is_redirect(response.status)) {
      if (response.status / 100 == 2) co_return response;
      if (response.status == 404 && !call.file.empty()) co_return response;
      refuse(response, where, call.permission, options_.account_id);
    }
    const std::string target(response.headers.get("Location").value_or(""));
    const bool is_path = target.starts_with('/') && !target.starts_with("//");
    if (!is_path && !net::same_origin(target, options_.url)) {
      // The token must not follow there.
      throw Error(ErrorClass::remote_final, "redirected to another host than " + origin_of(options_.url),
                  where, "set dbt_cloud.url to the account's access URL of today");
    }
    if (redirects == kMaxRedirects) throw Error(ErrorClass::remote_final, "redirected too often", where);
    request.url = is_path ? origin_of(options_.url) + target : target;
  }
}

Awaitable<CloudRunPage> CloudClient::runs(CloudJobId job, int offset, std::optional<CloudStatus> status) {
  Call call;
  call.path = "/runs/";
  call.query = fmt::format("?job_definition_id={}&order_by=-id&limit={}&offset={}&include_related=trigger",
                           job.value(), kPageSize, offset);
  if (status) call.query += fmt::format("&status={}", code_of(*status));
  call.permission = kReading;
  const net::Response response = co_await send(std::move(call));
  co_return read_cloud_runs(response.body, "dbt Cloud's runs of job " + std::to_string(job.value()));
}

Awaitable<CloudRun> CloudClient::run(CloudRunId id) {
  Call call;
  call.path = fmt::format("/runs/{}/", id.value());
  call.query = "?include_related=trigger,run_steps";
  call.permission = kReading;
  const net::Response response = co_await send(std::move(call));
  co_return read_cloud_run(response.body, "dbt Cloud run " + std::to_string(id.value()));
}

Awaitable<CloudJob> CloudClient::job(CloudJobId id) {
  Call call;
  call.path = fmt::format("/jobs/{}/", id.value());
  call.permission = kReading;
  const net::Response response = co_await send(std::move(call));
  co_return read_cloud_job(response.body, "dbt Cloud job " + std::to_string(id.value()));
}

Awaitable<bool> CloudClient::fetch_artifact(CloudRunId run, std::string path, std::optional<int> step,
                                            std::string into_file, std::size_t max_bytes) {
  Call call;
  call.path = fmt::format("/runs/{}/artifacts/{}", run.value(), net::encode_path(path));
  if (step) call.query = fmt::format("?step={}", *step);
  call.permission = kReading;
  call.file = std::move(into_file);
  call.max_bytes = max_bytes;
  const net::Response response = co_await send(std::move(call));
  co_return response.status != 404;
}

Awaitable<CloudRun> CloudClient::trigger(CloudJobId job, CloudTrigger trigger) {
  nlohmann::json body = {{"cause", trigger.cause.substr(0, kMaxCause)}};
  if (!trigger.git_sha.empty()) body["git_sha"] = trigger.git_sha;
  if (!trigger.git_branch.empty()) body["git_branch"] = trigger.git_branch;
  Call call;
  call.method = "POST";
  call.path = fmt::format("/jobs/{}/run/", job.value());
  call.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  call.permission = kRunning;
  const net::Response response = co_await send(std::move(call));
  co_return read_cloud_run(response.body, "dbt Cloud job " + std::to_string(job.value()));
}

std::string CloudClient::page_of(const CloudRun& run) const {
  return fmt::format("{}/deploy/{}/projects/{}/runs/{}/", options_.url, options_.account_id, run.project,
                     run.id.value());
}

}  // namespace diffgate::dbt
