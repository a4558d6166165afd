#include "app/store/sqlite_migrations.hpp"

#include <fmt/format.h>

#include <array>
#include <string>

#include "net/error.hpp"

namespace diffgate::app {
namespace {

// "DGAT", so that `file` and we can tell our database from another one (SQLite docs, pragma application_id).
constexpr std::int64_t kApplicationId = 0x44474154;

// Step n brings version n to n + 1. A step that was released is never edited.
constexpr std::array kSteps = {
    R"sql(
CREATE TABLE deliveries (
  sequence    INTEGER PRIMARY KEY AUTOINCREMENT,
  forge       TEXT NOT NULL,
  id          TEXT NOT NULL,
  event       TEXT NOT NULL,
  body        BLOB NOT NULL,            -- emptied once handled
  state       TEXT NOT NULL DEFAULT 'received',
  attempts    INTEGER NOT NULL DEFAULT 0,
  note        TEXT NOT NULL DEFAULT '',
  received_at INTEGER NOT NULL,         -- every time is in milliseconds since the epoch
  not_before  INTEGER NOT NULL DEFAULT 0,
  UNIQUE (forge, id)
);
CREATE INDEX deliveries_received ON deliveries (sequence) WHERE state = 'received';
CREATE INDEX deliveries_age ON deliveries (received_at) WHERE state <> 'received';

CREATE TABLE repositories (
  project      INTEGER NOT NULL,
  forge        TEXT NOT NULL,
  repo_id      INTEGER NOT NULL,
  installation INTEGER NOT NULL,
  full_name    TEXT NOT NULL,
  seen         INTEGER NOT NULL,        -- counts up: the highest is the one seen last
  PRIMARY KEY (project, forge, repo_id)
) WITHOUT ROWID;
CREATE INDEX repositories_by_id ON repositories (forge, repo_id);

CREATE TABLE approved_heads (
  forge    TEXT NOT NULL,
  repo_id  INTEGER NOT NULL,
  pull     INTEGER NOT NULL,
  head_sha TEXT NOT NULL,
  label    TEXT NOT NULL,
  actor    TEXT NOT NULL,
  PRIMARY KEY (forge, repo_id, pull, head_sha, label)
) WITHOUT ROWID;

CREATE TABLE artifacts (
  project      INTEGER NOT NULL,
  run_type     TEXT NOT NULL,
  sha          TEXT NOT NULL,
  kind         TEXT NOT NULL,
  branch       TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  size         INTEGER NOT NULL,
  received_at  INTEGER NOT NULL,
  PRIMARY KEY (project, run_type, sha, kind)
) WITHOUT ROWID;
CREATE INDEX artifacts_by_content ON artifacts (content_hash);
CREATE INDEX artifacts_newest ON artifacts (project, run_type, kind, received_at);

CREATE TABLE runs (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  project      INTEGER NOT NULL,
  forge        TEXT NOT NULL,
  repo_id      INTEGER NOT NULL,
  pull         INTEGER NOT NULL,
  head_sha     TEXT NOT NULL,
  rules_hash   TEXT NOT NULL,
  installation INTEGER NOT NULL,
  full_name    TEXT NOT NULL,
  project_name TEXT NOT NULL,
  pull_url     TEXT NOT NULL,
  base_branch  TEXT NOT NULL,
  base_sha     TEXT NOT NULL,
  head_branch  TEXT NOT NULL,
  state        TEXT NOT NULL,
  reason_code  TEXT NOT NULL DEFAULT '',
  reason       TEXT NOT NULL DEFAULT '',
  prod_sha     TEXT NOT NULL DEFAULT '',
  attempt      INTEGER NOT NULL DEFAULT 1,
  failures     INTEGER NOT NULL DEFAULT 0,
  is_confirmed INTEGER NOT NULL DEFAULT 0,
  is_published INTEGER NOT NULL DEFAULT 1,
  created_at   INTEGER NOT NULL,
  started_at   INTEGER NOT NULL,
  finished_at  INTEGER NOT NULL DEFAULT 0,
  not_before   INTEGER NOT NULL DEFAULT 0,
  outcome      TEXT NOT NULL DEFAULT '',
  report       TEXT NOT NULL DEFAULT '',
  UNIQUE (project, forge, repo_id, pull, head_sha, rules_hash)
);
CREATE INDEX runs_unfinished ON runs (id) WHERE state IN ('queued', 'waiting', 'processing');
CREATE INDEX runs_unpublished ON runs (id) WHERE is_published = 0;
CREATE INDEX runs_by_head ON runs (project, head_sha);
CREATE INDEX runs_by_pull ON runs (forge, repo_id, pull);

CREATE TABLE model_diffs (
  run       INTEGER NOT NULL REFERENCES runs (id),
  unique_id TEXT NOT NULL,
  result    TEXT NOT NULL,
  reason    TEXT NOT NULL,
  json      TEXT NOT NULL,
  PRIMARY KEY (run, unique_id)
) WITHOUT ROWID;

CREATE TABLE checks (
  run            INTEGER PRIMARY KEY REFERENCES runs (id),
  ref            TEXT NOT NULL,
  state_intended TEXT NOT NULL,
  state_written  TEXT NOT NULL,
  body_hash      TEXT NOT NULL
);

CREATE TABLE comments (
  project        INTEGER NOT NULL,
  forge          TEXT NOT NULL,
  repo_id        INTEGER NOT NULL,
  pull           INTEGER NOT NULL,
  ref            TEXT NOT NULL,
  state_intended TEXT NOT NULL,
  state_written  TEXT NOT NULL,
  body_hash      TEXT NOT NULL,
  PRIMARY KEY (project, forge, repo_id, pull)
) WITHOUT ROWID;
)sql",
    R"sql(
CREATE TABLE measurements (
  project     INTEGER NOT NULL,
  forge       TEXT NOT NULL,
  repo_id     INTEGER NOT NULL,
  pull        INTEGER NOT NULL,
  reuse_key   TEXT NOT NULL,
  head_sha    TEXT NOT NULL,
  measured_at INTEGER NOT NULL,
  text        TEXT NOT NULL,
  PRIMARY KEY (project, forge, repo_id, pull, reuse_key)
);
CREATE INDEX measurements_age ON measurements (measured_at);
)sql",
    R"sql(
ALTER TABLE artifacts ADD COLUMN origin TEXT NOT NULL DEFAULT '';
)sql",
    R"sql(
CREATE TABLE model_diff_ids (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  run       INTEGER NOT NULL REFERENCES runs (id),
  unique_id TEXT NOT NULL,
  UNIQUE (run, unique_id)
);
INSERT INTO model_diff_ids (run, unique_id) SELECT run, unique_id FROM model_diffs ORDER BY run, unique_id;

CREATE TABLE run_tables (
  run    INTEGER PRIMARY KEY REFERENCES runs (id),
  tables TEXT NOT NULL              -- JSON
);
)sql",
    R"sql(
ALTER TABLE runs ADD COLUMN measures_all INTEGER NOT NULL DEFAULT 0;
ALTER TABLE model_diffs ADD COLUMN fingerprint TEXT NOT NULL DEFAULT '';

CREATE TABLE wishes (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  project  INTEGER NOT NULL,
  forge    TEXT NOT NULL,
  repo_id  INTEGER NOT NULL,
  pull     INTEGER NOT NULL,
  kind     TEXT NOT NULL,
  value    TEXT NOT NULL,
  actor    TEXT NOT NULL,
  UNIQUE (project, forge, repo_id, pull, kind, value)
);

CREATE TABLE accepted_results (
  project     INTEGER NOT NULL,
  forge       TEXT NOT NULL,
  repo_id     INTEGER NOT NULL,
  pull        INTEGER NOT NULL,
  unique_id   TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  actor       TEXT NOT NULL,
  reason      TEXT NOT NULL,
  head_sha    TEXT NOT NULL,
  accepted_at INTEGER NOT NULL,
  PRIMARY KEY (project, forge, repo_id, pull, unique_id)
) WITHOUT ROWID;

CREATE TABLE comment_parts (
  project    INTEGER NOT NULL,
  forge      TEXT NOT NULL,
  repo_id    INTEGER NOT NULL,
  pull       INTEGER NOT NULL,
  report     TEXT NOT NULL,
  reply      TEXT NOT NULL,
  reply_head TEXT NOT NULL,
  PRIMARY KEY (project, forge, repo_id, pull)
);

CREATE TABLE answered_comments (
  forge       TEXT NOT NULL,
  repo_id     INTEGER NOT NULL,
  comment     TEXT NOT NULL,
  answered_at INTEGER NOT NULL,
  PRIMARY KEY (forge, repo_id, comment)
) WITHOUT ROWID;
CREATE INDEX answered_comments_age ON answered_comments (answered_at);
)sql",
    R"sql(
CREATE TABLE stopped_installations (
  forge        TEXT NOT NULL,
  installation INTEGER NOT NULL,
  PRIMARY KEY (forge, installation)
) WITHOUT ROWID;
)sql",
    R"sql(
CREATE TABLE requested_diffs (
  id          INTEGER PRIMARY KEY,  -- of the numbers of model_diff_ids
  project     INTEGER NOT NULL,
  call        TEXT NOT NULL,        -- JSON
  state       TEXT NOT NULL,
  unique_id   TEXT NOT NULL,
  result      TEXT NOT NULL,
  reason      TEXT NOT NULL,
  json        TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  finished_at INTEGER NOT NULL
);
CREATE INDEX requested_diffs_unfinished ON requested_diffs (id) WHERE state IN ('queued', 'processing');
CREATE INDEX requested_diffs_age ON requested_diffs (created_at);
)sql",
};

std::int64_t pragma(Database& database, std::string_view sql) {
  Statement read = database.prepare(sql);
  return read.step() ? read.integer(0) : 0;
}

}  // namespace

int newest_schema_version() { return static_cast<int>(kSteps.size()); }

void migrate(Database& database) {
  const std::int64_t version = pragma(database, "PRAGMA user_version");
  const std::int64_t application = pragma(database, "PRAGMA application_id");
  if (application != kApplicationId && (application != 0 || version != 0)) {
    throw Error(ErrorClass::configuration, "the store's file is another program's database", {},
                "point data_dir to a directory of diffgate's own");
  }
  if (version > newest_schema_version()) {
    throw Error(ErrorClass::configuration,
                fmt::format("the store has schema version {}, this program knows versions up to {}", version,
                            newest_schema_version()),
                {}, "start the newer diffgate that wrote it, or restore a backup from before the upgrade");
  }
  for (auto step = static_cast<std::size_t>(version); step < kSteps.size(); ++step) {
    database.execute(
        fmt::format("BEGIN IMMEDIATE;{}PRAGMA user_version = {};PRAGMA application_id = {};COMMIT;",
                    kSteps[step], step + 1, kApplicationId));
  }
}

}  // namespace diffgate::app
