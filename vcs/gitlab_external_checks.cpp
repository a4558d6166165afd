#include "vcs/gitlab_external_checks.hpp"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "vcs/gitlab_status.hpp"

namespace diffgate::vcs {
namespace {

constexpr std::chrono::hours kRemembered{1};
constexpr const char* kPermission = "the role Developer and the scope 'api'";

}  // namespace

std::string_view external_status_of(const Check& check) {
  const std::string_view state = gitlab_state_of(check);
  if (state == "success") return "passed";
  return check.state == CheckState::completed ? "failed" : "pending";
}

Awaitable<void> GitLabExternalChecks::answer(Repo repo, Check check) {
  const auto known = without_.find(repo.id);
  if (known != without_.end() && api_.clock().now() - known->second < kRemembered) co_return;
  const std::string merge_request = fmt::format("/merge_requests/{}", check.pull_request.value());
  const ApiCall list{.path = project_path(repo, merge_request + "/status_checks?per_page=100")};
  const net::Response response = co_await api_.send(list);
  if (response.status == 403 || response.status == 404) {
    without_[repo.id] = api_.clock().now();
    co_return;
  }
  if (response.status != 200) throw gitlab_error(list, response);
  const std::string_view wanted = external_status_of(check);
  std::vector<std::int64_t> ids;
  {
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(list));
    for (const JsonView& one : document.root().elements()) {
      const bool is_ours = one.optional_text("name") == check.name;
      if (is_ours && one.optional_text("status") != wanted) ids.push_back(one.integer("id"));
    }
  }
  for (const std::int64_t id : ids) {
    const nlohmann::json body = {
        {"sha", check.head_sha.value()}, {"external_status_check_id", id}, {"status", wanted}};
    const ApiCall call{.method = "POST",
                       .path = project_path(repo, merge_request + "/status_check_responses"),
                       .body = body.dump(),
                       .permission = kPermission};
    const net::Response answered = co_await api_.send(call);
    // 409: the head has moved on, and its own run answers.
    const bool is_done = answered.status == 200 || answered.status == 201 || answered.status == 409;
    if (!is_done) throw gitlab_error(call, answered);
  }
}

}  // namespace diffgate::vcs
