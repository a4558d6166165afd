#include "vcs/github_api.hpp"

#include <utility>

#include "net/url.hpp"
#include "vcs/github_error.hpp"
#include "vcs/github_headers.hpp"

namespace diffgate::vcs {

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

net::Pacer& GitHubApi::pacer_of(InstallationId installation) {
  std::unique_ptr<net::Pacer>& pacer = pacers_[installation];
  if (!pacer) pacer = std::make_unique<net::Pacer>(executor_, clock_, write_gap_);
  return *pacer;
}

Awaitable<InstallationId> GitHubApi::installation_of(Repo repo) {
  if (repo.installation.value() != 0) co_return repo.installation;
  co_return co_await app_.installation_of(std::move(repo));
}

Awaitable<net::Response> GitHubApi::send(Repo repo, GitHubAccess access, ApiCall call) {
  const InstallationId installation = co_await installation_of(repo);
  for (int attempt = 1;; ++attempt) {
    const Secret token = co_await token_of(installation, repo, access);
    if (call.method != "GET") co_await pacer_of(installation).turn();
    net::Response response = co_await rest_.send(call, github_headers(token, call.accept));
    if (response.status != 401 || attempt == 2) co_return response;
    // Revoked, or expired by a clock that runs ahead of ours.
    tokens_.forget(installation, repo, access, token);
  }
}

Awaitable<Secret> GitHubApi::token_of(InstallationId installation, Repo repo, GitHubAccess access) {
  std::exception_ptr failure;
  try {
    co_return co_await tokens_.get(installation, repo, access);
  } catch (...) {
    failure = std::current_exception();
  }
  // The installation that we looked up may be gone; the next call looks again.
  app_.forget_installation(repo);
  std::rethrow_exception(failure);
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
