#pragma once

// Requests to answers: which path means what. Each group of routes is a file of its own.

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/metrics.hpp"
#include "app/store/artifact_files.hpp"
#include "app/store/store.hpp"
#include "config/server_config.hpp"
#include "net/async.hpp"
#include "net/clock.hpp"
#include "net/http.hpp"

namespace diffgate::app {

// What the routes tell the pipeline.
struct ServerEvents {
  std::function<void()> delivery_stored;
  std::function<void(const Artifact&)> artifact_stored;
  // Somebody agrees to the number of diffs; false if the run does not wait for that.
  std::function<Awaitable<bool>(RunId)> confirm_run;
};

// Everything the routes use; all of it outlives the server.
struct ServerParts {
  const config::ServerConfig& config;
  Store& store;
  ArtifactFiles& files;
  Clock& clock;
  BlockingPool& pool;
  Metrics& metrics;
  Semaphore& parsers;  // uploads that are parsed at the same time
  ServerEvents events;
};

class Server {
 public:
  explicit Server(ServerParts parts) : parts_(std::move(parts)) {}

  // What may be read of a request before `handle` sees it.
  net::BodyPolicy policy(std::string_view method, std::string_view path, const net::Headers& headers) const;

  Awaitable<net::ServerResponse> handle(net::ServerRequest request);

  // Before this, and from the drain on, /readyz answers 503.
  void set_ready(bool is_ready) { is_ready_ = is_ready; }

 private:
  Awaitable<net::ServerResponse> route(net::ServerRequest request);

  ServerParts parts_;
  bool is_ready_ = false;
};

// A path cut at its slashes, each part percent-decoded; empty if it is malformed.
std::vector<std::string> path_parts(std::string_view path);

// POST /webhooks/{github|gitlab}[/{forge}]. `parts` is the path.
Awaitable<net::ServerResponse> receive_webhook(ServerParts& server, std::vector<std::string> parts,
                                               net::ServerRequest request);

// PUT /api/v1/projects/{id}/artifacts/{run type}/{sha}/{file}
Awaitable<net::ServerResponse> receive_artifact(ServerParts& server, std::vector<std::string> parts,
                                                net::ServerRequest request);

// GET /api/v1/runs, GET /api/v1/runs/{id}, POST /api/v1/runs/{id}/confirm
Awaitable<net::ServerResponse> list_runs(ServerParts& server, net::ServerRequest request);
Awaitable<net::ServerResponse> show_run(ServerParts& server, RunId id, net::ServerRequest request);
Awaitable<net::ServerResponse> confirm_run(ServerParts& server, RunId id, net::ServerRequest request);

// GET /metrics
Awaitable<net::ServerResponse> show_metrics(ServerParts& server);

}  // namespace diffgate::app
