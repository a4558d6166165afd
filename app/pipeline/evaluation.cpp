#include "app/pipeline/evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/log.hpp"
#include "app/pipeline/build_texts.hpp"
#include "app/report/escape.hpp"
#include "config/decision.hpp"
#include "config/repository_config.hpp"
#include "net/crypto.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

using std::chrono::seconds;

// The forge's API may lag behind its hooks for a few seconds.
constexpr std::array kFreshnessWaits = {seconds(1), seconds(2), seconds(4)};

PullKey key_of(const vcs::Repo& repo, vcs::PullNumber number) { return {repo.forge, repo.id, number}; }

bool tells_the_same(const vcs::PullRequest& a, const vcs::PullRequest& b) {
  return a.head_sha == b.head_sha && a.is_open == b.is_open && a.is_draft == b.is_draft &&
         a.base_branch == b.base_branch &&
         std::is_permutation(a.labels.begin(), a.labels.end(), b.labels.begin(), b.labels.end());
}

// Whether what the API says is older than an event that told something else.
bool is_behind(const vcs::PullRequest& read, const Occasion& occasion) {
  return std::any_of(occasion.events.begin(), occasion.events.end(), [&](const vcs::PullRequestEvent& event) {
    return event.pull_request.updated_at > read.updated_at && !tells_the_same(event.pull_request, read);
  });
}

bool has_action(const Occasion& occasion, vcs::PullRequestAction action) {
  return std::any_of(occasion.events.begin(), occasion.events.end(),
                     [action](const vcs::PullRequestEvent& event) { return event.action == action; });
}

// A failed run is done again when somebody asks for it by what they do.
bool asks_again(const Occasion& occasion, const config::Rules& rules, const Run& run) {
  if (occasion.artifacts_came && waits_for_a_build(run.reason_code)) return true;
  if (has_action(occasion, vcs::PullRequestAction::reopened)) return true;
  return !rules.pull_request_label.empty() &&
         std::any_of(occasion.events.begin(), occasion.events.end(), [&](const vcs::PullRequestEvent& event) {
           return event.action == vcs::PullRequestAction::labeled && event.label == rules.pull_request_label;
         });
}

Run new_run(const config::ProjectConfig& project, const vcs::Repo& repo, const vcs::PullRequest& pull,
            std::string rules_hash, UtcTime now) {
  Run run;
  run.key.project = ProjectId(project.id);
  run.key.forge = repo.forge;
  run.key.repo = repo.id;
  run.key.pull = pull.number;
  run.key.head_sha = pull.head_sha;
  run.key.rules_hash = std::move(rules_hash);
  run.repository = repo;
  run.project_name = project.name;
  run.pull_url = pull.url;
  run.base_branch = pull.base_branch;
  run.base_sha = pull.base_sha;
  run.head_branch = pull.head_branch;
  run.created_at = now;
  run.started_at = now;
  return run;
}

std::vector<std::string> names_of(const vcs::ChangedFiles& files) {
  std::vector<std::string> names;
  names.reserve(files.files.size());
  for (const vcs::ChangedFile& file : files.files) names.push_back(file.path);
  return names;
}

Awaitable<std::vector<RenameDirective>> renames_in_commits(vcs::Forge& forge, vcs::Repo repo,
                                                           vcs::PullRequest pull) {
  std::vector<RenameDirective> renames;
  const std::vector<std::string> messages = co_await forge.commit_messages(std::move(repo), std::move(pull));
  for (const std::string& message : messages) {
    std::vector<RenameDirective> found = parse_renames(message);
    renames.insert(renames.end(), found.begin(), found.end());
  }
  co_return renames;
}

// Under which the store knows that a press was carried out for a pull request.
std::string name_of(const Press& press, vcs::PullNumber number) {
  return fmt::format("button {} of {}", press.delivery.value(), number.value());
}

RequestKind request_of(vcs::CheckAction action) {
  switch (action) {
    case vcs::CheckAction::rerun:
      return RequestKind::run;
    case vcs::CheckAction::accept:
      return RequestKind::accept;
    case vcs::CheckAction::downstream:
      return RequestKind::downstream;
  }
  return RequestKind::unknown;
}

}  // namespace

void Occasion::put_first(Occasion earlier) {
  const auto prepend = [](auto& to, auto& from) {
    to.insert(to.begin(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  prepend(events, earlier.events);
  prepend(comments, earlier.comments);
  prepend(buttons, earlier.buttons);
  prepend(others, earlier.others);
  artifacts_came = artifacts_came || earlier.artifacts_came;
}

Awaitable<vcs::PullRequest> Evaluation::read_pull(vcs::Repo repo, vcs::PullNumber number,
                                                  const Occasion& occasion) {
  vcs::Forge& forge = services_.forge(repo.forge);
  vcs::PullRequest pull = co_await forge.pull_request(repo, number);
  for (const seconds wait : kFreshnessWaits) {
    if (!is_behind(pull, occasion)) break;
    co_await services_.clock.sleep_for(wait);
    pull = co_await forge.pull_request(repo, number);
  }
  if (is_behind(pull, occasion)) {
    const vcs::PullRequest& told = occasion.events.back().pull_request;
    throw Error(
        ErrorClass::remote_transient,
        fmt::format("the forge's API does not show yet what its event told: head {} of {}, not {} of {}",
                    short_sha(told.head_sha), iso8601(told.updated_at), short_sha(pull.head_sha),
                    iso8601(pull.updated_at)),
        fmt::format("{}#{}", repo.full_name, number.value()), "it is tried again");
  }
  co_return pull;
}

Awaitable<void> Evaluation::evaluate(vcs::Repo repo, vcs::PullNumber number, Occasion occasion) {
  const std::vector<const config::ProjectConfig*> projects = co_await projects_of(services_, repo);
  if (projects.empty() || services_.is_stopped(repo)) co_return;
  vcs::PullRequest pull = co_await read_pull(repo, number, occasion);
  // The rules are those of the base branch's tip, which the pull request's own base_sha lags behind.
  vcs::Forge& forge = services_.forge(repo.forge);
  pull.base_sha = (co_await forge.branch_tip(repo, pull.base_branch)).value_or(pull.base_sha);
  // What was carried out before a crash is not carried out once more.
  std::vector<Press> presses = std::exchange(occasion.buttons, {});
  for (Press& press : presses) {
    const bool is_old =
        co_await services_.store.is_comment_answered(repo.forge, repo.id, name_of(press, number));
    if (!is_old) occasion.buttons.push_back(std::move(press));
  }
  co_await evaluate_projects(repo, pull, projects, occasion);
  for (const Press& press : occasion.buttons) {
    co_await services_.store.mark_comment_answered(repo.forge, repo.id, name_of(press, number),
                                                   services_.clock.now());
  }
  if (occasion.comments.empty()) co_return;
  // Only now there is a run of this head for sure, which a command is about.
  for (const vcs::CommentEvent& comment : occasion.comments) {
    co_await requests_.answer(repo, pull, projects, comment);
  }
  co_await evaluate_projects(repo, pull, projects, Occasion{});
}

Awaitable<void> Evaluation::evaluate_projects(vcs::Repo repo, vcs::PullRequest pull,
                                              std::vector<const config::ProjectConfig*> projects,
                                              Occasion occasion) {
  std::exception_ptr failure;
  for (const config::ProjectConfig* project : projects) {
    Case task;
    task.project = project;
    task.repo = repo;
    task.pull = pull;
    try {
      co_await services_.store.remember_repository(ProjectId(project->id), repo);
      co_await evaluate_project(std::move(task), occasion);
    } catch (const Error&) {
      failure = std::current_exception();  // the other projects have their turn first
    }
  }
  if (failure) std::rethrow_exception(failure);
}

Awaitable<bool> Evaluation::is_known(vcs::Repo repo, vcs::PullRequest pull) {
  if (pull.base_sha == vcs::Sha()) co_return false;
  const std::vector<const config::ProjectConfig*> projects = co_await projects_of(services_, repo);
  for (const config::ProjectConfig* project : projects) {
    const EffectiveRules effective = co_await rules_.at(*project, repo, pull.base_branch, pull.base_sha);
    const RunKey key = new_run(*project, repo, pull, effective.hash, {}).key;
    const std::optional<Run> run = co_await services_.store.find_run(key);
    if (!run || !is_final(run->state)) co_return false;
  }
  co_return true;
}

// True if the pull request is closed, and so there is nothing more to do.
Awaitable<bool> Evaluation::cancel_outdated(const Case& task, const std::vector<Run>& unfinished) {
  for (const Run& run : unfinished) {
    if (run.key.project.value() != task.project->id) continue;
    if (!task.pull.is_open) {
      co_await board_.cancel(run, "closed", "the pull request was closed");
    } else if (run.key.head_sha != task.pull.head_sha) {
      co_await board_.cancel(run, "superseded",
                             fmt::format("superseded by the push of {}", short_sha(task.pull.head_sha)));
    }
  }
  co_return !task.pull.is_open;
}

Awaitable<void> Evaluation::evaluate_project(Case task, const Occasion& occasion) {
  const std::vector<Run> unfinished =
      co_await services_.store.unfinished_runs_of(key_of(task.repo, task.pull.number));
  const bool is_closed = co_await cancel_outdated(task, unfinished);
  if (is_closed) co_return;

  std::optional<Error> unreadable;
  try {
    task.effective = co_await rules_.at(*task.project, task.repo, task.pull.base_branch, task.pull.base_sha);
  } catch (const Error& error) {
    if (error.error_class() == ErrorClass::remote_transient) throw;
    unreadable = error;
  }
  if (unreadable) {
    const std::string line = unreadable->what();
    Run unnamed;
    unnamed.key.head_sha = task.pull.head_sha;
    co_await fail(task, "unreadable " + net::sha256_hex(line), "error",
                  error_outcome(unnamed, line, {}, task.project->rules.report_errors_as_success));
    co_return;
  }
  for (const Run& run : unfinished) {
    const bool is_ours =
        run.key.project.value() == task.project->id && run.key.head_sha == task.pull.head_sha;
    if (is_ours && run.key.rules_hash != task.effective.hash) {
      co_await board_.cancel(run, "rules_changed", "the rules or the base branch changed");
      // The new run's check has the same name and commit: the old one's last word must come first.
      co_await board_.published(run.id);
    }
  }
  if (!task.effective.problems.empty()) {
    co_await fail(
        task, task.effective.hash, "rules",
        rules_problem_outcome(task.effective.problems, task.project->rules.report_errors_as_success));
    co_return;
  }
  Run wanted = new_run(*task.project, task.repo, task.pull, task.effective.hash, services_.clock.now());
  auto [run, is_new] = co_await services_.store.ensure_run(std::move(wanted));
  if (is_new) {
    // Shown at once; the decision takes a few more calls.
    Publisher publisher(services_);
    co_await publisher.progress(run, vcs::CheckState::queued, queued_text(run), true);
  } else {
    const bool is_pressed = co_await press_buttons(task, occasion, run.id);
    const std::optional<Run> now = co_await services_.store.run(run.id);
    if (now) run = *now;
    const bool is_over = run.state == RunState::done || run.state == RunState::needs_confirmation;
    const bool is_ended = run.state == RunState::failed || run.reason_code == kCancelledByPerson;
    if (!is_pressed && is_over) co_return;
    if (!is_pressed && is_ended && !asks_again(occasion, task.effective.rules, run)) co_return;
  }
  co_await bring_to_decision(std::move(task), std::move(run), occasion);
}

// Carries out what people asked for by the buttons of this project's check of this head; whether there was
// any.
Awaitable<bool> Evaluation::press_buttons(const Case& task, const Occasion& occasion, RunId id) {
  bool is_pressed = false;
  for (const auto& [event, delivery, sequence, next] : occasion.buttons) {
    const bool may = co_await may_press(task, event);
    const std::optional<Run> run = may ? co_await services_.store.run(id) : std::nullopt;
    // "Re-run all checks" is no word against the rule that said no.
    if (!run || run->state == RunState::skipped) continue;
    Request request;
    request.kind = request_of(event.action);
    request.actor = event.actor;
    request.line = "a button";
    const Answer answer = co_await requests_.carry_out(*run, std::move(request));
    is_pressed = is_pressed || answer.is_done;
    if (!answer.is_done) log(LogLevel::info, "a button had no effect", {{"reason", answer.text}});
  }
  co_return is_pressed;
}

Awaitable<bool> Evaluation::may_press(const Case& task, const vcs::CheckActionEvent& event) {
  if (event.head_sha != task.pull.head_sha || event.actor.empty()) co_return false;
  if (!event.external_id.empty()) {
    const std::optional<RunId> id = run_of_external_id(event.external_id);
    const std::optional<Run> pressed = id ? co_await services_.store.run(*id) : std::nullopt;
    if (!pressed || pressed->key.project.value() != task.project->id) co_return false;
  }
  vcs::Forge& forge = services_.forge(task.repo.forge);
  const bool may_write = co_await forge.can_write(task.repo, event.actor);
  if (!may_write) {
    log(LogLevel::info, "a button was pressed by someone without write access",
        {{"repository", task.repo.full_name}, {"user", event.actor}});
  }
  co_return may_write;
}

Awaitable<void> Evaluation::note_approvals(const Case& task, const Occasion& occasion) {
  const config::Rules& rules = task.effective.rules;
  const bool matters = task.pull.is_fork &&
                       rules.fork_pull_requests == config::ForkPullRequests::with_label &&
                       !rules.pull_request_label.empty();
  if (!matters) co_return;
  vcs::Forge& forge = services_.forge(task.repo.forge);
  for (const vcs::PullRequestEvent& event : occasion.events) {
    if (event.action != vcs::PullRequestAction::labeled || event.label != rules.pull_request_label) continue;
    // A push after the label is not what was looked at.
    if (event.pull_request.head_sha != task.pull.head_sha || event.actor.empty()) continue;
    const bool may_write = co_await forge.can_write(task.repo, event.actor);
    if (!may_write) continue;
    co_await services_.store.approve_head(key_of(task.repo, task.pull.number), task.pull.head_sha,
                                          rules.pull_request_label, event.actor);
  }
}

Awaitable<void> Evaluation::bring_to_decision(Case task, Run run, const Occasion& occasion) {
  const config::Rules& rules = task.effective.rules;
  vcs::Forge& forge = services_.forge(task.repo.forge);
  co_await note_approvals(task, occasion);
  vcs::ChangedFiles files = co_await forge.changed_files(task.repo, task.pull.number);

  config::PullRequestFacts facts;
  facts.base_branch = task.pull.base_branch;
  facts.is_draft = task.pull.is_draft;
  facts.is_fork = task.pull.is_fork;
  facts.labels = task.pull.labels;
  facts.changed_files_complete = files.is_complete;
  for (const vcs::ChangedFile& file : files.files)
    facts.changed_files.push_back({file.path, file.previous_path});
  if (!rules.skip_commit_keywords.empty()) {
    facts.head_commit_message = co_await forge.commit_message(task.repo, task.pull.head_sha);
  }
  if (task.pull.is_fork) {
    facts.label_set_by_writer = co_await services_.store.is_head_approved(
        key_of(task.repo, task.pull.number), task.pull.head_sha, rules.pull_request_label);
  }
  std::vector<Wish> wishes =
      co_await services_.store.wishes(run.key.project, key_of(task.repo, task.pull.number));
  facts.is_asked_for = std::any_of(wishes.begin(), wishes.end(), [&](const Wish& wish) {
    return wish.kind == WishKind::run && wish.value == task.pull.head_sha.value();
  });
  const config::Decision decision = config::decide(rules, facts);
  const std::string rule(config::name_of(decision.rule));
  log(LogLevel::info, decision.run ? "decided to run" : "decided not to run",
      {{"run", std::to_string(run.id.value())},
       {"repository", task.repo.full_name},
       {"pull_request", std::to_string(task.pull.number.value())},
       {"rule", rule},
       {"reason", decision.reason}});

  if (!decision.run && run.state == RunState::skipped && run.reason_code == rule) co_return;
  RulesPreview edited = co_await preview(task, facts, decision);
  if (!decision.run) {
    co_await end_skipped(std::move(run), decision, std::move(edited));
    co_return;
  }
  if (is_final(run.state)) {
    const std::optional<Run> restarted = co_await board_.restart(run, Restart::measure_all);
    if (!restarted) co_return;
    run = *restarted;
    Publisher publisher(services_);
    co_await publisher.progress(run, vcs::CheckState::queued, queued_text(run), true);
  }
  if (board_.is_active(run.id)) co_return;
  // After a crash between the two, the check may not be there yet.
  Publisher publisher(services_);
  const auto check = co_await services_.store.check_of(run.id);
  if (!check || check->state_written.empty()) {
    co_await publisher.progress(run, vcs::CheckState::queued, queued_text(run), true);
  }
  RunInput input = co_await prepare(task, std::move(run), std::move(files), std::move(wishes));
  input.warnings.insert(input.warnings.end(), edited.warnings.begin(), edited.warnings.end());
  input.annotations = std::move(edited.annotations);
  board_.start(std::move(input));
}

// A run at work ends as cancelled first, so that people see that it was stopped; the check that counts is
// then one that passes, as it would have been from the start.
Awaitable<void> Evaluation::end_skipped(Run run, config::Decision decision, RulesPreview preview) {
  const std::string rule(config::name_of(decision.rule));
  const auto check = co_await services_.store.check_of(run.id);
  const bool was_at_work = board_.is_active(run.id) || (check && check->state_written == "in_progress");
  if (!is_final(run.state) && was_at_work) {
    co_await board_.cancel(run, rule, decision.reason);
    const std::optional<Run> cancelled = co_await services_.store.run(run.id);
    if (!cancelled || cancelled->state != RunState::cancelled) co_return;  // it ended by itself just before
    co_await board_.published(run.id);
    run = *cancelled;
  }
  if (is_final(run.state)) {
    const std::optional<Run> restarted = co_await board_.restart(run, Restart::measure_all);
    if (!restarted) co_return;
    run = *restarted;
  }
  Outcome outcome = not_run_outcome(decision);
  for (const std::string& warning : preview.warnings)
    outcome.summary += "\n\n- " + markdown_text(warning, 2'000);
  outcome.annotations = std::move(preview.annotations);
  co_await board_.conclude(std::move(run), RunState::skipped, rule, std::move(outcome));
}

// Ends the run of this hash as failed, unless it has ended before.
Awaitable<void> Evaluation::fail(const Case& task, std::string hash, std::string code, Outcome outcome) {
  Run wanted = new_run(*task.project, task.repo, task.pull, std::move(hash), services_.clock.now());
  auto [run, is_new] = co_await services_.store.ensure_run(std::move(wanted));
  if (is_final(run.state)) co_return;
  outcome = made_visible(std::move(outcome), services_.forge(task.repo.forge).limits(),
                         task.project->rules.comment);
  co_await board_.conclude(std::move(run), RunState::failed, std::move(code), std::move(outcome));
}

Awaitable<RunInput> Evaluation::prepare(const Case& task, Run run, vcs::ChangedFiles files,
                                        std::vector<Wish> wishes) {
  RunInput input;
  for (const Wish& wish : wishes) {
    if (wish.kind == WishKind::downstream) input.all_downstream = true;
    if (wish.kind == WishKind::model) input.also_downstream.insert(wish.value);
    if (wish.kind != WishKind::rename) continue;
    if (auto rename = parse_rename(wish.value)) input.renames.comments.push_back(std::move(*rename));
  }
  input.accepted =
      co_await services_.store.accepted_results(run.key.project, key_of(task.repo, task.pull.number));
  try {
    input.renames.commits =
        co_await renames_in_commits(services_.forge(task.repo.forge), task.repo, task.pull);
  } catch (const Error& error) {
    if (error.error_class() == ErrorClass::remote_transient) throw;
    input.warnings.push_back(fmt::format(
        "the commits could not be listed, so that rename directives in their messages do not hold: {}",
        error.what()));
  }
  input.run = std::move(run);
  input.project = task.project;
  input.rules = task.effective.rules;
  input.labels = task.pull.labels;
  input.changed_files = names_of(files);
  input.changed_files_complete = files.is_complete;
  if (!files.is_complete) {
    input.warnings.push_back(
        fmt::format("the forge lists only {} of the changed files, so no file rule was applied and "
                    "everything was compared",
                    files.files.size()));
  }
  co_return input;
}

// Of the pull request's own edit of the rules, if it makes one.
Awaitable<RulesPreview> Evaluation::preview(const Case& task, config::PullRequestFacts facts,
                                            config::Decision decision) {
  const bool edits_rules =
      std::any_of(facts.changed_files.begin(), facts.changed_files.end(),
                  [](const config::PullRequestFacts::File& file) { return file.path == kRulesFile; });
  if (!edits_rules) co_return RulesPreview{};
  vcs::Forge& forge = services_.forge(task.repo.forge);
  const std::optional<std::string> file =
      co_await forge.file_at(task.repo, std::string(kRulesFile), task.pull.head_sha);
  if (!file) co_return RulesPreview{};  // it was removed
  co_return preview_rules(*task.project, task.effective, *file, facts, decision);
}

Awaitable<void> Evaluation::fail_closed(vcs::Repo repo, Occasion occasion, std::string line) {
  if (occasion.events.empty()) co_return;
  const vcs::PullRequest pull = occasion.events.back().pull_request;
  if (!pull.is_open || pull.head_sha.value().empty()) co_return;
  const std::vector<const config::ProjectConfig*> projects = co_await projects_of(services_, repo);
  for (const config::ProjectConfig* project : projects) {
    const std::vector<Run> known =
        co_await services_.store.runs_of_head(ProjectId(project->id), pull.head_sha);
    if (!known.empty()) continue;
    Case task;
    task.project = project;
    task.repo = repo;
    task.pull = pull;
    Run unnamed;
    unnamed.key.head_sha = pull.head_sha;
    co_await fail(task, "untold " + net::sha256_hex(line), std::string(kForgeBehind),
                  error_outcome(unnamed, line, {}, project->rules.report_errors_as_success));
  }
}

}  // namespace diffgate::app
