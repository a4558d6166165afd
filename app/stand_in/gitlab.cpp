#include "app/stand_in/gitlab.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/stand_in/gitlab_state.hpp"
#include "net/url.hpp"

namespace diffgate::app::stand_in {
namespace {

using nlohmann::json;

constexpr std::size_t max_status_text = 255;
constexpr std::size_t max_note = 1'000'000;

struct Refused {
  int status;
  json body;
};

Refused not_found(const std::string& what) { return {404, {{"message", "404 " + what + " Not Found"}}}; }

std::int64_t number_in(const std::string& text) {
  if (text.empty() || text.size() > 15 || text.find_first_not_of("0123456789") != text.npos) {
    throw Refused{400, {{"error", text + " is invalid"}}};
  }
  return std::stoll(text);
}

net::Response json_response(int status, const json& body) {
  net::Response response;
  response.status = status;
  response.body = body.dump();
  response.headers.set("content-type", "application/json");
  return response;
}

}  // namespace

class GitLabStandIn::Api {
 public:
  explicit Api(GitLabStandInOptions options) { state.options = std::move(options); }

  net::Response answer(const net::ServerRequest& request);

  GitLabState state;

 private:
  struct Request {
    std::string method;
    std::string path;
    std::vector<std::string> segments;                            // after /api/v4
    std::vector<std::pair<std::string, std::string>> parameters;  // of the query, then of the body

    std::string parameter(std::string_view name) const {
      for (const auto& [key, value] : parameters) {
        if (key == name) return value;
      }
      return {};
    }
    std::vector<std::string> all(std::string_view name) const {
      std::vector<std::string> values;
      for (const auto& [key, value] : parameters) {
        if (key == name) values.push_back(value);
      }
      return values;
    }
  };

  net::Response route(const Request& request);
  net::Response project_route(const Request& request);
  net::Response merge_requests_route(const Request& request, const std::vector<std::string>& rest);
  net::Response external_checks_route(const Request& request, const StandInPullRequest& found,
                                      const std::vector<std::string>& rest);
  net::Response notes_route(const Request& request, int number, const std::vector<std::string>& rest);
  net::Response repository_route(const Request& request, const std::vector<std::string>& rest);
  net::Response json_list_of_commits(const Request& request);
  net::Response set_status(const Request& request, const std::string& sha);
  std::int64_t pipeline_for(const Request& request, const std::string& sha, const std::string& ref);
  json member(const std::string& name) const;
  std::optional<std::string> name_of(const std::string& id) const;

  net::Response page(const Request& request, const json& items) const;
  const Commit& commit_at(const std::string& ref) const;
  const StandInPullRequest& merge(const std::string& number) const;
};

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
      throw Refused{401, {{"message", "401 Unauthorized"}}};
    }
    if (request.segments.size() < 3 || request.segments[0] != "api" || request.segments[1] != "v4") {
      throw Refused{404, {{"error", "404 Not Found"}}};
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
        if (!body.is_object()) throw Refused{400, {{"error", "invalid JSON"}}};
        for (const auto& [key, value] : body.items()) {
          request.parameters.emplace_back(key, value.is_string() ? value.get<std::string>() : value.dump());
        }
      }
    }
    return route(request);
  } catch (const Refused& refused) {
    return json_response(refused.status, refused.body);
  }
}

net::Response GitLabStandIn::Api::route(const Request& request) {
  const auto& segments = request.segments;
  if (segments[0] == "user" && segments.size() == 1) {
    return json_response(200, gitlab_user_json(state, std::string(gitlab_bot)));
  }
  if (segments[0] == "users" && segments.size() == 1) {
    const std::string name = request.parameter("username");
    return json_response(200, name.empty() ? json::array() : json::array({gitlab_user_json(state, name)}));
  }
  if (segments[0] == "version") return json_response(200, {{"version", "18.5.0"}, {"revision", "standin"}});
  if (segments[0] == "personal_access_tokens" && segments.size() == 2 && segments[1] == "self") {
    return json_response(200, {{"id", 1},
                               {"name", "diffgate"},
                               {"scopes", {"api"}},
                               {"active", true},
                               {"expires_at", "2030-01-01"}});
  }
  if (segments[0] == "projects" && segments.size() >= 2) return project_route(request);
  throw Refused{404, {{"error", "404 Not Found"}}};
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
  if (rest.empty()) return json_response(200, gitlab_project_json(state));
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
      return json_response(200, member(*name));
    }
    json items = json::array();
    for (const auto& [name, level] : state.levels) {
      if (level > 0 && name.find(request.parameter("query")) != name.npos) items.push_back(member(name));
    }
    return page(request, items);
  }
  throw Refused{404, {{"error", "404 Not Found"}}};
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

net::Response GitLabStandIn::Api::merge_requests_route(const Request& request,
                                                       const std::vector<std::string>& rest) {
  if (rest.empty()) {
    const std::string wanted = request.parameter("state").empty() ? "all" : request.parameter("state");
    json items = json::array();
    for (const auto& [number, each] : state.merges) {
      const json item = merge_request_json(state, each);
      if (wanted == "all" || item["state"] == wanted) items.push_back(item);
    }
    return page(request, items);
  }
  const StandInPullRequest& found = merge(rest[0]);
  if (rest.size() == 1) return json_response(200, shown_merge_request_json(state, found));
  if (rest[1] == "status_checks" || rest[1] == "status_check_responses")
    return external_checks_route(request, found, rest);
  if (rest[1] == "notes") return notes_route(request, found.number, {rest.begin() + 2, rest.end()});
  if (rest[1] == "diffs" && rest.size() == 2) {
    const std::string& target = state.branches.at(found.base_branch);
    const std::string from = state.git.merge_base(target, found.head_sha).value_or(target);
    json items = json::array();
    for (const FileChange& change : state.git.changes(from, found.head_sha))
      items.push_back(gitlab_diff_json(change));
    return page(request, items);
  }
  if (rest[1] == "pipelines" && rest.size() == 2) {
    json items = json::array();
    for (auto each = state.pipelines.rbegin(); each != state.pipelines.rend(); ++each) {
      if (each->merge_request == found.number) items.push_back(pipeline_json(state, *each));
    }
    return page(request, items);
  }
  throw Refused{404, {{"error", "404 Not Found"}}};
}

net::Response GitLabStandIn::Api::external_checks_route(const Request& request,
                                                        const StandInPullRequest& found,
                                                        const std::vector<std::string>& rest) {
  // Where the licence does not have them, GitLab knows no such address.
  if (state.options.external_checks.empty()) throw Refused{404, {{"error", "404 Not Found"}}};
  if (rest[1] == "status_checks" && request.method == "GET") {
    json items = json::array();
    std::int64_t id = gitlab_first_external_check;
    for (const std::string& name : state.options.external_checks) {
      const auto known = state.status_check_responses.find(id);
      const bool is_answered = known != state.status_check_responses.end();
      items.push_back({{"id", id},
                       {"name", name},
                       {"external_url", "https://example.com"},
                       {"status", is_answered ? known->second.back() : "pending"}});
      ++id;
    }
    return page(request, items);
  }
  if (request.method != "POST") throw Refused{404, {{"error", "404 Not Found"}}};
  const std::string status = request.parameter("status");
  if (status != "pending" && status != "passed" && status != "failed")
    throw Refused{400, {{"error", "status does not have a valid value"}}};
  if (request.parameter("sha") != found.head_sha)
    throw Refused{409, {{"message", "409 (\"sha\" does not match the HEAD of the merge request)"}}};
  const std::int64_t id = number_in(request.parameter("external_status_check_id"));
  const std::int64_t last =
      gitlab_first_external_check + static_cast<std::int64_t>(state.options.external_checks.size());
  if (id < gitlab_first_external_check || id >= last) throw not_found("External Status Check");
  state.status_check_responses[id].push_back(status);
  return json_response(201, {{"id", state.next_id++}, {"status", status}});
}

net::Response GitLabStandIn::Api::notes_route(const Request& request, int number,
                                              const std::vector<std::string>& rest) {
  auto text = [&] {
    std::string body = request.parameter("body");
    if (body.empty()) throw Refused{400, {{"error", "body is missing"}}};
    if (body.size() > max_note)
      throw Refused{400, {{"message", {{"note", {"is too long (maximum is 1000000 characters)"}}}}}};
    return body;
  };
  if (rest.size() == 2 && rest[1] == "award_emoji" && request.method == "POST") {
    const std::int64_t id = number_in(rest[0]);
    const bool is_there =
        std::any_of(state.notes.begin(), state.notes.end(),
                    [&](const StandInComment& note) { return note.id == id && note.number == number; });
    if (!is_there) throw not_found("Note");
    std::vector<std::string>& names = state.emoji[id];
    const std::string name = request.parameter("name");
    if (std::find(names.begin(), names.end(), name) != names.end())
      throw not_found("Award Emoji Name has already been taken");
    names.push_back(name);
    return json_response(201, {{"id", state.next_id++},
                               {"name", name},
                               {"user", gitlab_user_json(state, std::string(gitlab_bot))},
                               {"awardable_id", id},
                               {"awardable_type", "Note"}});
  }
  if (rest.size() == 1) {
    const std::int64_t id = number_in(rest[0]);
    for (StandInComment& note : state.notes) {
      if (note.id != id || note.number != number) continue;
      if (request.method == "PUT") {
        if (note.author != gitlab_bot) throw Refused{403, {{"message", "403 Forbidden"}}};
        note.body = text();
        ++note.edits;
      }
      return json_response(200, note_json(state, note));
    }
    throw not_found("Note");
  }
  if (request.method == "POST") {
    state.notes.push_back({state.next_id++, number, std::string(gitlab_bot), text(), 0});
    return json_response(201, note_json(state, state.notes.back()));
  }
  json items = json::array();
  for (const StandInComment& note : state.notes) {
    if (note.number == number) items.push_back(note_json(state, note));
  }
  // GitLab lists the newest first unless asked otherwise.
  if (request.parameter("sort") != "asc") std::reverse(items.begin(), items.end());
  return page(request, items);
}

net::Response GitLabStandIn::Api::repository_route(const Request& request,
                                                   const std::vector<std::string>& rest) {
  if (rest.size() >= 2 && rest[0] == "files") {
    const bool is_raw = rest.size() == 3 && rest[2] == "raw";
    if (!is_raw) throw Refused{404, {{"error", "404 Not Found"}}};
    const Commit& commit = commit_at(request.parameter("ref").empty() ? "main" : request.parameter("ref"));
    auto file = commit.tree.find(rest[1]);
    if (file == commit.tree.end()) throw not_found("File");
    net::Response raw;
    raw.status = 200;
    raw.body = file->second;
    raw.headers.set("content-type", "text/plain");
    return raw;
  }
  if (rest.size() == 1 && rest[0] == "commits") return json_list_of_commits(request);
  if (rest.size() == 2 && rest[0] == "commits")
    return json_response(200, gitlab_commit_json(state, commit_at(rest[1])));
  if (rest.size() == 3 && rest[0] == "commits" && rest[2] == "statuses") {
    json items = json::array();
    for (const StandInStatus& status : state.statuses) {
      if (status.sha == rest[1]) items.push_back(status_json(state, status));
    }
    return page(request, items);
  }
  if (rest.size() == 2 && rest[0] == "branches") {
    if (!state.branches.contains(rest[1])) throw not_found("Branch");
    return json_response(200, {{"name", rest[1]},
                               {"commit", gitlab_commit_json(state, commit_at(rest[1]))},
                               {"merged", false},
                               {"protected", false},
                               {"default", rest[1] == "main"}});
  }
  if (rest.size() == 1 && rest[0] == "merge_base") {
    const std::vector<std::string> refs = request.all("refs[]");
    if (refs.size() < 2) throw Refused{400, {{"message", "400 Bad request - Provide at least 2 refs"}}};
    const auto common = state.git.merge_base(commit_at(refs[0]).sha, commit_at(refs[1]).sha);
    if (!common) throw not_found("Merge Base");
    return json_response(200, gitlab_commit_json(state, *state.git.find(*common)));
  }
  throw Refused{404, {{"error", "404 Not Found"}}};
}

// A range "a..b" along first parents, the newest first, as diffgate asks for it.
net::Response GitLabStandIn::Api::json_list_of_commits(const Request& request) {
  const std::string range = request.parameter("ref_name");
  const std::size_t dots = range.find("..");
  if (dots == range.npos) throw Refused{400, {{"error", "the stand-in lists ranges only"}}};
  const std::string from = commit_at(range.substr(0, dots)).sha;
  json items = json::array();
  const Commit* commit = &commit_at(range.substr(dots + 2));
  const std::optional<std::string> common = state.git.merge_base(from, commit->sha);
  while (commit != nullptr && commit->sha != common) {
    items.push_back(gitlab_commit_json(state, *commit));
    commit = commit->parents.empty() ? nullptr : state.git.find(commit->parents.front());
  }
  return page(request, items);
}

// --- commit statuses
// -----------------------------------------------------------------------------------------

std::int64_t GitLabStandIn::Api::pipeline_for(const Request& request, const std::string& sha,
                                              const std::string& ref) {
  const std::string named = request.parameter("pipeline_id");
  if (!named.empty()) {
    for (const StandInPipeline& pipeline : state.pipelines) {
      if (std::to_string(pipeline.id) == named && pipeline.sha == sha) return pipeline.id;
    }
    throw not_found("Pipeline");
  }
  for (auto each = state.pipelines.rbegin(); each != state.pipelines.rend(); ++each) {
    if (each->sha == sha && (ref.empty() || each->ref == ref)) return each->id;
  }
  // Whoever names none gets one of its own, which people then see twice.
  state.pipelines.push_back({state.next_id++, sha, ref, "external", 0});
  return state.pipelines.back().id;
}

net::Response GitLabStandIn::Api::set_status(const Request& request, const std::string& sha) {
  static constexpr std::array states = {"pending", "running", "success", "failed", "canceled", "skipped"};
  const std::string wanted = request.parameter("state");
  if (std::find(states.begin(), states.end(), wanted) == states.end()) {
    throw Refused{400, {{"error", "state does not have a valid value"}}};
  }
  if (state.git.find(sha) == nullptr) throw not_found("Commit");
  const std::string description = request.parameter("description");
  std::string name = request.parameter("name");
  if (name.empty()) name = request.parameter("context");
  if (name.empty()) name = "default";
  for (const std::string& text : {description, name, request.parameter("target_url")}) {
    if (text.size() > max_status_text)
      throw Refused{400, {{"message", {{"description", {"is too long (maximum is 255 characters)"}}}}}};
  }
  const std::string ref = request.parameter("ref");
  const std::int64_t pipeline = pipeline_for(request, sha, ref);
  // An ended status is never taken up again: the next one of its name is new (GitLab,
  // CreateCommitStatusService).
  auto status = std::find_if(state.statuses.begin(), state.statuses.end(), [&](const StandInStatus& each) {
    return each.pipeline == pipeline && each.sha == sha && each.name == name &&
           (each.now().state == "pending" || each.now().state == "running");
  });
  if (status == state.statuses.end()) {
    state.statuses.push_back({state.next_id++, sha, name, ref, "", pipeline, {}});
    status = std::prev(state.statuses.end());
  } else if (status->now().state == wanted) {
    const std::string event = wanted == "pending" ? "enqueue" : "run";
    throw Refused{400,
                  {{"message", "Cannot transition status via :" + event + " from :" + wanted +
                                   " (Reason(s): Status cannot transition via \"" + event + "\")"}}};
  } else if (wanted == "pending") {
    throw Refused{400,
                  {{"message",
                    "Cannot transition status via :enqueue from :running (Reason(s): Status cannot "
                    "transition via \"enqueue\")"}}};
  }
  status->target_url = request.parameter("target_url");
  status->looks.push_back({wanted, description});
  return json_response(201, status_json(state, *status));
}

// --- small things
// --------------------------------------------------------------------------------------------

net::Response GitLabStandIn::Api::page(const Request& request, const json& items) const {
  auto number = [&](const char* name, std::size_t otherwise) {
    const std::string text = request.parameter(name);
    return text.empty() ? otherwise : static_cast<std::size_t>(number_in(text));
  };
  const std::size_t per_page = std::clamp<std::size_t>(number("per_page", 20), 1, 100);
  const std::size_t current = std::max<std::size_t>(number("page", 1), 1);
  json part = json::array();
  for (std::size_t at = (current - 1) * per_page; at < std::min(items.size(), current * per_page); ++at) {
    part.push_back(items[at]);
  }
  net::Response response = json_response(200, part);
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
  auto found = state.merges.find(static_cast<int>(number_in(number)));
  if (found == state.merges.end()) throw not_found("Merge Request");
  return found->second;
}

// --- the stand-in itself
// -------------------------------------------------------------------------------------

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
