// Check runs, with GitHub's rules for them.

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "app/stand_in/github_api.hpp"

namespace diffgate::app::stand_in {
namespace {

using nlohmann::json;

// GitHub's limits (REST API description, "checks/create").
constexpr std::size_t max_summary = 65'535;
constexpr std::size_t max_annotations = 50;
constexpr std::size_t max_actions = 3;

}  // namespace

net::Response GitHubStandIn::Api::create_check(const Request& request) {
  const json body = body_of(request);
  StandInCheckRun check;
  check.name = text_at(body, "name");
  check.head_sha = text_at(body, "head_sha");
  if (check.name.empty() || check.head_sha.empty())
    throw Refused{422, "Invalid request.\n\n\"name\", \"head_sha\" weren't supplied."};
  if (state.git.find(check.head_sha) == nullptr)
    throw Refused{422, "No commit found for SHA: " + check.head_sha};
  check.id = state.next_id++;
  look_at(check, body, true);
  state.checks.push_back(check);
  return json_response(201, check_run_json(state, check));
}

net::Response GitHubStandIn::Api::update_check(StandInCheckRun& check, const Request& request) {
  const json body = body_of(request);
  if (body.contains("name")) check.name = text_at(body, "name");
  look_at(check, body, false);
  return json_response(200, check_run_json(state, check));
}

// Takes status, conclusion and output over, by GitHub's rules: a conclusion completes, completing needs a
// conclusion.
void GitHubStandIn::Api::look_at(StandInCheckRun& check, const json& body, bool is_new) {
  static constexpr std::array statuses = {"queued",  "in_progress", "completed",
                                          "waiting", "requested",   "pending"};
  static constexpr std::array conclusions = {"action_required", "cancelled", "failure",  "neutral",
                                             "success",         "skipped",   "timed_out"};
  StandInCheckRun::Look look;
  if (!is_new) look = check.now();
  if (body.contains("status")) look.status = text_at(body, "status");
  if (look.status.empty()) look.status = "queued";
  if (std::find(statuses.begin(), statuses.end(), look.status) == statuses.end()) {
    throw Refused{422, "Invalid request.\n\n" + look.status + " is not a status."};
  }
  if (body.contains("conclusion")) {
    look.conclusion = text_at(body, "conclusion");
    if (std::find(conclusions.begin(), conclusions.end(), look.conclusion) == conclusions.end()) {
      throw Refused{422, "Invalid request.\n\n" + look.conclusion + " is not a conclusion."};
    }
    look.status = "completed";
  } else if (look.status != "completed") {
    look.conclusion.clear();
  }
  if (look.status == "completed" && look.conclusion.empty()) {
    throw Refused{422,
                  "Invalid request.\n\nNo subschema in \"anyOf\" matched: \"conclusion\" wasn't supplied."};
  }
  if (auto output = body.find("output"); output != body.end()) {
    if (!output->contains("summary") || (is_new && !output->contains("title"))) {
      throw Refused{422, "Invalid request.\n\n\"title\", \"summary\" weren't supplied."};
    }
    look.title = output->contains("title") ? text_at(*output, "title") : look.title;
    look.summary = text_at(*output, "summary");
    look.text = output->contains("text") ? text_at(*output, "text") : look.text;
    if (characters(look.summary) > max_summary || characters(look.text) > max_summary) {
      throw Refused{422, "Invalid request.\n\nOnly 65535 characters are allowed."};
    }
    const json annotations = output->value("annotations", json::array());
    if (annotations.size() > max_annotations)
      throw Refused{422, "Invalid request.\n\nNo more than 50 items are allowed; " +
                             std::to_string(annotations.size()) + " were supplied."};
    for (const json& each : annotations) {
      for (const char* key : {"path", "start_line", "end_line", "annotation_level", "message"}) {
        if (!each.contains(key))
          throw Refused{422, std::string("Invalid request.\n\n\"") + key + "\" wasn't supplied."};
      }
    }
    for (const json& each : annotations) {
      check.annotations.push_back({text_at(each, "path"), each.value("start_line", std::int64_t(0)),
                                   text_at(each, "annotation_level"), text_at(each, "message")});
    }
  }
  if (auto actions = body.find("actions"); actions != body.end()) {
    if (actions->size() > max_actions)
      throw Refused{422, "Invalid request.\n\nNo more than 3 items are allowed."};
    check.buttons.clear();
    for (const json& action : *actions) {
      if (characters(text_at(action, "label")) > 20 || characters(text_at(action, "description")) > 40)
        throw Refused{422, "Invalid request.\n\nOnly 20 characters of a label and 40 of a description."};
      check.buttons.push_back(text_at(action, "identifier"));
    }
  }
  if (body.contains("details_url")) check.details_url = text_at(body, "details_url");
  if (body.contains("external_id")) check.external_id = text_at(body, "external_id");
  if (body.contains("started_at")) check.started_at = text_at(body, "started_at");
  if (check.started_at.empty()) check.started_at = state.now();
  check.completed_at = look.status != "completed"      ? ""
                       : body.contains("completed_at") ? text_at(body, "completed_at")
                                                       : state.now();
  check.looks.push_back(std::move(look));
}

}  // namespace diffgate::app::stand_in
