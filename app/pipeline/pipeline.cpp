#include "app/pipeline/pipeline.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

#include "app/log.hpp"
#include "app/pipeline/build_texts.hpp"
#include "app/pipeline/reuse.hpp"
#include "app/server/keys.hpp"
#include "diff/dialect.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr seconds kTick{15};  // how often waiting runs look at their deadline
constexpr hours kPruneEvery{24};
constexpr std::chrono::minutes kReadLogEvery{10};
constexpr std::chrono::minutes kLogOverlap{20};  // longer than a delivery takes to be given up
constexpr hours kForgeKeepsLog{24 * 3};          // github.com (GitHub docs, "Viewing webhook deliveries")
constexpr hours kKeepDeliveries{
    24 * 14};  // GitHub redelivers for 3 days, GHES for 7 (GitHub docs, "Viewing webhook deliveries")
constexpr seconds kTriggerWait{20};  // from a call to its run, which takes a few calls of the forge's API
constexpr hours kKeepArtifacts{24 * 90};
constexpr hours kKeepRequestedDiffs{24 * 90};
constexpr std::size_t kKeepLatestArtifacts = 20;  // of each project and run type, however old

void log_escaped(const std::string& name, const std::exception_ptr& error) {
  log(LogLevel::error, "task failed", {{"task", name}, {"reason", error_line(error)}});
}

}  // namespace

Pipeline::Pipeline(Services services)
    : services_(std::move(services)),
      changed_(services_.executor),
      board_(services_,
             [this] {
               services_.metrics.set("diffgate_runs_active", {}, static_cast<double>(board_.size()));
               changed_.ring();
             }),
      evaluation_(services_, board_),
      intake_(services_, board_, evaluation_, [this] { changed_.ring(); }),
      requested_diffs_(services_, [this] { changed_.ring(); }),
      tasks_(services_.executor, log_escaped) {}

Pipeline::~Pipeline() = default;

Awaitable<void> Pipeline::start(bool catch_up) {
  services_.metrics.set("diffgate_runs_active", {}, 0);
  for (const StoppedInstallation& stopped : co_await services_.store.stopped_installations())
    services_.stopped_installations.insert(stopped);
  const std::vector<Run> unpublished = co_await services_.store.unpublished_runs();
  for (const Run& run : unpublished) board_.publish(run);
  const std::vector<Run> unfinished = co_await services_.store.unfinished_runs();
  for (const Run& run : unfinished) {
    const config::ProjectConfig* project = find_project(services_.config, run.key.project);
    if (project == nullptr || project->forge != run.key.forge) {
      co_await board_.cancel(run, "project_removed",
                             "the project is no longer in the server's configuration");
      continue;
    }
    intake_.look_at(run.repository, run.key.pull);
  }
  if (!unfinished.empty() || !unpublished.empty()) {
    log(LogLevel::info, "taking up what was left unfinished",
        {{"runs", std::to_string(unfinished.size())}, {"outcomes", std::to_string(unpublished.size())}});
  }
  co_await requested_diffs_.start();
  intake_.start();
  tasks_.spawn("keep time", keep_time());
  if (catch_up) {
    ++extra_;
    tasks_.spawn("catch up", catch_up_on_downtime());
  }
}

Awaitable<void> Pipeline::keep_time() {
  UtcTime pruned = services_.clock.now();
  UtcTime log_read = pruned;
  for (;;) {
    co_await services_.clock.sleep_for(kTick);
    board_.look_again();
    for (const auto& [name, warehouse] : services_.warehouses) warehouse->close_idle();
    if (services_.clock.now() - log_read >= kReadLogEvery) {
      log_read = services_.clock.now();
      tasks_.spawn("read the logs of deliveries", read_logs_of_deliveries());
    }
    if (services_.clock.now() - pruned < kPruneEvery) continue;
    pruned = services_.clock.now();
    co_await prune();
  }
}

Awaitable<void> Pipeline::prune() {
  const UtcTime now = services_.clock.now();
  co_await services_.store.prune_deliveries(now - kKeepDeliveries);
  co_await services_.store.prune_measurements(now - kReuseLimit);
  co_await services_.store.prune_requested_diffs(now - kKeepRequestedDiffs);
  if (services_.pages) {
    auto drop = [pages = services_.pages, before = now - kKeepArtifacts] { pages->prune(before); };
    co_await run_blocking(services_.pool, std::move(drop));
  }
  const std::vector<std::string> unused =
      co_await services_.store.prune_artifacts(now - kKeepArtifacts, kKeepLatestArtifacts);
  for (const std::string& hash : unused) {
    const bool is_used = co_await services_.store.is_content_used(hash);
    if (!is_used) services_.files.remove(hash);
  }
}

// A delivery may also fail while we are here: on its way, or because we were too slow.
Awaitable<void> Pipeline::read_logs_of_deliveries() {
  const UtcTime since = services_.clock.now() - kReadLogEvery - kLogOverlap;
  for (const auto& [name, forge] : services_.forges) co_await take_missed_deliveries(name, since);
}

// The log of deliveries also has what no pull request shows: a merge queue's question, a pressed button.
Awaitable<void> Pipeline::catch_up_on_downtime() {
  for (const auto& [name, forge] : services_.forges) co_await take_missed_deliveries(name, std::nullopt);
  co_await scan_open_pulls();
  --extra_;
  changed_.ring();
}

// Without `since`, from the last one that came: before the first nothing can have been missed.
Awaitable<void> Pipeline::take_missed_deliveries(std::string forge, std::optional<UtcTime> since) {
  std::optional<Error> failure;
  std::size_t missed = 0;
  try {
    if (!since) {
      const std::optional<UtcTime> last = co_await services_.store.last_delivery_at(forge);
      if (!last) co_return;
      since = std::max(*last, services_.clock.now() - kForgeKeepsLog) - kLogOverlap;
    }
    std::vector<vcs::MissedDelivery> deliveries = co_await services_.forge(forge).missed_deliveries(*since);
    for (vcs::MissedDelivery& delivery : deliveries) {
      NewDelivery stored;
      stored.forge = forge;
      stored.id = std::move(delivery.id);
      stored.event = std::move(delivery.event);
      stored.body = std::move(delivery.body);
      stored.received_at = services_.clock.now();
      const bool is_new = co_await services_.store.add_delivery(std::move(stored));
      if (is_new) ++missed;
    }
  } catch (const Error& error) {
    failure = error;
  }
  if (failure) {
    log(LogLevel::warning, "the forge's log of deliveries was not read",
        {{"forge", forge}, {"reason", failure->what()}});
  }
  if (missed == 0) co_return;
  log(LogLevel::warning, "deliveries were missed",
      {{"forge", forge}, {"deliveries", std::to_string(missed)}});
  services_.metrics.add("diffgate_deliveries_missed_total", {{"forge", forge}}, static_cast<double>(missed));
  intake_.delivery_stored();
}

Awaitable<void> Pipeline::scan_open_pulls() {
  for (const config::ProjectConfig& project : services_.config.projects) {
    std::optional<Error> failure;
    try {
      co_await scan_project(project);
    } catch (const Error& error) {
      failure = error;
    }
    if (failure) {
      log(LogLevel::warning, "open pull requests not scanned",
          {{"repository", project.repository}, {"reason", failure->what()}});
    }
  }
}

Awaitable<void> Pipeline::scan_project(const config::ProjectConfig& project) {
  // Before its first event nothing can have been missed.
  const std::optional<vcs::Repo> repo = co_await services_.store.repository_of_project(ProjectId(project.id));
  if (!repo || repo->forge != project.forge || services_.is_stopped(*repo)) co_return;
  vcs::Forge& forge = services_.forge(project.forge);
  std::vector<vcs::PullRequest> pulls = co_await forge.open_pull_requests(*repo);
  std::map<std::string, vcs::Sha> tips;  // of base branches; empty for one that is gone
  std::size_t missed = 0;
  for (vcs::PullRequest& pull : pulls) {
    // GitLab's list leaves it out.
    if (pull.base_sha == vcs::Sha()) {
      auto tip = tips.find(pull.base_branch);
      if (tip == tips.end()) {
        const std::optional<vcs::Sha> found = co_await forge.branch_tip(*repo, pull.base_branch);
        tip = tips.emplace(pull.base_branch, found.value_or(vcs::Sha())).first;
      }
      pull.base_sha = tip->second;
    }
    const bool is_known = co_await evaluation_.is_known(*repo, pull);
    if (is_known) continue;
    ++missed;
    intake_.look_at(*repo, pull.number);
  }
  log(LogLevel::info, "open pull requests scanned",
      {{"repository", repo->full_name},
       {"open", std::to_string(pulls.size())},
       {"new", std::to_string(missed)}});
}

void Pipeline::artifact_stored(const Artifact& artifact) {
  board_.look_again();
  if (artifact.kind != ArtifactKind::manifest || artifact.type != RunType::pull_request) return;
  ++extra_;
  tasks_.spawn("retry head", retry_head(artifact.project, artifact.sha));
}

// An upload that comes after its run gave up starts the run again.
Awaitable<void> Pipeline::retry_head(ProjectId project, vcs::Sha sha) {
  std::exception_ptr failure;
  try {
    const std::vector<Run> runs = co_await services_.store.runs_of_head(project, sha);
    for (const Run& run : runs) {
      const bool gave_up = run.state == RunState::failed && waits_for_a_build(run.reason_code);
      if (gave_up) intake_.look_at(run.repository, run.key.pull, true);
    }
  } catch (...) {
    failure = std::current_exception();  // rethrown once the count is right
  }
  --extra_;
  changed_.ring();
  if (failure) std::rethrow_exception(failure);
}

Awaitable<bool> Pipeline::confirm_run(RunId id) {
  const std::optional<Run> run = co_await services_.store.run(id);
  if (!run || run->state != RunState::needs_confirmation) co_return false;
  const std::optional<Run> restarted = co_await board_.restart(*run, Restart::confirm);
  if (!restarted) co_return false;
  intake_.look_at(restarted->repository, restarted->key.pull);
  co_return true;
}

Awaitable<std::optional<Answer>> Pipeline::request(RunId id, Request request) {
  const std::optional<Run> run = co_await services_.store.run(id);
  if (!run) co_return std::nullopt;
  Answer answer = co_await evaluation_.requests().carry_out(*run, std::move(request));
  if (answer.is_done) intake_.look_at(run->repository, run->key.pull);
  co_return answer;
}

Awaitable<Run> Pipeline::run_of_head(ProjectId project, vcs::PullNumber number, vcs::Sha head) {
  for (;;) {
    const std::uint64_t seen = changed_.rings();
    const std::vector<Run> runs = co_await services_.store.runs_of_head(project, head);
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
      if (run->key.pull == number) co_return *run;
    }
    co_await changed_.wait_after(seen);
  }
}

// The project's repository, also of one that no event has told of.
Awaitable<vcs::Repo> Pipeline::repository_of(const config::ProjectConfig* project) {
  const ProjectId id(project->id);
  std::optional<vcs::Repo> known = co_await services_.store.repository_of_project(id);
  if (known && known->forge == project->forge) co_return std::move(*known);
  vcs::Repo found = co_await services_.forge(project->forge).find_repository(project->repository);
  co_await services_.store.remember_repository(id, found);
  co_return found;
}

Awaitable<std::variant<Run, TriggerRefusal>> Pipeline::trigger(ProjectId project, vcs::PullNumber number,
                                                               std::optional<vcs::Sha> head) {
  using Why = TriggerRefusal::Why;
  const config::ProjectConfig* config = find_project(services_.config, project);
  if (config == nullptr) co_return TriggerRefusal{Why::no_such_pull_request, "there is no such project"};
  const std::string name = fmt::format("pull request {}", number.value());
  const vcs::Repo repo = co_await repository_of(config);
  std::optional<vcs::PullRequest> pull;
  std::string refused;
  try {
    pull = co_await services_.forge(repo.forge).pull_request(repo, number);
  } catch (const Error& error) {
    if (error.error_class() == ErrorClass::remote_transient) throw;
    refused = error.what();
  }
  if (!pull) co_return TriggerRefusal{Why::no_such_pull_request, name + ": " + refused};
  if (!pull->is_open) co_return TriggerRefusal{Why::not_open, name + " is not open"};
  if (head && *head != pull->head_sha) {
    co_return TriggerRefusal{
        Why::other_head,
        fmt::format(
            "the head of {} is {}, not {}: give the head commit, not the merge commit that CI checks out",
            name, pull->head_sha.value(), head->value())};
  }
  // Whoever calls wants a run: a label that is not on must not turn that down.
  const PullKey key{repo.forge, repo.id, number};
  co_await services_.store.add_wish(project, key, Wish{WishKind::run, pull->head_sha.value(), "an API key"});
  intake_.look_at(repo, number);
  co_return co_await with_timeout(kTriggerWait, name, run_of_head(project, number, pull->head_sha));
}

Awaitable<std::optional<RunId>> Pipeline::submit(ProjectId project, vcs::PullNumber number,
                                                 std::vector<TablePair> tables) {
  RunFilter filter;
  filter.projects = {project};
  filter.pull = number;
  filter.limit = 1;
  const std::vector<Run> newest = co_await services_.store.list_runs(std::move(filter));
  if (newest.empty()) co_return std::nullopt;
  const Run& run = newest.front();
  if (run.state == RunState::waiting || run.state == RunState::queued) {
    const bool is_in_time = co_await services_.store.put_tables(run.id, std::move(tables));
    if (!is_in_time) co_return std::nullopt;
    board_.look_again();
    co_return run.id;
  }
  const std::vector<TablePair> earlier = co_await services_.store.tables(run.id);
  const bool gave_up = run.state == RunState::failed && run.reason_code == "artifacts_missing";
  const bool may_be_repeated = gave_up || (!earlier.empty() && is_final(run.state));
  if (!may_be_repeated) co_return std::nullopt;
  co_await services_.store.put_tables(run.id, std::move(tables));
  const std::optional<Run> restarted = co_await board_.restart(run, Restart::keep_results);
  if (!restarted) co_return std::nullopt;
  intake_.look_at(restarted->repository, restarted->key.pull);
  co_return restarted->id;
}

std::string Pipeline::engine_of(ProjectId project) const {
  const config::ProjectConfig* config = find_project(services_.config, project);
  if (config == nullptr) return {};
  return std::string(services_.warehouse(config->warehouse).dialect().name);
}

Awaitable<void> Pipeline::settle() {
  for (;;) {
    const std::uint64_t seen = changed_.rings();
    if (extra_ == 0 && intake_.is_idle() && board_.busy() == 0 && requested_diffs_.is_idle()) co_return;
    co_await changed_.wait_after(seen);
  }
}

Awaitable<void> Pipeline::stop(std::chrono::milliseconds grace) {
  tasks_.cancel();
  co_await intake_.stop();
  co_await requested_diffs_.stop();
  co_await board_.stop(grace);
  co_await tasks_.wait(seconds(10));
}

}  // namespace diffgate::app
