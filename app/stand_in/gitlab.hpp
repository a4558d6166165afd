#pragma once

// A stand-in for GitLab: one project with its merge requests, pipelines, commit statuses and notes, behind as
// much of the REST API (v4) as diffgate uses, with GitLab's rules. What people do there is a function that
// returns the webhook which GitLab would send for it.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/stand_in/git.hpp"
#include "app/stand_in/objects.hpp"
#include "app/stand_in/wire.hpp"
#include "net/async.hpp"
#include "net/clock.hpp"
#include "net/secret.hpp"

namespace diffgate::app::stand_in {

struct GitLabStandInOptions {
  Secret token;          // the bot's
  Secret webhook_token;  // sent as X-Gitlab-Token, unless empty
  Secret signing_key;    // "whsec_…": sent as a signature, unless empty
  std::string project = "acme/shop";
  bool runs_pipelines = true;  // each merge request's head gets a pipeline of GitLab's own
  bool is_system_hook = false;
  // External status checks of the project by name, where the licence has them; their ids count from 71.
  std::vector<std::string> external_checks = {};
  std::function<UtcTime()> now = [] { return std::chrono::system_clock::now(); };
};

// A commit status and its life, in GitLab's words: pending, running, success, failed, canceled, skipped.
struct StandInStatus {
  struct Look {
    std::string state;
    std::string description;
  };
  std::int64_t id = 0;
  std::string sha;
  std::string name;
  std::string ref;
  std::string target_url;
  std::int64_t pipeline = 0;
  std::vector<Look> looks;

  const Look& now() const { return looks.back(); }
};

struct StandInPipeline {
  std::int64_t id = 0;
  std::string sha;
  std::string ref;
  std::string source;  // merge_request_event, or external: made by a status that named none
  int merge_request = 0;
};

struct GitLabState;

class GitLabStandIn {
 public:
  // The project starts with one commit that holds `files`, on the branch main.
  GitLabStandIn(asio::any_io_executor executor, GitLabStandInOptions options, TreeEdits files);
  ~GitLabStandIn();

  // Listens on loopback; `port` 0: any free one.
  void start(std::uint16_t port = 0);

  Wire& wire();
  Git& git();
  // The instance's URL as clients see it, if something stands in between.
  void advertise(std::string url);

  // --- what people and CI do
  // ---------------------------------------------------------------------------------
  std::string commit(const std::string& branch, const std::string& message, const TreeEdits& edits);
  Hook open(NewPullRequest request);
  Hook push(int number, const std::string& message, const TreeEdits& edits);
  Hook label(int number, const std::string& name);
  Hook unlabel(int number, const std::string& name);
  Hook retarget(int number, const std::string& target_branch);
  Hook close(int number, bool merged = false);
  Hook reopen(int number);
  Hook set_draft(int number, bool is_draft);
  Hook push_to_branch(const std::string& branch, const std::string& message, const TreeEdits& edits);
  // A note that a person writes, and its hook; `body` is what they wrote.
  Hook comment(int number, const std::string& user, const std::string& body);
  Hook edit_comment(std::int64_t id, const std::string& body);
  // Any payload, with GitLab's headers; `event` as in X-Gitlab-Event of a project hook.
  Hook sign(const std::string& event, std::string body);

  // GitLab's numbers: 10 guest to 50 owner, 0 none; 30 (developer) for who was never named.
  void set_access_level(const std::string& user, int level);
  std::int64_t comment_as(int number, const std::string& user, const std::string& body);
  void delete_comment(std::int64_t id);
  // The API shows the merge request as it is now for so many more reads, whatever happens to it: a replica
  // that lags behind.
  void lag(int number, int reads);
  // For so many reads of the merge request its diff is not made yet, as just after it was opened.
  void withhold_diff(int number, int reads);

  // --- what they see
  // -----------------------------------------------------------------------------------------
  const StandInPullRequest& merge_request(int number) const;
  std::string branch(const std::string& name) const;
  const std::vector<StandInStatus>& statuses() const;
  // The newest status of that name on that commit, or null.
  const StandInStatus* status(const std::string& sha, const std::string& name) const;
  const std::vector<StandInPipeline>& pipelines() const;
  std::vector<StandInComment> comments(int number) const;
  // Names of the award emoji on a note.
  std::vector<std::string> emoji_of(std::int64_t note) const;
  // Responses to external status checks, "passed" and the like, by the check's id.
  const std::map<std::int64_t, std::vector<std::string>>& status_check_responses() const;

 private:
  class Api;
  GitLabState& state();

  std::unique_ptr<Api> api_;
  Wire wire_;
};

}  // namespace diffgate::app::stand_in
