#include <fmt/format.h>

#include <utility>

#include "net/crypto.hpp"
#include "net/url.hpp"
#include "vcs/comment_body.hpp"
#include "vcs/commit_chain.hpp"
#include "vcs/forge.hpp"
#include "vcs/github_api.hpp"
#include "vcs/github_checks.hpp"
#include "vcs/github_comments.hpp"
#include "vcs/github_deliveries.hpp"
#include "vcs/github_error.hpp"
#include "vcs/github_files.hpp"
#include "vcs/github_payload.hpp"
#include "vcs/keyed_turns.hpp"

namespace diffgate::vcs {
namespace {

constexpr int kMaxPullRequestPages = 100;
constexpr int kMaxCommitPages = 3;  // GitHub REST, "List commits on a pull request": 250 commits at most

// The answer is the raw file where the server knows the raw media type; one that knows only JSON encodes it.
std::string read_file(const ApiCall& call, net::Response response) {
  const std::string content_type(response.headers.get("Content-Type").value_or(""));
  if (content_type.find(".raw") != std::string::npos || content_type.find("json") == std::string::npos) {
    return std::move(response.body);
  }
  const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
  const JsonView file = document.root();
  if (file.is_array()) throw Error(ErrorClass::remote_final, "it is a folder, not a file", name_of(call));
  if (file.optional_text("encoding") != "base64") file.refuse("encoding", "base64");
  std::string encoded = file.text("content");
  std::erase_if(encoded, [](char c) { return c == '\n' || c == '\r'; });
  auto content = net::from_base64(encoded);
  if (!content) file.refuse("content", "base64");
  return *std::move(content);
}

class GitHubForge final : public Forge {
 public:
  GitHubForge(const asio::any_io_executor& executor, net::HttpClient& client, Clock& clock,
              GitHubOptions options)
      : name_(options.name), api_(executor, client, clock, std::move(options)), comment_turns_(executor) {}

  ForgeKind kind() const override { return ForgeKind::github; }
  const std::string& name() const override { return name_; }
  Limits limits() const override { return {}; }

  Awaitable<Repo> find_repository(std::string full_name) override {
    Repo repo;
    repo.forge = name_;
    repo.full_name = std::move(full_name);
    const ApiCall call{.path = repo_path(repo, ""), .permission = "metadata: read"};
    const net::Response response = co_await api_.succeed(repo, GitHubAccess::read, call);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    repo.id = RepoId(document.root().integer("id"));
    repo.full_name = document.root().text("full_name");
    co_return repo;
  }

  Awaitable<PullRequest> pull_request(Repo repo, PullNumber number) override {
    const ApiCall call{.path = repo_path(repo, fmt::format("/pulls/{}", number.value())),
                       .permission = "pull_requests: read"};
    const net::Response response = co_await api_.succeed(repo, GitHubAccess::read, call);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    co_return read_github_pull_request(document.root(), repo.id);
  }

  Awaitable<ChangedFiles> changed_files(Repo repo, PullNumber number) override {
    return github_changed_files(api_, std::move(repo), number);
  }

  Awaitable<std::optional<std::string>> file_at(Repo repo, std::string path, Sha sha) override {
    const ApiCall call{.path = repo_path(repo, fmt::format("/contents/{}?ref={}",
                                                           net::encode_path_segment(path), sha.value())),
                       .accept = "application/vnd.github.raw+json, application/json;q=0.9",
                       .permission = "contents: read"};
    net::Response response = co_await api_.send(repo, GitHubAccess::read, call);
    if (response.status == 404) {
      // "No commit found for the ref": the API lags behind the webhook, which says nothing about the file.
      if (server_message(response).starts_with("No commit found")) {
        throw Error(ErrorClass::remote_transient, "the commit is not visible yet", name_of(call),
                    "it is tried again");
      }
      co_return std::nullopt;
    }
    if (response.status != 200) throw github_error(call, response);
    co_return read_file(call, std::move(response));
  }

  Awaitable<std::string> commit_message(Repo repo, Sha sha) override {
    // The git object, because `/commits/{sha}` also carries the commit's diff.
    const ApiCall call{.path = repo_path(repo, "/git/commits/" + sha.value()),
                       .permission = "contents: read"};
    const net::Response response = co_await api_.succeed(repo, GitHubAccess::read, call);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    co_return document.root().text("message");
  }

  Awaitable<std::vector<std::string>> commit_messages(Repo repo, PullRequest pull) override {
    const ApiCall call{
        .path = repo_path(repo, fmt::format("/pulls/{}/commits?per_page=100", pull.number.value())),
        .permission = "pull_requests: read"};
    std::vector<ListedCommit> commits;
    co_await api_.each_page(repo, call, kMaxCommitPages, [&commits](const JsonView& page) {
      for (const JsonView& json : page.elements()) {
        ListedCommit commit{json.sha("sha"), {}, json.object("commit").optional_text("message").value_or("")};
        for (const JsonView& parent : json.elements("parents")) commit.parents.push_back(parent.sha("sha"));
        commits.push_back(std::move(commit));
      }
      return true;
    });
    co_return first_parent_messages(commits, pull.head_sha);
  }

  Awaitable<std::optional<Sha>> merge_base(Repo repo, Sha base, Sha head) override {
    // The diff comes with the first page alone, and only the merge base is wanted.
    const ApiCall call{.path = repo_path(repo, fmt::format("/compare/{}...{}?per_page=1&page=2", base.value(),
                                                           head.value())),
                       .permission = "contents: read"};
    const net::Response response = co_await api_.send(repo, GitHubAccess::read, call);
    if (response.status == 404 && server_message(response).starts_with("No common ancestor"))
      co_return std::nullopt;
    if (response.status != 200) throw github_error(call, response);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    co_return document.root().object("merge_base_commit").sha("sha");
  }

  Awaitable<std::optional<Sha>> branch_tip(Repo repo, std::string branch) override {
    const ApiCall call{.path = repo_path(repo, "/git/ref/" + net::encode_path_segment("heads/" + branch)),
                       .permission = "contents: read"};
    const net::Response response = co_await api_.send(repo, GitHubAccess::read, call);
    if (response.status == 404) co_return std::nullopt;
    if (response.status != 200) throw github_error(call, response);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    co_return document.root().object("object").sha("sha");
  }

  Awaitable<std::vector<PullNumber>> pull_requests_of(Repo repo, Sha head) override {
    const ApiCall call{.path = repo_path(repo, fmt::format("/commits/{}/pulls?per_page=100", head.value())),
                       .permission = "pull_requests: read"};
    std::vector<PullNumber> numbers;
    co_await api_.each_page(repo, call, kMaxPullRequestPages, [&](const JsonView& page) {
      for (const JsonView& one : page.elements()) {
        const PullRequest pull = read_github_pull_request(one, repo.id);
        // Also listed: those that merged the commit or hold it further down, and the fork's own.
        const bool is_here = pull.base_repo == RepoId(0) || pull.base_repo == repo.id;
        if (pull.is_open && pull.head_sha == head && is_here) numbers.push_back(pull.number);
      }
      return true;
    });
    if (!numbers.empty()) co_return numbers;
    // A fork's commits are not always linked to the pull request that they are in.
    const std::vector<PullRequest> open = co_await open_pull_requests(repo);
    for (const PullRequest& pull : open) {
      if (pull.head_sha == head) numbers.push_back(pull.number);
    }
    co_return numbers;
  }

  Awaitable<std::vector<MissedDelivery>> missed_deliveries(UtcTime since) override {
    return missed_github_deliveries(api_, since);
  }

  Awaitable<std::vector<PullRequest>> open_pull_requests(Repo repo) override {
    const ApiCall call{.path = repo_path(repo, "/pulls?state=open&per_page=100"),
                       .permission = "pull_requests: read"};
    std::vector<PullRequest> pulls;
    co_await api_.each_page(repo, call, kMaxPullRequestPages, [&pulls, id = repo.id](const JsonView& page) {
      for (const JsonView& pull : page.elements()) pulls.push_back(read_github_pull_request(pull, id));
      return true;
    });
    co_return pulls;
  }

  Awaitable<bool> can_write(Repo repo, std::string user) override {
    const ApiCall call{
        .path = repo_path(repo, fmt::format("/collaborators/{}/permission", net::encode_path_segment(user))),
        .permission = "metadata: read"};
    const net::Response response = co_await api_.send(repo, GitHubAccess::read, call);
    if (response.status == 404) co_return false;
    if (response.status != 200) throw github_error(call, response);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    // The finer roles maintain and triage are shown here as write and read.
    const std::string permission = document.root().text("permission");
    co_return permission == "admin" || permission == "write";
  }

  Awaitable<bool> is_own_user(std::string user) override {
    const AppIdentity self = co_await api_.app().identity();
    co_return user == self.bot_login;
  }

  Awaitable<void> react(Repo repo, PullNumber, std::string comment_id, Receipt receipt) override {
    return react_to_github_comment(api_, std::move(repo), std::move(comment_id), receipt);
  }

  Awaitable<CheckRef> publish_check(Repo repo, std::optional<CheckRef> known, Check check) override {
    return publish_check_run(api_, std::move(repo), std::move(known), std::move(check));
  }

  Awaitable<CommentRef> upsert_comment(Repo repo, PullNumber number, std::optional<CommentRef> known,
                                       std::string marker, std::string markdown) override {
    std::string body = comment_body(marker, std::move(markdown), limits().comment_characters);
    // Two that finish together would both find no comment and both create one.
    const KeyedTurns::Turn turn =
        co_await comment_turns_.acquire(fmt::format("{}#{}", repo.full_name, number.value()));
    co_return co_await upsert_github_comment(api_, std::move(repo), number, std::move(known), std::move(body),
                                             std::move(marker));
  }

 private:
  std::string name_;
  GitHubApi api_;
  KeyedTurns comment_turns_;
};

}  // namespace

std::unique_ptr<Forge> create_github_forge(const asio::any_io_executor& executor, net::HttpClient& client,
                                           Clock& clock, GitHubOptions options) {
  return std::make_unique<GitHubForge>(executor, client, clock, std::move(options));
}

}  // namespace diffgate::vcs
