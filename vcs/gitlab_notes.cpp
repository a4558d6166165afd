#include "vcs/gitlab_notes.hpp"

#include <fmt/format.h>

#include <utility>

#include "vcs/comment_body.hpp"

namespace diffgate::vcs {
namespace {

constexpr int kMaxPages = 100;
constexpr const char* kPermission = "the role Reporter and the scope 'api'";

std::string notes_path(const Repo& repo, PullNumber number, std::string_view rest) {
  return project_path(repo, fmt::format("/merge_requests/{}/notes{}", number.value(), rest));
}

bool is_own(const JsonView& note, std::int64_t self) {
  const auto author = note.optional_object("author");
  return author && author->optional_integer("id") == self && !note.optional_boolean("system").value_or(false);
}

Awaitable<std::optional<std::int64_t>> find_own_note(GitLabApi& api, Repo repo, PullNumber number,
                                                     std::string marker, std::int64_t self) {
  const ApiCall call{.path = notes_path(repo, number, "?sort=asc&order_by=created_at&per_page=100")};
  std::optional<std::int64_t> found;
  co_await api.each_page(call, kMaxPages, [&marker, self, &found](const JsonView& page) {
    for (const JsonView& note : page.elements()) {
      if (!carries_marker(note.optional_text("body").value_or(""), marker) || !is_own(note, self)) continue;
      found = note.integer("id");
      return false;
    }
    return true;
  });
  co_return found;
}

// nullopt if the note is gone.
Awaitable<std::optional<CommentRef>> edit(GitLabApi& api, Repo repo, PullNumber number, std::string id,
                                          std::string json) {
  const ApiCall call{.method = "PUT",
                     .path = notes_path(repo, number, "/" + id),
                     .body = std::move(json),
                     .permission = kPermission};
  const net::Response response = co_await api.send(call);
  if (response.status == 404) co_return std::nullopt;
  if (response.status != 200) throw gitlab_error(call, response);
  co_return CommentRef(std::move(id));
}

Awaitable<CommentRef> create(GitLabApi& api, Repo repo, PullNumber number, std::string json) {
  const ApiCall call{.method = "POST",
                     .path = notes_path(repo, number, ""),
                     .body = std::move(json),
                     .permission = kPermission};
  const net::Response response = co_await api.succeed(call);
  const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
  co_return CommentRef(std::to_string(document.root().integer("id")));
}

}  // namespace

Awaitable<CommentRef> upsert_gitlab_note(GitLabApi& api, Repo repo, PullNumber number,
                                         std::optional<CommentRef> known, std::string body,
                                         std::string marker, std::int64_t self) {
  const std::string json = comment_json(body);
  if (known && is_comment_id(known->value())) {
    const std::optional<CommentRef> edited = co_await edit(api, repo, number, known->value(), json);
    if (edited) co_return *edited;
  }
  const std::optional<std::int64_t> found =
      co_await find_own_note(api, repo, number, std::move(marker), self);
  if (found) {
    const std::optional<CommentRef> edited = co_await edit(api, repo, number, std::to_string(*found), json);
    if (edited) co_return *edited;
  }
  co_return co_await create(api, std::move(repo), number, json);
}

Awaitable<void> award_gitlab_note(GitLabApi& api, Repo repo, PullNumber number, std::string note_id,
                                  Receipt receipt) {
  if (!is_comment_id(note_id)) co_return;
  const std::string_view name = receipt == Receipt::accepted ? "eyes" : "confused";
  const ApiCall call{.method = "POST",
                     .path = notes_path(repo, number, fmt::format("/{}/award_emoji", note_id)),
                     .body = fmt::format(R"({{"name":"{}"}})", name),
                     .permission = kPermission};
  const net::Response response = co_await api.send(call);
  // 404 also says that the emoji is there already ("Award Emoji Name has already been taken").
  const bool is_done = response.status == 200 || response.status == 201 || response.status == 404;
  if (!is_done) throw gitlab_error(call, response);
}

}  // namespace diffgate::vcs
