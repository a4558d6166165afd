#include "app/pipeline/publisher.hpp"

#include <fmt/format.h>

#include <charconv>
#include <vector>

#include "app/log.hpp"
#include "app/server/keys.hpp"
#include "net/crypto.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

std::string_view name_of_state(vcs::CheckState state) {
  switch (state) {
    case vcs::CheckState::queued:
      return "queued";
    case vcs::CheckState::in_progress:
      return "in_progress";
    case vcs::CheckState::completed:
      return "completed";
  }
  return "queued";
}

// What a reader may want of a run that has ended.
std::vector<vcs::CheckButton> buttons_of(RunState state) {
  using vcs::CheckAction;
  switch (state) {
    case RunState::done:
      return {{CheckAction::rerun, "Run again", "Measure every model anew"},
              {CheckAction::accept, "Accept", "These differences are as they should be"},
              {CheckAction::downstream, "Diff downstream", "Compare all models downstream as well"}};
    case RunState::needs_confirmation:
      return {{CheckAction::rerun, "Start the diffs", "Go over the threshold this once"}};
    case RunState::failed:
      return {{CheckAction::rerun, "Run again", "Try once more"}};
    default:
      return {};
  }
}

std::string hash_of(const vcs::Check& check) {
  std::string all = fmt::format("{}\n{}\n{}\n{}\n{}", static_cast<int>(check.state),
                                static_cast<int>(check.conclusion), check.title, check.summary, check.text);
  for (const vcs::Annotation& annotation : check.annotations) {
    all += fmt::format("\n{}:{} {}", annotation.path, annotation.line, annotation.message);
  }
  return net::sha256_hex(all);
}

}  // namespace

std::optional<Stale> stale(const Run& run, const vcs::PullRequest& pull) {
  if (pull.head_sha != run.key.head_sha) {
    return Stale{"superseded", fmt::format("the pull request's head is {} by now", short_sha(pull.head_sha))};
  }
  if (!pull.is_open) return Stale{"closed", "the pull request is closed"};
  return std::nullopt;
}

std::string comment_marker(ProjectId project) {
  return fmt::format("<!-- diffgate project={} -->", project.value());
}

std::string comment_text(const CommentParts& parts, const vcs::Sha& head) {
  std::string text =
      parts.report.empty()
          ? std::string("### diffgate\n\nThere is no report yet; the check says how far it is.\n")
          : parts.report;
  if (parts.reply.empty() || parts.reply_head != head) return text;
  std::string reply = parts.reply;
  if (reply.size() > kRoomForReply) reply = "The answer is too long for this comment.\n";
  return text + "\n---\n\n" + reply;
}

std::string external_id_of(const Run& run) {
  const std::string id = fmt::format("run-{}", run.id.value());
  return run.attempt > 1 ? fmt::format("{}-{}", id, run.attempt) : id;
}

std::optional<RunId> run_of_external_id(std::string_view external_id) {
  constexpr std::string_view prefix = "run-";
  if (!external_id.starts_with(prefix)) return std::nullopt;
  external_id.remove_prefix(prefix.size());
  external_id = external_id.substr(0, external_id.find('-'));
  std::int64_t id = 0;
  const char* last = external_id.data() + external_id.size();
  const auto [end, error] = std::from_chars(external_id.data(), last, id);
  if (error != std::errc() || end != last) return std::nullopt;
  return RunId(id);
}

vcs::Check Publisher::check_for(const Run& run) const {
  vcs::Check check;
  const config::ProjectConfig* project = find_project(services_.config, run.key.project);
  check.name = project == nullptr ? "diffgate" : check_name(services_.config, *project);
  check.head_sha = run.key.head_sha;
  check.pull_request = run.key.pull;
  // By this the forge finds an open check whose creation a crash hid from us.
  check.external_id = external_id_of(run);
  if (services_.pages) check.details_url = services_.pages->link(run.id);
  return check;
}

Awaitable<std::optional<Stale>> Publisher::progress(Run run, vcs::CheckState state, ProgressText text,
                                                    bool head_is_known) {
  vcs::Forge& forge = services_.forge(run.key.forge);
  if (!head_is_known) {
    const vcs::PullRequest pull = co_await forge.pull_request(run.repository, run.key.pull);
    if (auto found = stale(run, pull)) co_return found;
  }
  vcs::Check check = check_for(run);
  check.state = state;
  check.title = std::move(text.title);
  check.summary = std::move(text.summary);
  co_await write_check(run, std::move(check));
  co_return std::nullopt;
}

Awaitable<void> Publisher::final_state(Run run, Outcome outcome) {
  vcs::Forge& forge = services_.forge(run.key.forge);
  const vcs::PullRequest pull = co_await forge.pull_request(run.repository, run.key.pull);
  const std::optional<Stale> found = stale(run, pull);
  if (found) {
    // A run that said of itself why it ended keeps its words.
    const bool keeps_words =
        run.state == RunState::cancelled || run.state == RunState::skipped || run.reason_code == kForgeBehind;
    if (!keeps_words) outcome = cancelled_outcome(found->reason);
    outcome.comment.reset();
  }
  vcs::Check check = check_for(run);
  check.state = vcs::CheckState::completed;
  check.conclusion = outcome.conclusion;
  check.title = std::move(outcome.title);
  check.summary = std::move(outcome.summary);
  check.text = std::move(outcome.text);
  check.annotations = std::move(outcome.annotations);
  if (!found) check.buttons = buttons_of(run.state);
  co_await write_check(run, std::move(check));
  if (!outcome.comment) co_return;
  CommentParts parts = co_await services_.store.set_comment_report(
      run.key.project, PullKey{run.key.forge, run.key.repo, run.key.pull}, std::move(*outcome.comment));
  co_await write_comment(run.key.project, run.repository, run.key.pull, run.key.head_sha, std::move(parts));
}

Awaitable<void> Publisher::write_check(Run run, vcs::Check check) {
  const bool is_final = check.state == vcs::CheckState::completed;
  const std::string state(name_of_state(check.state));
  ForgeObject object = (co_await services_.store.check_of(run.id)).value_or(ForgeObject{});
  if (object.state_written == "completed") co_return;
  if (!is_final && object.state_intended == "completed") co_return;
  const std::string hash = hash_of(check);
  if (object.state_written == state && object.body_hash == hash) co_return;

  object.state_intended = state;
  co_await services_.store.put_check(run.id, object);
  std::optional<vcs::CheckRef> known;
  if (!object.ref.empty()) known = vcs::CheckRef(object.ref);
  vcs::Forge& forge = services_.forge(run.key.forge);
  const vcs::CheckRef ref = co_await forge.publish_check(run.repository, known, std::move(check));
  object.ref = ref.value();
  object.state_written = state;
  object.body_hash = hash;
  co_await services_.store.put_check(run.id, object);
  log(LogLevel::info, "check published",
      {{"run", std::to_string(run.id.value())}, {"state", state}, {"repository", run.repository.full_name}});
}

Awaitable<void> Publisher::write_reply(ProjectId project, vcs::Repo repo, vcs::PullNumber number,
                                       vcs::Sha head, std::string reply) {
  PullKey pull{repo.forge, repo.id, number};
  CommentParts parts =
      co_await services_.store.set_comment_reply(project, std::move(pull), std::move(reply), head);
  co_await write_comment(project, std::move(repo), number, std::move(head), std::move(parts));
}

// A report and an answer may be written side by side: whoever finds afterwards that the other part has
// changed writes again.
Awaitable<void> Publisher::write_comment(ProjectId project, vcs::Repo repo, vcs::PullNumber number,
                                         vcs::Sha head, CommentParts parts) {
  const PullKey pull{repo.forge, repo.id, number};
  vcs::Forge& forge = services_.forge(repo.forge);
  for (std::string text = comment_text(parts, head);;) {
    ForgeObject object = (co_await services_.store.comment_of(project, pull)).value_or(ForgeObject{});
    std::optional<vcs::CommentRef> known;
    if (!object.ref.empty()) known = vcs::CommentRef(object.ref);
    object.body_hash = net::sha256_hex(text);
    const vcs::CommentRef ref =
        co_await forge.upsert_comment(repo, number, known, comment_marker(project), text);
    object.ref = ref.value();
    object.state_intended = "written";
    object.state_written = "written";
    co_await services_.store.put_comment(project, pull, object);
    log(LogLevel::info, "comment published",
        {{"repository", repo.full_name}, {"pull_request", std::to_string(number.value())}});
    std::string now = comment_text(co_await services_.store.comment_parts(project, pull), head);
    if (now == text) co_return;
    text = std::move(now);
  }
}

}  // namespace diffgate::app
