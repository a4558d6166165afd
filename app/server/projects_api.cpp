// Projects, what is stored of them, and their pull requests.

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <nlohmann/json.hpp>

#include "app/log.hpp"
#include "app/server/json_body.hpp"
#include "app/server/problem.hpp"
#include "app/server/query.hpp"
#include "app/server/routes.hpp"
#include "app/server/run_json.hpp"
#include "app/table_plan.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kUsualArtifacts = 100;
constexpr std::size_t kMostArtifacts = 1'000;
constexpr std::size_t kMostTables = 1'000;
constexpr std::size_t kMostColumns = 2'000;
constexpr std::size_t kLongestName = 1'000;  // bytes of a relation or column; engines end far below

Json project_json(const config::ProjectConfig& project, const Access& access) {
  Json scopes = Json::array();
  for (const config::Scope scope :
       {config::Scope::read, config::Scope::upload, config::Scope::run, config::Scope::accept}) {
    if (access.may(ProjectId(project.id), scope)) scopes.push_back(name_of(scope));
  }
  return {{"id", project.id},
          {"name", project.name},
          {"forge", project.forge},
          {"repository", project.repository},
          {"warehouse", project.warehouse},
          {"scopes", std::move(scopes)}};
}

Awaitable<net::ServerResponse> list_projects(ServerParts& server, Call call) {
  Query(call.request.query()).finish();
  Json list = Json::array();
  for (const config::ProjectConfig& project : server.config.projects) {
    if (call.access.may(ProjectId(project.id), config::Scope::read))
      list.push_back(project_json(project, call.access));
  }
  co_return json_response(200, dump_json({{"projects", std::move(list)}}));
}

Awaitable<net::ServerResponse> show_project(ServerParts&, Call call) {
  co_return json_response(200, dump_json(project_json(*call.project, call.access)));
}

Awaitable<net::ServerResponse> list_artifacts(ServerParts& server, Call call) {
  Query query(call.request.query());
  ArtifactFilter filter;
  filter.project = ProjectId(call.project->id);
  if (const auto type = query.text("run_type")) {
    filter.type = parse_run_type(*type);
    if (!filter.type)
      throw Error(ErrorClass::caller, "unknown run type", "run_type", "production or pull_request");
  }
  filter.sha = query.sha("sha");
  const Page page = read_page(query, kUsualArtifacts, kMostArtifacts);
  query.finish();
  filter.limit = page.limit;
  filter.offset = page.offset;
  const std::vector<Artifact> artifacts = co_await server.store.list_artifacts(std::move(filter));
  Json list = Json::array();
  for (const Artifact& artifact : artifacts) {
    list.push_back({{"run_type", name_of(artifact.type)},
                    {"commit_sha", artifact.sha.value()},
                    {"artifact", file_name_of(artifact.kind)},
                    {"branch", text_or_null(artifact.branch)},
                    {"bytes", artifact.size},
                    {"sha256", artifact.content_hash},
                    {"origin", text_or_null(artifact.origin)},
                    {"received_at", time_or_null(artifact.received_at)}});
  }
  co_return json_response(200,
                          dump_json({{"artifacts", std::move(list)},
                                     {"next_cursor", text_or_null(next_cursor(page, artifacts.size()))}}));
}

vcs::PullNumber read_pull_number(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1)
    throw Error(ErrorClass::caller, "a pull request's number is a whole number from 1", text);
  return vcs::PullNumber(number);
}

Awaitable<net::ServerResponse> trigger(ServerParts& server, Call call) {
  const vcs::PullNumber number = read_pull_number(call.arguments[1]);
  std::optional<vcs::Sha> head;
  if (!call.request.body.empty()) {
    const Json body = parse_json_body(call.request.body);
    JsonFields fields(body, "", UnknownFields::refused);
    if (auto text = fields.optional_text("head_sha", 64)) {
      for (char& c : *text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      head = vcs::parse_sha(*text);
      if (!head) throw Error(ErrorClass::caller, "is not a full commit sha", "head_sha");
    }
    fields.finish();
  }
  const auto answer = co_await server.events.trigger(ProjectId(call.project->id), number, std::move(head));
  if (const auto* refusal = std::get_if<TriggerRefusal>(&answer)) co_return problem_of(*refusal);
  const Run& run = std::get<Run>(answer);
  log(LogLevel::info, "run triggered by a call",
      {{"run", std::to_string(run.id.value())}, {"from", call.request.remote_address}});
  co_return json_response(202, dump_json(run_json(run)));
}

std::vector<TablePair> read_tables(const std::string& body) {
  const Json json = parse_json_body(body);
  JsonFields fields(json, "", UnknownFields::refused);
  std::vector<TablePair> tables;
  for (const Json& item : fields.list("tables", kMostTables)) {
    JsonFields pair(item, "tables[" + std::to_string(tables.size()) + "]", UnknownFields::refused);
    TablePair table;
    table.prod = pair.text("prod", kLongestName);
    table.pr = pair.text("pr", kLongestName);
    table.key = pair.texts("key", kMostColumns, kLongestName);
    table.include_columns = pair.texts("include_columns", kMostColumns, kLongestName);
    table.exclude_columns = pair.texts("exclude_columns", kMostColumns, kLongestName);
    pair.finish();
    tables.push_back(std::move(table));
  }
  fields.finish();
  check_tables(tables, "tables");
  return tables;
}

Awaitable<net::ServerResponse> submit(ServerParts& server, Call call) {
  const vcs::PullNumber number = read_pull_number(call.arguments[1]);
  std::vector<TablePair> tables = read_tables(call.request.body);
  const auto count = tables.size();
  const auto run = co_await server.events.submit(ProjectId(call.project->id), number, std::move(tables));
  if (!run) {
    co_return problem(409, "Conflict",
                      "no run of this pull request waits for tables: trigger one first, then submit");
  }
  log(LogLevel::info, "tables submitted",
      {{"run", std::to_string(run->value())}, {"tables", std::to_string(count)}});
  co_return json_response(202, dump_json({{"run", run->value()}, {"tables", count}}));
}

constexpr std::array kRoutes = {
    Route{.method = "GET", .path = "/api/v1/projects", .subject = Subject::any_key, .handle = list_projects},
    Route{.method = "GET",
          .path = "/api/v1/projects/{project}",
          .subject = Subject::project,
          .handle = show_project},
    Route{.method = "GET",
          .path = "/api/v1/projects/{project}/artifacts",
          .subject = Subject::project,
          .handle = list_artifacts},
    Route{.method = "POST",
          .path = "/api/v1/projects/{project}/pull_requests/{number}/trigger",
          .subject = Subject::project,
          .scope = config::Scope::run,
          .handle = trigger},
    Route{.method = "POST",
          .path = "/api/v1/projects/{project}/pull_requests/{number}/tables",
          .subject = Subject::project,
          .scope = config::Scope::run,
          .body = BodyKind::calls,
          .handle = submit},
};

}  // namespace

std::span<const Route> project_routes() { return kRoutes; }

}  // namespace diffgate::app
