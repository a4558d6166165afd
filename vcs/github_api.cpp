#include "vcs/github_api.hpp"

#include <utility>

#include "net/url.hpp"
#include "vcs/github_error.hpp"
#include "vcs/github_headers.hpp"

namespace diffgate::vcs {

namespace {

bool is_configuration(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return error.error_class() == ErrorClass::configuration;
  } catch (...) {
    return false;  // a cancellation or a defect
  }
}

}  // namespace

std::string repo_path(const Repo& repo, std::string_view rest) {
  return "/repos/" + net::encode_path(repo.full_name) + std::string(rest);
}

GitHubApi::GitHubApi(const asio::any_io_executor& executor, net::HttpClient& client, Clock& clock,
                     GitHubOptions options)
    : executor_(executor),
      clock_(clock),
      write_gap_(options.write_gap),
      rest_(client, clock, std::move(options.api_url), options.timeout),
      app_(rest_, clock, std::move(options.app_id), std::move(options.private_key_pem),
           std::move(options.on_warning)),
      tokens_(executor, app_, clock) {}

GitHubApi::Lane& GitHubApi::lane_of(InstallationId installation) {
  std::unique_ptr<Lane>& lane = lanes_[installation];
  if (!lane) lane = std::make_unique<Lane>(executor_, clock_, write_gap_);
  return *lane;
}

Awaitable<InstallationId> GitHubApi::installation_of(Repo repo) {
  if (repo.installation.value() != 0) co_return repo.installation;
  co_return co_await app_.installation_of(std::move(repo));
}

Awaitable<net::Response> GitHubApi::send(Repo repo, GitHubAccess access, ApiCall call) {
  InstallationId installation = co_await installation_of(repo);
  for (int attempt = 1;; ++attempt) {
    std::optional<Secret> token;
    std::exception_ptr failure;
    try {
      token = co_await tokens_.get(installation, repo, access);
    } catch (...) {
      failure = std::current_exception();  // looked into below
    }
    if (failure) {
      installation = co_await replacement_of(installation, repo, failure);
      token = co_await tokens_.get(installation, repo, access);
    }
    net::Response response = co_await send_once(installation, *token, call);
    if (response.status != 401 || attempt == 2) co_return response;
    // Revoked, or expired by a clock that runs ahead of ours.
    tokens_.forget(installation, repo, access, *token);
  }
}

Awaitable<net::Response> GitHubApi::send_once(InstallationId installation, Secret token, ApiCall call) {
  Lane& lane = lane_of(installation);
  net::Headers headers = github_headers(token, call.accept);
  const auto observe = [&lane](const net::Response& response) { lane.limit.observe(response); };
  co_await lane.limit.pass(name_of(call));
  if (call.method != "GET") {
    co_await lane.writes.turn();
    co_return co_await rest_.send(std::move(call), std::move(headers), observe);
  }
  const std::string key = std::to_string(installation.value()) + " " + call.accept + " " + call.path;
  const std::shared_ptr<const net::Response> known = cache_.find(key);
  if (known) headers.set("If-None-Match", std::string(known->headers.get("ETag").value_or("")));
  net::Response response = co_await rest_.send(std::move(call), std::move(headers), observe);
  if (response.status == 304 && known) co_return *known;
  cache_.keep(key, response);
  co_return response;
}

// The installation may have been replaced by another: the App was removed and installed anew, or the
// repository has another owner. Throws `failure` if there is no other.
Awaitable<InstallationId> GitHubApi::replacement_of(InstallationId installation, Repo repo,
                                                    std::exception_ptr failure) {
  app_.forget_installation(repo);
  if (!is_configuration(failure)) std::rethrow_exception(failure);
  std::optional<InstallationId> found;
  try {
    found = co_await app_.installation_of(repo);
  } catch (const Error&) {
    found = std::nullopt;  // the first failure says more
  }
  if (!found || *found == installation) std::rethrow_exception(failure);
  co_return *found;
}

Awaitable<net::Response> GitHubApi::succeed(Repo repo, GitHubAccess access, ApiCall call) {
  net::Response response = co_await send(std::move(repo), access, call);
  if (response.status < 200 || response.status > 299) throw github_error(call, response);
  co_return response;
}

Awaitable<bool> GitHubApi::each_page(Repo repo, ApiCall call, int max_pages,
                                     std::function<bool(const JsonView&)> on_page) {
  for (int page = 1;; ++page) {
    const net::Response response = co_await succeed(repo, GitHubAccess::read, call);
    const std::optional<std::string> next = rest_.next_page(call, response);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    const bool goes_on = on_page(document.root());
    if (!next) co_return true;
    if (!goes_on || page == max_pages) co_return false;
    call.path = *next;
  }
}

}  // namespace diffgate::vcs
