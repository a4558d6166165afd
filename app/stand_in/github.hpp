#pragma once

// A stand-in for GitHub: one repository with one installation of one App, its pull requests, check runs and
// comments, behind as much of the REST API as diffgate uses, with GitHub's rules. What people do there is a
// function that returns the webhook which GitHub would send for it.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/stand_in/git.hpp"
#include "app/stand_in/objects.hpp"
#include "app/stand_in/wire.hpp"
#include "net/async.hpp"
#include "net/clock.hpp"
#include "net/secret.hpp"

namespace diffgate::app::stand_in {

struct GitHubStandInOptions {
  std::string app_id = "4242";
  std::string app_public_key;  // PEM
  Secret webhook_secret;
  std::string repository = "acme/shop";
  std::size_t requests_an_hour = 5'000;  // the primary limit; a 304 is free
  std::map<std::string, std::string> permissions = {
      {"checks", "write"}, {"pull_requests", "write"}, {"contents", "read"},    {"metadata", "read"},
      {"issues", "read"},  {"actions", "read"},        {"merge_queues", "read"}};
  std::function<UtcTime()> now = [] { return std::chrono::system_clock::now(); };
};

struct StandInAnnotation {
  std::string path;
  std::int64_t line = 0;
  std::string level;
  std::string message;
};

struct StandInCheckRun {
  struct Look {  // what a reader of the page saw, one after the other
    std::string status;
    std::string conclusion;
    std::string title;
    std::string summary;
    std::string text;
  };
  std::int64_t id = 0;
  std::string name;
  std::string head_sha;
  std::string external_id;
  std::string details_url;
  std::string started_at;
  std::string completed_at;
  std::vector<StandInAnnotation> annotations;
  std::vector<std::string> buttons;  // identifiers of its actions
  std::vector<Look> looks;

  const Look& now() const { return looks.back(); }
};

struct GitHubState;

class GitHubStandIn {
 public:
  // The repository starts with one commit that holds `files`, on the branch main.
  GitHubStandIn(asio::any_io_executor executor, GitHubStandInOptions options, TreeEdits files);
  ~GitHubStandIn();

  // Listens on loopback; `port` 0: any free one.
  void start(std::uint16_t port = 0);

  Wire& wire();
  Git& git();
  // The API's URL as clients see it, if something stands in between.
  void advertise(std::string url);

  // What people and CI do.

  // A commit on a branch; its sha.
  std::string commit(const std::string& branch, const std::string& message, const TreeEdits& edits);
  Hook open(NewPullRequest request);
  // Another pull request for the same head commit, from a branch of that name.
  Hook open_beside(int number, const std::string& head_branch);
  Hook push(int number, const std::string& message, const TreeEdits& edits);
  Hook label(int number, const std::string& name);
  Hook unlabel(int number, const std::string& name);
  Hook retarget(int number, const std::string& base_branch);
  Hook close(int number, bool merged = false);
  Hook reopen(int number);
  Hook ready_for_review(int number);
  Hook convert_to_draft(int number);
  Hook push_to_branch(const std::string& branch, const std::string& message, const TreeEdits& edits);
  Hook rename_label(const std::string& from, const std::string& to);
  Hook delete_label(const std::string& name);
  // A button on the newest check of that name; `identifier` must be one of its own.
  Hook press(const std::string& head_sha, const std::string& identifier, const std::string& user);
  Hook rerequest_check(const std::string& head_sha, const std::string& user);
  Hook rerequest_suite(const std::string& head_sha, const std::string& user);
  // The pull request enters the merge queue, or leaves it again.
  Hook queue_to_merge(int number);
  Hook leave_queue(int number);
  Hook finish_workflow(const std::string& head_sha, const std::string& branch, bool is_success = true);
  Hook comment(int number, const std::string& user, const std::string& body);
  Hook rename_repository(const std::string& full_name);
  Hook rename_account(const std::string& login);  // the owner's
  Hook delete_repository();
  Hook suspend_installation();
  Hook unsuspend_installation();
  Hook remove_installation();
  Hook install_again();  // under another number
  // Notes in the log of deliveries how the webhook fared; a status that is no success, or 0, is a failure.
  void log_delivery(const Hook& hook, int status);
  Hook ping();
  // Any payload, signed as the others are.
  Hook sign(const std::string& event, std::string body);

  // admin, write, read or none; "write" for who was never named.
  void set_permission(const std::string& user, const std::string& permission);
  std::int64_t comment_as(int number, const std::string& user, const std::string& body);
  void delete_comment(std::int64_t id);
  // The next `reads` of the pull request show it as it is now, whatever happens to it: GitHub's API lags
  // behind its webhooks.
  void lag(int number, std::size_t reads);
  // So many requests are left until the hour is over.
  void limit_requests(std::size_t left);
  // Every installation token given out so far is from now on refused.
  void expire_tokens();

  // What they see.

  const StandInPullRequest& pull_request(int number) const;
  std::string branch(const std::string& name) const;  // its tip
  const std::vector<StandInCheckRun>& checks() const;
  // The newest run of that name on that commit, or null.
  const StandInCheckRun* check(const std::string& head_sha, const std::string& name) const;
  std::vector<StandInComment> comments(int number) const;
  std::vector<std::string> reactions_to(std::int64_t comment) const;  // "eyes" and the like

 private:
  class Api;
  GitHubState& state();

  std::unique_ptr<Api> api_;
  Wire wire_;
};

}  // namespace diffgate::app::stand_in
