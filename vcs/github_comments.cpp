#include "vcs/github_comments.hpp"

#include <fmt/format.h>

#include <utility>

#include "vcs/comment_body.hpp"
#include "vcs/github_error.hpp"

namespace diffgate::vcs {
namespace {

constexpr int kMaxPages = 100;
constexpr const char* kPermission = "pull_requests: write";

// A user who acts through the App also has it in performed_via_github_app: the author must be a bot.
bool is_own(const JsonView& comment, const AppIdentity& self) {
  const auto user = comment.optional_object("user");
  if (!user || user->optional_text("type") != "Bot") return false;
  if (user->optional_text("login") == self.bot_login) return true;
  const auto app = comment.optional_object("performed_via_github_app");
  return app && app->optional_integer("id") == self.id;
}

Awaitable<std::optional<std::int64_t>> find_own_comment(GitHubApi& api, Repo repo, PullNumber number,
                                                        std::string marker) {
  const AppIdentity self = co_await api.app().identity();
  const ApiCall call{.path = repo_path(repo, fmt::format("/issues/{}/comments?per_page=100", number.value())),
                     .permission = kPermission};
  std::optional<std::int64_t> found;
  co_await api.each_page(repo, call, kMaxPages, [&self, &marker, &found](const JsonView& page) {
    for (const JsonView& comment : page.elements()) {
      if (!carries_marker(comment.optional_text("body").value_or(""), marker) || !is_own(comment, self))
        continue;
      found = comment.integer("id");
      return false;
    }
    return true;
  });
  co_return found;
}

// nullopt if the comment is gone.
Awaitable<std::optional<CommentRef>> edit(GitHubApi& api, Repo repo, std::string id, std::string json) {
  const ApiCall call{.method = "PATCH",
                     .path = repo_path(repo, "/issues/comments/" + id),
                     .body = std::move(json),
                     .permission = kPermission};
  const net::Response response = co_await api.send(repo, GitHubAccess::report, call);
  if (response.status == 404 || response.status == 410) co_return std::nullopt;
  if (response.status != 200) throw github_error(call, response);
  co_return CommentRef(std::move(id));
}

Awaitable<CommentRef> create(GitHubApi& api, Repo repo, PullNumber number, std::string json) {
  const ApiCall call{.method = "POST",
                     .path = repo_path(repo, fmt::format("/issues/{}/comments", number.value())),
                     .body = std::move(json),
                     .permission = kPermission};
  const net::Response response = co_await api.succeed(repo, GitHubAccess::report, call);
  const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
  co_return CommentRef(std::to_string(document.root().integer("id")));
}

}  // namespace

Awaitable<CommentRef> upsert_github_comment(GitHubApi& api, Repo repo, PullNumber number,
                                            std::optional<CommentRef> known, std::string body,
                                            std::string marker) {
  const std::string json = comment_json(body);
  if (known && is_comment_id(known->value())) {
    const std::optional<CommentRef> edited = co_await edit(api, repo, known->value(), json);
    if (edited) co_return *edited;
  }
  const std::optional<std::int64_t> found = co_await find_own_comment(api, repo, number, std::move(marker));
  if (found) {
    const std::optional<CommentRef> edited = co_await edit(api, repo, std::to_string(*found), json);
    if (edited) co_return *edited;
  }
  co_return co_await create(api, std::move(repo), number, json);
}

Awaitable<void> react_to_github_comment(GitHubApi& api, Repo repo, std::string comment_id, Receipt receipt) {
  if (!is_comment_id(comment_id)) co_return;
  const std::string_view content = receipt == Receipt::accepted ? "eyes" : "confused";
  const ApiCall call{.method = "POST",
                     .path = repo_path(repo, fmt::format("/issues/comments/{}/reactions", comment_id)),
                     .body = fmt::format(R"({{"content":"{}"}})", content),
                     .permission = kPermission};
  const net::Response response = co_await api.send(repo, GitHubAccess::report, call);
  const bool is_done = response.status == 200 || response.status == 201;  // 200: it was there already
  if (!is_done && response.status != 404) throw github_error(call, response);
}

}  // namespace diffgate::vcs
