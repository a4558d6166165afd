#include <fmt/format.h>

#include "net/error.hpp"
#include "net/url.hpp"
#include "vcs/ci_artifacts.hpp"
#include "vcs/download.hpp"
#include "vcs/github_api.hpp"
#include "vcs/github_error.hpp"

namespace diffgate::vcs {
namespace {

constexpr int kMaxPages = 10;            // GitHub gives 1,000 results of a search at most
constexpr std::size_t kLatestRuns = 20;  // so far back the newest artifact of a branch is looked for

struct WorkflowRun {
  std::int64_t id = 0;
  Sha sha;
  std::string branch;
  std::string url;
  bool is_over = false;
  bool is_success = false;
  bool is_of_fork = false;
  UtcTime updated_at;
};

WorkflowRun read_run(const JsonView& json) {
  WorkflowRun run;
  run.id = json.integer("id");
  run.sha = json.sha("head_sha");
  run.branch = json.optional_text("head_branch").value_or("");
  run.url = json.optional_text("html_url").value_or("");
  run.is_over = json.optional_text("status") == "completed";
  run.is_success = json.optional_text("conclusion") == "success";
  run.updated_at = parse_iso8601(json.optional_text("updated_at").value_or("")).value_or(UtcTime());
  // A head repository that is gone was a fork too.
  const auto head = json.optional_object("head_repository");
  const auto base = json.optional_object("repository");
  run.is_of_fork = !head || !base || head->integer("id") != base->integer("id");
  return run;
}

class GitHubCiArtifacts final : public CiArtifacts {
 public:
  GitHubCiArtifacts(const asio::any_io_executor& executor, net::HttpClient& client, Clock& clock,
                    GitHubOptions options)
      : client_(client),
        clock_(clock),
        api_url_(options.api_url),
        api_(executor, client, clock, std::move(options)) {}

  CiArtifactForm form() const override { return CiArtifactForm::zip; }

  Awaitable<CiArtifactSearch> find(Repo repo, CiArtifactQuery query) override {
    const std::vector<WorkflowRun> runs = co_await runs_of(repo, query);
    CiArtifactSearch search;
    for (const WorkflowRun& run : runs) {
      CiArtifactSearch one = co_await find_in(repo, query, run);
      if (one.state == CiArtifactSearch::State::found) co_return one;
      // Of several workflows of a commit one that still runs may bring it.
      const bool is_better =
          search.state == CiArtifactSearch::State::none || one.state == CiArtifactSearch::State::running ||
          (one.state == CiArtifactSearch::State::expired && search.state == CiArtifactSearch::State::failed);
      if (is_better) search = std::move(one);
    }
    co_return search;
  }

  // The digest is that of the zip, which GitHub tells of artifacts of upload-artifact 4 and newer.
  Awaitable<bool> fetch(Repo repo, CiArtifact artifact, std::string, std::string into_file,
                        std::size_t max_bytes) override {
    ApiCall call{.path = repo_path(repo, fmt::format("/actions/artifacts/{}/zip", artifact.id)),
                 .permission = "actions: read"};
    call.keeps_redirect = true;
    const net::Response response = co_await api_.send(repo, GitHubAccess::ci, call);
    if (response.status == 404 || response.status == 410) co_return false;
    const auto storage = storage_url(call, api_url_, response);
    if (!storage) throw github_error(call, response);
    const int status = co_await download(client_, clock_, *storage, std::move(into_file), max_bytes);
    if (status / 100 == 2) co_return true;
    if (status == 404 || status == 410) co_return false;
    throw Error(status >= 500 || status == 403 ? ErrorClass::remote_transient : ErrorClass::remote_final,
                fmt::format("the storage of artifacts answered {}", status), name_of(call));
  }

 private:
  Awaitable<std::vector<WorkflowRun>> runs_of(Repo repo, CiArtifactQuery query) {
    const std::string filter =
        query.sha ? "head_sha=" + query.sha->value()
                  : "event=push&status=success&branch=" + net::encode_path_segment(query.branch);
    ApiCall call{.path = repo_path(repo, "/actions/runs?per_page=100&" + filter),
                 .permission = "actions: read"};
    std::vector<WorkflowRun> runs;
    const bool is_latest = !query.sha;
    co_await each_page(repo, call, [&](const JsonView& page) {
      for (const JsonView& json : page.elements("workflow_runs")) {
        const WorkflowRun run = read_run(json);
        if (query.from_forks || !run.is_of_fork) runs.push_back(run);
      }
      return !is_latest;  // newest first
    });
    if (is_latest && runs.size() > kLatestRuns) runs.resize(kLatestRuns);
    co_return runs;
  }

  Awaitable<CiArtifactSearch> find_in(Repo repo, CiArtifactQuery query, WorkflowRun run) {
    CiArtifactSearch search;
    search.url = run.url;
    search.state = run.is_over ? CiArtifactSearch::State::failed : CiArtifactSearch::State::running;
    ApiCall call{.path = repo_path(repo, fmt::format("/actions/runs/{}/artifacts?per_page=100&name={}",
                                                     run.id, net::encode_path_segment(query.name))),
                 .permission = "actions: read"};
    co_await each_page(repo, call, [&](const JsonView& page) {
      for (const JsonView& json : page.elements("artifacts")) {
        if (json.text("name") != query.name) continue;
        if (json.optional_boolean("expired").value_or(false)) {
          search.state = CiArtifactSearch::State::expired;
          continue;
        }
        search.state = CiArtifactSearch::State::found;
        search.artifact = read_artifact(json, run);
        return false;  // newest first
      }
      return true;
    });
    co_return search;
  }

  static CiArtifact read_artifact(const JsonView& json, const WorkflowRun& run) {
    CiArtifact artifact;
    artifact.id = std::to_string(json.integer("id"));
    artifact.title = "GitHub Actions artifact " + artifact.id;
    artifact.url = run.url;
    artifact.sha = run.sha;
    artifact.branch = run.branch;
    artifact.finished_at =
        parse_iso8601(json.optional_text("created_at").value_or("")).value_or(run.updated_at);
    constexpr std::string_view kSha256 = "sha256:";
    const std::string digest = json.optional_text("digest").value_or("");
    if (digest.starts_with(kSha256)) artifact.digest = digest.substr(kSha256.size());
    return artifact;
  }

  // As GitHubApi's, with a token that may read Actions.
  Awaitable<void> each_page(Repo repo, ApiCall call, std::function<bool(const JsonView&)> on_page) {
    for (int page = 1; page <= kMaxPages; ++page) {
      const net::Response response = co_await api_.succeed(repo, GitHubAccess::ci, call);
      const std::optional<std::string> next = api_.next_page(call, response);
      const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
      const bool goes_on = on_page(document.root());
      if (!next || !goes_on) co_return;
      call.path = *next;
    }
  }

  net::HttpClient& client_;
  Clock& clock_;
  std::string api_url_;
  GitHubApi api_;
};

}  // namespace

std::unique_ptr<CiArtifacts> create_github_ci_artifacts(const asio::any_io_executor& executor,
                                                        net::HttpClient& client, Clock& clock,
                                                        GitHubOptions options) {
  return std::make_unique<GitHubCiArtifacts>(executor, client, clock, std::move(options));
}

}  // namespace diffgate::vcs
