#pragma once

// What a forge told us, as one typed value; nothing behind it knows JSON.

#include <string>
#include <string_view>
#include <variant>

#include "vcs/types.hpp"

namespace diffgate::vcs {

// The actions of a pull request that can change what diffgate does. GitLab's merge requests map onto them.
enum class PullRequestAction {
  opened,
  synchronize,  // new commits
  reopened,
  labeled,
  unlabeled,
  edited,  // of interest when `base_changed`
  ready_for_review,
  converted_to_draft,
  closed,  // merged or not
};

struct PullRequestEvent {
  Repo repo;
  PullRequestAction action = PullRequestAction::opened;
  PullRequest pull_request;  // as the payload shows it; read again before anything is published
  std::string label;         // the label added or removed, of labeled and unlabeled
  bool base_changed = false;
  std::string actor;
};

struct PushEvent {
  Repo repo;
  std::string branch;  // empty for tags
  Sha after;           // all zeros when the branch was deleted
};

// A label of the repository itself was edited or deleted.
struct LabelEvent {
  Repo repo;
  std::string name;        // the name before
  std::string renamed_to;  // empty if not renamed
  bool is_deleted = false;
};

struct PingEvent {
  std::string hook;
};

// Genuine, but nothing for us to do.
struct IgnoredEvent {
  std::string reason;
};

using Event = std::variant<PullRequestEvent, PushEvent, LabelEvent, PingEvent, IgnoredEvent>;

// `event` is X-GitHub-Event; `body` a verified payload. Throws Error(caller) naming the JSON path that is
// missing or of another type. Unknown events and actions are IgnoredEvent.
Event parse_github_event(std::string_view forge, std::string_view event, std::string_view body);

// Project, group and system hooks alike: told apart by the body, not by X-Gitlab-Event.
Event parse_gitlab_event(std::string_view forge, std::string_view body);

}  // namespace diffgate::vcs
