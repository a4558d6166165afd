// The calls that Datafold's clients make of a CI configuration, under their paths and field names. A "CI
// config id" is our project's id. Fields that we have no use for are ignored, as their server does.

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <nlohmann/json.hpp>
#include <string>

#include "app/log.hpp"
#include "app/server/json_body.hpp"
#include "app/server/problem.hpp"
#include "app/server/query.hpp"
#include "app/server/routes.hpp"
#include "app/server/run_json.hpp"
#include "app/store/artifact_files.hpp"
#include "app/table_plan.hpp"
#include "dbt/manifest.hpp"
#include "dbt/primary_key.hpp"
#include "net/error.hpp"
#include "net/url.hpp"

namespace diffgate::app {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kUsualRuns = 100;
constexpr std::int64_t kMostRuns = 1'000;
constexpr std::int64_t kMostOffset = 100'000'000;
constexpr std::size_t kMostTables = 1'000;
constexpr std::size_t kMostColumns = 2'000;
constexpr std::size_t kLongestName = 1'000;

vcs::Sha read_sha(const std::string& name, std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto sha = vcs::parse_sha(text);
  if (!sha) throw Error(ErrorClass::caller, "is not a full commit sha", name);
  return *sha;
}

// Their words for a run's state. They have none for a run that a rule left out; their client waits until a
// run is done, failed or cancelled, and one left out passes.
std::string_view status_of(RunState state) { return state == RunState::skipped ? "done" : name_of(state); }

Json ci_run_json(const Run& run) {
  return {{"id", run.id.value()},
          {"base_branch", run.base_branch},
          {"base_sha", run.base_sha.value()},
          {"pr_branch", run.head_branch},
          {"pr_sha", run.key.head_sha.value()},
          {"pr_num", std::to_string(run.key.pull.value())},
          {"status", status_of(run.state)},
          {"source", "ci"}};
}

Awaitable<net::ServerResponse> list_ci_runs(ServerParts& server, Call call) {
  Query query(call.request.query());
  RunFilter filter;
  filter.projects = {ProjectId(call.project->id)};
  filter.head_sha = query.sha("pr_sha");
  if (const auto pull = query.number("pr_num", 1, INT64_MAX)) filter.pull = vcs::PullNumber(*pull);
  filter.limit = static_cast<std::size_t>(query.number("limit", 1, kMostRuns).value_or(kUsualRuns));
  filter.offset = static_cast<std::size_t>(query.number("offset", 0, kMostOffset).value_or(0));
  const std::vector<Run> runs = co_await server.store.list_runs(std::move(filter));
  Json list = Json::array();
  for (const Run& run : runs) list.push_back(ci_run_json(run));
  co_return json_response(200, dump_json(list));
}

Awaitable<net::ServerResponse> trigger_ci(ServerParts& server, Call call) {
  const Json body = parse_json_body(call.request.body);
  JsonFields fields(body, "", UnknownFields::ignored);
  const vcs::PullNumber number(fields.integer("pr_number", 1, INT64_MAX));
  const vcs::Sha head = read_sha("pr_sha", fields.text("pr_sha", 64));
  const auto answer = co_await server.events.trigger(ProjectId(call.project->id), number, head);
  if (const auto* refusal = std::get_if<TriggerRefusal>(&answer)) co_return problem_of(*refusal);
  const Run& run = std::get<Run>(answer);
  log(LogLevel::info, "run triggered by a call",
      {{"run", std::to_string(run.id.value())}, {"from", call.request.remote_address}});
  co_return json_response(200, dump_json({{"ci_run_id", run.id.value()}, {"run_id", run.id.value()}}));
}

std::vector<TablePair> read_diffs(const std::string& body) {
  const Json json = parse_json_body(body);
  if (!json.is_array()) throw Error(ErrorClass::caller, "the body is not a list of diffs");
  if (json.size() > kMostTables)
    throw Error(ErrorClass::caller, "the list has more than " + std::to_string(kMostTables) + " diffs");
  std::vector<TablePair> tables;
  for (const Json& item : json) {
    JsonFields diff(item, "diffs[" + std::to_string(tables.size()) + "]", UnknownFields::ignored);
    TablePair table;
    table.prod = diff.text("prod", kLongestName);
    table.pr = diff.text("pr", kLongestName);
    table.key = diff.texts("pk", kMostColumns, kLongestName);
    table.include_columns = diff.texts("include_columns", kMostColumns, kLongestName);
    table.exclude_columns = diff.texts("exclude_columns", kMostColumns, kLongestName);
    tables.push_back(std::move(table));
  }
  check_tables(tables, "diffs");
  return tables;
}

Awaitable<net::ServerResponse> submit_diffs(ServerParts& server, Call call) {
  std::int64_t number = 0;
  const std::string& text = call.arguments[1];
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1)
    throw Error(ErrorClass::caller, "a pull request's number is a whole number from 1", text);
  std::vector<TablePair> tables = read_diffs(call.request.body);
  std::optional<RunId> run;
  if (!tables.empty()) {
    run = co_await server.events.submit(ProjectId(call.project->id), vcs::PullNumber(number),
                                        std::move(tables));
  }
  const Json id = run ? Json(run->value()) : Json(nullptr);
  co_return json_response(200, dump_json({{"ci_run_id", id}, {"run_id", id}}));
}

std::string parameter(const std::vector<std::pair<std::string, std::string>>& form, std::string_view name) {
  for (const auto& [key, value] : form) {
    if (key == name) return value;
  }
  throw Error(ErrorClass::caller, "is missing", std::string(name));
}

Awaitable<net::ServerResponse> check_artifacts(ServerParts& server, Call call) {
  const auto form = net::parse_query(call.request.body);
  if (!form) throw Error(ErrorClass::caller, "the body is not a form");
  const auto type = parse_run_type(parameter(*form, "run_type"));
  if (!type) throw Error(ErrorClass::caller, "unknown run type", "run_type", "production or pull_request");
  const vcs::Sha sha = read_sha("commit_sha", parameter(*form, "commit_sha"));
  const auto manifest =
      co_await server.store.artifact(ProjectId(call.project->id), *type, sha, ArtifactKind::manifest);
  co_return json_response(200, dump_json({{"status", manifest ? "ok" : "missing"}}));
}

// What their client prints in its first column.
std::string source_of(dbt::KeySource source) {
  switch (source) {
    case dbt::KeySource::model_yaml:
    case dbt::KeySource::model_meta:
      return "meta_table";
    case dbt::KeySource::column_meta:
      return "meta";
    case dbt::KeySource::column_tag:
      return "tags";
    case dbt::KeySource::unique_combination_test:
    case dbt::KeySource::unique_test:
      return "uniqueness";
    case dbt::KeySource::unique_key_config:
    case dbt::KeySource::constraint:
    case dbt::KeySource::name_guess:
    case dbt::KeySource::given:
    case dbt::KeySource::none:
      break;
  }
  return std::string(dbt::name_of(source));
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (std::size_t to = text.find(separator); to != std::string::npos; to = text.find(separator, from)) {
    parts.push_back(text.substr(from, to - from));
    from = to + 1;
  }
  parts.push_back(text.substr(from));
  return parts;
}

// dbt's fully qualified name: package, folders below the model path, name.
std::vector<std::string> qualified_name(const dbt::KeyAuditLine& line) {
  std::vector<std::string> names;
  const std::vector<std::string> id = split(line.id.value(), '.');
  if (id.size() > 1) names.push_back(id[1]);
  const std::vector<std::string> path = split(line.sql_file, '/');
  for (std::size_t i = 1; i + 1 < path.size(); ++i) names.push_back(path[i]);
  names.push_back(line.name);
  return names;
}

std::string without_quotes(std::string text) {
  std::erase_if(text, [](char c) { return c == '"' || c == '`' || c == '[' || c == ']'; });
  return text;
}

Json key_json(const dbt::KeyAuditLine& line) {
  return {{"source", source_of(line.key.source)},
          {"sql_table", split(without_quotes(line.relation), '.')},
          {"sql_pks", line.key.columns},
          {"dbt_fqn", qualified_name(line)},
          {"dbt_pks", line.key.columns},
          {"dbt_original_file_path", line.sql_file},
          {"dbt_patch_path", text_or_null(line.yaml_file)},
          {"warnings", line.key.notes}};
}

Awaitable<net::ServerResponse> check_primary_keys(ServerParts& server, Call call) {
  if (call.request.body_file.empty()) throw Error(ErrorClass::caller, "the body is empty");
  const Semaphore::Permit permit = co_await server.parsers.acquire();
  auto audit = [file = call.request.body_file, tag = call.project->rules.primary_key_tag] {
    // The manifest's reader would expand it without a limit.
    if (is_gzip_file(file))
      throw Error(ErrorClass::caller, "is compressed", "manifest.json", "send plain JSON");
    const dbt::ManifestFile manifest{file, "manifest.json"};
    return dbt::audit_primary_keys(dbt::load_manifest(manifest, dbt::FileAccess::map), tag);
  };
  const std::vector<dbt::KeyAuditLine> lines = co_await run_blocking(server.pool, std::move(audit));
  Json list = Json::array();
  for (const dbt::KeyAuditLine& line : lines) list.push_back(key_json(line));
  co_return json_response(200, dump_json(list));
}

constexpr std::array kRoutes = {
    Route{.method = "GET",
          .path = "/api/v1/ci/{project}/runs",
          .subject = Subject::project,
          .handle = list_ci_runs},
    Route{.method = "POST",
          .path = "/api/v1/ci/{project}/trigger",
          .subject = Subject::project,
          .scope = config::Scope::run,
          .handle = trigger_ci},
    Route{.method = "POST",
          .path = "/api/v1/ci/{project}/{pr_num}",
          .subject = Subject::project,
          .scope = config::Scope::run,
          .body = BodyKind::calls,
          .handle = submit_diffs},
    Route{.method = "POST",
          .path = "/api/v1/dbt/post_upload_check_artifacts/{project}",
          .subject = Subject::project,
          .handle = check_artifacts},
    Route{.method = "POST",
          .path = "/api/internal/ci/{project}/check_pks_in_dbt_manifest",
          .subject = Subject::project,
          .scope = config::Scope::upload,
          .body = BodyKind::file,
          .handle = check_primary_keys},
};

}  // namespace

std::span<const Route> compatible_ci_routes() { return kRoutes; }

}  // namespace diffgate::app
