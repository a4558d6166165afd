#include <array>

#include "app/server/openapi_document.hpp"
#include "app/server/problem.hpp"
#include "app/server/routes.hpp"

namespace diffgate::app {
namespace {

Awaitable<net::ServerResponse> show_metrics(ServerParts& server, Call) {
  const auto runs = co_await server.store.run_counts();
  const auto deliveries = co_await server.store.delivery_counts();
  for (const RunState state :
       {RunState::waiting, RunState::queued, RunState::processing, RunState::needs_confirmation,
        RunState::done, RunState::failed, RunState::cancelled, RunState::skipped}) {
    const auto found = runs.find(state);
    server.metrics.set("diffgate_runs", {{"state", name_of(state)}},
                       found == runs.end() ? 0 : static_cast<double>(found->second));
  }
  const auto count = [&deliveries](DeliveryState state) {
    const auto found = deliveries.find(state);
    return found == deliveries.end() ? 0 : static_cast<double>(found->second);
  };
  server.metrics.set("diffgate_deliveries_waiting", {}, count(DeliveryState::received));
  server.metrics.set("diffgate_dead_letters", {}, count(DeliveryState::failed));
  server.metrics.set("diffgate_store_queue", {}, static_cast<double>(server.store.queue_depth()));
  net::ServerResponse answer = text_response(200, server.metrics.text());
  answer.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  co_return answer;
}

Awaitable<net::ServerResponse> show_health(ServerParts&, Call) { co_return text_response(200, "ok\n"); }

Awaitable<net::ServerResponse> show_readiness(ServerParts& server, Call) {
  co_return text_response(server.is_ready ? 200 : 503, server.is_ready ? "ready\n" : "not ready\n");
}

Awaitable<net::ServerResponse> show_description(ServerParts&, Call) {
  co_return json_response(200, std::string(openapi_document()));
}

constexpr std::array kRoutes = {
    Route{.method = "GET", .path = "/api/v1/openapi.json", .handle = show_description},
    Route{.method = "GET", .path = "/metrics", .handle = show_metrics},
    Route{.method = "GET", .path = "/healthz", .handle = show_health},
    Route{.method = "GET", .path = "/readyz", .handle = show_readiness},
};

}  // namespace

std::span<const Route> health_routes() { return kRoutes; }

}  // namespace diffgate::app
