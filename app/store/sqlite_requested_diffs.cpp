#include <array>

#include "app/store/sqlite_store.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

constexpr std::string_view kSelect =
    "SELECT id, project, call, state, unique_id, result, reason, json, created_at, finished_at "
    "FROM requested_diffs WHERE ";

RequestedDiffState read_state(const std::string& text) {
  for (const RequestedDiffState state :
       {RequestedDiffState::queued, RequestedDiffState::processing, RequestedDiffState::done,
        RequestedDiffState::failed, RequestedDiffState::cancelled}) {
    if (name_of(state) == text) return state;
  }
  throw Error(ErrorClass::internal, "a requested diff has an unknown state", text);
}

RequestedDiff read(const Statement& row) {
  RequestedDiff diff;
  diff.id = ModelDiffId(row.integer(0));
  diff.project = ProjectId(row.integer(1));
  diff.order = row.text(2);
  diff.state = read_state(row.text(3));
  diff.model = {row.text(4), row.text(5), row.text(6), row.text(7)};
  diff.created_at = row.time(8);
  diff.finished_at = row.time(9);
  return diff;
}

// The next number of `model_diff_ids`, whose rows are numbered by SQLite from the same count.
std::int64_t take_number(Database& db) {
  db.prepare(
        "INSERT INTO sqlite_sequence (name, seq) SELECT 'model_diff_ids', 0 "
        "WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'model_diff_ids')")
      .run();
  db.prepare("UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'model_diff_ids'").run();
  Statement select = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'model_diff_ids'");
  select.step();
  return select.integer(0);
}

}  // namespace

Awaitable<RequestedDiff> SqliteStore::add_requested_diff(RequestedDiff diff) {
  return thread_.ask([diff = std::move(diff)](Database& db) {
    RequestedDiff added = diff;
    added.id = ModelDiffId(take_number(db));
    Statement insert = db.prepare(
        "INSERT INTO requested_diffs (id, project, call, state, unique_id, result, reason, json, created_at, "
        "finished_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(added.id.value()).bind(added.project.value()).bind(added.order).bind(name_of(added.state));
    insert.bind(added.model.unique_id)
        .bind(added.model.result)
        .bind(added.model.reason)
        .bind(added.model.json);
    insert.bind(added.created_at).bind(added.finished_at).run();
    return added;
  });
}

Awaitable<std::optional<RequestedDiff>> SqliteStore::requested_diff(ModelDiffId id) {
  return thread_.ask([id](Database& db) -> std::optional<RequestedDiff> {
    Statement select = db.prepare(std::string(kSelect) + "id = ?");
    select.bind(id.value());
    if (!select.step()) return std::nullopt;
    return read(select);
  });
}

Awaitable<std::vector<RequestedDiff>> SqliteStore::unfinished_requested_diffs() {
  return thread_.ask([](Database& db) {
    Statement select = db.prepare(std::string(kSelect) + "state IN ('queued', 'processing') ORDER BY id");
    std::vector<RequestedDiff> diffs;
    while (select.step()) diffs.push_back(read(select));
    return diffs;
  });
}

Awaitable<bool> SqliteStore::start_requested_diff(ModelDiffId id) {
  return thread_.ask([id](Database& db) {
    return db.prepare(
                 "UPDATE requested_diffs SET state = 'processing' "
                 "WHERE id = ? AND state IN ('queued', 'processing')")
               .bind(id.value())
               .run() == 1;
  });
}

Awaitable<bool> SqliteStore::end_requested_diff(ModelDiffId id, RequestedDiffState state, ModelRow model,
                                                UtcTime now) {
  return thread_.ask([id, state, model = std::move(model), now](Database& db) {
    Statement update = db.prepare(
        "UPDATE requested_diffs SET state = ?, result = ?, reason = ?, json = ?, finished_at = ? "
        "WHERE id = ? AND state IN ('queued', 'processing')");
    update.bind(name_of(state)).bind(model.result).bind(model.reason).bind(model.json).bind(now);
    return update.bind(id.value()).run() == 1;
  });
}

Awaitable<void> SqliteStore::prune_requested_diffs(UtcTime created_before) {
  return thread_.run([created_before](Database& db) {
    db.prepare("DELETE FROM requested_diffs WHERE created_at < ? AND state NOT IN ('queued', 'processing')")
        .bind(created_before)
        .run();
  });
}

}  // namespace diffgate::app
