#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "vcs/events.hpp"
#include "vcs/gitlab_payload.hpp"
#include "vcs/json.hpp"

// GitLab tells of most changes with one action, "update", and of each changed field under `changes`. System
// hooks leave much of it out, so everything that can be read again from the API is optional here.

namespace diffgate::vcs {
namespace {

// The `title`s of a list of labels.
std::vector<std::string> label_titles(const JsonView& owner, std::string_view key) {
  std::vector<std::string> titles;
  for (const JsonView& label : owner.elements(key)) titles.push_back(label.text("title"));
  return titles;
}

// The first of `some` that is not among `others`.
std::optional<std::string> first_beyond(const std::vector<std::string>& some,
                                        const std::vector<std::string>& others) {
  for (const std::string& text : some) {
    if (std::find(others.begin(), others.end(), text) == others.end()) return text;
  }
  return std::nullopt;
}

using Change = std::pair<PullRequestAction, std::string>;  // and the label

std::optional<Change> label_change(const JsonView& changes) {
  const auto labels = changes.optional_object("labels");
  if (!labels) return std::nullopt;
  const std::vector<std::string> before = label_titles(*labels, "previous");
  const std::vector<std::string> after = label_titles(*labels, "current");
  if (auto added = first_beyond(after, before)) return Change{PullRequestAction::labeled, *std::move(added)};
  if (auto removed = first_beyond(before, after))
    return Change{PullRequestAction::unlabeled, *std::move(removed)};
  return std::nullopt;
}

std::optional<Change> draft_change(const JsonView& changes) {
  for (const std::string_view key : {"draft", "work_in_progress"}) {
    const auto change = changes.optional_object(key);
    if (!change) continue;
    const bool is_draft = change->optional_boolean("current").value_or(false);
    return Change{is_draft ? PullRequestAction::converted_to_draft : PullRequestAction::ready_for_review, ""};
  }
  return std::nullopt;
}

// One update may change several things at once: the one that asks for most comes first.
std::optional<Change> update_of(const JsonView& attributes, const std::optional<JsonView>& changes,
                                bool base_changed) {
  if (attributes.optional_text("oldrev")) return Change{PullRequestAction::synchronize, ""};
  if (base_changed) return Change{PullRequestAction::edited, ""};
  if (!changes) return std::nullopt;
  if (auto labels = label_change(*changes)) return labels;
  return draft_change(*changes);
}

// nullopt: nothing that matters here.
std::optional<Change> action_of(const JsonView& attributes, const std::optional<JsonView>& changes,
                                bool base_changed) {
  const auto action = attributes.optional_text("action");
  if (!action) {
    // Older system hooks do not say what happened: have the merge request looked at again, which is harmless.
    const bool is_open = attributes.optional_text("state").value_or("opened") == "opened";
    return Change{is_open ? PullRequestAction::synchronize : PullRequestAction::closed, ""};
  }
  if (*action == "open") return Change{PullRequestAction::opened, ""};
  if (*action == "reopen") return Change{PullRequestAction::reopened, ""};
  if (*action == "close" || *action == "merge") return Change{PullRequestAction::closed, ""};
  if (*action == "update") return update_of(attributes, changes, base_changed);
  return std::nullopt;
}

PullRequest read_attributes(const JsonView& payload, const JsonView& attributes) {
  PullRequest pull;
  pull.number = PullNumber(attributes.integer("iid"));
  pull.title = attributes.optional_text("title").value_or("");
  pull.url = attributes.optional_text("url").value_or("");
  pull.is_open = attributes.optional_text("state").value_or("opened") == "opened";
  pull.is_draft = read_gitlab_draft(attributes);
  pull.base_branch = attributes.text("target_branch");
  pull.head_branch = attributes.text("source_branch");
  if (const auto commit = attributes.optional_object("last_commit")) pull.head_sha = commit->sha("id");
  pull.head_repo = RepoId(attributes.optional_integer("source_project_id").value_or(0));
  pull.is_fork = pull.head_repo != RepoId(attributes.integer("target_project_id"));
  pull.labels = label_titles(attributes, "labels");
  if (pull.labels.empty()) pull.labels = label_titles(payload, "labels");
  const auto updated_at = attributes.optional_text("updated_at");
  if (updated_at) pull.updated_at = parse_gitlab_time(*updated_at).value_or(UtcTime());
  return pull;
}

Repo read_repo(std::string_view forge, const JsonView& payload, std::int64_t id) {
  Repo repo;
  repo.forge = forge;
  repo.id = RepoId(id);
  repo.full_name = payload.object("project").text("path_with_namespace");
  return repo;
}

Event read_merge_request(std::string_view forge, const JsonView& payload) {
  const JsonView attributes = payload.object("object_attributes");
  const auto changes = payload.optional_object("changes");
  const bool base_changed = changes && changes->optional_object("target_branch");
  std::optional<Change> change = action_of(attributes, changes, base_changed);
  if (!change) {
    return IgnoredEvent{
        fmt::format("the merge request action '{:.60}' without a change of commits, target branch, "
                    "labels or draft state",
                    attributes.optional_text("action").value_or(""))};
  }
  PullRequestEvent event;
  event.repo = read_repo(forge, payload, attributes.integer("target_project_id"));
  event.action = change->first;
  event.label = std::move(change->second);
  event.base_changed = base_changed;
  event.pull_request = read_attributes(payload, attributes);
  if (const auto user = payload.optional_object("user"))
    event.actor = user->optional_text("username").value_or("");
  return event;
}

Event read_push(std::string_view forge, const JsonView& payload) {
  constexpr std::string_view branches = "refs/heads/";
  PushEvent event;
  event.repo = read_repo(forge, payload, payload.integer("project_id"));
  const std::string ref = payload.text("ref");
  if (ref.starts_with(branches)) event.branch = ref.substr(branches.size());
  event.after = payload.sha("after");
  for (const JsonView& commit : payload.elements("commits")) {
    for (const std::string_view list : {"added", "modified", "removed"}) {
      for (const JsonView& file : commit.elements(list)) event.files.push_back(file.as_text());
    }
  }
  return event;
}

// The user of a project's or group's access token: "project_14_bot_3f…", "group_9_bot_…" (GitLab docs,
// "Project access tokens").
bool is_token_user(std::string_view name) {
  for (const std::string_view prefix : {"project_", "group_"}) {
    if (!name.starts_with(prefix)) continue;
    name.remove_prefix(prefix.size());
    const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
    return digits > 0 && name.substr(digits).starts_with("_bot");
  }
  return false;
}

Event read_note(std::string_view forge, const JsonView& payload) {
  const JsonView note = payload.object("object_attributes");
  if (note.optional_text("noteable_type") != "MergeRequest")
    return IgnoredEvent{"a note that is not on a merge request"};
  if (note.optional_boolean("system").value_or(false)) return IgnoredEvent{"a note of GitLab's own"};
  // Older servers do not say which, and know no hook for an edit.
  if (note.optional_text("action").value_or("create") != "create")
    return IgnoredEvent{"an edited note is no command"};
  CommentEvent event;
  const JsonView merge_request = payload.object("merge_request");
  event.repo = read_repo(forge, payload, merge_request.integer("target_project_id"));
  event.pull_request = PullNumber(merge_request.integer("iid"));
  event.comment_id = std::to_string(note.integer("id"));
  event.author = payload.object("user").text("username");
  event.is_bot = is_token_user(event.author);
  event.body = note.optional_text("note").value_or("");
  return event;
}

Event read_pipeline(std::string_view forge, const JsonView& payload) {
  const JsonView pipeline = payload.object("object_attributes");
  const std::string status = pipeline.optional_text("status").value_or("");
  const bool has_ended =
      status == "success" || status == "failed" || status == "canceled" || status == "skipped";
  if (!has_ended) return IgnoredEvent{fmt::format("a pipeline that is '{:.30}'", status)};
  CiRunEvent event;
  event.repo = read_repo(forge, payload, payload.object("project").integer("id"));
  event.head_sha = pipeline.sha("sha");
  event.branch = pipeline.optional_text("ref").value_or("");
  event.name = "pipeline";
  event.is_success = status == "success";
  if (const auto merge_request = payload.optional_object("merge_request"))
    event.pull_request = PullNumber(merge_request->integer("iid"));
  return event;
}

}  // namespace

Event parse_gitlab_event(std::string_view forge, std::string_view body) {
  const JsonDocument payload(body, ErrorClass::caller, "GitLab payload");
  const JsonView root = payload.root();
  // System hooks name a push under event_name alone.
  auto kind = root.optional_text("object_kind");
  if (!kind) kind = root.optional_text("event_name");
  if (!kind) return IgnoredEvent{"neither object_kind nor event_name says what happened"};
  if (*kind == "merge_request") return read_merge_request(forge, root);
  if (*kind == "push") return read_push(forge, root);
  if (*kind == "note") return read_note(forge, root);
  if (*kind == "pipeline") return read_pipeline(forge, root);
  return IgnoredEvent{fmt::format("the event '{:.60}' is not used", *kind)};
}

}  // namespace diffgate::vcs
