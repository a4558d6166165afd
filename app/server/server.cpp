#include "app/server/server.hpp"

#include <array>
#include <charconv>
#include <cstdlib>

#include "app/server/keys.hpp"
#include "app/server/problem.hpp"
#include "net/error.hpp"
#include "net/url.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t kMaxDelivery = 25U << 20U;  // both forges send no more (GitHub docs, "Webhook events")
constexpr std::size_t kMaxSmallBody = 64U << 10U;

enum class Route { webhook, artifact, runs, run, confirm, metrics, health, ready };

struct Pattern {
  Route route;
  std::string_view method;
  std::array<std::string_view, 7> parts;  // "*" matches any one part; the path may not be longer
};

constexpr std::array kPatterns{
    Pattern{Route::webhook, "POST", {"webhooks", "*"}},
    Pattern{Route::webhook, "POST", {"webhooks", "*", "*"}},
    Pattern{Route::artifact, "PUT", {"api", "v1", "projects", "*", "artifacts", "*", "*"}},
    Pattern{Route::runs, "GET", {"api", "v1", "runs"}},
    Pattern{Route::run, "GET", {"api", "v1", "runs", "*"}},
    Pattern{Route::confirm, "POST", {"api", "v1", "runs", "*", "confirm"}},
    Pattern{Route::metrics, "GET", {"metrics"}},
    Pattern{Route::health, "GET", {"healthz"}},
    Pattern{Route::ready, "GET", {"readyz"}},
};

bool matches(const Pattern& pattern, const std::vector<std::string>& parts) {
  // An artifact's path has one part more than the array: the file's name.
  const std::size_t extra = pattern.route == Route::artifact ? 1 : 0;
  std::size_t length = 0;
  while (length < pattern.parts.size() && !pattern.parts[length].empty()) ++length;
  if (parts.size() != length + extra) return false;
  for (std::size_t i = 0; i < length; ++i) {
    if (pattern.parts[i] != "*" && pattern.parts[i] != parts[i]) return false;
  }
  return true;
}

struct Found {
  const Pattern* pattern = nullptr;
  std::string allowed;  // methods of the path, if the request's is not among them
};

Found find_route(std::string_view method, const std::vector<std::string>& parts) {
  Found found;
  for (const Pattern& pattern : kPatterns) {
    if (!matches(pattern, parts)) continue;
    if (pattern.method == method) return {&pattern, {}};
    found.allowed += (found.allowed.empty() ? "" : ", ") + std::string(pattern.method);
  }
  return found;
}

bool is_large(const net::Headers& headers) {
  const std::string_view length = headers.get("Content-Length").value_or("0");
  return length.size() > std::to_string(kMaxSmallBody).size() ||
         std::strtoull(std::string(length).c_str(), nullptr, 10) > kMaxSmallBody;
}

std::optional<RunId> parse_run_id(const std::string& text) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return RunId(id);
}

}  // namespace

std::vector<std::string> path_parts(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    if (path.front() != '/') return {};
    path.remove_prefix(1);
    const std::string_view part = path.substr(0, path.find('/'));
    auto decoded = net::decode_percent(part);
    if (!decoded) return {};
    parts.push_back(std::move(*decoded));
    path.remove_prefix(part.size());
  }
  return parts;
}

net::BodyPolicy Server::policy(std::string_view method, std::string_view path,
                               const net::Headers& headers) const {
  net::BodyPolicy policy;
  policy.max_bytes = kMaxSmallBody;
  const std::vector<std::string> parts = path_parts(path);
  const Found found = find_route(method, parts);
  if (found.pattern == nullptr) return policy;
  if (found.pattern->route == Route::webhook) policy.max_bytes = kMaxDelivery;
  if (found.pattern->route == Route::artifact) {
    if (!projects_of_key(parts_.config, headers).empty()) {
      policy.max_bytes = parts_.config.artifact_max_bytes;
      policy.to_file = true;
      policy.timeout = std::chrono::minutes(10);
    } else if (is_large(headers)) {
      // Without a key nobody gets to fill the disk. A small body arrives and is refused by the handler, as a
      // problem.
      policy.refused_status = 401;
      policy.refused_reason = "send the project's upload key as \"Authorization: Key ...\"";
    }
  }
  return policy;
}

Awaitable<net::ServerResponse> Server::handle(net::ServerRequest request) {
  std::optional<Error> failure;
  try {
    co_return co_await route(std::move(request));
  } catch (const Error& error) {
    // A defect of ours belongs in the log, which the HTTP server writes.
    if (error.error_class() == ErrorClass::internal || error.error_class() == ErrorClass::configuration)
      throw;
    failure = error;
  }
  co_return problem_of(*failure);
}

Awaitable<net::ServerResponse> Server::route(net::ServerRequest request) {
  std::vector<std::string> parts = path_parts(request.path());
  const Found found = find_route(request.method, parts);
  if (found.pattern == nullptr) {
    if (found.allowed.empty()) co_return problem(404, "Not found", "there is nothing at this path");
    net::ServerResponse answer = problem(405, "Method not allowed", "this path takes " + found.allowed);
    answer.headers.set("Allow", found.allowed);
    co_return answer;
  }
  switch (found.pattern->route) {
    case Route::webhook:
      co_return co_await receive_webhook(parts_, std::move(parts), std::move(request));
    case Route::artifact:
      co_return co_await receive_artifact(parts_, std::move(parts), std::move(request));
    case Route::runs:
      co_return co_await list_runs(parts_, std::move(request));
    case Route::run:
    case Route::confirm: {
      const std::optional<RunId> id = parse_run_id(parts[3]);
      if (!id) co_return problem(404, "Not found", "a run's id is a number");
      if (found.pattern->route == Route::run) co_return co_await show_run(parts_, *id, std::move(request));
      co_return co_await app::confirm_run(parts_, *id, std::move(request));
    }
    case Route::metrics:
      co_return co_await show_metrics(parts_);
    case Route::health:
      co_return text_response(200, "ok\n");
    case Route::ready:
      co_return text_response(is_ready_ ? 200 : 503, is_ready_ ? "ready\n" : "not ready\n");
  }
  co_return problem(404, "Not found", "there is nothing at this path");
}

}  // namespace diffgate::app
