#include "app/store/sqlite_store.hpp"

namespace diffgate::app {
namespace {

constexpr std::string_view kColumns =
    "project, run_type, sha, kind, branch, content_hash, size, received_at, origin";

std::string select_artifacts(std::string_view rest) {
  return "SELECT " + std::string(kColumns) + " FROM artifacts WHERE " + std::string(rest);
}

Artifact read_artifact(const Statement& select) {
  Artifact artifact;
  artifact.project = ProjectId(select.integer(0));
  artifact.type = parse_run_type(select.text(1)).value_or(RunType::pull_request);
  artifact.sha = vcs::Sha(select.text(2));
  artifact.kind = parse_artifact_file(select.text(3) + ".json").value_or(ArtifactKind::manifest);
  artifact.branch = select.text(4);
  artifact.content_hash = select.text(5);
  artifact.size = select.integer(6);
  artifact.received_at = select.time(7);
  artifact.origin = select.text(8);
  return artifact;
}

std::optional<Artifact> read_one(Statement& select) {
  if (!select.step()) return std::nullopt;
  return read_artifact(select);
}

}  // namespace

Awaitable<void> SqliteStore::put_artifact(Artifact artifact) {
  return thread_.run([artifact = std::move(artifact)](Database& db) {
    // A repeated upload without a branch keeps the branch that an earlier one named.
    Statement upsert = db.prepare(
        "INSERT INTO artifacts (project, run_type, sha, kind, branch, content_hash, size, received_at, "
        "origin) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (project, run_type, sha, kind) DO UPDATE SET "
        "branch = CASE excluded.branch WHEN '' THEN branch ELSE excluded.branch END, "
        "content_hash = excluded.content_hash, size = excluded.size, received_at = excluded.received_at, "
        "origin = excluded.origin");
    upsert.bind(artifact.project.value()).bind(name_of(artifact.type)).bind(artifact.sha.value());
    upsert.bind(name_of(artifact.kind)).bind(artifact.branch).bind(artifact.content_hash);
    upsert.bind(artifact.size).bind(artifact.received_at).bind(artifact.origin).run();
  });
}

Awaitable<std::optional<Artifact>> SqliteStore::artifact(ProjectId project, RunType type, vcs::Sha sha,
                                                         ArtifactKind kind) {
  return thread_.ask([project, type, sha = std::move(sha), kind](Database& db) {
    Statement select = db.prepare(select_artifacts("project = ? AND run_type = ? AND sha = ? AND kind = ?"));
    select.bind(project.value()).bind(name_of(type)).bind(sha.value()).bind(name_of(kind));
    return read_one(select);
  });
}

Awaitable<std::optional<Artifact>> SqliteStore::artifact_of_content(ProjectId project, ArtifactKind kind,
                                                                    std::string content_hash) {
  return thread_.ask([project, kind, content_hash = std::move(content_hash)](Database& db) {
    Statement select = db.prepare(select_artifacts("content_hash = ? AND project = ? AND kind = ? LIMIT 1"));
    select.bind(content_hash).bind(project.value()).bind(name_of(kind));
    return read_one(select);
  });
}

Awaitable<std::optional<Artifact>> SqliteStore::latest_manifest(ProjectId project, RunType type,
                                                                std::optional<std::string> branch) {
  return thread_.ask([project, type, branch = std::move(branch)](Database& db) {
    Statement select = db.prepare(
        select_artifacts("project = ? AND run_type = ? AND kind = 'manifest' AND (?3 IS NULL OR branch = ?3) "
                         "ORDER BY received_at DESC, sha LIMIT 1"));
    select.bind(project.value()).bind(name_of(type));
    if (branch) {
      select.bind(*branch);
    } else {
      select.bind_null();
    }
    return read_one(select);
  });
}

Awaitable<std::vector<Artifact>> SqliteStore::list_artifacts(ArtifactFilter filter) {
  return thread_.ask([filter = std::move(filter)](Database& db) {
    Statement select = db.prepare(
        select_artifacts("project = ?1 AND (?2 IS NULL OR run_type = ?2) AND (?3 IS NULL OR sha = ?3) "
                         "ORDER BY received_at DESC, run_type, sha, kind LIMIT ?4 OFFSET ?5"));
    select.bind(filter.project.value());
    filter.type ? select.bind(name_of(*filter.type)) : select.bind_null();
    filter.sha ? select.bind(filter.sha->value()) : select.bind_null();
    select.bind(static_cast<std::int64_t>(filter.limit)).bind(static_cast<std::int64_t>(filter.offset));
    std::vector<Artifact> artifacts;
    while (select.step()) artifacts.push_back(read_artifact(select));
    return artifacts;
  });
}

Awaitable<std::vector<std::string>> SqliteStore::prune_artifacts(UtcTime before, std::size_t keep_latest) {
  return thread_.ask([before, keep_latest](Database& db) {
    db.execute("CREATE TEMP TABLE IF NOT EXISTS pruned (hash TEXT PRIMARY KEY); DELETE FROM pruned;");
    constexpr std::string_view kOld =
        "received_at < ?1 AND NOT EXISTS (SELECT 1 FROM ("
        "  SELECT project, run_type, sha, row_number() OVER ("
        "    PARTITION BY project, run_type ORDER BY received_at DESC, sha) AS place"
        "  FROM artifacts WHERE kind = 'manifest') AS kept "
        "WHERE kept.place <= ?2 AND kept.project = artifacts.project AND kept.run_type = artifacts.run_type "
        "AND kept.sha = artifacts.sha)";
    const auto keep = static_cast<std::int64_t>(keep_latest);
    db.prepare("INSERT OR IGNORE INTO pruned SELECT content_hash FROM artifacts WHERE " + std::string(kOld))
        .bind(before)
        .bind(keep)
        .run();
    // Companions of a dropped manifest are as old or go with the next round.
    db.prepare("DELETE FROM artifacts WHERE " + std::string(kOld)).bind(before).bind(keep).run();
    Statement select = db.prepare(
        "SELECT hash FROM pruned WHERE NOT EXISTS (SELECT 1 FROM artifacts WHERE content_hash = hash)");
    std::vector<std::string> unused;
    while (select.step()) unused.push_back(select.text(0));
    return unused;
  });
}

Awaitable<bool> SqliteStore::is_content_used(std::string content_hash) {
  return thread_.ask([content_hash = std::move(content_hash)](Database& db) {
    Statement select = db.prepare("SELECT 1 FROM artifacts WHERE content_hash = ? LIMIT 1");
    select.bind(content_hash);
    return select.step();
  });
}

}  // namespace diffgate::app
