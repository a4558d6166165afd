#pragma once

// Requests to answers: finds the route, checks the key, calls the handler. Which routes there are:
// routes.hpp.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "app/metrics.hpp"
#include "app/store/artifact_files.hpp"
#include "app/store/store.hpp"
#include "config/server_config.hpp"
#include "net/async.hpp"
#include "net/clock.hpp"
#include "net/http.hpp"

namespace diffgate::app {

class GitHubSetup;
struct Call;
class RunPages;

// What the routes tell the pipeline.
struct ServerEvents {
  std::function<void()> delivery_stored;
  std::function<void(const Artifact&)> artifact_stored;
  // Somebody agrees to the number of diffs; false if the run does not wait for that.
  std::function<Awaitable<bool>(RunId)> confirm_run;
  // As Pipeline's functions of these names.
  std::function<Awaitable<std::variant<Run, TriggerRefusal>>(ProjectId, vcs::PullNumber,
                                                             std::optional<vcs::Sha> head)>
      trigger;
  std::function<Awaitable<std::optional<RunId>>(ProjectId, vcs::PullNumber, std::vector<TablePair>)> submit;
  // The name of the dialect that the project's warehouse speaks.
  std::function<std::string(ProjectId)> engine_of;
  // As RequestedDiffs::add and cancel.
  std::function<Awaitable<RequestedDiff>(ProjectId, std::string order)> request_diff;
  std::function<Awaitable<std::optional<RequestedDiff>>(ModelDiffId)> cancel_diff;
  // What came of a request that a person could make in a comment as well: done or not, in words.
  struct Reply {
    bool is_done = false;
    std::string text;
  };
  std::function<Awaitable<Reply>(RunId, std::string actor)> cancel_run;
  // Of these models, by name or id, or of all that differ.
  std::function<Awaitable<Reply>(RunId, std::vector<std::string> models, std::string reason,
                                 std::string actor)>
      accept_results;
};

// Everything the routes use; all of it outlives the server.
struct ServerParts {
  const config::ServerConfig& config;
  Store& store;
  ArtifactFiles& files;
  Clock& clock;
  BlockingPool& pool;
  Metrics& metrics;
  Semaphore& parsers;  // uploads that are parsed at the same time
  ServerEvents events;
  GitHubSetup* github_setup = nullptr;  // while there was no App at the start
  std::shared_ptr<const RunPages> pages = nullptr;
  bool is_ready = false;  // before the start is over, and from the drain on, /readyz answers 503
};

class Server {
 public:
  explicit Server(ServerParts parts) : parts_(std::move(parts)) {}

  // What may be read of a request before `handle` sees it.
  net::BodyPolicy policy(std::string_view method, std::string_view path, const net::Headers& headers) const;

  Awaitable<net::ServerResponse> handle(net::ServerRequest request);

  void set_ready(bool is_ready) { parts_.is_ready = is_ready; }

 private:
  Awaitable<net::ServerResponse> answer(net::ServerRequest request);
  // The run or the data diff that the call's path names; false if there is none that its key knows of.
  Awaitable<bool> find_subject(Call& call, bool is_run);

  ServerParts parts_;
};

}  // namespace diffgate::app
