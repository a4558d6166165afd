#include <array>

#include "app/store/sqlite_store.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

// Ids of comments that are older than this are forgotten; a forge redelivers within days at most.
constexpr std::chrono::hours kKeepAnswered{24 * 30};

constexpr std::string_view kOfPull = "project = ? AND forge = ? AND repo_id = ? AND pull = ?";

Statement& bind_pull(Statement& statement, ProjectId project, const PullKey& pull) {
  return statement.bind(project.value()).bind(pull.forge).bind(pull.repo.value()).bind(pull.number.value());
}

WishKind parse_kind(const std::string& name) {
  static constexpr std::array kKinds = {WishKind::run, WishKind::downstream, WishKind::model,
                                        WishKind::rename};
  for (const WishKind kind : kKinds) {
    if (name_of(kind) == name) return kind;
  }
  throw Error(ErrorClass::internal, "a stored wish is of the unknown kind " + name);
}

CommentParts read_parts(Database& db, ProjectId project, const PullKey& pull) {
  Statement select =
      db.prepare("SELECT report, reply, reply_head FROM comment_parts WHERE " + std::string(kOfPull));
  bind_pull(select, project, pull);
  if (!select.step()) return {};
  return {select.text(0), select.text(1), vcs::Sha(select.text(2))};
}

}  // namespace

Awaitable<void> SqliteStore::add_wish(ProjectId project, PullKey pull, Wish wish) {
  return thread_.run([project, pull = std::move(pull), wish = std::move(wish)](Database& db) {
    Statement upsert = db.prepare(
        "INSERT OR REPLACE INTO wishes (project, forge, repo_id, pull, kind, value, actor) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)");
    bind_pull(upsert, project, pull).bind(name_of(wish.kind)).bind(wish.value).bind(wish.actor).run();
  });
}

Awaitable<std::vector<Wish>> SqliteStore::wishes(ProjectId project, PullKey pull) {
  return thread_.ask([project, pull = std::move(pull)](Database& db) {
    Statement select = db.prepare("SELECT kind, value, actor FROM wishes WHERE " + std::string(kOfPull) +
                                  " ORDER BY sequence");
    bind_pull(select, project, pull);
    std::vector<Wish> found;
    while (select.step()) found.push_back({parse_kind(select.text(0)), select.text(1), select.text(2)});
    return found;
  });
}

Awaitable<void> SqliteStore::accept_results(ProjectId project, PullKey pull,
                                            std::vector<AcceptedResult> accepted) {
  return thread_.run([project, pull = std::move(pull), accepted = std::move(accepted)](Database& db) {
    for (const AcceptedResult& one : accepted) {
      Statement upsert = db.prepare(
          "INSERT OR REPLACE INTO accepted_results (project, forge, repo_id, pull, unique_id, fingerprint, "
          "actor, reason, head_sha, accepted_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
      bind_pull(upsert, project, pull).bind(one.unique_id).bind(one.fingerprint).bind(one.actor);
      upsert.bind(one.reason).bind(one.head_sha.value()).bind(one.accepted_at).run();
    }
  });
}

Awaitable<std::vector<AcceptedResult>> SqliteStore::accepted_results(ProjectId project, PullKey pull) {
  return thread_.ask([project, pull = std::move(pull)](Database& db) {
    Statement select = db.prepare(
        "SELECT unique_id, fingerprint, actor, reason, head_sha, accepted_at FROM accepted_results WHERE " +
        std::string(kOfPull) + " ORDER BY unique_id");
    bind_pull(select, project, pull);
    std::vector<AcceptedResult> found;
    while (select.step()) {
      found.push_back({select.text(0), select.text(1), select.text(2), select.text(3),
                       vcs::Sha(select.text(4)), select.time(5)});
    }
    return found;
  });
}

Awaitable<CommentParts> SqliteStore::comment_parts(ProjectId project, PullKey pull) {
  return thread_.ask(
      [project, pull = std::move(pull)](Database& db) { return read_parts(db, project, pull); });
}

Awaitable<CommentParts> SqliteStore::set_comment_report(ProjectId project, PullKey pull, std::string report) {
  return thread_.ask([project, pull = std::move(pull), report = std::move(report)](Database& db) {
    Statement upsert = db.prepare(
        "INSERT INTO comment_parts (project, forge, repo_id, pull, report, reply, reply_head) "
        "VALUES (?, ?, ?, ?, ?, '', '') ON CONFLICT DO UPDATE SET report = excluded.report");
    bind_pull(upsert, project, pull).bind(report).run();
    return read_parts(db, project, pull);
  });
}

Awaitable<CommentParts> SqliteStore::set_comment_reply(ProjectId project, PullKey pull, std::string reply,
                                                       vcs::Sha head) {
  return thread_.ask(
      [project, pull = std::move(pull), reply = std::move(reply), head = std::move(head)](Database& db) {
        Statement upsert = db.prepare(
            "INSERT INTO comment_parts (project, forge, repo_id, pull, report, reply, reply_head) "
            "VALUES (?, ?, ?, ?, '', ?, ?) ON CONFLICT DO UPDATE SET reply = excluded.reply, "
            "reply_head = excluded.reply_head");
        bind_pull(upsert, project, pull).bind(reply).bind(head.value()).run();
        return read_parts(db, project, pull);
      });
}

Awaitable<bool> SqliteStore::is_comment_answered(std::string forge, vcs::RepoId repo, std::string comment) {
  return thread_.ask([forge = std::move(forge), repo, comment = std::move(comment)](Database& db) {
    Statement select =
        db.prepare("SELECT 1 FROM answered_comments WHERE forge = ? AND repo_id = ? AND comment = ?");
    return select.bind(forge).bind(repo.value()).bind(comment).step();
  });
}

Awaitable<void> SqliteStore::mark_comment_answered(std::string forge, vcs::RepoId repo, std::string comment,
                                                   UtcTime now) {
  return thread_.run([forge = std::move(forge), repo, comment = std::move(comment), now](Database& db) {
    Statement insert = db.prepare(
        "INSERT OR IGNORE INTO answered_comments (forge, repo_id, comment, answered_at) VALUES (?, ?, ?, ?)");
    insert.bind(forge).bind(repo.value()).bind(comment).bind(now).run();
    db.prepare("DELETE FROM answered_comments WHERE answered_at < ?").bind(now - kKeepAnswered).run();
  });
}

}  // namespace diffgate::app
