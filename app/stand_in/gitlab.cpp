#include "app/stand_in/gitlab.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/stand_in/gitlab_api.hpp"
#include "net/url.hpp"

namespace diffgate::app::stand_in {
namespace {

using nlohmann::json;

}  // namespace

RefusedByGitLab::RefusedByGitLab(int status_, const json& body_) : status(status_), body(body_.dump()) {}

RefusedByGitLab not_found(const std::string& what) {
  return {404, {{"message", "404 " + what + " Not Found"}}};
}

std::int64_t gitlab_number(const std::string& text) {
  if (text.empty() || text.size() > 15 || text.find_first_not_of("0123456789") != text.npos) {
    throw RefusedByGitLab{400, {{"error", text + " is invalid"}}};
  }
  return std::stoll(text);
}

net::Response gitlab_response(int status, const json& body) {
  net::Response response;
  response.status = status;
  response.body = body.dump();
  response.headers.set("content-type", "application/json");
  return response;
}

net::Response GitLabStandIn::Api::answer(const net::ServerRequest& from) {
  Request request;
  request.method = from.method;
  request.path = std::string(from.path());
  request.parameters =
      net::parse_query(from.query()).value_or(std::vector<std::pair<std::string, std::string>>{});
  request.segments = segments_of(from.path());
  try {
    const std::string bearer = "Bearer " + state.options.token.expose();
    if (from.headers.get("private-token").value_or("") != state.options.token.expose() &&
        from.headers.get("authorization").value_or("") != bearer) {
      throw RefusedByGitLab{401, {{"message", "401 Unauthorized"}}};
    }
    if (request.segments.size() < 3 || request.segments[0] != "api" || request.segments[1] != "v4") {
      throw RefusedByGitLab{404, {{"error", "404 Not Found"}}};
    }
    request.segments.erase(request.segments.begin(), request.segments.begin() + 2);
    if (!from.body.empty()) {
      const bool is_form =
          from.headers.get("content-type").value_or("").starts_with("application/x-www-form");
      if (is_form) {
        for (auto& field : net::parse_query(from.body).value_or(decltype(request.parameters){})) {
          request.parameters.push_back(std::move(field));
        }
      } else {
        const json body = json::parse(from.body, nullptr, false);
        if (!body.is_object()) throw RefusedByGitLab{400, {{"error", "invalid JSON"}}};
        for (const auto& [key, value] : body.items()) {
          request.parameters.emplace_back(key, value.is_string() ? value.get<std::string>() : value.dump());
        }
      }
    }
    return route(request);
  } catch (const RefusedByGitLab& refused) {
    return gitlab_response(refused.status, json::parse(refused.body));
  }
}

net::Response GitLabStandIn::Api::route(const Request& request) {
  const auto& segments = request.segments;
  if (segments[0] == "user" && segments.size() == 1) {
    return gitlab_response(200, gitlab_account_json(state, std::string(gitlab_bot)));
  }
  if (segments[0] == "users" && segments.size() == 1) {
    const std::string name = request.parameter("username");
    return gitlab_response(200, name.empty() ? json::array() : json::array({gitlab_user_json(state, name)}));
  }
  if (segments[0] == "version") return gitlab_response(200, {{"version", "18.5.0"}, {"revision", "standin"}});
  if (segments[0] == "personal_access_tokens" && segments.size() == 2 && segments[1] == "self") {
    return gitlab_response(200, {{"id", 1},
                                 {"name", "diffgate"},
                                 {"scopes", {"api"}},
                                 {"active", true},
                                 {"expires_at", "2030-01-01"}});
  }
  if (segments[0] == "projects" && segments.size() >= 2) return project_route(request);
  throw RefusedByGitLab{404, {{"error", "404 Not Found"}}};
}

net::Response GitLabStandIn::Api::project_route(const Request& request) {
  const auto& segments = request.segments;
  const std::string& project = segments[1];
  // A fork's commit status is set in the fork; everything else of it is out of the bot's sight.
  const bool is_fork = project == std::to_string(gitlab_fork_id);
  if (project != state.options.project && project != std::to_string(gitlab_project_id) && !is_fork) {
    throw not_found("Project");
  }
  const std::vector<std::string> rest(segments.begin() + 2, segments.end());
  if (rest.empty()) return gitlab_response(200, gitlab_project_json(state));
  if (rest[0] == "statuses" && rest.size() == 2 && request.method == "POST")
    return set_status(request, rest[1]);
  if (is_fork && rest[0] != "pipelines") throw not_found("Project");
  if (rest[0] == "merge_requests") return merge_requests_route(request, {rest.begin() + 1, rest.end()});
  if (rest[0] == "repository") return repository_route(request, {rest.begin() + 1, rest.end()});
  if (rest[0] == "pipelines" && rest.size() == 1) {
    json items = json::array();
    const std::string sha = request.parameter("sha");
    for (auto each = state.pipelines.rbegin(); each != state.pipelines.rend(); ++each) {
      if (sha.empty() || each->sha == sha) items.push_back(pipeline_json(state, *each));
    }
    return page(request, items);
  }
  if (rest[0] == "members") {
    const bool has_all = rest.size() >= 2 && rest[1] == "all";
    const std::vector<std::string> who(rest.begin() + (has_all ? 2 : 1), rest.end());
    if (who.size() == 1) {
      const auto name = name_of(who[0]);
      if (!name || state.levels.at(*name) == 0) throw not_found("Member");
      return gitlab_response(200, member(*name));
    }
    json items = json::array();
    for (const auto& [name, level] : state.levels) {
      if (level > 0 && name.find(request.parameter("query")) != name.npos) items.push_back(member(name));
    }
    return page(request, items);
  }
  throw RefusedByGitLab{404, {{"error", "404 Not Found"}}};
}

json GitLabStandIn::Api::member(const std::string& name) const {
  json user = gitlab_user_json(state, name);
  user["access_level"] = state.levels.at(name);
  user["expires_at"] = nullptr;
  return user;
}

std::optional<std::string> GitLabStandIn::Api::name_of(const std::string& id) const {
  for (const auto& [name, level] : state.levels) {
    if (std::to_string(gitlab_user_id(name)) == id) return name;
  }
  return std::nullopt;
}

net::Response GitLabStandIn::Api::page(const Request& request, const json& items) const {
  auto number = [&](const char* name, std::size_t otherwise) {
    const std::string text = request.parameter(name);
    return text.empty() ? otherwise : static_cast<std::size_t>(gitlab_number(text));
  };
  const std::size_t per_page = std::clamp<std::size_t>(number("per_page", 20), 1, 100);
  const std::size_t current = std::max<std::size_t>(number("page", 1), 1);
  json part = json::array();
  for (std::size_t at = (current - 1) * per_page; at < std::min(items.size(), current * per_page); ++at) {
    part.push_back(items[at]);
  }
  net::Response response = gitlab_response(200, part);
  const bool has_next = current * per_page < items.size();
  response.headers.set("x-next-page", has_next ? std::to_string(current + 1) : "");
  if (has_next) {
    std::string next = state.url + request.path + "?";
    for (const auto& [key, value] : request.parameters) {
      if (key != "page") next += net::encode_path_segment(key) + "=" + net::encode_path_segment(value) + "&";
    }
    response.headers.set("link", "<" + next + "page=" + std::to_string(current + 1) + ">; rel=\"next\"");
  }
  return response;
}

const Commit& GitLabStandIn::Api::commit_at(const std::string& ref) const {
  auto branch = state.branches.find(ref);
  const Commit* commit = state.git.find(branch == state.branches.end() ? ref : branch->second);
  if (commit == nullptr) throw not_found("Commit");
  return *commit;
}

const StandInPullRequest& GitLabStandIn::Api::merge(const std::string& number) const {
  auto found = state.merges.find(static_cast<int>(gitlab_number(number)));
  if (found == state.merges.end()) throw not_found("Merge Request");
  return found->second;
}

GitLabStandIn::GitLabStandIn(asio::any_io_executor executor, GitLabStandInOptions options, TreeEdits files)
    : api_(std::make_unique<Api>(std::move(options))),
      wire_(std::move(executor),
            [api = api_.get()](const net::ServerRequest& request) { return api->answer(request); }) {
  api_->state.branches["main"] = api_->state.git.commit("", "Lay out the shop", files);
}

GitLabStandIn::~GitLabStandIn() = default;

void GitLabStandIn::start(std::uint16_t port) {
  wire_.start(port);
  api_->state.url = wire_.url();
}

Wire& GitLabStandIn::wire() { return wire_; }
Git& GitLabStandIn::git() { return api_->state.git; }
void GitLabStandIn::advertise(std::string url) { api_->state.url = std::move(url); }
GitLabState& GitLabStandIn::state() { return api_->state; }

std::string GitLabStandIn::commit(const std::string& branch, const std::string& message,
                                  const TreeEdits& edits) {
  std::string& tip = api_->state.branches[branch];
  tip = api_->state.git.commit(tip, message, edits);
  return tip;
}

void GitLabStandIn::set_access_level(const std::string& user, int level) { api_->state.levels[user] = level; }

std::int64_t GitLabStandIn::comment_as(int number, const std::string& user, const std::string& body) {
  api_->state.notes.push_back({api_->state.next_id++, number, user, body, 0});
  return api_->state.notes.back().id;
}

void GitLabStandIn::delete_comment(std::int64_t id) {
  std::erase_if(api_->state.notes, [&](const StandInComment& note) { return note.id == id; });
}

void GitLabStandIn::lag(int number, int reads) {
  const StandInPullRequest& now = api_->state.merges.at(number);
  api_->state.lags[number] = {now, now.updated_at.empty() ? api_->state.now() : now.updated_at, reads};
}

void GitLabStandIn::withhold_diff(int number, int reads) { api_->state.withheld_diffs[number] = reads; }

std::vector<std::string> GitLabStandIn::emoji_of(std::int64_t note) const {
  const auto found = api_->state.emoji.find(note);
  return found == api_->state.emoji.end() ? std::vector<std::string>() : found->second;
}

const std::map<std::int64_t, std::vector<std::string>>& GitLabStandIn::status_check_responses() const {
  return api_->state.status_check_responses;
}

const StandInPullRequest& GitLabStandIn::merge_request(int number) const {
  return api_->state.merges.at(number);
}
std::string GitLabStandIn::branch(const std::string& name) const { return api_->state.branches.at(name); }
const std::vector<StandInStatus>& GitLabStandIn::statuses() const { return api_->state.statuses; }
const std::vector<StandInPipeline>& GitLabStandIn::pipelines() const { return api_->state.pipelines; }

const StandInStatus* GitLabStandIn::status(const std::string& sha, const std::string& name) const {
  const auto& statuses = api_->state.statuses;
  for (auto each = statuses.rbegin(); each != statuses.rend(); ++each) {
    if (each->sha == sha && each->name == name) return &*each;
  }
  return nullptr;
}

std::vector<StandInComment> GitLabStandIn::comments(int number) const {
  std::vector<StandInComment> found;
  for (const StandInComment& note : api_->state.notes) {
    if (note.number == number) found.push_back(note);
  }
  return found;
}

}  // namespace diffgate::app::stand_in
