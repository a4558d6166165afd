#pragma once

// What a forge says of our key and of the repositories we are to serve, for `diffgate doctor`: nothing is
// written.

#include <string>
#include <vector>

#include "net/async.hpp"
#include "net/clock.hpp"
#include "net/http.hpp"
#include "vcs/forge.hpp"

namespace diffgate::vcs {

// One thing that is missing, and who does what about it.
struct AccessProblem {
  std::string what;
  std::string fix;
};

struct RepositoryAccess {
  std::string full_name;
  std::vector<AccessProblem> problems;  // none: all that is needed is there
};

struct ForgeAccess {
  std::string identity;                 // "App acme-diffgate (id 1234)", "user diffgate-bot"
  std::vector<AccessProblem> problems;  // of the App or token itself
  std::vector<RepositoryAccess> repositories;
};

// Signs in as the App and asks for its installation on each repository. Throws Error if the App can't sign in
// or the server can't be reached.
Awaitable<ForgeAccess> github_access(asio::any_io_executor executor, net::HttpClient& client, Clock& clock,
                                     GitHubOptions options, std::vector<std::string> repositories);

// The same for a token and its user's role in each project.
Awaitable<ForgeAccess> gitlab_access(asio::any_io_executor executor, net::HttpClient& client, Clock& clock,
                                     GitLabOptions options, std::vector<std::string> projects);

}  // namespace diffgate::vcs
