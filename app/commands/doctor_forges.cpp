#include <algorithm>
#include <functional>

#include "app/commands/doctor_checks.hpp"
#include "app/connections.hpp"
#include "app/registered_app.hpp"
#include "app/version.hpp"
#include "vcs/forge_access.hpp"

namespace diffgate::app {
namespace {

std::vector<std::string> repositories_at(const config::ServerConfig& config, const std::string& forge) {
  std::vector<std::string> out;
  for (const config::ProjectConfig& project : config.projects) {
    if (project.forge == forge) out.push_back(project.repository);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

void report(const vcs::ForgeAccess& access, const std::string& subject, Findings& out) {
  report_ok(out, subject, "signed in as " + access.identity);
  for (const vcs::AccessProblem& problem : access.problems)
    report_failure(out, subject, problem.what, problem.fix);
  for (const vcs::RepositoryAccess& repository : access.repositories) {
    const std::string name = subject + ", " + repository.full_name;
    if (repository.problems.empty()) report_ok(out, name, "may be served");
    for (const vcs::AccessProblem& problem : repository.problems)
      report_failure(out, name, problem.what, problem.fix);
  }
}

void examine(EventLoop& loop, const std::string& subject,
             const std::function<Awaitable<vcs::ForgeAccess>()>& ask, Findings& out) {
  try {
    report(loop.run(ask()), subject, out);
  } catch (const Error& error) {
    report_error(out, subject, error);
  }
}

// The Apps with credentials; one that was registered by one click has them in the data directory.
std::vector<config::GitHubApp> registered_apps(config::ServerConfig config, Findings& out) {
  const std::string subject = "forge " + config.register_github_app.name;
  try {
    if (!load_registered_app(config))
      report_failure(out, subject, "no App is registered yet",
                     "start the server and open the page that its log names");
  } catch (const Error& error) {
    report_error(out, subject, error);
  }
  std::erase_if(config.github, [](const config::GitHubApp& app) { return app.app_id.empty(); });
  return config.github;
}

}  // namespace

void examine_forges(EventLoop& loop, const config::ServerConfig& config, Findings& out) {
  SystemClock clock;
  net::HttpClientOptions client_options;
  client_options.user_agent = "diffgate/" + std::string(version());
  const auto client = net::create_http_client(loop.executor(), std::move(client_options));
  for (const config::GitHubApp& app : registered_apps(config, out)) {
    const std::string subject = "forge " + app.name;
    vcs::GitHubOptions options = forge_options(app, std::nullopt);
    options.on_warning = [&](const std::string& line) { report_warning(out, subject, line, {}); };
    examine(
        loop, subject,
        [&] {
          return vcs::github_access(loop.executor(), *client, clock, options,
                                    repositories_at(config, app.name));
        },
        out);
  }
  for (const config::GitLabInstance& instance : config.gitlab) {
    const vcs::GitLabOptions options = forge_options(instance, std::nullopt);
    examine(
        loop, "forge " + instance.name,
        [&] {
          return vcs::gitlab_access(loop.executor(), *client, clock, options,
                                    repositories_at(config, instance.name));
        },
        out);
  }
}

}  // namespace diffgate::app
