#include "app/sources/location_source.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "net/crypto.hpp"
#include "net/error.hpp"
#include "net/retry.hpp"
#include "net/url.hpp"

namespace diffgate::app {
namespace {

constexpr std::chrono::minutes kTimeout{10};

SourceReport pending(std::string line) {
  SourceReport report;
  report.line = std::move(line);
  return report;
}

SourceReport ready() {
  SourceReport report;
  report.state = SourceReport::State::ready;
  return report;
}

// A query may hold a signature.
std::string shown(const std::string& url) { return url.substr(0, url.find_first_of("?#")); }

void replace_all(std::string& text, std::string_view from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

Artifact target_of(const Run& run, vcs::Sha sha, std::string origin) {
  Artifact target;
  target.project = run.key.project;
  target.type = RunType::production;
  target.sha = std::move(sha);
  target.branch = run.base_branch;
  target.origin = std::move(origin);
  return target;
}

std::string incoming_file(const Reception& reception) {
  return fmt::format("{}/location-{}", reception.files.incoming(), net::to_hex(net::random_bytes(12)));
}

// A file that is no manifest is the operator's to mend; where it is, is said without the query.
Awaitable<void> file_away(Reception reception, Artifact target, std::string path, std::string where) {
  std::optional<Error> refused;
  try {
    IncomingFile file;
    file.path = std::move(path);
    co_await receive_file(reception, std::move(target), std::move(file));
  } catch (const Error& error) {
    refused = error;
  }
  if (!refused) co_return;
  if (refused->error_class() != ErrorClass::caller) throw Error(*refused);
  throw Error(ErrorClass::configuration, refused->problem(), where, refused->hint());
}

}  // namespace

std::string https_url_of(const std::string& url) {
  constexpr std::string_view kScheme = "s3://";
  if (!url.starts_with(kScheme)) return url;
  const std::size_t slash = url.find('/', kScheme.size());
  const std::string bucket =
      url.substr(kScheme.size(), slash == std::string::npos ? slash : slash - kScheme.size());
  const std::string key = slash == std::string::npos ? "/" : url.substr(slash);
  return "https://" + bucket + ".s3.amazonaws.com" + key;
}

std::string filled_in(std::string url, const std::string& sha, const std::string& branch) {
  replace_all(url, "{sha}", sha);
  replace_all(url, "{branch}", net::encode_path_segment(branch));
  return url;
}

Awaitable<SourceReport> LocationSource::pull_request(Run) { co_return pending({}); }

Awaitable<SourceReport> LocationSource::production(Run run, std::optional<vcs::Sha> commit) {
  if (!location_.folder.empty()) co_return co_await from_folder(std::move(run));
  co_return co_await from_url(run, commit.value_or(run.base_sha));
}

Awaitable<SourceReport> LocationSource::from_folder(Run run) {
  const std::string path = location_.folder + "/manifest.json";
  // Named by its time, so that the same file is read once.
  auto look = [path]() -> std::optional<std::string> {
    std::error_code error;
    const auto written = std::filesystem::last_write_time(path, error);
    if (error) return std::nullopt;
    return fmt::format("{} of {}", path, written.time_since_epoch().count());
  };
  const std::optional<std::string> origin = co_await run_blocking(reception_.pool, look);
  if (!origin) co_return pending("no " + path + " yet");
  const auto known = co_await reception_.store.artifact(run.key.project, RunType::production, run.base_sha,
                                                        ArtifactKind::manifest);
  if (known && known->origin == *origin) co_return ready();
  // A copy, since dbt may write the file anew at any moment.
  const FileRemover copy(incoming_file(reception_));
  auto take = [path, to = copy.path()] {
    std::error_code error;
    std::filesystem::copy_file(path, to, error);
    if (error) throw Error(ErrorClass::configuration, "can't be read: " + error.message(), path);
  };
  co_await run_blocking(reception_.pool, take);
  co_await file_away(reception_, target_of(run, run.base_sha, *origin), copy.path(), path);
  co_return ready();
}

Awaitable<SourceReport> LocationSource::from_url(Run run, vcs::Sha sha) {
  const std::string url = https_url_of(filled_in(location_.url.expose(), sha.value(), run.base_branch));
  const auto known =
      co_await reception_.store.artifact(run.key.project, RunType::production, sha, ArtifactKind::manifest);
  const FileRemover file(incoming_file(reception_));
  net::Request request;
  request.url = url;
  request.timeout = kTimeout;
  request.max_response_bytes = reception_.max_bytes;
  request.response_file = file.path();
  const std::string prefix = shown(url) + " etag ";
  if (known && known->origin.starts_with(prefix)) {
    request.headers.set("If-None-Match", known->origin.substr(prefix.size()));
  }
  const net::Response response =
      co_await net::send_with_retries(http_, reception_.clock, net::RetryPolicy{}, std::move(request));
  if (response.status == 304) co_return ready();
  if (response.status == 404) co_return pending("nothing at " + shown(url) + " yet");
  if (response.status / 100 != 2) {
    const bool is_transient = response.status == 429 || response.status >= 500;
    throw Error(is_transient ? ErrorClass::remote_transient : ErrorClass::configuration,
                fmt::format("answered {}", response.status), shown(url),
                response.status == 403 ? "the signature of a presigned URL may have expired"
                                       : "production_manifest.url wants the address of the file itself");
  }
  const std::string etag(response.headers.get("ETag").value_or(""));
  co_await file_away(reception_, target_of(run, sha, etag.empty() ? shown(url) : prefix + etag), file.path(),
                     shown(url));
  co_return ready();
}

}  // namespace diffgate::app
