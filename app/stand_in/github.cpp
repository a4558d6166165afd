#include "app/stand_in/github.hpp"

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "app/stand_in/github_api.hpp"
#include "app/stand_in/rsa.hpp"
#include "net/crypto.hpp"
#include "net/url.hpp"

namespace diffgate::app::stand_in {
namespace {

using nlohmann::json;

// "Mon, 05 Jan 2026 08:00:00 GMT": clients correct their clocks by it.
std::string http_date(UtcTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

}  // namespace

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char byte) { return (byte & 0xC0) != 0x80; }));
}

std::string text_at(const json& object, const char* key) {
  auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t number_in(const std::string& text) {
  if (text.empty() || text.size() > 15 || text.find_first_not_of("0123456789") != text.npos) {
    throw Refused{404, "Not Found"};
  }
  return std::stoll(text);
}

net::Response json_response(int status, const json& body) {
  net::Response response;
  response.status = status;
  response.body = body.dump();
  response.headers.set("content-type", "application/json; charset=utf-8");
  return response;
}

net::Response GitHubStandIn::Api::answer(const net::ServerRequest& from) {
  Request request{from.method,
                  std::string(from.path()),
                  segments_of(from.path()),
                  net::parse_query(from.query()).value_or(std::vector<std::pair<std::string, std::string>>{}),
                  &from.headers,
                  from.body};
  net::Response response;
  if (state.limit_reset <= state.options.now()) {
    state.limit_reset = state.options.now() + std::chrono::hours(1);
    state.requests_used = 0;
  }
  try {
    if (state.requests_used >= state.options.requests_an_hour)
      throw Refused{
          403, "API rate limit exceeded for installation ID " + std::to_string(state.installation) + "."};
    if (!from.headers.get("user-agent")) throw Refused{403, "Request forbidden by administrative rules."};
    response = route(request);
  } catch (const Refused& refused) {
    response = json_response(refused.status, {{"message", refused.message},
                                              {"documentation_url", "https://docs.github.com/rest"},
                                              {"status", std::to_string(refused.status)}});
  }
  if (request.method == "GET" && response.status == 200) {
    const std::string etag = "W/\"" + net::sha256_hex(response.body) + "\"";
    response.headers.set("etag", etag);
    if (from.headers.get("if-none-match") == etag) {
      response = {304, {{"etag", etag}}, {}};  // costs nothing
    }
  }
  if (response.status != 304 && state.requests_used < state.options.requests_an_hour) ++state.requests_used;
  response.headers.set("x-github-request-id", "STAND:IN");
  response.headers.set("x-ratelimit-limit", std::to_string(state.options.requests_an_hour));
  response.headers.set("x-ratelimit-remaining",
                       std::to_string(state.options.requests_an_hour - state.requests_used));
  response.headers.set("x-ratelimit-used", std::to_string(state.requests_used));
  response.headers.set("x-ratelimit-reset",
                       std::to_string(std::chrono::system_clock::to_time_t(state.limit_reset)));
  response.headers.set("x-ratelimit-resource", "core");
  response.headers.set("date", http_date(state.options.now()));
  return response;
}

net::Response GitHubStandIn::Api::route(const Request& request) {
  const auto& segments = request.segments;
  if (!segments.empty() && segments[0] == "app") return app_route(request);
  if (state.is_deleted) throw Refused{404, "Not Found"};
  if (segments.size() >= 3 && segments[0] == "repos") {
    const std::string name = segments[1] + "/" + segments[2];
    if (state.former_names.contains(name)) return moved(request);
    if (name != state.options.repository) throw Refused{404, "Not Found"};
    return repository_route(request);
  }
  if (segments.size() >= 2 && segments[0] == "repositories" &&
      segments[1] == std::to_string(github_repository_id)) {
    Request by_name = request;
    const std::size_t slash = state.options.repository.find('/');
    by_name.segments = {"repos", state.options.repository.substr(0, slash),
                        state.options.repository.substr(slash + 1)};
    by_name.segments.insert(by_name.segments.end(), segments.begin() + 2, segments.end());
    return repository_route(by_name);
  }
  throw Refused{404, "Not Found"};
}

// From a name that the repository had once to its number.
net::Response GitHubStandIn::Api::moved(const Request& request) const {
  std::string location = state.api_url + "/repositories/" + std::to_string(github_repository_id);
  for (std::size_t i = 3; i < request.segments.size(); ++i)
    location += "/" + net::encode_path_segment(request.segments[i]);
  char separator = '?';
  for (const auto& [key, value] : request.query) {
    location += separator + net::encode_path_segment(key) + "=" + net::encode_path_segment(value);
    separator = '&';
  }
  net::Response response = json_response(request.method == "GET" ? 301 : 307,
                                         {{"message", "Moved Permanently"}, {"url", location}});
  response.headers.set("location", location);
  return response;
}

void GitHubStandIn::Api::require_app(const Request& request) const {
  const std::string_view value = request.headers->get("authorization").value_or("");
  if (!value.starts_with("Bearer ")) throw Refused{401, "A JSON web token could not be decoded"};
  const std::string refusal = refusal_of_app_token(value.substr(7), state.options.app_public_key,
                                                   state.options.app_id, state.options.now());
  if (!refusal.empty()) throw Refused{401, refusal};
}

void GitHubStandIn::Api::require(const Request& request, const std::string& permission,
                                 const std::string& level) const {
  const std::string_view value = request.headers->get("authorization").value_or("");
  const std::size_t space = value.find(' ');
  const std::string_view text = space == value.npos ? std::string_view() : value.substr(space + 1);
  for (const GitHubToken& token : state.tokens) {
    if (token.text != text || token.expires_at <= state.options.now()) continue;
    auto granted = token.permissions.find(permission);
    if (granted == token.permissions.end() || (level == "write" && granted->second != "write")) {
      throw Refused{403, "Resource not accessible by integration"};
    }
    return;
  }
  throw Refused{401, "Bad credentials"};
}

net::Response GitHubStandIn::Api::app_route(const Request& request) {
  require_app(request);
  const auto& segments = request.segments;
  if (segments.size() == 1) return json_response(200, app_json(state));
  if (segments.size() >= 3 && segments[1] == "installations" &&
      segments[2] == std::to_string(state.installation) && !state.is_removed) {
    if (segments.size() == 3) return json_response(200, installation_json(state));
    if (segments[3] == "access_tokens" && request.method == "POST") return mint_token(request);
  }
  if (segments.size() >= 3 && segments[1] == "hook" && segments[2] == "deliveries") {
    if (segments.size() == 4) {
      for (const LoggedDelivery& delivery : state.deliveries) {
        if (delivery.id == number_in(segments[3])) return json_response(200, delivery_json(delivery, true));
      }
    } else if (segments.size() == 3) {
      json items = json::array();
      for (auto each = state.deliveries.rbegin(); each != state.deliveries.rend(); ++each)
        items.push_back(delivery_json(*each, false));
      return page(request, items);
    }
  }
  throw Refused{404, "Not Found"};
}

net::Response GitHubStandIn::Api::mint_token(const Request& request) {
  if (state.is_suspended) throw Refused{403, "This installation has been suspended"};
  GitHubToken token;
  // As long as GitHub's newer tokens are, so that nothing relies on forty characters.
  token.text = "ghs_" + state.options.app_id + "_" + net::to_hex(net::random_bytes(258));
  token.expires_at = state.options.now() + std::chrono::hours(1);
  token.permissions = state.options.permissions;
  const json body = request.body.empty() ? json::object() : body_of(request);
  if (auto wanted = body.find("permissions"); wanted != body.end()) {
    token.permissions.clear();
    for (const auto& [name, level] : wanted->items()) {
      auto granted = state.options.permissions.find(name);
      if (granted == state.options.permissions.end() || (level == "write" && granted->second != "write")) {
        throw Refused{422, "The permissions requested are not granted to this installation."};
      }
      token.permissions[name] = level;
    }
    token.permissions["metadata"] = "read";
  }
  if (auto ids = body.find("repository_ids"); ids != body.end()) {
    for (const json& id : *ids) {
      if (id != github_repository_id)
        throw Refused{422,
                      "There is at least one repository that does not exist or is not accessible to the "
                      "parent installation."};
    }
  }
  state.tokens.push_back(token);
  return json_response(201, {{"token", token.text},
                             {"expires_at", iso8601(token.expires_at)},
                             {"permissions", token.permissions},
                             {"repository_selection", "selected"}});
}

net::Response GitHubStandIn::Api::page(const Request& request, const json& items) const {
  auto number = [&](const char* name, std::size_t otherwise) {
    const std::string text = request.parameter(name);
    return text.empty() ? otherwise : static_cast<std::size_t>(number_in(text));
  };
  const std::size_t per_page = std::clamp<std::size_t>(number("per_page", 30), 1, 100);
  const std::size_t current = std::max<std::size_t>(number("page", 1), 1);
  json part = json::array();
  for (std::size_t at = (current - 1) * per_page; at < std::min(items.size(), current * per_page); ++at) {
    part.push_back(items[at]);
  }
  net::Response response = json_response(200, part);
  if (current * per_page < items.size()) {
    std::string next = state.api_url + request.path + "?";
    for (const auto& [key, value] : request.query) {
      if (key != "page") next += key + "=" + net::encode_path_segment(value) + "&";
    }
    response.headers.set("link", "<" + next + "page=" + std::to_string(current + 1) + ">; rel=\"next\"");
  }
  return response;
}

json GitHubStandIn::Api::body_of(const Request& request) const {
  json body = json::parse(request.body, nullptr, false);
  if (!body.is_object()) throw Refused{400, "Problems parsing JSON"};
  return body;
}

const Commit& GitHubStandIn::Api::commit_at(const std::string& ref) const {
  auto branch = state.branches.find(ref);
  const Commit* commit = state.git.find(branch == state.branches.end() ? ref : branch->second);
  if (commit == nullptr) throw Refused{404, "No commit found for the ref " + ref};
  return *commit;
}

const StandInPullRequest& GitHubStandIn::Api::pull(const std::string& number) const {
  auto found = state.pulls.find(static_cast<int>(number_in(number)));
  if (found == state.pulls.end()) throw Refused{404, "Not Found"};
  return found->second;
}

StandInCheckRun& GitHubStandIn::Api::check_of(const std::string& id) {
  const std::int64_t wanted = number_in(id);
  for (StandInCheckRun& check : state.checks) {
    if (check.id == wanted) return check;
  }
  throw Refused{404, "Not Found"};
}

GitHubStandIn::GitHubStandIn(asio::any_io_executor executor, GitHubStandInOptions options, TreeEdits files)
    : api_(std::make_unique<Api>(std::move(options))),
      wire_(std::move(executor),
            [api = api_.get()](const net::ServerRequest& request) { return api->answer(request); }) {
  api_->state.branches["main"] = api_->state.git.commit("", "Lay out the shop", files);
}

GitHubStandIn::~GitHubStandIn() = default;

void GitHubStandIn::start(std::uint16_t port) {
  wire_.start(port);
  api_->state.api_url = wire_.url();
}

Wire& GitHubStandIn::wire() { return wire_; }
Git& GitHubStandIn::git() { return api_->state.git; }
void GitHubStandIn::advertise(std::string url) { api_->state.api_url = std::move(url); }

std::string GitHubStandIn::commit(const std::string& branch, const std::string& message,
                                  const TreeEdits& edits) {
  std::string& tip = api_->state.branches[branch];
  tip = api_->state.git.commit(tip, message, edits);
  return tip;
}

void GitHubStandIn::set_permission(const std::string& user, const std::string& permission) {
  api_->state.collaborators[user] = permission;
}

std::int64_t GitHubStandIn::comment_as(int number, const std::string& user, const std::string& body) {
  api_->state.comments.push_back({api_->state.next_id++, number, user, body, 0});
  return api_->state.comments.back().id;
}

void GitHubStandIn::delete_comment(std::int64_t id) {
  std::erase_if(api_->state.comments, [&](const StandInComment& comment) { return comment.id == id; });
}

void GitHubStandIn::lag(int number, std::size_t reads) {
  if (reads > 0) api_->state.lagging[number] = {api_->state.pulls.at(number), reads};
}

void GitHubStandIn::limit_requests(std::size_t left) {
  GitHubState& now = api_->state;
  now.requests_used = now.options.requests_an_hour - std::min(left, now.options.requests_an_hour);
}

void GitHubStandIn::expire_tokens() { api_->state.tokens.clear(); }

GitHubState& GitHubStandIn::state() { return api_->state; }

std::vector<std::string> GitHubStandIn::reactions_to(std::int64_t comment) const {
  const auto found = api_->state.reactions.find(comment);
  return found == api_->state.reactions.end() ? std::vector<std::string>() : found->second;
}

const StandInPullRequest& GitHubStandIn::pull_request(int number) const {
  return api_->state.pulls.at(number);
}
std::string GitHubStandIn::branch(const std::string& name) const { return api_->state.branches.at(name); }
const std::vector<StandInCheckRun>& GitHubStandIn::checks() const { return api_->state.checks; }

const StandInCheckRun* GitHubStandIn::check(const std::string& head_sha, const std::string& name) const {
  const auto& checks = api_->state.checks;
  for (auto each = checks.rbegin(); each != checks.rend(); ++each) {
    if (each->head_sha == head_sha && each->name == name) return &*each;
  }
  return nullptr;
}

std::vector<StandInComment> GitHubStandIn::comments(int number) const {
  std::vector<StandInComment> found;
  for (const StandInComment& comment : api_->state.comments) {
    if (comment.number == number) found.push_back(comment);
  }
  return found;
}

}  // namespace diffgate::app::stand_in
