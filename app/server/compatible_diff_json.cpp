#include "app/server/compatible_diff_json.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "app/server/run_json.hpp"
#include "diff/relation.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

using Json = nlohmann::json;

// The model as `model_json` wrote it, read with care: an older version may have written it otherwise.
class StoredModel {
 public:
  explicit StoredModel(const std::string& text) : json_(stored_json(text)) {
    if (!json_.is_object()) json_ = Json::object();
  }

  // The value at the path; null if any part of the path is missing.
  const Json& at(std::initializer_list<const char*> path) const {
    static const Json null;
    const Json* found = &json_;
    for (const char* name : path) {
      if (!found->is_object() || !found->contains(name)) return null;
      found = &found->at(name);
    }
    return *found;
  }
  std::int64_t count(std::initializer_list<const char*> path) const {
    const Json& value = at(path);
    return value.is_number_integer() ? value.get<std::int64_t>() : 0;
  }
  std::string text(const char* name) const {
    const Json& value = at({name});
    return value.is_string() ? value.get<std::string>() : std::string();
  }
  std::vector<std::string> texts(std::initializer_list<const char*> path) const {
    std::vector<std::string> texts;
    for (const Json& item : at(path)) {
      if (item.is_string()) texts.push_back(item.get<std::string>());
    }
    return texts;
  }
  Json both(std::initializer_list<const char*> prod, std::initializer_list<const char*> pr) const {
    return {count(prod), count(pr)};
  }

 private:
  Json json_;
};

bool is_compared(const std::string& result) {
  return result == "identical" || result == "different" || result == "bad_pks" || result == "missing_pks" ||
         result == "empty";
}

// Their words; null for a result that they do not know.
Json result_of(const std::string& result) {
  if (result == "bad_pks") return "bad-pks";
  if (result == "missing_pks") return "missing-pks";
  if (is_compared(result) || result == "error") return result;
  return nullptr;
}

Json path_of(const std::string& relation) {
  if (relation.empty()) return nullptr;
  Json path = Json::array();
  try {
    for (const diff::Identifier& part : diff::parts_of(diff::Relation{relation}))
      path.push_back(part.value());
  } catch (const Error&) {
    return Json::array({relation});
  }
  return path;
}

Json schema_stats(const StoredModel& model) {
  const auto added = static_cast<std::int64_t>(model.at({"schema", "added"}).size());
  const auto removed = static_cast<std::int64_t>(model.at({"schema", "removed"}).size());
  std::vector<std::string> retyped;
  for (const Json& column : model.at({"schema", "retyped"})) {
    if (column.is_object() && column.contains("name"))
      retyped.push_back(column.at("name").get<std::string>());
  }
  std::set<std::string> common(retyped.begin(), retyped.end());
  for (const std::string& column : model.texts({"keys", "columns"})) common.insert(column);
  for (const Json& column : model.at({"columns"})) {
    if (column.is_object() && column.contains("name")) common.insert(column.at("name").get<std::string>());
  }
  const auto shared = static_cast<std::int64_t>(common.size());
  const auto types = static_cast<std::int64_t>(retyped.size());
  const Json& reordered = model.at({"schema", "reordered"});
  return {{"columns_mismatched", {removed + types, added + types}},
          {"column_type_mismatches", types},
          {"column_reorders", reordered.is_boolean() && reordered.get<bool>() ? 1 : 0},
          {"column_counts", {shared + removed, shared + added}},
          {"column_type_differs", retyped},
          {"exclusive_columns", {model.texts({"schema", "removed"}), model.texts({"schema", "added"})}}};
}

bool is_over(const DataDiff& diff) {
  return diff.state != RequestedDiffState::queued && diff.state != RequestedDiffState::processing;
}

// null without a key: no two rows belong together then.
Json value_stats(const StoredModel& model) {
  if (!model.at({"rows", "changed"}).is_number_integer()) return nullptr;
  const std::int64_t changed = model.count({"rows", "changed"});
  const std::int64_t rows = changed + model.count({"rows", "unchanged"});
  std::int64_t columns = 0;
  std::int64_t columns_changed = 0;
  std::int64_t values_changed = 0;
  Json stats = Json::array();
  for (const Json& column : model.at({"columns"})) {
    if (!column.is_object() || !column.contains("changed") || !column.at("changed").is_number_integer())
      continue;
    const auto values = column.at("changed").get<std::int64_t>();
    ++columns;
    columns_changed += values > 0 ? 1 : 0;
    values_changed += values;
    const double match =
        rows == 0 ? 100.0 : 100.0 * static_cast<double>(rows - values) / static_cast<double>(rows);
    stats.push_back({{"column_name", column.at("name")}, {"match", match}, {"values_different", values}});
  }
  return {{"total_rows", rows},
          {"rows_with_differences", changed},
          {"total_values", rows * columns},
          {"values_with_differences", values_changed},
          {"compared_columns", columns},
          {"columns_with_differences", columns_changed},
          {"columns_diff_stats", std::move(stats)}};
}

}  // namespace

DataDiff data_diff(ModelDiff diff, Run run) {
  DataDiff made;
  made.id = diff.id;
  made.project = run.key.project;
  made.state = diff.model.result == "error" ? RequestedDiffState::failed : RequestedDiffState::done;
  made.model = std::move(diff.model);
  made.created_at = run.started_at;
  made.finished_at = run.finished_at;
  made.run = std::move(run);
  return made;
}

DataDiff data_diff(RequestedDiff diff) {
  DataDiff made;
  made.id = diff.id;
  made.project = diff.project;
  made.state = diff.state;
  made.model = std::move(diff.model);
  made.created_at = diff.created_at;
  made.finished_at = diff.finished_at;
  return made;
}

Json datadiff_json(const DataDiff& diff) {
  const StoredModel model(diff.model.json);
  Json json = {{"id", diff.id.value()},
               {"kind", "in_db"},
               {"algorithm", "join"},
               {"source", diff.run ? "ci" : "api"},
               {"status", name_of(diff.state)},
               {"done", is_over(diff)},
               {"result", result_of(diff.model.result)},
               {"data_source1_id", diff.project.value()},
               {"data_source2_id", diff.project.value()},
               {"table1", path_of(model.text("prod_relation"))},
               {"table2", path_of(model.text("pr_relation"))},
               {"pk_columns", model.texts({"keys", "columns"})},
               {"runtime", model.at({"seconds"})},
               {"created_at", time_or_null(diff.created_at)},
               {"finished_at", time_or_null(diff.finished_at)}};
  for (const char* name :
       {"ci_run_id", "ci_pr_num", "ci_pr_sha", "ci_pr_branch", "ci_base_branch", "ci_pr_url"}) {
    json[name] = nullptr;
  }
  if (!diff.run) return json;
  const Run& run = *diff.run;
  json["ci_run_id"] = run.id.value();
  json["ci_pr_num"] = run.key.pull.value();
  json["ci_pr_sha"] = run.key.head_sha.value();
  json["ci_pr_branch"] = run.head_branch;
  json["ci_base_branch"] = run.base_branch;
  json["ci_pr_url"] = text_or_null(run.pull_url);
  return json;
}

Json datadiff_summary_json(const DataDiff& diff) {
  const StoredModel model(diff.model.json);
  const bool has_failed = diff.state == RequestedDiffState::failed;
  return {{"id", diff.id.value()},
          {"status", name_of(diff.state)},
          {"result", result_of(diff.model.result)},
          {"feedback", diff.model.reason},
          {"error", has_failed ? Json(diff.model.reason) : Json(nullptr)},
          {"algorithm", "join"},
          {"data_source1_id", diff.project.value()},
          {"data_source2_id", diff.project.value()},
          {"table1", path_of(model.text("prod_relation"))},
          {"table2", path_of(model.text("pr_relation"))},
          {"pk_columns", model.texts({"keys", "columns"})},
          {"diff_stats", model.at({"rows"}).is_object() ? model.at({"rows"}) : Json(nullptr)},
          {"created_at", time_or_null(diff.created_at)},
          {"finished_at", time_or_null(diff.finished_at)}};
}

Json datadiff_results_json(const DataDiff& diff) {
  if (diff.state == RequestedDiffState::queued) return {{"status", "pending"}};
  if (diff.state == RequestedDiffState::processing) return {{"status", "running"}};
  if (!is_compared(diff.model.result)) {
    const bool is_cancelled = diff.state == RequestedDiffState::cancelled;
    return {{"status", "failed"},
            {"error",
             {{"error_type", is_cancelled ? "cancelled" : diff.model.result},
              {"error_value", diff.model.reason}}}};
  }
  const StoredModel model(diff.model.json);
  return {{"status", "success"},
          {"pks",
           {{"total_rows", model.both({"rows", "prod"}, {"rows", "pr"})},
            {"nulls", model.both({"keys", "prod", "null"}, {"keys", "pr", "null"})},
            {"dupes", model.both({"keys", "prod", "duplicate"}, {"keys", "pr", "duplicate"})},
            {"exclusives", model.both({"rows", "removed"}, {"rows", "added"})},
            {"distincts", model.both({"keys", "prod", "distinct"}, {"keys", "pr", "distinct"})}}},
          {"schema", schema_stats(model)},
          {"values", value_stats(model)},
          {"dependencies", Json::array()},
          {"materialized_results", Json::object()}};
}

}  // namespace diffgate::app
