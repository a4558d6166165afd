#include "app/server/problem.hpp"

#include <nlohmann/json.hpp>

namespace diffgate::app {
namespace {

net::ServerResponse response(int status, std::string type, std::string body) {
  net::ServerResponse answer;
  answer.status = status;
  answer.headers.set("Content-Type", std::move(type));
  answer.headers.set("Cache-Control", "no-store");
  answer.headers.set("X-Content-Type-Options", "nosniff");
  answer.body = std::move(body);
  return answer;
}

}  // namespace

net::ServerResponse json_response(int status, std::string json) {
  return response(status, "application/json", std::move(json));
}

net::ServerResponse text_response(int status, std::string text) {
  return response(status, "text/plain; charset=utf-8", std::move(text));
}

net::ServerResponse problem(int status, std::string title, std::string detail) {
  const nlohmann::json json = {{"type", "about:blank"},
                               {"title", std::move(title)},
                               {"status", status},
                               {"detail", std::move(detail)}};
  using Handler = nlohmann::json::error_handler_t;
  return response(status, "application/problem+json", json.dump(-1, ' ', false, Handler::replace) + "\n");
}

net::ServerResponse problem_of(const TriggerRefusal& refusal) {
  if (refusal.why == TriggerRefusal::Why::no_such_pull_request)
    return problem(404, "Not found", refusal.detail);
  return problem(409, "Conflict", refusal.detail);
}

net::ServerResponse problem_of(const Error& error) {
  switch (error.error_class()) {
    case ErrorClass::caller:
      return problem(422, "Unprocessable content", error.what());
    case ErrorClass::remote_transient: {
      net::ServerResponse answer = problem(503, "Service unavailable", "try again in a moment");
      answer.headers.set("Retry-After", "5");
      return answer;
    }
    case ErrorClass::configuration:
    case ErrorClass::remote_final:
    case ErrorClass::internal:
      break;
  }
  return problem(500, "Internal error", "the server's log has the reason");
}

}  // namespace diffgate::app
