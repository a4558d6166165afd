#include <fmt/format.h>

#include <utility>

#include "net/url.hpp"
#include "vcs/comment_body.hpp"
#include "vcs/forge.hpp"
#include "vcs/gitlab_api.hpp"
#include "vcs/gitlab_checks.hpp"
#include "vcs/gitlab_diffs.hpp"
#include "vcs/gitlab_notes.hpp"
#include "vcs/gitlab_payload.hpp"
#include "vcs/keyed_turns.hpp"

namespace diffgate::vcs {
namespace {

constexpr int kMaxMergeRequestPages = 100;
constexpr std::int64_t kDeveloper = 30;  // GitLab REST, "Members API": the first role that may push

class GitLabForge final : public Forge {
 public:
  GitLabForge(const asio::any_io_executor& executor, net::HttpClient& client, Clock& clock,
              GitLabOptions options)
      : name_(options.name), api_(executor, client, clock, std::move(options)), note_turns_(executor) {}

  ForgeKind kind() const override { return ForgeKind::gitlab; }
  const std::string& name() const override { return name_; }
  Limits limits() const override { return {.comment_characters = 1'000'000}; }

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
    if (pull.base_sha == Sha()) pull.base_sha = co_await tip_of(repo, pull.base_branch);
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

  Awaitable<CheckRef> publish_check(Repo repo, std::optional<CheckRef> known, Check check) override {
    return publish_commit_status(api_, std::move(repo), std::move(known), std::move(check));
  }

  Awaitable<CommentRef> upsert_comment(Repo repo, PullNumber number, std::optional<CommentRef> known,
                                       std::string marker, std::string markdown) override {
    std::string body = comment_body(marker, std::move(markdown), limits().comment_characters);
    const std::int64_t self = co_await own_id();
    // Two that finish together would both find no note and both create one.
    const KeyedTurns::Turn turn =
        co_await note_turns_.acquire(project_path(repo, std::to_string(number.value())));
    co_return co_await upsert_gitlab_note(api_, std::move(repo), number, std::move(known), std::move(body),
                                          std::move(marker), self);
  }

 private:
  // The user that the token belongs to.
  Awaitable<std::int64_t> own_id() {
    if (own_id_) co_return *own_id_;
    const ApiCall call{.path = "/user"};
    const net::Response response = co_await api_.succeed(call);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    own_id_ = document.root().integer("id");
    co_return *own_id_;
  }

  Awaitable<std::optional<std::int64_t>> user_id(std::string user) {
    const ApiCall call{.path = "/users?username=" + net::encode_path_segment(user)};
    const net::Response response = co_await api_.succeed(call);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    const std::vector<JsonView> found = document.root().elements();
    if (found.empty()) co_return std::nullopt;
    co_return found.front().integer("id");
  }

  Awaitable<Sha> tip_of(Repo repo, std::string branch) {
    const ApiCall call{.path =
                           project_path(repo, "/repository/branches/" + net::encode_path_segment(branch))};
    const net::Response response = co_await api_.succeed(call);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    co_return document.root().object("commit").sha("id");
  }

  std::string name_;
  GitLabApi api_;
  KeyedTurns note_turns_;
  std::optional<std::int64_t> own_id_;
};

}  // namespace

std::unique_ptr<Forge> create_gitlab_forge(const asio::any_io_executor& executor, net::HttpClient& client,
                                           Clock& clock, GitLabOptions options) {
  return std::make_unique<GitLabForge>(executor, client, clock, std::move(options));
}

}  // namespace diffgate::vcs
