#include <nlohmann/json.hpp>

#include "app/store/sqlite_store.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

using Json = nlohmann::json;

ModelRow read_model(const Statement& row, int first) {
  return {row.text(first), row.text(first + 1), row.text(first + 2), row.text(first + 3)};
}

constexpr std::string_view kDiffs =
    "model_diff_ids AS ids JOIN model_diffs AS models ON models.run = ids.run AND models.unique_id = "
    "ids.unique_id";
constexpr std::string_view kColumns =
    "ids.id, ids.run, models.unique_id, models.result, models.reason, models.json";
// Of a filter's projects and run.
constexpr std::string_view kFiltered =
    "ids.run IN (SELECT id FROM runs WHERE project IN (SELECT value FROM json_each(?1))) "
    "AND (?2 IS NULL OR ids.run = ?2)";

std::string select_diffs(std::string_view rest) {
  return "SELECT " + std::string(kColumns) + " FROM " + std::string(kDiffs) + " WHERE " + std::string(rest);
}

// Of a filter's diffs, be they of runs or not.
std::string select_ids() {
  return "SELECT ids.id AS id FROM " + std::string(kDiffs) + " WHERE " + std::string(kFiltered) +
         " UNION ALL SELECT id FROM requested_diffs "
         "WHERE ?2 IS NULL AND project IN (SELECT value FROM json_each(?1))";
}

ModelDiff read_diff(const Statement& row) {
  return {ModelDiffId(row.integer(0)), RunId(row.integer(1)), read_model(row, 2)};
}

void bind_filter(Statement& statement, const ModelDiffFilter& filter) {
  Json projects = Json::array();
  for (const ProjectId project : filter.projects) projects.push_back(project.value());
  statement.bind(projects.dump());
  filter.run ? statement.bind(filter.run->value()) : statement.bind_null();
}

std::string to_json(const std::vector<TablePair>& tables) {
  Json json = Json::array();
  for (const TablePair& pair : tables) {
    json.push_back({{"prod", pair.prod},
                    {"pr", pair.pr},
                    {"key", pair.key},
                    {"include_columns", pair.include_columns},
                    {"exclude_columns", pair.exclude_columns}});
  }
  return json.dump();
}

std::vector<TablePair> parse_tables(const std::string& text) {
  try {
    std::vector<TablePair> tables;
    for (const Json& pair : Json::parse(text)) {
      tables.push_back({pair.at("prod"), pair.at("pr"), pair.at("key"), pair.at("include_columns"),
                        pair.at("exclude_columns")});
    }
    return tables;
  } catch (const Json::exception& error) {
    throw Error(ErrorClass::internal,
                std::string("the stored tables of a run can't be read: ") + error.what());
  }
}

}  // namespace

Awaitable<void> SqliteStore::put_models(RunId id, std::vector<ModelRow> models) {
  return thread_.run([id, models = std::move(models)](Database& db) {
    for (const ModelRow& model : models) {
      Statement upsert = db.prepare(
          "INSERT OR REPLACE INTO model_diffs (run, unique_id, result, reason, json, fingerprint) "
          "VALUES (?, ?, ?, ?, ?, ?)");
      upsert.bind(id.value()).bind(model.unique_id).bind(model.result).bind(model.reason);
      upsert.bind(model.json).bind(model.fingerprint).run();
      db.prepare("INSERT OR IGNORE INTO model_diff_ids (run, unique_id) VALUES (?, ?)")
          .bind(id.value())
          .bind(model.unique_id)
          .run();
    }
  });
}

Awaitable<std::vector<ModelRow>> SqliteStore::models(RunId id) {
  return thread_.ask([id](Database& db) {
    Statement select = db.prepare(
        "SELECT unique_id, result, reason, json, fingerprint FROM model_diffs WHERE run = ? "
        "ORDER BY unique_id");
    select.bind(id.value());
    std::vector<ModelRow> rows;
    while (select.step()) {
      ModelRow row = read_model(select, 0);
      row.fingerprint = select.text(4);
      rows.push_back(std::move(row));
    }
    return rows;
  });
}

Awaitable<std::optional<ModelRow>> SqliteStore::model(RunId id, std::string unique_id) {
  return thread_.ask([id, unique_id = std::move(unique_id)](Database& db) -> std::optional<ModelRow> {
    Statement select =
        db.prepare("SELECT unique_id, result, reason, json FROM model_diffs WHERE run = ? AND unique_id = ?");
    select.bind(id.value()).bind(unique_id);
    if (!select.step()) return std::nullopt;
    return read_model(select, 0);
  });
}

Awaitable<std::optional<ModelDiff>> SqliteStore::model_diff(ModelDiffId id) {
  return thread_.ask([id](Database& db) -> std::optional<ModelDiff> {
    Statement select = db.prepare(select_diffs("ids.id = ?"));
    select.bind(id.value());
    if (!select.step()) return std::nullopt;
    return read_diff(select);
  });
}

Awaitable<std::vector<ModelDiff>> SqliteStore::list_model_diffs(ModelDiffFilter filter) {
  return thread_.ask([filter = std::move(filter)](Database& db) {
    Statement select = db.prepare(select_diffs(std::string(kFiltered) + " ORDER BY ids.id" +
                                               (filter.newest_first ? " DESC" : "") + " LIMIT ?3 OFFSET ?4"));
    bind_filter(select, filter);
    select.bind(static_cast<std::int64_t>(filter.limit)).bind(static_cast<std::int64_t>(filter.offset));
    std::vector<ModelDiff> diffs;
    while (select.step()) diffs.push_back(read_diff(select));
    return diffs;
  });
}

Awaitable<std::vector<ModelDiffId>> SqliteStore::list_diff_ids(ModelDiffFilter filter) {
  return thread_.ask([filter = std::move(filter)](Database& db) {
    Statement select = db.prepare("SELECT id FROM (" + select_ids() + ") ORDER BY id" +
                                  (filter.newest_first ? " DESC" : "") + " LIMIT ?3 OFFSET ?4");
    bind_filter(select, filter);
    select.bind(static_cast<std::int64_t>(filter.limit)).bind(static_cast<std::int64_t>(filter.offset));
    std::vector<ModelDiffId> ids;
    while (select.step()) ids.emplace_back(select.integer(0));
    return ids;
  });
}

Awaitable<std::int64_t> SqliteStore::count_diffs(ModelDiffFilter filter) {
  return thread_.ask([filter = std::move(filter)](Database& db) {
    Statement select = db.prepare("SELECT count(*) FROM (" + select_ids() + ")");
    bind_filter(select, filter);
    return select.step() ? select.integer(0) : std::int64_t{0};
  });
}

Awaitable<bool> SqliteStore::put_tables(RunId id, std::vector<TablePair> tables) {
  return thread_.ask([id, text = to_json(tables)](Database& db) {
    Statement insert = db.prepare(
        "INSERT OR REPLACE INTO run_tables (run, tables) SELECT id, ? FROM runs WHERE id = ? AND state <> "
        "'processing'");
    return insert.bind(text).bind(id.value()).run() == 1;
  });
}

Awaitable<std::vector<TablePair>> SqliteStore::tables(RunId id) {
  return thread_.ask([id](Database& db) -> std::vector<TablePair> {
    Statement select = db.prepare("SELECT tables FROM run_tables WHERE run = ?");
    select.bind(id.value());
    if (!select.step()) return {};
    return parse_tables(select.text(0));
  });
}

}  // namespace diffgate::app
