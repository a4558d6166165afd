#include "app/pipeline/run_task.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/acceptance.hpp"
#include "app/log.hpp"
#include "app/measurement.hpp"
#include "app/model_diffs.hpp"
#include "app/pipeline/artifact_fetch.hpp"
#include "app/pipeline/build_texts.hpp"
#include "app/pipeline/manifests.hpp"
#include "app/pipeline/reuse.hpp"
#include "app/pipeline/run_plan.hpp"
#include "app/report/check.hpp"
#include "app/report/comment.hpp"
#include "app/report/json.hpp"
#include "app/report/run_page.hpp"
#include "app/run_report.hpp"
#include "app/since_last_push.hpp"
#include "app/verdict.hpp"
#include "dbt/plan.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

// What the store keeps of a fresh result for the next commits; nullopt for what was not measured.
std::optional<Measured> measured_of(ModelResult result, const RunInput& input, const ReuseKeys& keys,
                                    UtcTime now) {
  const auto key = keys.find(result.model.id);
  if (key == keys.end() || result.kind == ModelResultKind::error || (!result.diff && !result.profile)) {
    return std::nullopt;
  }
  // Values of rows are kept only where a report shows them.
  if (result.diff && input.rules.samples != config::SamplesWhere::comment) result.diff->samples = {};
  return Measured{key->second, input.run.key.head_sha, now, write_measurement(result)};
}

ModelRow row_of(const ModelResult& result) {
  return {result.model.id.value(), std::string(name_of(result.kind)), result.reason, model_json(result),
          result_fingerprint(result)};
}

// Results on their way to the store and the check, shared by the diff and the coroutine that writes them.
struct Reporting {
  explicit Reporting(const asio::any_io_executor& executor) : changed(executor), ended(executor) {}

  std::vector<ModelRow> pending;
  std::vector<Measured> measured;
  std::size_t done = 0;
  std::size_t total = 0;
  bool is_over = false;
  bool has_ended = false;
  Bell changed;
  Bell ended;
};

// A failed update of the progress is not worth the run: the next one or the final state makes up for it.
Awaitable<void> show_progress(Services& services, const Run& run, std::size_t done, std::size_t total) {
  Publisher publisher(services);
  try {
    co_await publisher.progress(run, vcs::CheckState::in_progress, diffing_text(run, done, total), false);
  } catch (const Error& error) {
    log(LogLevel::warning, "progress not published",
        {{"run", std::to_string(run.id.value())}, {"reason", error.what()}});
  }
}

Awaitable<void> report_results(Services& services, std::shared_ptr<const RunInput> input,
                               std::shared_ptr<Reporting> reporting) {
  UtcTime shown = services.clock.now();
  for (;;) {
    const std::uint64_t seen = reporting->changed.rings();
    std::vector<ModelRow> rows = std::exchange(reporting->pending, {});
    std::vector<Measured> measured = std::exchange(reporting->measured, {});
    if (!rows.empty()) co_await services.store.put_models(input->run.id, std::move(rows));
    if (!measured.empty()) {
      const RunKey& key = input->run.key;
      co_await services.store.put_measurements(key.project, PullKey{key.forge, key.repo, key.pull},
                                               std::move(measured));
    }
    if (reporting->is_over && reporting->pending.empty()) break;
    if (!reporting->is_over && services.clock.now() - shown >= services.progress_gap) {
      shown = services.clock.now();
      co_await show_progress(services, input->run, reporting->done, reporting->total);
    }
    co_await reporting->changed.wait_after(seen);
  }
  reporting->has_ended = true;
  reporting->ended.ring();
}

Awaitable<std::vector<ModelResult>> diff_with_progress(Services& services, TaskGroup& side_tasks,
                                                       std::shared_ptr<const RunInput> input,
                                                       const dbt::Plan& plan, ReuseKeys keys,
                                                       std::map<dbt::UniqueId, ModelResult> known) {
  auto reporting = std::make_shared<Reporting>(services.executor);
  DiffModelsOptions options;
  options.rules = input->rules;
  options.concurrency = services.concurrent_models;
  options.known = std::move(known);
  options.tag = fmt::format("{}#{} {}", input->run.repository.full_name, input->run.key.pull.value(),
                            short_sha(input->run.key.head_sha));
  for (const config::WarehouseConfig& warehouse : services.config.warehouses) {
    if (warehouse.name == input->project->warehouse) options.timeout = warehouse.statement_timeout;
  }
  OnModelResult on_result = [&clock = services.clock, reporting, input, keys = std::move(keys)](
                                const ModelResult& result, std::size_t done, std::size_t total) {
    reporting->pending.push_back(row_of(result));
    if (auto measured = measured_of(result, *input, keys, clock.now())) {
      reporting->measured.push_back(std::move(*measured));
    }
    reporting->done = done;
    reporting->total = total;
    reporting->changed.ring();
  };
  side_tasks.spawn("report results", report_results(services, input, reporting));

  std::vector<ModelResult> results;
  std::exception_ptr failure;
  try {
    results = co_await diff_models(services.warehouse(input->project->warehouse), plan, std::move(options),
                                   std::move(on_result));
  } catch (...) {
    failure = std::current_exception();  // rethrown once the reports have ended
  }
  reporting->is_over = true;
  reporting->changed.ring();
  if (failure) std::rethrow_exception(failure);
  // The final state must not be overtaken by an update that is still on its way.
  while (!reporting->has_ended) co_await reporting->ended.wait_after(reporting->ended.rings());
  // The run is tried again, as after any other failure that may pass.
  if (const ModelResult* lost = lost_model(results))
    throw Error(ErrorClass::remote_transient, lost->reason, "warehouse " + input->project->warehouse);
  co_return results;
}

bool has_difference(const RunReport& report) {
  return std::any_of(report.models.begin(), report.models.end(), [](const ModelResult& result) {
    return result.kind != ModelResultKind::identical && result.kind != ModelResultKind::skipped &&
           result.kind != ModelResultKind::empty;
  });
}

Awaitable<bool> wants_comment(Services& services, std::shared_ptr<const RunInput> input, bool differs) {
  switch (input->rules.comment) {
    case config::CommentWhen::never:
      co_return false;
    case config::CommentWhen::always:
      co_return true;
    case config::CommentWhen::on_difference:
      break;
  }
  if (differs) co_return true;
  // What an earlier push had to say is no longer true.
  const PullKey pull{input->run.key.forge, input->run.key.repo, input->run.key.pull};
  const auto known = co_await services.store.comment_of(input->run.key.project, pull);
  co_return known.has_value();
}

vcs::Conclusion conclusion_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return vcs::Conclusion::success;
    case Verdict::warn:
      return vcs::Conclusion::neutral;
    case Verdict::fail:
      return vcs::Conclusion::failure;
  }
  return vcs::Conclusion::failure;
}

RunReport report_of(const RunInput& input, RunPlan& planned, const ManifestPair& pair,
                    std::vector<ModelResult> results, UtcTime now) {
  RunReport report;
  report.project = input.project->name;
  report.project_dir = input.rules.dbt_project_dir;
  report.repository = input.run.repository.full_name;
  report.pull_request = input.run.key.pull.value();
  report.pull_request_url = input.run.pull_url;
  report.prod_sha = pair.production.sha.value();
  report.pr_sha = input.run.key.head_sha.value();
  report.base_branch = input.run.base_branch;
  report.head_branch = input.run.head_branch;
  report.models = std::move(results);
  report.assets = planned.plan.assets;
  report.warnings = pair.warnings;
  report.build_notes = pair.build_notes;
  report.warnings.insert(report.warnings.end(), input.warnings.begin(), input.warnings.end());
  report.warnings.insert(report.warnings.end(), planned.plan.warnings.begin(), planned.plan.warnings.end());
  report.lineage = planned.lineage;
  report.duration = std::chrono::duration_cast<std::chrono::milliseconds>(now - input.run.started_at);
  report.finished_at = now;
  apply_acceptances(report, input.accepted);
  judge(report, input.rules, planned.gates);
  return report;
}

// What the last push changed; nullopt if no earlier commit of the pull request was measured.
Awaitable<std::optional<SinceLastPush>> compare_with_earlier(Services& services, Run run,
                                                             std::shared_ptr<const RunReport> report) {
  constexpr std::size_t kLookedAt = 20;
  RunFilter filter;
  filter.projects = {run.key.project};
  filter.pull = run.key.pull;
  filter.limit = kLookedAt;
  const std::vector<Run> runs = co_await services.store.list_runs(std::move(filter));
  const auto earlier = std::find_if(runs.begin(), runs.end(), [&run](const Run& other) {
    return other.key.repo == run.key.repo && other.key.forge == run.key.forge &&
           other.key.head_sha != run.key.head_sha && other.state == RunState::done && other.id < run.id;
  });
  if (earlier == runs.end()) co_return std::nullopt;
  const std::vector<ModelRow> rows = co_await services.store.models(earlier->id);
  co_return since_last_push(*report, earlier->key.head_sha.value(), rows);
}

// The files that annotations are on, as the pull request has them. What can't be read costs its line number
// alone.
Awaitable<std::map<std::string, std::string>> annotated_sources(Services& services, const Run& run,
                                                                std::vector<std::string> files) {
  constexpr std::size_t kMaxFiles = 20;
  if (files.size() > kMaxFiles) files.resize(kMaxFiles);
  vcs::Forge& forge = services.forge(run.key.forge);
  std::map<std::string, std::string> sources;
  for (const std::string& file : files) {
    try {
      std::optional<std::string> content = co_await forge.file_at(run.repository, file, run.key.head_sha);
      if (content) sources.emplace(file, std::move(*content));
    } catch (const Error& error) {
      log(LogLevel::warning, "annotations without their lines", {{"file", file}, {"reason", error.what()}});
      break;
    }
  }
  co_return sources;
}

// A page that can't be kept costs no more than itself: its link then leads to what the check says.
Awaitable<void> keep_page(Services& services, std::shared_ptr<const RunInput> input,
                          std::shared_ptr<const RunReport> report) {
  if (!services.pages) co_return;
  const bool with_values = input->rules.samples == config::SamplesWhere::comment;
  auto keep = [pages = services.pages, input, report, with_values] {
    pages->keep(input->run, report_page(*report, with_values));
  };
  try {
    co_await run_blocking(services.pool, std::move(keep));
  } catch (const Error& error) {
    log(LogLevel::error, "the page of a run was not kept",
        {{"run", std::to_string(input->run.id.value())}, {"reason", error.what()}});
  }
}

Outcome outcome_of(const RunInput& input, const RunReport& report, const vcs::Limits& limits,
                   const std::map<std::string, std::string>& sources, bool with_comment) {
  Outcome outcome;
  CheckText text = check_text(report, limits.summary_characters, sources);
  outcome.conclusion = conclusion_of(report.verdict);
  outcome.title = std::move(text.title);
  outcome.summary = std::move(text.summary);
  outcome.text = std::move(text.text);
  outcome.annotations = input.annotations;
  outcome.annotations.insert(outcome.annotations.end(), text.annotations.begin(), text.annotations.end());
  if (with_comment) {
    CommentOptions options;
    constexpr std::size_t kRoomForMarker = 200;
    options.max_characters = limits.comment_characters - kRoomForMarker - kRoomForReply;
    options.with_samples = input.rules.samples == config::SamplesWhere::comment;
    outcome.comment = comment_markdown(report, options);
  }
  return outcome;
}

Awaitable<void> conclude(Services& services, const Run& run, RunState state, std::string code,
                         Outcome outcome, std::string report) {
  std::string reason = outcome.title;
  co_await services.store.conclude_run(run.id, state, std::move(code), std::move(reason), std::move(outcome),
                                       std::move(report), services.clock.now());
}

// A build's end is told in the comment too, unless the rules want none or nobody has read one here before.
Awaitable<void> conclude_without_build(Services& services, std::shared_ptr<const RunInput> input,
                                       SourceReport report) {
  Outcome outcome = build_ended_outcome(input->run, report, input->rules.report_errors_as_success);
  const bool with_comment = co_await wants_comment(services, input, false);
  if (with_comment) outcome.comment = "### diffgate\n\n" + outcome.summary;
  co_await conclude(services, input->run, RunState::failed, report.code, std::move(outcome), {});
}

// What a waiting run says, and what it says if it waited for nothing.
struct Waiting {
  ProgressText text;
  Outcome in_vain;
};
Waiting waiting_for(const Services& services, const RunInput& input, const ArtifactFetch& fetch,
                    const MissingArtifacts& missing, UtcTime deadline) {
  const config::ServerConfig& config = services.config;
  const bool errors_as_success = input.rules.report_errors_as_success;
  if (const std::vector<std::string> lines = fetch.waiting_for(); !lines.empty()) {
    return {waiting_for_build_text(input.run, lines, fetch.url(), deadline),
            build_missing_outcome(input.run, lines, fetch.url(), config.artifact_wait, errors_as_success)};
  }
  return {waiting_text(input.run, missing, deadline, config.public_url),
          missing_artifacts_outcome(input.run, missing, config.artifact_wait, config.public_url,
                                    errors_as_success)};
}

// Waits until both manifests are there. nullopt: they did not come in time, and the run is concluded.
Awaitable<std::optional<ManifestPair>> wait_for_manifests(Services& services, RunProgress& progress,
                                                          std::shared_ptr<const RunInput> input) {
  const Run& run = input->run;
  const UtcTime deadline = run.started_at + services.config.artifact_wait;
  const config::BaseArtifacts base = base_artifacts_of(*input->project, input->rules.base_artifacts);
  ArtifactFetch fetch(services, *input->project, base);
  std::string shown;
  for (;;) {
    const std::uint64_t seen = progress.bell.rings();
    co_await fetch.look(run, std::exchange(progress.build_has_moved, false));
    if (const SourceReport* ended = fetch.ended()) {
      co_await conclude_without_build(services, input, *ended);
      co_return std::nullopt;
    }
    auto found = co_await find_manifests(services, run, base);
    auto* pair = std::get_if<ManifestPair>(&found);
    const bool is_late = services.clock.now() >= deadline;
    if (pair != nullptr && (fetch.is_settled() || is_late)) {
      pair->build_notes = fetch.notes();
      co_return std::move(*pair);
    }
    const MissingArtifacts missing = pair == nullptr ? std::get<MissingArtifacts>(found) : MissingArtifacts{};
    Waiting waiting = waiting_for(services, *input, fetch, missing, deadline);
    if (is_late) {
      Outcome outcome = made_visible(std::move(waiting.in_vain), services.forge(run.key.forge).limits(),
                                     input->rules.comment);
      co_await conclude(services, run, RunState::failed, "artifacts_missing", std::move(outcome), {});
      co_return std::nullopt;
    }
    if (shown != waiting.text.title) {
      shown = waiting.text.title;
      co_await services.store.move_run(run.id, RunState::waiting, waiting.text.title);
      Publisher publisher(services);
      co_await publisher.progress(run, vcs::CheckState::queued, std::move(waiting.text), false);
    }
    progress.set_resting(true);
    co_await progress.bell.wait_after(seen);
    progress.set_resting(false);
  }
}

}  // namespace

Awaitable<void> work_on_run(Services& services, FairGate& gate, TaskGroup& side_tasks, RunProgress& progress,
                            std::shared_ptr<const RunInput> input) {
  const Run& run = input->run;
  std::optional<ManifestPair> pair = co_await wait_for_manifests(services, progress, input);
  if (!pair) co_return;
  const FairGate::Place place =
      co_await gate.enter(fairness_group(run.repository), std::to_string(run.key.repo.value()));
  co_await services.store.move_run(run.id, RunState::processing, "finding the changed models");
  // Also those that came while it waited for its turn; from here on the store takes none.
  std::vector<TablePair> tables = co_await services.store.tables(run.id);
  if (!tables.empty()) {
    pair = ManifestPair{};
    pair->tables = std::move(tables);
  }
  co_await services.store.set_production_sha(run.id, pair->production.sha.value());
  Publisher publisher(services);
  const auto is_stale =
      co_await publisher.progress(run, vcs::CheckState::in_progress, planning_text(run), false);
  if (is_stale) {
    co_await conclude(services, run, RunState::cancelled, is_stale->code, cancelled_outcome(is_stale->reason),
                      {});
    co_return;
  }

  RunManifestFiles files;
  if (pair->tables.empty()) {
    files.production = services.files.path_of(pair->production.content_hash);
    files.pull_request = services.files.path_of(pair->pull_request.content_hash);
  }
  if (pair->run_results) files.run_results = services.files.path_of(pair->run_results->content_hash);
  auto planning = [input, pair = *pair, files] { return make_run_plan(*input, pair, files); };
  RunPlan planned = co_await run_blocking(services.pool, std::move(planning));
  auto plan = std::make_shared<const dbt::Plan>(planned.plan);
  ReuseKeys keys = reuse_keys(*input, *pair, *plan);
  std::map<dbt::UniqueId, ModelResult> known = co_await carried_over(services, input, plan, keys);
  const std::size_t diffs = plan->diffs() - known.size();
  log(LogLevel::info, "planned",
      {{"run", std::to_string(run.id.value())},
       {"models", std::to_string(planned.plan.models.size())},
       {"diffs", std::to_string(diffs)},
       {"carried_over", std::to_string(known.size())}});

  const std::optional<int> threshold = input->rules.diff_threshold;
  if (threshold && diffs > static_cast<std::size_t>(std::max(*threshold, 0)) && !run.is_confirmed) {
    Outcome outcome = confirmation_outcome(run, diffs, *threshold, services.config.public_url);
    outcome = made_visible(std::move(outcome), services.forge(run.key.forge).limits(), input->rules.comment);
    co_await conclude(services, run, RunState::needs_confirmation, "diff_threshold", std::move(outcome), {});
    co_return;
  }
  if (diffs > 0) co_await show_progress(services, run, 0, diffs);

  std::vector<ModelResult> results =
      co_await diff_with_progress(services, side_tasks, input, *plan, std::move(keys), std::move(known));
  auto judged = std::make_shared<RunReport>(
      report_of(*input, planned, *pair, std::move(results), services.clock.now()));
  RunReport& report = *judged;
  report.since = co_await compare_with_earlier(services, run, judged);
  std::vector<ModelRow> rows;  // again, now with what their gates found
  rows.reserve(report.models.size());
  for (const ModelResult& result : report.models) rows.push_back(row_of(result));
  co_await services.store.put_models(run.id, std::move(rows));
  const bool with_comment = co_await wants_comment(services, input, has_difference(report));
  const bool has_annotations = services.forge(run.key.forge).kind() == vcs::ForgeKind::github;
  const auto sources = co_await annotated_sources(
      services, run, has_annotations ? annotated_files(report) : std::vector<std::string>());
  if (services.pages) report.details_url = services.pages->link(run.id);
  co_await keep_page(services, input, judged);
  Outcome outcome = outcome_of(*input, report, services.forge(run.key.forge).limits(), sources, with_comment);
  co_await conclude(services, run, RunState::done, std::string(name_of(report.verdict)), std::move(outcome),
                    report_json(report));
}

}  // namespace diffgate::app
