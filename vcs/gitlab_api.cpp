#include "vcs/gitlab_api.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "net/url.hpp"

namespace diffgate::vcs {
namespace {

std::string api_url(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url + "/api/v4";
}

}  // namespace

std::string project_path(const Repo& repo, std::string_view rest) {
  const std::string project =
      repo.id.value() != 0 ? std::to_string(repo.id.value()) : net::encode_path_segment(repo.full_name);
  return fmt::format("/projects/{}{}", project, rest);
}

Error gitlab_error(const ApiCall& call, const net::Response& response) {
  const std::string where = name_of(call);
  const std::string message = server_message(response);
  const std::string what = message.empty() ? fmt::format("GitLab answered {}", response.status)
                                           : fmt::format("GitLab answered {}: {}", response.status, message);
  if (is_transient(response)) return {ErrorClass::remote_transient, what, where, "it is tried again"};
  if (response.status == 401) {
    return {ErrorClass::configuration, what, where, "the token is wrong, revoked or expired"};
  }
  if (response.status == 403) {
    const std::string needs = call.permission.empty() ? "the scope 'api'" : call.permission;
    return {ErrorClass::configuration, what, where, "the token's user needs " + needs};
  }
  if (response.status == 404 && message.find("Project Not Found") != std::string::npos) {
    return {ErrorClass::configuration, what, where, "make the token's user a member of the project"};
  }
  return {ErrorClass::remote_final, what, where};
}

GitLabApi::GitLabApi(const asio::any_io_executor& executor, net::HttpClient& client, Clock& clock,
                     GitLabOptions options)
    : clock_(clock),
      token_(std::move(options.token)),
      rest_(client, clock, api_url(std::move(options.url)), options.timeout),
      pacer_(executor, clock, options.write_gap) {}

Awaitable<net::Response> GitLabApi::send(ApiCall call) {
  if (call.method != "GET") co_await pacer_.turn();
  net::Headers headers{{"PRIVATE-TOKEN", token_.expose()},
                       {"Accept", call.accept.empty() ? "application/json" : call.accept}};
  co_return co_await rest_.send(std::move(call), std::move(headers));
}

Awaitable<net::Response> GitLabApi::succeed(ApiCall call) {
  net::Response response = co_await send(call);
  if (response.status < 200 || response.status > 299) throw gitlab_error(call, response);
  co_return response;
}

Awaitable<bool> GitLabApi::each_page(ApiCall call, int max_pages,
                                     std::function<bool(const JsonView&)> on_page,
                                     std::vector<std::chrono::seconds> waits) {
  for (int page = 1;; ++page) {
    net::Response response = co_await send(call);
    for (auto wait = waits.begin(); page == 1 && response.status == 404 && wait != waits.end(); ++wait) {
      co_await clock_.sleep_for(*wait);
      response = co_await send(call);
    }
    if (response.status < 200 || response.status > 299) throw gitlab_error(call, response);
    const std::optional<std::string> next = rest_.next_page(call, response);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    const bool goes_on = on_page(document.root());
    if (!next) co_return true;
    if (!goes_on || page == max_pages) co_return false;
    call.path = *next;
  }
}

}  // namespace diffgate::vcs
