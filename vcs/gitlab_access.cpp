#include <fmt/format.h>

#include <algorithm>

#include "vcs/forge_access.hpp"
#include "vcs/gitlab_api.hpp"

namespace diffgate::vcs {
namespace {

constexpr std::int64_t kDeveloper = 30;  // GitLab docs, "Roles": commit statuses and notes

std::int64_t level_of(const JsonView& project, std::string_view kind) {
  const std::optional<JsonView> permissions = project.optional_object("permissions");
  if (!permissions) return 0;
  const std::optional<JsonView> access = permissions->optional_object(kind);
  return access ? access->optional_integer("access_level").value_or(0) : 0;
}

Awaitable<RepositoryAccess> project_access(GitLabApi& api, std::string full_name) {
  RepositoryAccess out;
  out.full_name = full_name;
  Repo repo;
  repo.full_name = full_name;
  const ApiCall call{.path = project_path(repo, "")};
  const net::Response response = co_await api.send(call);
  if (response.status == 404) {
    out.problems.push_back({"the token's user can't see the project, or there is none",
                            "make the user a member with the role Developer, and check the project's path"});
    co_return out;
  }
  if (response.status < 200 || response.status > 299) throw gitlab_error(call, response);
  const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
  const JsonView project = document.root();
  if (project.optional_boolean("archived").value_or(false))
    out.problems.push_back({"the project is archived", "unarchive it, or take it out of the server file"});
  // An administrator's answer has no role of its own in it.
  const bool says_roles = project.optional_object("permissions").has_value();
  const std::int64_t level = std::max(level_of(project, "project_access"), level_of(project, "group_access"));
  if (says_roles && level > 0 && level < kDeveloper) {
    out.problems.push_back({"the token's user has less than the role Developer",
                            "give the user the role Developer in the project or its group"});
  }
  co_return out;
}

// Tells of the scopes and the end of the token, where the server does; deploy and job tokens have no such
// page.
Awaitable<std::vector<AccessProblem>> token_problems(GitLabApi& api, Clock& clock) {
  std::vector<AccessProblem> out;
  const ApiCall call{.path = "/personal_access_tokens/self"};
  const net::Response response = co_await api.send(call);
  if (response.status != 200) co_return out;
  const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
  const std::vector<JsonView> scopes = document.root().elements("scopes");
  const bool has_api = std::any_of(scopes.begin(), scopes.end(),
                                   [](const JsonView& scope) { return scope.as_text() == "api"; });
  if (!scopes.empty() && !has_api)
    out.push_back({"the token has not the scope api", "make a new token with that scope"});
  const std::string day = document.root().optional_text("expires_at").value_or("");
  const std::optional<UtcTime> end = parse_iso8601(day + "T00:00:00Z");
  constexpr std::chrono::hours kSoon{14 * 24};
  if (end && *end < clock.now() + kSoon)
    out.push_back({"the token ends on " + day, "make a new one in time, and reload"});
  co_return out;
}

}  // namespace

Awaitable<ForgeAccess> gitlab_access(asio::any_io_executor executor, net::HttpClient& client, Clock& clock,
                                     GitLabOptions options, std::vector<std::string> projects) {
  GitLabApi api(executor, client, clock, std::move(options));
  const ApiCall call{.path = "/user"};
  const net::Response response = co_await api.succeed(call);
  const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
  ForgeAccess out;
  out.identity = "user " + document.root().text("username");
  out.problems = co_await token_problems(api, clock);
  for (std::string& path : projects) {
    RepositoryAccess access = co_await project_access(api, std::move(path));
    out.repositories.push_back(std::move(access));
  }
  co_return out;
}

}  // namespace diffgate::vcs
