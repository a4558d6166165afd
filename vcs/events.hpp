#pragma once

// What a forge told us, as one typed value; nothing behind it knows JSON.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

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
  // Paths that its commits touched, as far as the payload lists them: GitHub lists 2,048 commits, GitLab 20.
  std::vector<std::string> files;
};

// A label of the repository itself was edited or deleted.
struct LabelEvent {
  Repo repo;
  std::string name;        // the name before
  std::string renamed_to;  // empty if not renamed
  bool is_deleted = false;
  std::string default_branch;
};

// A comment newly written on a pull request. Edits are no events: whoever may edit another's comment could
// put words into their mouth.
struct CommentEvent {
  Repo repo;
  PullNumber pull_request;
  std::string comment_id;  // the forge's number of the comment, which a reaction goes to
  std::string author;      // login; what they may do is to be asked of the forge
  bool is_bot = false;     // as far as the payload says so
  std::string body;        // as written: Markdown, CRLF and all
};

struct CheckActionEvent {
  Repo repo;
  CheckAction action = CheckAction::rerun;
  Sha head_sha;
  std::string external_id;                // of the check; empty: every check of the commit
  std::vector<PullNumber> pull_requests;  // none for a fork's
  std::string actor;
};

// Pull requests on their way through a merge queue: a commit on a branch of the forge's own.
struct MergeGroupEvent {
  Repo repo;
  Sha head_sha;
  std::string base_branch;
  bool is_destroyed = false;  // merged or taken apart: nobody waits for a check any more
};

// A CI run of a commit has ended: what it built may be fetched now.
struct CiRunEvent {
  Repo repo;
  Sha head_sha;
  std::string branch;  // empty if the payload names none
  std::string name;    // of the workflow or pipeline
  bool is_success = false;
  // If the payload names one: GitLab's merged results are of a commit that is not the head.
  std::optional<PullNumber> pull_request = {};
};

// The App was installed, removed, suspended and so on, for an account or for some of its repositories.
enum class InstallationAction {
  created,
  deleted,
  suspended,
  unsuspended,
  permissions_accepted,
  changed,
  account_renamed
};

struct InstallationEvent {
  std::string forge;
  InstallationId installation;
  InstallationAction action = InstallationAction::created;
  std::string account;
  std::string former_account;  // of account_renamed
  std::vector<Repo> added;     // of created and changed; not all that there are
  std::vector<Repo> removed;
};

enum class RepositoryAction { renamed, transferred, deleted };

struct RepositoryEvent {
  Repo repo;  // under its name of now
  RepositoryAction action = RepositoryAction::renamed;
};

struct PingEvent {
  std::string hook;
};

// Genuine, but nothing for us to do.
struct IgnoredEvent {
  std::string reason;
};

using Event =
    std::variant<PullRequestEvent, PushEvent, LabelEvent, CommentEvent, CheckActionEvent, MergeGroupEvent,
                 CiRunEvent, InstallationEvent, RepositoryEvent, PingEvent, IgnoredEvent>;

// `event` is X-GitHub-Event; `body` a verified payload. Throws Error(caller) naming the JSON path that is
// missing or of another type. Unknown events and actions are IgnoredEvent.
Event parse_github_event(std::string_view forge, std::string_view event, std::string_view body);

// Project, group and system hooks alike: told apart by the body, not by X-Gitlab-Event.
Event parse_gitlab_event(std::string_view forge, std::string_view body);

}  // namespace diffgate::vcs
