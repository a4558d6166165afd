#include "vcs/github_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "net/url.hpp"
#include "vcs/github_check_body.hpp"
#include "vcs/github_error.hpp"

namespace diffgate::vcs {
namespace {

constexpr const char* kPermission = "checks: write";

// The open check run of ours that carries the check's external_id, if there is one; a completed one serves
// for a completed check.
Awaitable<std::optional<CheckRun>> find_open_run(GitHubApi& api, Repo repo, Check check) {
  if (check.external_id.empty()) co_return std::nullopt;
  const ApiCall call{
      .path = repo_path(repo, fmt::format("/commits/{}/check-runs?check_name={}&per_page=100",
                                          check.head_sha.value(), net::encode_path_segment(check.name))),
      .permission = kPermission};
  const net::Response response = co_await api.send(repo, GitHubAccess::report, call);
  if (response.status == 404) co_return std::nullopt;
  if (response.status != 200) throw github_error(call, response);
  const AppIdentity self = co_await api.app().identity();
  const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
  for (const JsonView& run : document.root().elements("check_runs")) {
    const auto app = run.optional_object("app");
    // Another App may copy an external_id.
    if (!app || app->integer("id") != self.id) continue;
    const bool is_completed = run.text("status") == "completed";
    if (run.optional_text("external_id") != check.external_id) continue;
    if (is_completed && check.state != CheckState::completed) continue;
    co_return CheckRun{.id = run.integer("id"), .head_sha = check.head_sha, .is_completed = is_completed};
  }
  co_return std::nullopt;
}

Awaitable<std::optional<CheckRun>> run_to_update(GitHubApi& api, Repo repo, std::optional<CheckRef> known,
                                                 Check check) {
  const std::optional<CheckRun> run = known ? check_run_of(*known) : std::nullopt;
  if (!run || run->head_sha != check.head_sha)
    co_return co_await find_open_run(api, std::move(repo), std::move(check));
  // GitHub does not reopen a completed run reliably.
  if (run->is_completed && check.state != CheckState::completed) co_return std::nullopt;
  co_return run;
}

ApiCall write_call(const Repo& repo, const std::optional<CheckRun>& run, const Check& check, UtcTime now) {
  if (run) {
    return {.method = "PATCH",
            .path = repo_path(repo, fmt::format("/check-runs/{}", run->id)),
            .body = update_check_body(check, now, run->annotations),
            .permission = kPermission};
  }
  return {.method = "POST",
          .path = repo_path(repo, "/check-runs"),
          .body = create_check_body(check, now),
          .permission = kPermission};
}

// Creates the run, or updates `run` with the next annotations, and says what it is then.
Awaitable<CheckRun> write_run(GitHubApi& api, Repo repo, std::optional<CheckRun> run, Check check) {
  std::size_t sent = run ? run->annotations : 0;
  ApiCall call = write_call(repo, run, check, api.clock().now());
  net::Response response = co_await api.send(repo, GitHubAccess::report, call);
  if (response.status == 422 && sent < check.annotations.size()) {
    // One annotation that GitHub does not like fails the whole request, and the state matters more than they
    // do.
    sent = check.annotations.size();
    check.annotations.clear();
    call = write_call(repo, run, check, api.clock().now());
    response = co_await api.send(repo, GitHubAccess::report, call);
  }
  if (response.status != 200 && response.status != 201) throw github_error(call, response);
  const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
  const std::size_t now_sent = std::min(check.annotations.size(), sent + kAnnotationsPerRequest);
  co_return CheckRun{.id = document.root().integer("id"),
                     .head_sha = check.head_sha,
                     .is_completed = check.state == CheckState::completed,
                     .annotations = std::max(sent, now_sent)};
}

}  // namespace

Awaitable<CheckRef> publish_check_run(GitHubApi& api, Repo repo, std::optional<CheckRef> known, Check check) {
  check.annotations = usable_annotations(std::move(check.annotations));
  const std::optional<CheckRun> existing = co_await run_to_update(api, repo, std::move(known), check);
  CheckRun run = co_await write_run(api, repo, existing, check);
  // The state is out; what does not fit into one request follows it.
  while (run.annotations < check.annotations.size()) run = co_await write_run(api, repo, run, check);
  co_return ref_of(run);
}

}  // namespace diffgate::vcs
