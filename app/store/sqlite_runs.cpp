#include "app/store/outcome_json.hpp"
#include "app/store/sqlite_store.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

constexpr std::string_view kColumns =
    "id, project, forge, repo_id, pull, head_sha, rules_hash, installation, full_name, project_name, "
    "pull_url, "
    "base_branch, base_sha, head_branch, state, reason_code, reason, prod_sha, attempt, failures, "
    "is_confirmed, "
    "is_published, created_at, started_at, finished_at, not_before, measures_all";
constexpr std::string_view kUnfinished = "state IN ('queued', 'waiting', 'processing')";
constexpr std::string_view kOfKey =
    "project = ? AND forge = ? AND repo_id = ? AND pull = ? AND head_sha = ? AND rules_hash = ?";

RunState parse_state(const std::string& name) {
  if (const auto state = parse_run_state(name)) return *state;
  throw Error(ErrorClass::internal, "a stored run has the unknown state " + name);
}

std::string select_runs(std::string_view rest) {
  return "SELECT " + std::string(kColumns) + " FROM runs WHERE " + std::string(rest);
}

Run read_run(const Statement& row) {
  Run run;
  run.id = RunId(row.integer(0));
  run.key.project = ProjectId(row.integer(1));
  run.key.forge = row.text(2);
  run.key.repo = vcs::RepoId(row.integer(3));
  run.key.pull = vcs::PullNumber(row.integer(4));
  run.key.head_sha = vcs::Sha(row.text(5));
  run.key.rules_hash = row.text(6);
  run.repository.forge = run.key.forge;
  run.repository.id = run.key.repo;
  run.repository.installation = vcs::InstallationId(row.integer(7));
  run.repository.full_name = row.text(8);
  run.project_name = row.text(9);
  run.pull_url = row.text(10);
  run.base_branch = row.text(11);
  run.base_sha = vcs::Sha(row.text(12));
  run.head_branch = row.text(13);
  run.state = parse_state(row.text(14));
  run.reason_code = row.text(15);
  run.reason = row.text(16);
  run.prod_sha = row.text(17);
  run.attempt = static_cast<int>(row.integer(18));
  run.failures = static_cast<int>(row.integer(19));
  run.is_confirmed = row.integer(20) != 0;
  run.is_published = row.integer(21) != 0;
  run.created_at = row.time(22);
  run.started_at = row.time(23);
  run.finished_at = row.time(24);
  run.not_before = row.time(25);
  run.measures_all = row.integer(26) != 0;
  return run;
}

std::vector<Run> read_runs(Statement& select) {
  std::vector<Run> runs;
  while (select.step()) runs.push_back(read_run(select));
  return runs;
}

std::optional<Run> read_one(Statement& select) {
  if (!select.step()) return std::nullopt;
  return read_run(select);
}

Statement& bind_key(Statement& statement, const RunKey& key) {
  statement.bind(key.project.value()).bind(key.forge).bind(key.repo.value()).bind(key.pull.value());
  return statement.bind(key.head_sha.value()).bind(key.rules_hash);
}

std::optional<Run> find(Database& db, const RunKey& key) {
  Statement select = db.prepare(select_runs(kOfKey));
  bind_key(select, key);
  return read_one(select);
}

std::optional<Run> find(Database& db, RunId id) {
  Statement select = db.prepare("SELECT " + std::string(kColumns) + ", report FROM runs WHERE id = ?");
  select.bind(id.value());
  if (!select.step()) return std::nullopt;
  Run run = read_run(select);
  run.report_json = select.text(27);
  return run;
}

void insert(Database& db, const Run& run) {
  Statement statement = db.prepare(
      "INSERT INTO runs (project, forge, repo_id, pull, head_sha, rules_hash, installation, full_name, "
      "project_name, pull_url, base_branch, base_sha, head_branch, state, created_at, started_at) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?)");
  bind_key(statement, run.key).bind(run.repository.installation.value()).bind(run.repository.full_name);
  statement.bind(run.project_name).bind(run.pull_url).bind(run.base_branch).bind(run.base_sha.value());
  statement.bind(run.head_branch).bind(run.created_at).bind(run.started_at).run();
}

std::optional<ForgeObject> read_object(Statement& select) {
  if (!select.step()) return std::nullopt;
  return ForgeObject{select.text(0), select.text(1), select.text(2), select.text(3)};
}

}  // namespace

Awaitable<std::pair<Run, bool>> SqliteStore::ensure_run(Run run) {
  return thread_.ask([run = std::move(run)](Database& db) {
    if (auto known = find(db, run.key)) {
      if (known->repository != run.repository) {
        Statement update = db.prepare("UPDATE runs SET installation = ?, full_name = ? WHERE id = ?");
        update.bind(run.repository.installation.value()).bind(run.repository.full_name);
        update.bind(known->id.value()).run();
        known->repository = run.repository;
      }
      return std::make_pair(std::move(*known), false);
    }
    insert(db, run);
    return std::make_pair(*find(db, run.key), true);
  });
}

Awaitable<std::optional<Run>> SqliteStore::find_run(RunKey key) {
  return thread_.ask([key = std::move(key)](Database& db) { return find(db, key); });
}

Awaitable<std::optional<Run>> SqliteStore::run(RunId id) {
  return thread_.ask([id](Database& db) { return find(db, id); });
}

Awaitable<std::vector<Run>> SqliteStore::unfinished_runs() {
  return thread_.ask([](Database& db) {
    Statement select = db.prepare(select_runs(std::string(kUnfinished) + " ORDER BY id"));
    return read_runs(select);
  });
}

Awaitable<std::vector<Run>> SqliteStore::unfinished_runs_of(PullKey pull) {
  return thread_.ask([pull = std::move(pull)](Database& db) {
    Statement select = db.prepare(select_runs("forge = ? AND repo_id = ? AND pull = ? AND " +
                                              std::string(kUnfinished) + " ORDER BY id"));
    select.bind(pull.forge).bind(pull.repo.value()).bind(pull.number.value());
    return read_runs(select);
  });
}

Awaitable<std::vector<Run>> SqliteStore::unpublished_runs() {
  return thread_.ask([](Database& db) {
    Statement select = db.prepare(select_runs("is_published = 0 ORDER BY id"));
    return read_runs(select);
  });
}

Awaitable<std::vector<Run>> SqliteStore::runs_of_head(ProjectId project, vcs::Sha head_sha) {
  return thread_.ask([project, head_sha = std::move(head_sha)](Database& db) {
    Statement select = db.prepare(select_runs("project = ? AND head_sha = ? ORDER BY id"));
    select.bind(project.value()).bind(head_sha.value());
    return read_runs(select);
  });
}

Awaitable<std::vector<Run>> SqliteStore::list_runs(RunFilter filter) {
  return thread_.ask([filter = std::move(filter)](Database& db) {
    std::string projects;
    for (const ProjectId project : filter.projects) {
      projects += (projects.empty() ? "" : ",") + std::to_string(project.value());
    }
    // The list of numbers goes in as one JSON text, so that the statement stays the same.
    Statement select = db.prepare(select_runs(
        "project IN (SELECT value FROM json_each(?1)) AND (?2 IS NULL OR pull = ?2) "
        "AND (?3 IS NULL OR head_sha = ?3) AND (?4 IS NULL OR state = ?4) AND (?5 IS NULL OR id < ?5) "
        "ORDER BY id DESC LIMIT ?6 OFFSET ?7"));
    select.bind("[" + projects + "]");
    filter.pull ? select.bind(filter.pull->value()) : select.bind_null();
    filter.head_sha ? select.bind(filter.head_sha->value()) : select.bind_null();
    filter.state ? select.bind(name_of(*filter.state)) : select.bind_null();
    filter.before ? select.bind(filter.before->value()) : select.bind_null();
    select.bind(static_cast<std::int64_t>(filter.limit)).bind(static_cast<std::int64_t>(filter.offset));
    return read_runs(select);
  });
}

Awaitable<std::map<RunState, std::int64_t>> SqliteStore::run_counts() {
  return thread_.ask([](Database& db) {
    std::map<RunState, std::int64_t> counts;
    Statement select = db.prepare("SELECT state, count(*) FROM runs GROUP BY state");
    while (select.step()) counts[parse_state(select.text(0))] = select.integer(1);
    return counts;
  });
}

Awaitable<bool> SqliteStore::move_run(RunId id, RunState state, std::string reason) {
  return thread_.ask([id, state, reason = std::move(reason)](Database& db) {
    Statement update =
        db.prepare("UPDATE runs SET state = ?, reason = ? WHERE id = ? AND " + std::string(kUnfinished));
    return update.bind(name_of(state)).bind(reason).bind(id.value()).run() == 1;
  });
}

Awaitable<void> SqliteStore::set_production_sha(RunId id, std::string sha) {
  return thread_.run([id, sha = std::move(sha)](Database& db) {
    db.prepare("UPDATE runs SET prod_sha = ? WHERE id = ?").bind(sha).bind(id.value()).run();
  });
}

Awaitable<bool> SqliteStore::back_off_run(RunId id, std::string reason, UtcTime not_before) {
  return thread_.ask([id, reason = std::move(reason), not_before](Database& db) {
    Statement update = db.prepare(
        "UPDATE runs SET state = 'queued', reason = ?, failures = failures + 1, not_before = ? WHERE id = ? "
        "AND " +
        std::string(kUnfinished));
    return update.bind(reason).bind(not_before).bind(id.value()).run() == 1;
  });
}

Awaitable<bool> SqliteStore::conclude_run(RunId id, RunState state, std::string reason_code,
                                          std::string reason, Outcome outcome, std::string report_json,
                                          UtcTime now) {
  return thread_.ask([id, state, code = std::move(reason_code), reason = std::move(reason),
                      outcome = to_json(outcome), report = std::move(report_json), now](Database& db) {
    Statement update = db.prepare(
        "UPDATE runs SET state = ?, reason_code = ?, reason = ?, outcome = ?, report = ?, finished_at = ?, "
        "is_published = 0 WHERE id = ? AND " +
        std::string(kUnfinished));
    update.bind(name_of(state)).bind(code).bind(reason).bind(outcome).bind(report).bind(now);
    return update.bind(id.value()).run() == 1;
  });
}

Awaitable<std::optional<Outcome>> SqliteStore::outcome(RunId id) {
  return thread_.ask([id](Database& db) -> std::optional<Outcome> {
    Statement select = db.prepare("SELECT outcome FROM runs WHERE id = ? AND outcome <> ''");
    select.bind(id.value());
    if (!select.step()) return std::nullopt;
    return parse_outcome(select.text(0));
  });
}

Awaitable<void> SqliteStore::mark_published(RunId id) {
  return thread_.run([id](Database& db) {
    db.prepare("UPDATE runs SET is_published = 1 WHERE id = ?").bind(id.value()).run();
  });
}

Awaitable<std::optional<Run>> SqliteStore::restart_run(RunId id, Restart how, UtcTime now) {
  return thread_.ask([id, how, now](Database& db) -> std::optional<Run> {
    const std::optional<Run> before = find(db, id);
    if (!before || !is_final(before->state)) return std::nullopt;
    Statement update = db.prepare(
        "UPDATE runs SET state = 'queued', reason_code = '', reason = '', outcome = '', report = '', "
        "attempt = attempt + 1, failures = 0, not_before = 0, is_published = 1, started_at = ?, "
        "finished_at = 0, is_confirmed = max(is_confirmed, ?), measures_all = ? WHERE id = ?");
    update.bind(now).bind(how == Restart::confirm).bind(how == Restart::measure_all);
    update.bind(id.value()).run();
    db.prepare("DELETE FROM model_diffs WHERE run = ?").bind(id.value()).run();
    // A check that never got its final state goes on as the new attempt's, or it would hang.
    db.prepare("DELETE FROM checks WHERE run = ? AND state_written = 'completed'").bind(id.value()).run();
    db.prepare("UPDATE checks SET state_intended = state_written, body_hash = '' WHERE run = ?")
        .bind(id.value())
        .run();
    return find(db, id);
  });
}

Awaitable<std::optional<ForgeObject>> SqliteStore::check_of(RunId id) {
  return thread_.ask([id](Database& db) {
    Statement select =
        db.prepare("SELECT ref, state_intended, state_written, body_hash FROM checks WHERE run = ?");
    select.bind(id.value());
    return read_object(select);
  });
}

Awaitable<void> SqliteStore::put_check(RunId id, ForgeObject object) {
  return thread_.run([id, object = std::move(object)](Database& db) {
    Statement upsert = db.prepare(
        "INSERT OR REPLACE INTO checks (run, ref, state_intended, state_written, body_hash) "
        "VALUES (?, ?, ?, ?, ?)");
    upsert.bind(id.value()).bind(object.ref).bind(object.state_intended);
    upsert.bind(object.state_written).bind(object.body_hash).run();
  });
}

Awaitable<std::optional<ForgeObject>> SqliteStore::comment_of(ProjectId project, PullKey pull) {
  return thread_.ask([project, pull = std::move(pull)](Database& db) {
    Statement select = db.prepare(
        "SELECT ref, state_intended, state_written, body_hash FROM comments "
        "WHERE project = ? AND forge = ? AND repo_id = ? AND pull = ?");
    select.bind(project.value()).bind(pull.forge).bind(pull.repo.value()).bind(pull.number.value());
    return read_object(select);
  });
}

Awaitable<void> SqliteStore::put_comment(ProjectId project, PullKey pull, ForgeObject object) {
  return thread_.run([project, pull = std::move(pull), object = std::move(object)](Database& db) {
    Statement upsert = db.prepare(
        "INSERT OR REPLACE INTO comments (project, forge, repo_id, pull, ref, state_intended, state_written, "
        "body_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    upsert.bind(project.value()).bind(pull.forge).bind(pull.repo.value()).bind(pull.number.value());
    upsert.bind(object.ref).bind(object.state_intended).bind(object.state_written).bind(object.body_hash);
    upsert.run();
  });
}

}  // namespace diffgate::app
