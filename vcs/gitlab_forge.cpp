#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "net/url.hpp"
#include "vcs/comment_body.hpp"
#include "vcs/forge.hpp"
#include "vcs/gitlab_api.hpp"
#include "vcs/gitlab_checks.hpp"
#include "vcs/gitlab_diffs.hpp"
#include "vcs/gitlab_external_checks.hpp"
#include "vcs/gitlab_notes.hpp"
#include "vcs/gitlab_payload.hpp"
#include "vcs/keyed_turns.hpp"

namespace diffgate::vcs {
namespace {

constexpr int kMaxMergeRequestPages = 100;
constexpr int kMaxCommitPages = 3;
constexpr std::int64_t kDeveloper = 30;  // GitLab REST, "Members API": the first role that may push

class GitLabForge final : public Forge {
 public:
  GitLabForge(const asio::any_io_executor& executor, net::HttpClient& client, Clock& clock,
              GitLabOptions options)
      : name_(options.name),
        has_external_checks_(options.external_status_checks),
        api_(executor, client, clock, std::move(options)),
        external_checks_(api_),
        note_turns_(executor) {}

  ForgeKind kind() const override { return ForgeKind::gitlab; }
  const std::string& name() const override { return name_; }
  Limits limits() const override { return {.comment_characters = 1'000'000, .summary_characters = 0}; }

  Awaitable<Repo> find_repository(std::string full_name) override {
    Repo repo;
    repo.forge = name_;
    repo.full_name = std::move(full_name);
    const ApiCall call{.path = project_path(repo, "")};
    const net::Response response = co_await api_.succeed(call);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    repo.id = RepoId(document.root().integer("id"));
    repo.full_name = document.root().text("path_with_namespace");
    co_return repo;
  }

  Awaitable<PullRequest> pull_request(Repo repo, PullNumber number) override {
    const ApiCall call{.path = project_path(repo, fmt::format("/merge_requests/{}", number.value()))};
    const net::Response response = co_await api_.succeed(call);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    PullRequest pull = read_gitlab_merge_request(document.root());
    // Its diff is not made yet in the seconds after it was opened.
    if (pull.base_sha == Sha()) {
      const std::optional<Sha> tip = co_await branch_tip(repo, pull.base_branch);
      pull.base_sha = tip.value_or(Sha());
    }
    co_return pull;
  }

  Awaitable<ChangedFiles> changed_files(Repo repo, PullNumber number) override {
    return gitlab_changed_files(api_, std::move(repo), number);
  }

  Awaitable<std::optional<std::string>> file_at(Repo repo, std::string path, Sha sha) override {
    const ApiCall call{.path = project_path(repo, fmt::format("/repository/files/{}/raw?ref={}",
                                                              net::encode_path_segment(path), sha.value())),
                       .accept = "*/*"};
    net::Response response = co_await api_.send(call);
    if (response.status == 404) {
      const std::string message = server_message(response);
      if (message.find("Commit Not Found") != std::string::npos) {
        throw Error(ErrorClass::remote_transient, "the commit is not visible yet", name_of(call),
                    "it is tried again");
      }
      if (message.find("Project Not Found") != std::string::npos) throw gitlab_error(call, response);
      co_return std::nullopt;
    }
    if (response.status != 200) throw gitlab_error(call, response);
    co_return std::move(response.body);
  }

  Awaitable<std::string> commit_message(Repo repo, Sha sha) override {
    const ApiCall call{.path = project_path(repo, "/repository/commits/" + sha.value())};
    const net::Response response = co_await api_.succeed(call);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    co_return document.root().text("message");
  }

  // Not the merge request's own list of commits, which does not tell their parents.
  Awaitable<std::vector<std::string>> commit_messages(Repo repo, PullRequest pull) override {
    const ApiCall call{
        .path = project_path(repo,
                             fmt::format("/repository/commits?ref_name={}..{}&first_parent=true&per_page=100",
                                         pull.base_sha.value(), pull.head_sha.value()))};
    std::vector<std::string> messages;
    co_await api_.each_page(call, kMaxCommitPages, [&messages](const JsonView& page) {
      for (const JsonView& commit : page.elements())
        messages.push_back(commit.optional_text("message").value_or(""));
      return true;
    });
    std::reverse(messages.begin(), messages.end());  // GitLab lists the newest first
    co_return messages;
  }

  Awaitable<std::optional<Sha>> merge_base(Repo repo, Sha base, Sha head) override {
    const ApiCall call{
        .path = project_path(repo, fmt::format("/repository/merge_base?refs%5B%5D={}&refs%5B%5D={}",
                                               base.value(), head.value()))};
    const net::Response response = co_await api_.send(call);
    const bool is_project_missing = server_message(response).find("Project Not Found") != std::string::npos;
    if (response.status == 404 && !is_project_missing) co_return std::nullopt;
    if (response.status != 200) throw gitlab_error(call, response);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    co_return document.root().sha("id");
  }

  Awaitable<std::optional<Sha>> branch_tip(Repo repo, std::string branch) override {
    const ApiCall call{.path =
                           project_path(repo, "/repository/branches/" + net::encode_path_segment(branch))};
    const net::Response response = co_await api_.send(call);
    if (response.status == 404) co_return std::nullopt;
    if (response.status != 200) throw gitlab_error(call, response);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    co_return document.root().object("commit").sha("id");
  }

  Awaitable<std::vector<PullNumber>> pull_requests_of(Repo repo, Sha head) override {
    const ApiCall call{
        .path = project_path(
            repo,
            fmt::format("/repository/commits/{}/merge_requests?state=opened&per_page=100", head.value()))};
    const net::Response response = co_await api_.send(call);
    if (response.status == 404) co_return std::vector<PullNumber>();
    if (response.status != 200) throw gitlab_error(call, response);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    std::vector<PullNumber> numbers;
    for (const JsonView& one : document.root().elements()) {
      // Listed are all that hold the commit, not only those whose head it is.
      if (one.optional_sha("sha") == head) numbers.emplace_back(one.integer("iid"));
    }
    co_return numbers;
  }

  Awaitable<std::vector<MissedDelivery>> missed_deliveries(UtcTime) override {
    co_return std::vector<MissedDelivery>();  // GitLab's log is of a hook, and for its administrators
  }

  Awaitable<std::vector<PullRequest>> open_pull_requests(Repo repo) override {
    const ApiCall call{.path = project_path(repo, "/merge_requests?state=opened&per_page=100")};
    std::vector<PullRequest> pulls;
    co_await api_.each_page(call, kMaxMergeRequestPages, [&pulls](const JsonView& page) {
      for (const JsonView& json : page.elements()) pulls.push_back(read_gitlab_merge_request(json));
      return true;
    });
    co_return pulls;
  }

  Awaitable<bool> can_write(Repo repo, std::string user) override {
    const std::optional<std::int64_t> id = co_await user_id(std::move(user));
    if (!id) co_return false;
    const ApiCall call{.path = project_path(repo, fmt::format("/members/all/{}", *id))};
    const net::Response response = co_await api_.send(call);
    if (response.status == 404) co_return false;
    if (response.status != 200) throw gitlab_error(call, response);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    co_return document.root().integer("access_level") >= kDeveloper;
  }

  Awaitable<bool> is_own_user(std::string user) override {
    const Self self = co_await own_user();
    co_return user == self.name;
  }

  Awaitable<void> react(Repo repo, PullNumber number, std::string comment_id, Receipt receipt) override {
    return award_gitlab_note(api_, std::move(repo), number, std::move(comment_id), receipt);
  }

  Awaitable<CheckRef> publish_check(Repo repo, std::optional<CheckRef> known, Check check) override {
    CheckRef ref = co_await publish_commit_status(api_, repo, std::move(known), check);
    if (has_external_checks_) co_await external_checks_.answer(std::move(repo), std::move(check));
    co_return ref;
  }

  Awaitable<CommentRef> upsert_comment(Repo repo, PullNumber number, std::optional<CommentRef> known,
                                       std::string marker, std::string markdown) override {
    std::string body = comment_body(marker, std::move(markdown), limits().comment_characters);
    const Self self = co_await own_user();
    // Two that finish together would both find no note and both create one.
    const KeyedTurns::Turn turn =
        co_await note_turns_.acquire(project_path(repo, std::to_string(number.value())));
    co_return co_await upsert_gitlab_note(api_, std::move(repo), number, std::move(known), std::move(body),
                                          std::move(marker), self.id);
  }

 private:
  // The user that the token belongs to.
  struct Self {
    std::int64_t id = 0;
    std::string name;
  };
  Awaitable<Self> own_user() {
    if (self_) co_return *self_;
    const ApiCall call{.path = "/user"};
    const net::Response response = co_await api_.succeed(call);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    const JsonView user = document.root();
    self_ = Self{user.integer("id"), user.optional_text("username").value_or("")};
    co_return *self_;
  }

  Awaitable<std::optional<std::int64_t>> user_id(std::string user) {
    const ApiCall call{.path = "/users?username=" + net::encode_path_segment(user)};
    const net::Response response = co_await api_.succeed(call);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    const std::vector<JsonView> found = document.root().elements();
    if (found.empty()) co_return std::nullopt;
    co_return found.front().integer("id");
  }

  std::string name_;
  bool has_external_checks_;
  GitLabApi api_;
  GitLabExternalChecks external_checks_;
  KeyedTurns note_turns_;
  std::optional<Self> self_;
};

}  // namespace

std::unique_ptr<Forge> create_gitlab_forge(const asio::any_io_executor& executor, net::HttpClient& client,
                                           Clock& clock, GitLabOptions options) {
  return std::make_unique<GitLabForge>(executor, client, clock, std::move(options));
}

}  // namespace diffgate::vcs
