#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "net/async.hpp"
#include "net/clock.hpp"
#include "net/error.hpp"
#include "net/http.hpp"
#include "net/retry.hpp"
#include "vcs/forge.hpp"
#include "vcs/json.hpp"
#include "vcs/rest.hpp"
#include "vcs/types.hpp"

namespace diffgate::vcs {

// "/projects/14" and what follows: by number, which outlives renames, or else by path.
std::string project_path(const Repo& repo, std::string_view rest);

// What an answer of GitLab that is no success means for the one who can act.
Error gitlab_error(const ApiCall& call, const net::Response& response);

// Calls with the bot's token; writes are paced.
class GitLabApi {
 public:
  GitLabApi(const asio::any_io_executor& executor, net::HttpClient& client, Clock& clock,
            GitLabOptions options);

  Awaitable<net::Response> send(ApiCall call);

  // The answer of a success; throws what `gitlab_error` makes of others.
  Awaitable<net::Response> succeed(ApiCall call);

  // Reads page after page until `on_page` gives false or `max_pages` are read; whether the last page was
  // reached. A first page that is not there is asked for again after each of `waits`.
  Awaitable<bool> each_page(ApiCall call, int max_pages, std::function<bool(const JsonView&)> on_page,
                            std::vector<std::chrono::seconds> waits = {});

  Clock& clock() { return clock_; }

 private:
  Clock& clock_;
  Secret token_;
  Rest rest_;
  net::Pacer pacer_;
};

}  // namespace diffgate::vcs
