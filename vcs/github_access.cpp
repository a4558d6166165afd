#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "net/url.hpp"
#include "vcs/forge_access.hpp"
#include "vcs/github_api.hpp"
#include "vcs/github_error.hpp"
#include "vcs/github_requirements.hpp"

namespace diffgate::vcs {
namespace {

// Servers older than this field say nothing of permissions; then nothing is missing that we know of.
std::vector<AccessProblem> missing_permissions(const JsonView& answer, const std::string& fix) {
  std::vector<AccessProblem> out;
  const std::optional<JsonView> granted = answer.optional_object("permissions");
  if (!granted) return out;
  for (const GitHubPermission& wanted : kGitHubPermissions) {
    const std::string level = granted->optional_text(wanted.name).value_or("");
    if (level == "write" || level == "admin" || (level == "read" && !wanted.is_write)) continue;
    out.push_back({fmt::format("the permission {}: {} is missing", wanted.label,
                               wanted.is_write ? "read & write" : "read"),
                   fix});
  }
  return out;
}

std::vector<AccessProblem> missing_events(const JsonView& app) {
  std::vector<AccessProblem> out;
  std::set<std::string> subscribed;
  for (const JsonView& event : app.elements("events")) subscribed.insert(event.as_text());
  if (subscribed.empty()) return out;  // also what a server says that lists none
  for (const std::string_view event : kGitHubEvents) {
    if (subscribed.contains(std::string(event))) continue;
    out.push_back({fmt::format("the App is not subscribed to the event {}", event),
                   "tick it under Permissions & events in the App's settings"});
  }
  return out;
}

Awaitable<RepositoryAccess> repository_access(GitHubApp& app, std::string full_name) {
  RepositoryAccess out;
  out.full_name = full_name;
  const ApiCall call{.path = fmt::format("/repos/{}/installation", net::encode_path(full_name))};
  const net::Response response = co_await app.send(call);
  if (response.status == 404) {
    out.problems.push_back({"the App is not installed on it, or there is no such repository",
                            "install the App on the repository, and check its name"});
    co_return out;
  }
  if (response.status != 200) throw github_error(call, response);
  const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
  if (document.root().optional_text("suspended_at"))
    out.problems.push_back({"the installation is suspended", "unsuspend it in the organization's settings"});
  for (AccessProblem& problem : missing_permissions(
           document.root(), "accept the App's new permissions in the organization's settings"))
    out.problems.push_back(std::move(problem));
  co_return out;
}

}  // namespace

Awaitable<ForgeAccess> github_access(asio::any_io_executor executor, net::HttpClient& client, Clock& clock,
                                     GitHubOptions options, std::vector<std::string> repositories) {
  GitHubApi api(executor, client, clock, std::move(options));
  const ApiCall call{.path = "/app"};
  const net::Response response = co_await api.app().send(call);
  if (response.status == 401) {
    throw Error(ErrorClass::configuration, "GitHub does not know this key for this App", name_of(call),
                "check app_id and private_key; a new key is generated in the App's settings");
  }
  if (response.status == 404) {
    throw Error(ErrorClass::configuration, "GitHub knows no such App", name_of(call),
                "check app_id and api_url");
  }
  if (response.status != 200) throw github_error(call, response);
  const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
  const JsonView app = document.root();
  ForgeAccess out;
  out.identity = fmt::format("App {} (id {})", app.text("slug"), app.integer("id"));
  out.problems = missing_permissions(app, "grant it under Permissions & events in the App's settings");
  for (AccessProblem& problem : missing_events(app)) out.problems.push_back(std::move(problem));
  for (std::string& name : repositories) {
    RepositoryAccess access = co_await repository_access(api.app(), std::move(name));
    out.repositories.push_back(std::move(access));
  }
  co_return out;
}

}  // namespace diffgate::vcs
