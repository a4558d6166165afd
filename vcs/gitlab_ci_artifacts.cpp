#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "net/error.hpp"
#include "net/url.hpp"
#include "vcs/ci_artifacts.hpp"
#include "vcs/download.hpp"
#include "vcs/gitlab_api.hpp"

namespace diffgate::vcs {
namespace {

constexpr int kMaxPages = 10;
constexpr std::size_t kMostMergedResults = 5;  // of a merge request, the newest first
constexpr std::size_t kMostPipelines = 20;     // of a commit or a branch, the newest first

struct Pipeline {
  std::int64_t id = 0;
  Sha sha;
  std::string ref;
  std::string url;
  bool is_over = false;
};

bool is_over(const std::string& status) {
  constexpr std::array over = {"success", "failed", "canceled", "skipped"};
  return std::ranges::find(over, status) != over.end();
}

Pipeline read_pipeline(const JsonView& json) {
  Pipeline pipeline;
  pipeline.id = json.integer("id");
  pipeline.sha = json.sha("sha");
  pipeline.ref = json.optional_text("ref").value_or("");
  pipeline.url = json.optional_text("web_url").value_or("");
  pipeline.is_over = is_over(json.optional_text("status").value_or(""));
  return pipeline;
}

class GitLabCiArtifacts final : public CiArtifacts {
 public:
  GitLabCiArtifacts(const asio::any_io_executor& executor, net::HttpClient& client, Clock& clock,
                    GitLabOptions options)
      : client_(client),
        clock_(clock),
        url_(options.url),
        api_(executor, client, clock, std::move(options)) {}

  CiArtifactForm form() const override { return CiArtifactForm::files; }

  // A fork's pipelines are in the fork's project, so that what is found here is always the project's own.
  Awaitable<CiArtifactSearch> find(Repo repo, CiArtifactQuery query) override {
    std::vector<Pipeline> pipelines = co_await pipelines_of(repo, query);
    CiArtifactSearch search = co_await find_in_any(repo, query, std::move(pipelines), {});
    if (search.artifact || !query.sha || !query.pull_request) co_return search;
    std::vector<Pipeline> merged = co_await merged_results_of(repo, query);
    co_return co_await find_in_any(repo, query, std::move(merged), std::move(search));
  }

  Awaitable<bool> fetch(Repo repo, CiArtifact artifact, std::string path, std::string into_file,
                        std::size_t max_bytes) override {
    ApiCall call{
        .path = project_path(repo, fmt::format("/jobs/{}/artifacts/{}", artifact.id, net::encode_path(path))),
        .accept = "*/*",
        .permission = "the role Reporter or higher"};
    call.keeps_redirect = true;
    call.response_file = into_file;
    call.max_response_bytes = max_bytes;
    const net::Response response = co_await api_.send(call);
    if (response.status == 404 || response.status == 410) co_return false;
    if (response.status / 100 == 2) co_return true;
    const auto storage = storage_url(call, url_, response);
    if (!storage) throw gitlab_error(call, response);
    const int status = co_await download(client_, clock_, *storage, std::move(into_file), max_bytes);
    if (status / 100 == 2) co_return true;
    if (status == 404) co_return false;
    throw Error(status >= 500 ? ErrorClass::remote_transient : ErrorClass::remote_final,
                fmt::format("the storage of artifacts answered {}", status), name_of(call));
  }

 private:
  // The first that has the artifact; else the better of `search` and what they are about.
  Awaitable<CiArtifactSearch> find_in_any(Repo repo, CiArtifactQuery query, std::vector<Pipeline> pipelines,
                                          CiArtifactSearch search) {
    for (const Pipeline& pipeline : pipelines) {
      CiArtifactSearch one = co_await find_in(repo, query, pipeline);
      if (one.state == CiArtifactSearch::State::found) co_return one;
      const bool is_better =
          search.state == CiArtifactSearch::State::none || one.state == CiArtifactSearch::State::running;
      if (is_better) search = std::move(one);
    }
    co_return search;
  }

  // Pipelines of the merge request that ran on its head merged with the target branch: on a commit of
  // GitLab's own, which has the head among its parents (GitLab docs, "Merged results pipelines").
  Awaitable<std::vector<Pipeline>> merged_results_of(Repo repo, CiArtifactQuery query) {
    const std::int64_t number = query.pull_request->value();
    const std::string ref = fmt::format("refs/merge-requests/{}/merge", number);
    const ApiCall call{
        .path = project_path(repo, fmt::format("/merge_requests/{}/pipelines?per_page=20", number)),
        .permission = "the role Reporter or higher"};
    std::vector<Pipeline> candidates;
    co_await api_.each_page(call, 1, [&](const JsonView& page) {
      for (const JsonView& json : page.elements()) {
        // A fork's pipelines are listed, too: they are in the fork.
        const bool is_here = json.optional_integer("project_id").value_or(repo.id.value()) == repo.id.value();
        if (is_here && json.optional_text("ref") == ref) candidates.push_back(read_pipeline(json));
      }
      return false;
    });
    if (candidates.size() > kMostMergedResults) candidates.resize(kMostMergedResults);
    std::vector<Pipeline> pipelines;
    for (Pipeline& pipeline : candidates) {
      const bool is_of_head = co_await has_parent(repo, pipeline.sha, *query.sha);
      if (!is_of_head) continue;
      pipeline.sha = *query.sha;
      pipelines.push_back(std::move(pipeline));
    }
    co_return pipelines;
  }

  // False for a commit that GitLab has forgotten: those of older pushes go in time.
  Awaitable<bool> has_parent(Repo repo, Sha commit, Sha parent) {
    const ApiCall call{.path = project_path(repo, "/repository/commits/" + commit.value()),
                       .permission = "the role Reporter or higher"};
    const net::Response response = co_await api_.send(call);
    if (response.status == 404) co_return false;
    if (response.status / 100 != 2) throw gitlab_error(call, response);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    const std::vector<JsonView> parents = document.root().elements("parent_ids");
    co_return std::ranges::any_of(
        parents, [&parent](const JsonView& each) { return each.as_text() == parent.value(); });
  }

  Awaitable<std::vector<Pipeline>> pipelines_of(Repo repo, CiArtifactQuery query) {
    const std::string filter = query.sha ? "sha=" + query.sha->value()
                                         : "status=success&ref=" + net::encode_path_segment(query.branch);
    const ApiCall call{.path = project_path(repo, "/pipelines?per_page=20&order_by=id&sort=desc&" + filter),
                       .permission = "the role Reporter or higher"};
    std::vector<Pipeline> pipelines;
    co_await api_.each_page(call, 1, [&](const JsonView& page) {
      for (const JsonView& json : page.elements()) pipelines.push_back(read_pipeline(json));
      return false;
    });
    if (pipelines.size() > kMostPipelines) pipelines.resize(kMostPipelines);
    co_return pipelines;
  }

  Awaitable<CiArtifactSearch> find_in(Repo repo, CiArtifactQuery query, Pipeline pipeline) {
    CiArtifactSearch search;
    search.url = pipeline.url;
    search.state = pipeline.is_over ? CiArtifactSearch::State::failed : CiArtifactSearch::State::running;
    const ApiCall call{
        .path = project_path(repo, fmt::format("/pipelines/{}/jobs?per_page=100", pipeline.id)),
        .permission = "the role Reporter or higher"};
    co_await api_.each_page(call, kMaxPages, [&](const JsonView& page) {
      for (const JsonView& json : page.elements()) {
        if (json.text("name") != query.name) continue;
        read_job(json, pipeline, search);
        return false;  // retried ones are not listed
      }
      return true;
    });
    co_return search;
  }

  static void read_job(const JsonView& json, const Pipeline& pipeline, CiArtifactSearch& search) {
    const std::string status = json.optional_text("status").value_or("");
    search.url = json.optional_text("web_url").value_or(pipeline.url);
    search.state = is_over(status) ? CiArtifactSearch::State::failed : CiArtifactSearch::State::running;
    // "when: always" keeps the artifacts of a failed job, too.
    if (!is_over(status) || !json.optional_object("artifacts_file")) return;
    search.state = CiArtifactSearch::State::found;
    CiArtifact artifact;
    artifact.id = std::to_string(json.integer("id"));
    artifact.title = "GitLab job " + artifact.id;
    artifact.url = search.url;
    artifact.sha = pipeline.sha;
    artifact.branch = pipeline.ref.starts_with("refs/") ? "" : pipeline.ref;
    artifact.finished_at = parse_iso8601(json.optional_text("finished_at").value_or("")).value_or(UtcTime());
    search.artifact = std::move(artifact);
  }

  net::HttpClient& client_;
  Clock& clock_;
  std::string url_;
  GitLabApi api_;
};

}  // namespace

std::unique_ptr<CiArtifacts> create_gitlab_ci_artifacts(const asio::any_io_executor& executor,
                                                        net::HttpClient& client, Clock& clock,
                                                        GitLabOptions options) {
  return std::make_unique<GitLabCiArtifacts>(executor, client, clock, std::move(options));
}

}  // namespace diffgate::vcs
