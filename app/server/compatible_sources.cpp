// What Datafold's client asks before it orders diffs: which data sources there are, and whose key it has. A
// "data source" is the warehouse of one of our projects, under the project's id.

#include <array>
#include <nlohmann/json.hpp>

#include "app/server/problem.hpp"
#include "app/server/routes.hpp"
#include "app/server/run_json.hpp"

namespace diffgate::app {
namespace {

using Json = nlohmann::json;

// Their word for an engine, where it is another one.
std::string type_of(const std::string& engine) { return engine == "postgres" ? "pg" : engine; }

Awaitable<net::ServerResponse> list_sources(ServerParts& server, Call call) {
  Json list = Json::array();
  for (const ProjectId id : call.access.projects_with(config::Scope::read)) {
    const config::ProjectConfig* project = find_project(server.config, id);
    if (project == nullptr) continue;
    list.push_back({{"id", id.value()},
                    {"name", project->name},
                    {"type", type_of(server.events.engine_of(id))},
                    {"float_tolerance", 0.0},
                    {"is_paused", false},
                    {"hidden", false}});
  }
  co_return json_response(200, dump_json(list));
}

// Keys belong to projects, not to people or organizations.
Awaitable<net::ServerResponse> show_organization(ServerParts&, Call) {
  co_return json_response(200, dump_json({{"org_id", 1}, {"org_name", "diffgate"}, {"user_id", 1}}));
}

constexpr std::array kRoutes = {
    Route{
        .method = "GET", .path = "/api/v1/data_sources", .subject = Subject::any_key, .handle = list_sources},
    Route{.method = "GET",
          .path = "/api/v1/organization/meta",
          .subject = Subject::any_key,
          .handle = show_organization},
};

}  // namespace

std::span<const Route> compatible_source_routes() { return kRoutes; }

}  // namespace diffgate::app
