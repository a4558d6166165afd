#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/async.hpp"
#include "net/clock.hpp"
#include "net/http.hpp"
#include "net/secret.hpp"
#include "vcs/delivery.hpp"
#include "vcs/types.hpp"

namespace diffgate::vcs {

enum class CheckState { queued, in_progress, completed };
enum class Conclusion { success, failure, neutral, skipped, cancelled, timed_out, action_required };

struct Annotation {
  enum class Level { notice, warning, failure };
  std::string path;
  int line = 1;
  Level level = Level::warning;
  std::string title;
  std::string message;
};

// A button that a completed check offers; GitHub shows three at most and nobody else any.
struct CheckButton {
  CheckAction action = CheckAction::rerun;
  std::string label;        // 20 characters
  std::string description;  // 40 characters
};

// A check run (GitHub) or commit status (GitLab) as it should look. Texts are within the forge's limits when
// the renderer kept to `limits()`; a forge still cuts rather than fails.
struct Check {
  std::string name;  // one per project: "diffgate" or "diffgate / <project>"
  Sha head_sha;
  PullNumber pull_request;
  CheckState state = CheckState::queued;
  Conclusion conclusion = Conclusion::success;  // of a completed one
  std::string title;
  std::string summary;  // Markdown
  std::string text;     // Markdown, the longer part; GitHub only
  std::string details_url;
  std::string external_id;
  std::vector<Annotation> annotations;
  std::vector<CheckButton> buttons;
};

// What a person's comment is answered with at once, as a reaction: seen and being carried out, or not for
// them to say.
enum class Receipt { accepted, refused };

// What the forge called the thing we wrote; kept in the store to find it again. Opaque outside of vcs.
using CheckRef = Named<std::string, struct CheckRefTag>;
using CommentRef = Named<std::string, struct CommentRefTag>;

// Counted in bytes of UTF-8, which is never less than the forges' own count of characters.
struct Limits {
  std::size_t comment_characters = 65'536;
  std::size_t summary_characters = 65'535;  // 0: a check shows its title alone
};

// A webhook that the forge could not deliver, as it would have come.
struct MissedDelivery {
  DeliveryId id;
  std::string event;
  std::string body;
};

// One forge. Every call has a deadline, is retried within bounds, paced, and throws Error: remote_transient
// if it may work later, configuration if a permission is missing (named in the hint), remote_final otherwise.
class Forge {
 public:
  virtual ~Forge() = default;

  virtual ForgeKind kind() const = 0;
  virtual const std::string& name() const = 0;
  virtual Limits limits() const = 0;

  // The repository of that full name, for one that no event has told of yet.
  virtual Awaitable<Repo> find_repository(std::string full_name) = 0;

  virtual Awaitable<PullRequest> pull_request(Repo repo, PullNumber number) = 0;
  virtual Awaitable<ChangedFiles> changed_files(Repo repo, PullNumber number) = 0;

  // The file's bytes at that commit; nullopt if there is none. A transient error is not "no file".
  virtual Awaitable<std::optional<std::string>> file_at(Repo repo, std::string path, Sha sha) = 0;

  virtual Awaitable<std::string> commit_message(Repo repo, Sha sha) = 0;

  // Messages of the pull request's own commits along first parents, oldest first; at most the newest 250.
  virtual Awaitable<std::vector<std::string>> commit_messages(Repo repo, PullRequest pull) = 0;

  // The best common ancestor; nullopt if the two share none.
  virtual Awaitable<std::optional<Sha>> merge_base(Repo repo, Sha base, Sha head) = 0;

  // The branch's tip; nullopt if there is no such branch. A pull request's own base_sha may lag behind it.
  virtual Awaitable<std::optional<Sha>> branch_tip(Repo repo, std::string branch) = 0;

  // The open pull requests whose head this commit is, those of forks too.
  virtual Awaitable<std::vector<PullNumber>> pull_requests_of(Repo repo, Sha head) = 0;

  // What the forge failed to deliver since then and still knows of, oldest first; nothing on a forge that
  // keeps no log of it.
  virtual Awaitable<std::vector<MissedDelivery>> missed_deliveries(UtcTime since) = 0;

  // Every open pull request; used to catch up after downtime.
  virtual Awaitable<std::vector<PullRequest>> open_pull_requests(Repo repo) = 0;

  // Whether this user may push to the repository.
  virtual Awaitable<bool> can_write(Repo repo, std::string user) = 0;

  // Whether this is the user that we write as.
  virtual Awaitable<bool> is_own_user(std::string user) = 0;

  // Reacts to a person's comment on a pull request; one that is gone is none to react to.
  virtual Awaitable<void> react(Repo repo, PullNumber number, std::string comment_id, Receipt receipt) = 0;

  // Creates the check or updates the one that `known` names; returns what to pass next time. A completed
  // check is never reopened: a new one is made.
  virtual Awaitable<CheckRef> publish_check(Repo repo, std::optional<CheckRef> known, Check check) = 0;

  // Creates or edits the one comment that carries `marker` (a hidden HTML comment at its top). Only a comment
  // of the bot's own is taken for it; recreated if a person deleted it.
  virtual Awaitable<CommentRef> upsert_comment(Repo repo, PullNumber number, std::optional<CommentRef> known,
                                               std::string marker, std::string markdown) = 0;
};

struct GitHubOptions {
  std::string name = "github";
  std::string api_url = "https://api.github.com";
  std::string app_id;
  Secret private_key_pem;
  std::chrono::milliseconds timeout{15'000};
  std::chrono::milliseconds write_gap{1'000};  // GitHub docs, "Best practices": a second between writes
  // Told, in one line, what an operator should know though calls go on: clocks that differ. May be empty.
  std::function<void(const std::string&)> on_warning;
};

struct GitLabOptions {
  std::string name = "gitlab";
  std::string url = "https://gitlab.com";
  Secret token;
  bool external_status_checks = false;  // answer those that are named as our checks (Ultimate)
  std::chrono::milliseconds timeout{15'000};
  std::chrono::milliseconds write_gap{200};
};

std::unique_ptr<Forge> create_github_forge(const asio::any_io_executor& executor, net::HttpClient& client,
                                           Clock& clock, GitHubOptions options);
std::unique_ptr<Forge> create_gitlab_forge(const asio::any_io_executor& executor, net::HttpClient& client,
                                           Clock& clock, GitLabOptions options);

}  // namespace diffgate::vcs
