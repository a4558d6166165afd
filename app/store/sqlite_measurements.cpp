#include "app/store/sqlite_store.hpp"

namespace diffgate::app {
namespace {

Statement& bind_pull(Statement& statement, ProjectId project, const PullKey& pull) {
  return statement.bind(project.value()).bind(pull.forge).bind(pull.repo.value()).bind(pull.number.value());
}

// A list goes in as one JSON text, so that the statement stays the same. Keys are hexadecimal.
std::string json_list(const std::vector<std::string>& keys) {
  std::string list;
  for (const std::string& key : keys) list += (list.empty() ? "\"" : ",\"") + key + "\"";
  return "[" + list + "]";
}

}  // namespace

Awaitable<void> SqliteStore::put_measurements(ProjectId project, PullKey pull,
                                              std::vector<Measured> measured) {
  return thread_.run([project, pull = std::move(pull), measured = std::move(measured)](Database& db) {
    for (const Measured& one : measured) {
      Statement upsert = db.prepare(
          "INSERT OR REPLACE INTO measurements (project, forge, repo_id, pull, reuse_key, head_sha, "
          "measured_at, text) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
      bind_pull(upsert, project, pull).bind(one.reuse_key).bind(one.head_sha.value());
      upsert.bind(one.measured_at).bind(one.text).run();
    }
  });
}

Awaitable<std::vector<Measured>> SqliteStore::measurements(ProjectId project, PullKey pull,
                                                           std::vector<std::string> keys, UtcTime since) {
  return thread_.ask([project, pull = std::move(pull), list = json_list(keys), since](Database& db) {
    Statement select = db.prepare(
        "SELECT reuse_key, head_sha, measured_at, text FROM measurements WHERE project = ? AND forge = ? AND "
        "repo_id = ? AND pull = ? AND measured_at >= ? AND reuse_key IN (SELECT value FROM json_each(?))");
    bind_pull(select, project, pull).bind(since).bind(list);
    std::vector<Measured> found;
    while (select.step()) {
      found.push_back({select.text(0), vcs::Sha(select.text(1)), select.time(2), select.text(3)});
    }
    return found;
  });
}

Awaitable<void> SqliteStore::prune_measurements(UtcTime before) {
  return thread_.run([before](Database& db) {
    db.prepare("DELETE FROM measurements WHERE measured_at < ?").bind(before).run();
  });
}

}  // namespace diffgate::app
