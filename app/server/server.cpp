#include "app/server/server.hpp"

#include <charconv>
#include <cstdlib>

#include "app/server/problem.hpp"
#include "app/server/routes.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t kMaxDelivery = 25U << 20U;  // both forges send no more (GitHub docs, "Webhook events")
constexpr std::size_t kMaxSmallBody = 64U << 10U;
constexpr std::size_t kMaxCallBody = 4U << 20U;

constexpr std::string_view kSendKey = "send a project's key as \"Authorization: Key …\"";

bool is_large(const net::Headers& headers) {
  const std::string_view length = headers.get("Content-Length").value_or("0");
  return length.size() > std::to_string(kMaxSmallBody).size() ||
         std::strtoull(std::string(length).c_str(), nullptr, 10) > kMaxSmallBody;
}

std::optional<std::int64_t> parse_id(const std::string& text) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return id;
}

net::ServerResponse unauthorized() {
  net::ServerResponse answer = problem(401, "Unauthorized", std::string(kSendKey));
  answer.headers.set("WWW-Authenticate", "Key");
  return answer;
}

net::ServerResponse no_such(std::string_view what) {
  return problem(404, "Not found", "there is no such " + std::string(what));
}

std::string words_of_missing(config::Scope scope) {
  return "the key lacks the scope '" + std::string(name_of(scope)) + "'; the server's configuration gives it";
}

net::ServerResponse forbidden(config::Scope scope) {
  return problem(403, "Forbidden", words_of_missing(scope));
}

}  // namespace

net::BodyPolicy Server::policy(std::string_view method, std::string_view path,
                               const net::Headers& headers) const {
  net::BodyPolicy policy;
  policy.max_bytes = kMaxSmallBody;
  const FoundRoute found = find_route(method, path);
  if (found.route == nullptr) return policy;
  switch (found.route->body) {
    case BodyKind::small:
      break;
    case BodyKind::calls:
      if (access_of(parts_.config, headers).is_known()) policy.max_bytes = kMaxCallBody;
      break;
    case BodyKind::delivery:
      policy.max_bytes = kMaxDelivery;
      break;
    case BodyKind::file: {
      const Access access = access_of(parts_.config, headers);
      const auto project = parse_id(found.arguments.front());
      if (project && access.may(ProjectId(*project), found.route->scope)) {
        policy.max_bytes = parts_.config.artifact_max_bytes;
        policy.to_file = true;
        policy.timeout = std::chrono::minutes(10);
      } else if (is_large(headers)) {
        // Without a key nobody gets to fill the disk. A small body arrives and is refused by `answer`, as a
        // problem.
        const bool is_unknown = !project || !access.knows(ProjectId(*project));
        policy.refused_status = !access.is_known() ? 401 : is_unknown ? 404 : 403;
        policy.refused_reason = !access.is_known() ? std::string(kSendKey)
                                : is_unknown       ? "there is no such project"
                                                   : words_of_missing(found.route->scope);
      }
      break;
    }
  }
  return policy;
}

Awaitable<net::ServerResponse> Server::handle(net::ServerRequest request) {
  std::optional<Error> failure;
  try {
    co_return co_await answer(std::move(request));
  } catch (const Error& error) {
    // A defect of ours belongs in the log, which the HTTP server writes.
    if (error.error_class() == ErrorClass::internal || error.error_class() == ErrorClass::configuration)
      throw;
    failure = error;
  }
  co_return problem_of(*failure);
}

Awaitable<bool> Server::find_subject(Call& call, bool is_run) {
  auto id = parse_id(call.arguments.front());
  if (!id) co_return false;
  if (!is_run) {
    call.model_diff = co_await parts_.store.model_diff(ModelDiffId(*id));
    if (!call.model_diff) call.requested_diff = co_await parts_.store.requested_diff(ModelDiffId(*id));
    if (!call.model_diff && !call.requested_diff) co_return false;
    if (call.model_diff) id = call.model_diff->run.value();
  }
  if (!call.requested_diff) call.run = co_await parts_.store.run(RunId(*id));
  if (!call.requested_diff && !call.run) co_return false;
  const ProjectId project = call.requested_diff ? call.requested_diff->project : call.run->key.project;
  call.project = find_project(parts_.config, project);
  co_return call.access.knows(project);
}

Awaitable<net::ServerResponse> Server::answer(net::ServerRequest request) {
  FoundRoute found = find_route(request.method, request.path());
  if (found.route == nullptr) {
    if (found.allowed.empty()) co_return problem(404, "Not found", "there is nothing at this path");
    net::ServerResponse answer = problem(405, "Method not allowed", "this path takes " + found.allowed);
    answer.headers.set("Allow", found.allowed);
    co_return answer;
  }
  const Route& route = *found.route;
  Call call;
  call.request = std::move(request);
  call.arguments = std::move(found.arguments);
  if (route.subject != Subject::open) {
    call.access = access_of(parts_.config, call.request.headers);
    if (!call.access.is_known()) co_return unauthorized();
    if (call.access.projects_with(route.scope).empty()) co_return forbidden(route.scope);
  }
  // What the key knows nothing of looks as if it were not there.
  if (route.subject == Subject::project) {
    const auto id = parse_id(call.arguments.front());
    if (!id || !call.access.knows(ProjectId(*id))) co_return no_such("project");
    call.project = find_project(parts_.config, ProjectId(*id));
  } else if (route.subject == Subject::run || route.subject == Subject::model_diff) {
    const bool is_run = route.subject == Subject::run;
    const bool is_found = co_await find_subject(call, is_run);
    if (!is_found) co_return no_such(is_run ? "run" : "data diff");
  }
  if (call.project != nullptr && !call.access.may(ProjectId(call.project->id), route.scope))
    co_return forbidden(route.scope);
  co_return co_await route.handle(parts_, std::move(call));
}

}  // namespace diffgate::app
