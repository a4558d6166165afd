#include <array>
#include <charconv>

#include "app/report/run_page.hpp"
#include "app/run_pages.hpp"
#include "app/server/routes.hpp"
#include "net/url.hpp"

namespace diffgate::app {
namespace {

net::ServerResponse html_response(int status, std::string html) {
  net::ServerResponse response;
  response.status = status;
  response.headers.set("Content-Type", "text/html; charset=utf-8");
  response.headers.set("Content-Security-Policy",
                       "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
                       "frame-ancestors 'none'");
  // The link is what opens the page: it goes to nobody else.
  response.headers.set("Referrer-Policy", "no-referrer");
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("X-Robots-Tag", "noindex");
  response.body = std::move(html);
  return response;
}

std::optional<RunId> parse_run(const std::string& text) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return RunId(id);
}

std::string token_in(std::string_view query) {
  const auto fields = net::parse_query(query);
  if (!fields) return {};
  for (const auto& [name, value] : *fields) {
    if (name == "token") return value;
  }
  return {};
}

// A link that does not open the run tells nothing of it, not even whether there is one.
Awaitable<net::ServerResponse> show_page(ServerParts& server, Call call) {
  const std::optional<RunId> id = parse_run(call.arguments.front());
  const bool may = id && server.pages != nullptr && server.pages->opens(*id, token_in(call.request.query()));
  std::optional<Run> run;
  if (may) run = co_await server.store.run(*id);
  if (!run) co_return html_response(404, no_such_run_page());
  if (run->state == RunState::done) {
    auto read = [pages = server.pages, run = *run] { return pages->read(run); };
    std::optional<std::string> report = co_await run_blocking(server.pool, std::move(read));
    if (report) co_return html_response(200, std::move(*report));
  }
  const std::optional<Outcome> outcome = co_await server.store.outcome(*id);
  co_return html_response(200, run_state_page(*run, is_final(run->state) ? outcome : std::nullopt));
}

constexpr std::array kRoutes = {
    Route{.method = "GET", .path = "/runs/{run}", .handle = show_page},
};

}  // namespace

std::span<const Route> page_routes() { return kRoutes; }

}  // namespace diffgate::app
