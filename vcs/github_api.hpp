#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "net/async.hpp"
#include "net/clock.hpp"
#include "net/http.hpp"
#include "net/retry.hpp"
#include "vcs/conditional_cache.hpp"
#include "vcs/forge.hpp"
#include "vcs/github_app.hpp"
#include "vcs/github_tokens.hpp"
#include "vcs/json.hpp"
#include "vcs/rate_limit_gate.hpp"
#include "vcs/rest.hpp"
#include "vcs/types.hpp"

namespace diffgate::vcs {

// "/repos/acme/dbt" and what follows.
std::string repo_path(const Repo& repo, std::string_view rest);

// Calls in the name of the installation that covers a repository. Writes of one installation are paced, and
// all its calls wait while it is over a limit; installations do not wait for each other. Reads are
// conditional where GitHub gave an ETag.
class GitHubApi {
 public:
  GitHubApi(const asio::any_io_executor& executor, net::HttpClient& client, Clock& clock,
            GitHubOptions options);

  // Any answer but a refused token, which is renewed once.
  Awaitable<net::Response> send(Repo repo, GitHubAccess access, ApiCall call);

  // The answer of a success; throws what `github_error` makes of others.
  Awaitable<net::Response> succeed(Repo repo, GitHubAccess access, ApiCall call);

  // Reads page after page until `on_page` gives false or `max_pages` are read; whether the last page was
  // reached.
  Awaitable<bool> each_page(Repo repo, ApiCall call, int max_pages,
                            std::function<bool(const JsonView&)> on_page);

  std::optional<std::string> next_page(const ApiCall& call, const net::Response& response) const {
    return rest_.next_page(call, response);
  }

  GitHubApp& app() { return app_; }
  Clock& clock() { return clock_; }

 private:
  static constexpr std::size_t kCacheBytes = 16U << 20U;

  Awaitable<InstallationId> installation_of(Repo repo);
  Awaitable<InstallationId> replacement_of(InstallationId installation, Repo repo,
                                           std::exception_ptr failure);
  Awaitable<net::Response> send_once(InstallationId installation, Secret token, ApiCall call);

  // What the calls of one installation share.
  struct Lane {
    Lane(const asio::any_io_executor& executor, Clock& clock, std::chrono::milliseconds write_gap)
        : writes(executor, clock, write_gap), limit(clock) {}
    net::Pacer writes;
    RateLimitGate limit;
  };
  Lane& lane_of(InstallationId installation);

  asio::any_io_executor executor_;
  Clock& clock_;
  std::chrono::milliseconds write_gap_;
  Rest rest_;
  GitHubApp app_;
  InstallationTokens tokens_;
  std::map<InstallationId, std::unique_ptr<Lane>> lanes_;
  ConditionalCache cache_{kCacheBytes};
};

}  // namespace diffgate::vcs
