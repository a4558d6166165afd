#include "vcs/gitlab_checks.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "vcs/gitlab_status.hpp"

// A status that names no pipeline makes GitLab choose one, or make one up, which then hangs on the merge
// request beside the real one. So the pipeline is looked up first, kept for the later updates, and the one
// that GitLab starts just after a push gets a moment to appear. Setting the state that a status already has
// is a 400.

namespace diffgate::vcs {
namespace {

constexpr std::chrono::seconds kPipelineWait{2};
constexpr const char* kPermission = "the role Developer and the scope 'api'";

struct Source {
  std::int64_t project = 0;
  std::string branch;
};

// Where the merge request comes from: a fork has its commits, and their statuses, in a project of its own.
Awaitable<Source> source_of(GitLabApi& api, Repo repo, PullNumber number) {
  const ApiCall call{.path = project_path(repo, fmt::format("/merge_requests/{}", number.value()))};
  const net::Response response = co_await api.succeed(call);
  const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
  const auto project = document.root().optional_integer("source_project_id");
  if (!project) {
    throw Error(ErrorClass::remote_final, "the fork that the merge request comes from is gone",
                name_of(call));
  }
  co_return Source{*project, document.root().text("source_branch")};
}

Awaitable<std::int64_t> find_pipeline(GitLabApi& api, Repo repo, Check check, std::int64_t project) {
  const ApiCall call{.path = project_path(repo, fmt::format("/merge_requests/{}/pipelines?per_page=100",
                                                            check.pull_request.value()))};
  const net::Response response = co_await api.send(call);
  // A project without CI, or one whose pipelines the token may not see.
  if (response.status == 403 || response.status == 404) co_return 0;
  if (response.status != 200) throw gitlab_error(call, response);
  const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
  std::vector<Pipeline> pipelines;
  for (const JsonView& json : document.root().elements()) {
    pipelines.push_back({json.integer("id"), json.optional_integer("project_id").value_or(0), json.sha("sha"),
                         json.optional_text("source").value_or("")});
  }
  co_return pipeline_for(pipelines, check.head_sha, project);
}

// The first status of a commit: where it belongs.
Awaitable<CommitStatus> place_of(GitLabApi& api, Repo repo, Check check, Source source) {
  CommitStatus place{.head_sha = check.head_sha, .state = "", .project = source.project};
  place.pipeline = co_await find_pipeline(api, repo, check, source.project);
  if (place.pipeline == 0) {
    co_await api.clock().sleep_for(kPipelineWait);
    place.pipeline = co_await find_pipeline(api, repo, check, source.project);
  }
  co_return place;
}

bool is_equal_transition(const net::Response& response) {
  return response.status == 400 &&
         server_message(response).find("Cannot transition status") != std::string::npos;
}

// The pipeline that GitLab put the status into, if it tells.
std::int64_t told_pipeline(const ApiCall& call, const net::Response& response) {
  const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
  return document.root().optional_integer("pipeline_id").value_or(0);
}

}  // namespace

Awaitable<CheckRef> publish_commit_status(GitLabApi& api, Repo repo, std::optional<CheckRef> known,
                                          Check check) {
  std::optional<CommitStatus> status = known ? commit_status_of(*known) : std::nullopt;
  if (status && status->head_sha != check.head_sha) status.reset();
  const std::string state(gitlab_state_of(check));
  if (status && status->state == state) co_return ref_of(*status);
  std::string branch;
  if (!status || status->pipeline == 0) {
    const Source source = co_await source_of(api, repo, check.pull_request);
    branch = source.branch;
    if (!status) status = co_await place_of(api, repo, check, source);
  }
  const ApiCall call{.method = "POST",
                     .path = fmt::format("/projects/{}/statuses/{}", status->project, check.head_sha.value()),
                     .body = status_body(check, status->pipeline, branch),
                     .permission = kPermission};
  const net::Response response = co_await api.send(call);
  if (!is_equal_transition(response)) {
    if (response.status != 200 && response.status != 201) throw gitlab_error(call, response);
    if (status->pipeline == 0) status->pipeline = told_pipeline(call, response);
  }
  status->state = state;
  co_return ref_of(*status);
}

}  // namespace diffgate::vcs
