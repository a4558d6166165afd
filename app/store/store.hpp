#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/store/records.hpp"
#include "net/async.hpp"

namespace diffgate::app {

// What the daemon remembers over restarts. Every function that changes something returns only when the change
// is on disk. Throws Error(remote_transient) when the store is overloaded, Error(internal) when the disk
// fails.
class Store {
 public:
  virtual ~Store() = default;

  // ---- deliveries

  // False if a delivery of this forge and id is known already; nothing is stored then.
  virtual Awaitable<bool> add_delivery(NewDelivery delivery) = 0;
  // In state received, with a sequence above `after`, oldest first; also those whose back-off is not over.
  virtual Awaitable<std::vector<StoredDelivery>> waiting_deliveries(DeliverySequence after,
                                                                    std::size_t limit) = 0;
  virtual Awaitable<void> finish_deliveries(std::vector<DeliverySequence> sequences, DeliveryState state,
                                            std::string note) = 0;
  // Counts a failed attempt; the delivery stays received.
  virtual Awaitable<void> retry_deliveries(std::vector<DeliverySequence> sequences, std::string error,
                                           UtcTime not_before) = 0;
  virtual Awaitable<std::map<DeliveryState, std::int64_t>> delivery_counts() = 0;
  // When the forge's last delivery came; nullopt if none ever did.
  virtual Awaitable<std::optional<UtcTime>> last_delivery_at(std::string forge) = 0;
  // Forgets handled deliveries received before `before`; a forge redelivers within days at most.
  virtual Awaitable<void> prune_deliveries(UtcTime before) = 0;

  // ---- projects and repositories

  // Notes that this repository is the project's, so that a rename does not lose it.
  virtual Awaitable<void> remember_repository(ProjectId project, vcs::Repo repo) = 0;
  virtual Awaitable<std::vector<ProjectId>> projects_of_repository(std::string forge, vcs::RepoId repo) = 0;
  virtual Awaitable<std::optional<vcs::Repo>> repository_of_project(ProjectId project) = 0;

  // The repository was deleted: it belongs to no project any more.
  virtual Awaitable<void> forget_repository(std::string forge, vcs::RepoId repo) = 0;

  virtual Awaitable<void> stop_installation(std::string forge, vcs::InstallationId installation) = 0;
  virtual Awaitable<void> resume_installation(std::string forge, vcs::InstallationId installation) = 0;
  virtual Awaitable<std::vector<StoppedInstallation>> stopped_installations() = 0;

  // A person with write access put the label on this head of a fork's pull request.
  virtual Awaitable<void> approve_head(PullKey pull, vcs::Sha head_sha, std::string label,
                                       std::string actor) = 0;
  virtual Awaitable<bool> is_head_approved(PullKey pull, vcs::Sha head_sha, std::string label) = 0;

  // ---- artifacts

  // Files the artifact under (project, type, sha, kind); a later one replaces an earlier one.
  virtual Awaitable<void> put_artifact(Artifact artifact) = 0;
  virtual Awaitable<std::optional<Artifact>> artifact(ProjectId project, RunType type, vcs::Sha sha,
                                                      ArtifactKind kind) = 0;
  // An artifact of the project and kind with this content, whatever its commit.
  virtual Awaitable<std::optional<Artifact>> artifact_of_content(ProjectId project, ArtifactKind kind,
                                                                 std::string content_hash) = 0;
  // The manifest received last, of that branch if one is given.
  virtual Awaitable<std::optional<Artifact>> latest_manifest(ProjectId project, RunType type,
                                                             std::optional<std::string> branch) = 0;
  // Newest first.
  virtual Awaitable<std::vector<Artifact>> list_artifacts(ArtifactFilter filter) = 0;
  // Drops artifacts received before `before`, but keeps the `keep_latest` newest manifests of each project
  // and type with their companions. Returns the content hashes that nothing refers to any more.
  virtual Awaitable<std::vector<std::string>> prune_artifacts(UtcTime before, std::size_t keep_latest) = 0;
  virtual Awaitable<bool> is_content_used(std::string content_hash) = 0;

  // ---- runs

  // The run of `run.key`, created in state queued if there is none; `run.id` is not looked at. `second`:
  // created now. One that is known takes over the repository's name and installation.
  virtual Awaitable<std::pair<Run, bool>> ensure_run(Run run) = 0;
  virtual Awaitable<std::optional<Run>> find_run(RunKey key) = 0;
  virtual Awaitable<std::optional<Run>> run(RunId id) = 0;
  // Not final, oldest first; of one pull request, or of all.
  virtual Awaitable<std::vector<Run>> unfinished_runs() = 0;
  virtual Awaitable<std::vector<Run>> unfinished_runs_of(PullKey pull) = 0;
  // Final, but the forge does not know yet.
  virtual Awaitable<std::vector<Run>> unpublished_runs() = 0;
  virtual Awaitable<std::vector<Run>> runs_of_head(ProjectId project, vcs::Sha head_sha) = 0;
  // Newest first.
  virtual Awaitable<std::vector<Run>> list_runs(RunFilter filter) = 0;
  virtual Awaitable<std::map<RunState, std::int64_t>> run_counts() = 0;

  // Moves an unfinished run to another state that is not final. False if the run is final by now.
  virtual Awaitable<bool> move_run(RunId id, RunState state, std::string reason) = 0;
  virtual Awaitable<void> set_production_sha(RunId id, std::string sha) = 0;
  // A transient failure: the run is queued again and not tried before `not_before`.
  virtual Awaitable<bool> back_off_run(RunId id, std::string reason, UtcTime not_before) = 0;
  // Ends an unfinished run and keeps its outcome for publication, in one step. False if it was final already.
  virtual Awaitable<bool> conclude_run(RunId id, RunState state, std::string reason_code, std::string reason,
                                       Outcome outcome, std::string report_json, UtcTime now) = 0;
  virtual Awaitable<std::optional<Outcome>> outcome(RunId id) = 0;
  virtual Awaitable<void> mark_published(RunId id) = 0;
  // A final run is queued again as a new attempt; its model diffs and its check are forgotten, its comment is
  // not. Returns the run as it is then; nullopt if it was not final.
  virtual Awaitable<std::optional<Run>> restart_run(RunId id, Restart how, UtcTime now) = 0;

  virtual Awaitable<void> put_models(RunId id, std::vector<ModelRow> models) = 0;
  virtual Awaitable<std::vector<ModelRow>> models(RunId id) = 0;
  virtual Awaitable<std::optional<ModelRow>> model(RunId id, std::string unique_id) = 0;
  virtual Awaitable<std::optional<ModelDiff>> model_diff(ModelDiffId id) = 0;
  virtual Awaitable<std::vector<ModelDiff>> list_model_diffs(ModelDiffFilter filter) = 0;

  // Returns it with its number.
  virtual Awaitable<RequestedDiff> add_requested_diff(RequestedDiff diff) = 0;
  virtual Awaitable<std::optional<RequestedDiff>> requested_diff(ModelDiffId id) = 0;
  // Queued or in process, oldest first.
  virtual Awaitable<std::vector<RequestedDiff>> unfinished_requested_diffs() = 0;
  // False if it is over by now.
  virtual Awaitable<bool> start_requested_diff(ModelDiffId id) = 0;
  virtual Awaitable<bool> end_requested_diff(ModelDiffId id, RequestedDiffState state, ModelRow model,
                                             UtcTime now) = 0;
  virtual Awaitable<void> prune_requested_diffs(UtcTime created_before) = 0;
  // Numbers of both kinds of diffs; the filter's `run` leaves only those of runs.
  virtual Awaitable<std::vector<ModelDiffId>> list_diff_ids(ModelDiffFilter filter) = 0;
  // Of all that the filter lets through, whatever its limit.
  virtual Awaitable<std::int64_t> count_diffs(ModelDiffFilter filter) = 0;

  // The tables that the run compares instead of what two manifests say; they replace earlier ones. False if
  // the run is being processed: it would take no notice.
  virtual Awaitable<bool> put_tables(RunId id, std::vector<TablePair> tables) = 0;
  // Empty if none were named.
  virtual Awaitable<std::vector<TablePair>> tables(RunId id) = 0;

  // Later ones replace earlier ones of the same key.
  virtual Awaitable<void> put_measurements(ProjectId project, PullKey pull,
                                           std::vector<Measured> measured) = 0;
  // Those of these keys that were measured at `since` or later.
  virtual Awaitable<std::vector<Measured>> measurements(ProjectId project, PullKey pull,
                                                        std::vector<std::string> keys, UtcTime since) = 0;
  virtual Awaitable<void> prune_measurements(UtcTime before) = 0;

  // ---- what we wrote at the forge: a check belongs to a run, the comment to a project's pull request

  virtual Awaitable<std::optional<ForgeObject>> check_of(RunId id) = 0;
  virtual Awaitable<void> put_check(RunId id, ForgeObject object) = 0;
  virtual Awaitable<std::optional<ForgeObject>> comment_of(ProjectId project, PullKey pull) = 0;
  virtual Awaitable<void> put_comment(ProjectId project, PullKey pull, ForgeObject object) = 0;

  // ---- what people asked for

  // A wish of the same kind and value moves to the end.
  virtual Awaitable<void> add_wish(ProjectId project, PullKey pull, Wish wish) = 0;
  virtual Awaitable<std::vector<Wish>> wishes(ProjectId project, PullKey pull) = 0;  // oldest first
  // Each replaces an earlier one of its model.
  virtual Awaitable<void> accept_results(ProjectId project, PullKey pull,
                                         std::vector<AcceptedResult> accepted) = 0;
  virtual Awaitable<std::vector<AcceptedResult>> accepted_results(ProjectId project, PullKey pull) = 0;
  virtual Awaitable<CommentParts> comment_parts(ProjectId project, PullKey pull) = 0;
  // Sets one part, the other stays; the parts as they are then.
  virtual Awaitable<CommentParts> set_comment_report(ProjectId project, PullKey pull, std::string report) = 0;
  virtual Awaitable<CommentParts> set_comment_reply(ProjectId project, PullKey pull, std::string reply,
                                                    vcs::Sha head) = 0;
  // A person's comment, by its id, whose commands have been carried out, so that they are not carried out
  // again; a pressed button counts as a comment of a name that no comment has.
  virtual Awaitable<bool> is_comment_answered(std::string forge, vcs::RepoId repo, std::string comment) = 0;
  virtual Awaitable<void> mark_comment_answered(std::string forge, vcs::RepoId repo, std::string comment,
                                                UtcTime now) = 0;

  // Requests waiting for the disk right now.
  virtual std::size_t queue_depth() const = 0;
};

struct SqliteStoreOptions {
  std::size_t max_queue = 10'000;  // more waiting requests than this are refused
  std::size_t max_batch = 512;     // requests that share one commit
};

// One file, created if it is missing; upgraded if it is older; Error(configuration) if it is newer than this
// program or in use by another daemon. WAL with synchronous=FULL on a thread of its own; requests that arrive
// while the disk is busy share the next commit.
std::unique_ptr<Store> open_sqlite_store(asio::any_io_executor executor, const std::string& path,
                                         SqliteStoreOptions options = {});

}  // namespace diffgate::app
