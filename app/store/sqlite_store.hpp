#pragma once

// The Store on SQLite. Its functions are spread over sqlite_deliveries.cpp, sqlite_artifacts.cpp,
// sqlite_runs.cpp, sqlite_models.cpp, sqlite_requested_diffs.cpp, sqlite_measurements.cpp and
// sqlite_requests.cpp; each is one request to the database's thread.

#include "app/store/sqlite_thread.hpp"
#include "app/store/store.hpp"

namespace diffgate::app {

class SqliteStore final : public Store {
 public:
  SqliteStore(asio::any_io_executor executor, const std::string& path, SqliteStoreOptions options)
      : thread_(std::move(executor), path, options.max_queue, options.max_batch) {}

  Awaitable<bool> add_delivery(NewDelivery delivery) override;
  Awaitable<std::vector<StoredDelivery>> waiting_deliveries(DeliverySequence after,
                                                            std::size_t limit) override;
  Awaitable<void> finish_deliveries(std::vector<DeliverySequence> sequences, DeliveryState state,
                                    std::string note) override;
  Awaitable<void> retry_deliveries(std::vector<DeliverySequence> sequences, std::string error,
                                   UtcTime not_before) override;
  Awaitable<std::map<DeliveryState, std::int64_t>> delivery_counts() override;
  Awaitable<std::optional<UtcTime>> last_delivery_at(std::string forge) override;
  Awaitable<void> prune_deliveries(UtcTime before) override;

  Awaitable<void> remember_repository(ProjectId project, vcs::Repo repo) override;
  Awaitable<std::vector<ProjectId>> projects_of_repository(std::string forge, vcs::RepoId repo) override;
  Awaitable<std::optional<vcs::Repo>> repository_of_project(ProjectId project) override;
  Awaitable<void> forget_repository(std::string forge, vcs::RepoId repo) override;
  Awaitable<void> stop_installation(std::string forge, vcs::InstallationId installation) override;
  Awaitable<void> resume_installation(std::string forge, vcs::InstallationId installation) override;
  Awaitable<std::vector<StoppedInstallation>> stopped_installations() override;
  Awaitable<void> approve_head(PullKey pull, vcs::Sha head_sha, std::string label,
                               std::string actor) override;
  Awaitable<bool> is_head_approved(PullKey pull, vcs::Sha head_sha, std::string label) override;

  Awaitable<void> put_artifact(Artifact artifact) override;
  Awaitable<std::optional<Artifact>> artifact(ProjectId project, RunType type, vcs::Sha sha,
                                              ArtifactKind kind) override;
  Awaitable<std::optional<Artifact>> artifact_of_content(ProjectId project, ArtifactKind kind,
                                                         std::string content_hash) override;
  Awaitable<std::optional<Artifact>> latest_manifest(ProjectId project, RunType type,
                                                     std::optional<std::string> branch) override;
  Awaitable<std::vector<Artifact>> list_artifacts(ArtifactFilter filter) override;
  Awaitable<std::vector<std::string>> prune_artifacts(UtcTime before, std::size_t keep_latest) override;
  Awaitable<bool> is_content_used(std::string content_hash) override;

  Awaitable<std::pair<Run, bool>> ensure_run(Run run) override;
  Awaitable<std::optional<Run>> find_run(RunKey key) override;
  Awaitable<std::optional<Run>> run(RunId id) override;
  Awaitable<std::vector<Run>> unfinished_runs() override;
  Awaitable<std::vector<Run>> unfinished_runs_of(PullKey pull) override;
  Awaitable<std::vector<Run>> unpublished_runs() override;
  Awaitable<std::vector<Run>> runs_of_head(ProjectId project, vcs::Sha head_sha) override;
  Awaitable<std::vector<Run>> list_runs(RunFilter filter) override;
  Awaitable<std::map<RunState, std::int64_t>> run_counts() override;
  Awaitable<bool> move_run(RunId id, RunState state, std::string reason) override;
  Awaitable<void> set_production_sha(RunId id, std::string sha) override;
  Awaitable<bool> back_off_run(RunId id, std::string reason, UtcTime not_before) override;
  Awaitable<bool> conclude_run(RunId id, RunState state, std::string reason_code, std::string reason,
                               Outcome outcome, std::string report_json, UtcTime now) override;
  Awaitable<std::optional<Outcome>> outcome(RunId id) override;
  Awaitable<void> mark_published(RunId id) override;
  Awaitable<std::optional<Run>> restart_run(RunId id, Restart how, UtcTime now) override;
  Awaitable<void> put_models(RunId id, std::vector<ModelRow> models) override;
  Awaitable<std::vector<ModelRow>> models(RunId id) override;
  Awaitable<std::optional<ModelRow>> model(RunId id, std::string unique_id) override;
  Awaitable<std::optional<ModelDiff>> model_diff(ModelDiffId id) override;
  Awaitable<std::vector<ModelDiff>> list_model_diffs(ModelDiffFilter filter) override;
  Awaitable<RequestedDiff> add_requested_diff(RequestedDiff diff) override;
  Awaitable<std::optional<RequestedDiff>> requested_diff(ModelDiffId id) override;
  Awaitable<std::vector<RequestedDiff>> unfinished_requested_diffs() override;
  Awaitable<bool> start_requested_diff(ModelDiffId id) override;
  Awaitable<bool> end_requested_diff(ModelDiffId id, RequestedDiffState state, ModelRow model,
                                     UtcTime now) override;
  Awaitable<void> prune_requested_diffs(UtcTime created_before) override;
  Awaitable<std::vector<ModelDiffId>> list_diff_ids(ModelDiffFilter filter) override;
  Awaitable<std::int64_t> count_diffs(ModelDiffFilter filter) override;
  Awaitable<bool> put_tables(RunId id, std::vector<TablePair> tables) override;
  Awaitable<std::vector<TablePair>> tables(RunId id) override;

  Awaitable<void> put_measurements(ProjectId project, PullKey pull, std::vector<Measured> measured) override;
  Awaitable<std::vector<Measured>> measurements(ProjectId project, PullKey pull,
                                                std::vector<std::string> keys, UtcTime since) override;
  Awaitable<void> prune_measurements(UtcTime before) override;

  Awaitable<std::optional<ForgeObject>> check_of(RunId id) override;
  Awaitable<void> put_check(RunId id, ForgeObject object) override;
  Awaitable<std::optional<ForgeObject>> comment_of(ProjectId project, PullKey pull) override;
  Awaitable<void> put_comment(ProjectId project, PullKey pull, ForgeObject object) override;

  Awaitable<void> add_wish(ProjectId project, PullKey pull, Wish wish) override;
  Awaitable<std::vector<Wish>> wishes(ProjectId project, PullKey pull) override;
  Awaitable<void> accept_results(ProjectId project, PullKey pull,
                                 std::vector<AcceptedResult> accepted) override;
  Awaitable<std::vector<AcceptedResult>> accepted_results(ProjectId project, PullKey pull) override;
  Awaitable<CommentParts> comment_parts(ProjectId project, PullKey pull) override;
  Awaitable<CommentParts> set_comment_report(ProjectId project, PullKey pull, std::string report) override;
  Awaitable<CommentParts> set_comment_reply(ProjectId project, PullKey pull, std::string reply,
                                            vcs::Sha head) override;
  Awaitable<bool> is_comment_answered(std::string forge, vcs::RepoId repo, std::string comment) override;
  Awaitable<void> mark_comment_answered(std::string forge, vcs::RepoId repo, std::string comment,
                                        UtcTime now) override;

  std::size_t queue_depth() const override { return thread_.queue_depth(); }

 private:
  SqliteThread thread_;
};

}  // namespace diffgate::app
