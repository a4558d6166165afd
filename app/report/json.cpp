#include "app/report/json.hpp"

#include <nlohmann/json.hpp>

#include "app/report/profile_json.hpp"

namespace diffgate::app {
namespace {

using Json = nlohmann::ordered_json;

// Bytes from outside that are not UTF-8 must not make the whole answer fail.
std::string dump(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

double seconds(std::chrono::milliseconds duration) { return static_cast<double>(duration.count()) / 1000; }

Json names(const std::vector<diff::Identifier>& identifiers) {
  Json out = Json::array();
  for (const auto& identifier : identifiers) out.push_back(identifier.value());
  return out;
}

Json names(const std::vector<diff::Column>& columns) {
  Json out = Json::array();
  for (const auto& column : columns) out.push_back(column.name.value());
  return out;
}

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json key_health(const diff::KeyHealth& key, bool has_key) {
  if (!has_key) return {{"null", nullptr}, {"duplicate", nullptr}, {"distinct", nullptr}};
  return {{"null", key.null_rows}, {"duplicate", key.duplicate_rows}, {"distinct", key.distinct}};
}

Json rows_of(const diff::RowCounts& rows) {
  return {{"prod", rows.prod},
          {"pr", rows.pr},
          {"added", rows.added},
          {"removed", rows.removed},
          {"changed", or_null(rows.changed)},
          {"unchanged", or_null(rows.unchanged)}};
}

Json pairs(const std::vector<diff::ColumnPair>& columns) {
  Json out = Json::array();
  for (const auto& column : columns)
    out.push_back({{"prod", column.prod.value()}, {"pr", column.pr.value()}});
  return out;
}

Json estimate_of(const diff::Estimate& estimate) {
  return {{"observed", estimate.observed},
          {"estimate", estimate.value},
          {"low", estimate.low},
          {"high", estimate.high}};
}

// Null unless only a part was compared.
Json sampled_of(const std::optional<diff::SampleFacts>& sampled) {
  if (!sampled) return nullptr;
  return {{"share", sampled->share},
          {"confidence", sampled->confidence},
          {"rows", {{"prod", sampled->prod_rows}, {"pr", sampled->pr_rows}}},
          {"added", estimate_of(sampled->added)},
          {"removed", estimate_of(sampled->removed)},
          {"changed", sampled->changed ? estimate_of(*sampled->changed) : Json()},
          {"unchanged", estimate_of(sampled->unchanged)}};
}

Json overlap_of(const std::optional<diff::OverlapFacts>& overlap) {
  if (!overlap) return nullptr;
  const auto outside = [](const diff::OverlapFacts::Outside& side) -> Json {
    return {{"before", side.before}, {"after", side.after}, {"without_time", side.without_time}};
  };
  return {{"column", overlap->column.value()},
          {"from", overlap->from.empty() ? Json() : Json(overlap->from)},
          {"to", overlap->to.empty() ? Json() : Json(overlap->to)},
          {"left_out", {{"prod", outside(overlap->prod)}, {"pr", outside(overlap->pr)}}}};
}

Json likely_renames_of(const diff::SchemaDiff& schema) {
  Json out = Json::array();
  for (const diff::LikelyRename& rename : schema.likely_renames) {
    out.push_back({{"prod", rename.columns.prod.value()},
                   {"pr", rename.columns.pr.value()},
                   {"compared", rename.compared},
                   {"equal", rename.equal}});
  }
  return out;
}

Json schema_of(const diff::SchemaDiff& schema) {
  Json retyped = Json::array();
  for (const auto& column : schema.retyped) {
    retyped.push_back({{"name", column.name.value()}, {"prod", column.prod}, {"pr", column.pr}});
  }
  return {{"added", names(schema.added)},     {"removed", names(schema.removed)},
          {"retyped", std::move(retyped)},    {"reordered", schema.reordered},
          {"renamed", pairs(schema.renamed)}, {"likely_renames", likely_renames_of(schema)}};
}

// Without a key no two rows belong together, so nothing can be said of a column's changes; nor of one that
// was not compared.
Json columns_of(const std::vector<diff::ColumnDiff>& columns, bool has_key) {
  Json out = Json::array();
  for (const auto& column : columns) {
    const bool is_measured = has_key && column.not_compared.empty();
    const auto measured = [&](std::int64_t count) { return is_measured ? Json(count) : Json(nullptr); };
    const auto text_or_null = [](const std::string& text) {
      return text.empty() ? Json(nullptr) : Json(text);
    };
    Json entry = {{"name", column.name.value()},
                  {"changed", measured(column.changed)},
                  {"became_null", measured(column.became_null)},
                  {"was_null", measured(column.was_null)},
                  {"within_tolerance", measured(column.within_tolerance)},
                  {"rule", text_or_null(column.rule)},
                  {"negligible", measured(column.negligible)},
                  {"not_compared", text_or_null(column.not_compared)}};
    if (column.sampled) entry["sampled"] = estimate_of(*column.sampled);
    out.push_back(std::move(entry));
  }
  return out;
}

// The fields that every diff has; those that were not measured are null, so that a script finds the same
// shape always.
void put_diff(Json& out, const diff::TableDiff& diff, std::string_view key_source) {
  const bool has_key = !diff.key.empty();
  out["rows"] = rows_of(diff.rows);
  out["keys"] = {{"columns", names(diff.key)},
                 {"source", key_source},
                 {"prod", key_health(diff.prod_key, has_key)},
                 {"pr", key_health(diff.pr_key, has_key)},
                 {"unmatched_rows_differ", or_null(diff.unmatched_rows_differ)}};
  out["schema"] = schema_of(diff.schema);
  out["columns"] = columns_of(diff.columns, has_key);
  out["match_score"] = diff.match_score;
  out["volatile"] = {{"columns", names(diff.volatile_columns)},
                     {"changed_without", or_null(diff.changed_without_volatile)}};
  out["sampled"] = sampled_of(diff.sampled);
  out["overlap"] = overlap_of(diff.overlap);
  out["plan"] = diff.plan;
  out["seconds"] = seconds(diff.duration);
}

void put_profile(Json& out, const ModelResult& result) {
  const diff::TableProfile& profile = *result.profile;
  const bool has_key = !result.model.key.columns.empty();
  out["rows"] = {{"prod", nullptr},    {"pr", profile.rows}, {"added", nullptr},
                 {"removed", nullptr}, {"changed", nullptr}, {"unchanged", nullptr}};
  out["keys"] = {{"columns", result.model.key.columns},
                 {"source", dbt::name_of(result.model.key.source)},
                 {"prod", nullptr},
                 {"pr", key_health(profile.key, has_key)},
                 {"unmatched_rows_differ", nullptr}};
  out["schema"] = {{"added", names(profile.columns)},
                   {"removed", Json::array()},
                   {"retyped", Json::array()},
                   {"reordered", false}};
  out["columns"] = Json::array();
  out["match_score"] = nullptr;
  out["plan"] = profile.plan;
  out["seconds"] = seconds(profile.duration);
}

// Only there if they were asked for.
void put_profiles(Json& out, const std::optional<diff::TableProfiles>& profiles,
                  const std::optional<diff::Timeline>& timeline) {
  if (profiles) out["profiles"] = profiles_json(*profiles);
  if (timeline) out["timeline"] = timeline_json(*timeline);
}

void put_nothing_measured(Json& out, const dbt::PlannedModel& model) {
  out["rows"] = nullptr;
  out["keys"] = {{"columns", model.key.columns},
                 {"source", dbt::name_of(model.key.source)},
                 {"prod", nullptr},
                 {"pr", nullptr},
                 {"unmatched_rows_differ", nullptr}};
  out["schema"] = nullptr;
  out["columns"] = Json::array();
  out["match_score"] = nullptr;
  out["plan"] = Json::array();
  out["seconds"] = nullptr;
}

std::string_view name_of_severity(config::Severity severity) {
  switch (severity) {
    case config::Severity::note:
      return "note";
    case config::Severity::warn:
      return "warn";
    case config::Severity::fail:
      return "fail";
  }
  return "fail";
}

Json ids(const std::vector<dbt::UniqueId>& unique_ids) {
  Json out = Json::array();
  for (const auto& id : unique_ids) out.push_back(id.value());
  return out;
}

Json planned(const dbt::PlannedModel& model) {
  Json changes = Json::array();
  for (const auto change : model.changes) changes.push_back(dbt::name_of(change));
  return {{"unique_id", model.id.value()},
          {"name", model.name},
          {"resource_type", model.resource_type},
          {"materialization", model.materialization},
          {"action", dbt::name_of(model.action)},
          {"why", dbt::name_of(model.reason)},
          {"detail", model.detail},
          {"changes", std::move(changes)},
          {"change_words", model.change_words},
          {"contract_breaks", model.contract_breaks},
          {"prod_relation", model.prod_relation},
          {"pr_relation", model.pr_relation},
          {"file", model.sql_file}};
}

Json model_object(const ModelResult& result) {
  Json out = planned(result.model);
  out["result"] = name_of(result.kind);
  out["reason"] = result.reason;
  if (result.diff) {
    put_diff(out, *result.diff, dbt::name_of(result.model.key.source));
  } else if (result.profile) {
    put_profile(out, result);
  } else {
    put_nothing_measured(out, result.model);
  }
  Json gates = Json::array();
  for (const auto& gate : result.gates)
    gates.push_back({{"severity", name_of_severity(gate.severity)}, {"text", gate.text}});
  out["gates"] = std::move(gates);
  out["notes"] = result.notes;
  out["carried_over"] = result.carried_over
                            ? Json({{"sha", result.carried_over->sha},
                                    {"measured_at", iso8601(result.carried_over->measured_at)}})
                            : Json(nullptr);
  out["accepted"] = result.accepted ? Json({{"by", result.accepted->by},
                                            {"reason", result.accepted->reason},
                                            {"sha", result.accepted->sha},
                                            {"at", iso8601(result.accepted->at)}})
                                    : Json(nullptr);
  put_profiles(out, result.profiles, result.timeline);
  return out;
}

Json since_of(const std::optional<SinceLastPush>& since) {
  if (!since) return nullptr;
  Json changes = Json::array();
  for (const ResultChange& change : since->changes)
    changes.push_back({{"name", change.model}, {"before", change.before}, {"now", change.now}});
  return {{"sha", since->sha}, {"changes", std::move(changes)}, {"unchanged", since->unchanged}};
}

Json assets_of(const std::vector<dbt::DownstreamAsset>& assets) {
  Json out = Json::array();
  for (const auto& asset : assets) {
    out.push_back({{"unique_id", asset.id.value()},
                   {"type", asset.type},
                   {"name", asset.name},
                   {"owner", asset.owner},
                   {"url", asset.url},
                   {"reads", ids(asset.reads)}});
  }
  return out;
}

Json notes_of(const std::vector<BuildNote>& notes) {
  Json out = Json::array();
  for (const BuildNote& note : notes) out.push_back({{"text", note.text}, {"url", note.url}});
  return out;
}

Json unchanged_of(const std::vector<dbt::UnchangedModel>& models) {
  Json all = Json::array();
  for (const dbt::UnchangedModel& model : models) {
    all.push_back({{"unique_id", model.id.value()},
                   {"name", model.name},
                   {"cache_key", model.cache_key.empty() ? Json(nullptr) : Json(model.cache_key)}});
  }
  return all;
}

Json counts_of(const ResultCounts& counts) {
  return {{"diffs", counts.diffs},         {"errors", counts.errors}, {"key_problems", counts.key_problems},
          {"different", counts.different}, {"new", counts.is_new},    {"not_built", counts.not_built},
          {"removed", counts.removed},     {"empty", counts.empty},   {"identical", counts.identical},
          {"skipped", counts.skipped}};
}

}  // namespace

std::string table_diff_json(const diff::TableDiff& diff, std::string_view key_source,
                            const std::optional<diff::TableProfiles>& profiles,
                            const std::optional<diff::Timeline>& timeline) {
  constexpr std::string_view result_names[] = {"identical", "different", "bad_pks", "missing_pks", "empty"};
  Json out;
  out["result"] = result_names[static_cast<std::size_t>(diff.result)];
  out["reason"] = diff.reason;
  put_diff(out, diff, key_source);
  out["notes"] = diff.notes;
  put_profiles(out, profiles, timeline);
  return dump(out);
}

std::string model_json(const ModelResult& result) { return dump(model_object(result)); }

std::string report_json(const RunReport& report) {
  Json models = Json::array();
  for (const ModelResult& result : report.models) models.push_back(model_object(result));
  Json out;
  out["verdict"] = name_of(report.verdict);
  out["title"] = headline(report);
  out["verdict_reasons"] = report.verdict_reasons;
  out["project"] = report.project;
  out["counts"] = counts_of(count_results(report));
  out["models"] = std::move(models);
  out["assets"] = assets_of(report.assets);
  out["since_last_push"] = since_of(report.since);
  out["warnings"] = report.warnings;
  if (!report.build_notes.empty()) out["build_notes"] = notes_of(report.build_notes);
  out["lineage"] = report.lineage;
  out["seconds"] = seconds(report.duration);
  return dump(out);
}

std::string plan_json(const dbt::Plan& plan) {
  Json models = Json::array();
  for (const dbt::PlannedModel& model : plan.models) {
    Json out = planned(model);
    out["keys"] = {{"columns", model.key.columns},
                   {"source", dbt::name_of(model.key.source)},
                   {"notes", model.key.notes},
                   {"prod", model.prod_key ? Json({{"columns", model.prod_key->columns},
                                                   {"source", dbt::name_of(model.prod_key->source)}})
                                           : Json(nullptr)}};
    out["fingerprint"] = model.fingerprint.empty() ? Json(nullptr) : Json(model.fingerprint);
    out["depth"] = model.depth;
    out["upstream"] = ids(model.upstream);
    models.push_back(std::move(out));
  }
  Json out;
  out["diffs"] = plan.diffs();
  out["models"] = std::move(models);
  if (!plan.unchanged.empty()) out["unchanged"] = unchanged_of(plan.unchanged);
  out["assets"] = assets_of(plan.assets);
  out["warnings"] = plan.warnings;
  return dump(out);
}

}  // namespace diffgate::app
