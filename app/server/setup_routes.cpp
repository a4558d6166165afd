#include <array>

#include "app/server/github_setup.hpp"
#include "app/server/problem.hpp"
#include "app/server/routes.hpp"

namespace diffgate::app {
namespace {

net::ServerResponse no_setup() { return problem(404, "Not found", "there is nothing at this path"); }

Awaitable<net::ServerResponse> ask_for_token(ServerParts& server, Call) {
  co_return server.github_setup == nullptr ? no_setup() : server.github_setup->ask();
}

Awaitable<net::ServerResponse> begin_setup(ServerParts& server, Call call) {
  co_return server.github_setup == nullptr ? no_setup() : server.github_setup->begin(call.request);
}

Awaitable<net::ServerResponse> finish_setup(ServerParts& server, Call call) {
  if (server.github_setup == nullptr) co_return no_setup();
  co_return co_await server.github_setup->finish(std::move(call.request));
}

constexpr std::array kRoutes = {
    Route{.method = "GET", .path = "/setup/github", .handle = ask_for_token},
    Route{.method = "POST", .path = "/setup/github", .handle = begin_setup},
    Route{.method = "GET", .path = "/setup/github/finish", .handle = finish_setup},
};

}  // namespace

std::span<const Route> setup_routes() { return kRoutes; }

}  // namespace diffgate::app
