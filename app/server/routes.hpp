#pragma once

// Which request is answered by whom, who may make it, and how much of its body is read: one row a route, one
// table a group, each group in a file of its own. The server checks the key and finds the project or run of
// the path before a handler sees the request, so no handler can forget to.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/server/keys.hpp"
#include "app/server/server.hpp"
#include "app/store/records.hpp"
#include "config/server_config.hpp"
#include "net/async.hpp"
#include "net/http.hpp"

namespace diffgate::app {

// What stands in the path's first "{…}", and so what the key must be good for.
enum class Subject {
  open,        // anybody may ask
  any_key,     // the handler looks at `access` by itself
  project,     // a project's id
  run,         // a run's id
  model_diff,  // its number
};

enum class BodyKind {
  small,     // in memory
  calls,     // in memory; room for a list of tables if a key comes with it
  delivery,  // what a forge sends, in memory
  file,      // streamed to a file, only for a key that may upload
};

// One request on its way to its handler.
struct Call {
  net::ServerRequest request;
  // What stands where the route's path has "{…}", percent-decoded.
  std::vector<std::string> arguments;
  Access access;
  const config::ProjectConfig* project = nullptr;  // Subject::project, run and model_diff
  std::optional<Run> run;                          // Subject::run, and the model diff's
  std::optional<ModelDiff> model_diff;             // Subject::model_diff: this or the other
  std::optional<RequestedDiff> requested_diff;
};

struct Route {
  std::string_view method;
  std::string_view path;  // "/api/v1/runs/{run}"
  Subject subject = Subject::open;
  config::Scope scope = config::Scope::read;  // not looked at for Subject::open
  BodyKind body = BodyKind::small;
  Awaitable<net::ServerResponse> (*handle)(ServerParts& server, Call call) = nullptr;
};

std::span<const Route> webhook_routes();
std::span<const Route> upload_routes();
std::span<const Route> project_routes();
std::span<const Route> run_routes();
std::span<const Route> compatible_ci_routes();
std::span<const Route> compatible_diff_routes();
std::span<const Route> compatible_source_routes();
std::span<const Route> compatible_upload_routes();
std::span<const Route> health_routes();
std::span<const Route> setup_routes();
std::span<const Route> page_routes();

struct FoundRoute {
  const Route* route = nullptr;
  std::vector<std::string> arguments;
  std::string allowed;  // methods of the path, if the request's is not among them
};

// `path` is the target up to '?', still percent-encoded. Of the paths that match, the one
// with the fewest "{…}" counts, whatever the method.
FoundRoute find_route(std::string_view method, std::string_view path);

}  // namespace diffgate::app
