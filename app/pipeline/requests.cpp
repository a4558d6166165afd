#include "app/pipeline/requests.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/log.hpp"
#include "app/pipeline/publisher.hpp"
#include "app/report/escape.hpp"
#include "net/did_you_mean.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t kMaxReason = 500;  // characters

PullKey pull_of(const Run& run) { return {run.key.forge, run.key.repo, run.key.pull}; }

// "model.shop.orders" is "orders" to people.
std::string name_in(const std::string& unique_id) {
  const std::size_t first = unique_id.find('.');
  const std::size_t second = first == std::string::npos ? first : unique_id.find('.', first + 1);
  return second == std::string::npos ? unique_id : unique_id.substr(second + 1);
}

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 10;
  std::string list;
  for (std::size_t i = 0; i < std::min(names.size(), shown); ++i)
    list += (i > 0 ? ", " : "") + markdown_code(names[i]);
  if (names.size() > shown) list += fmt::format(" and {} more", names.size() - shown);
  return list;
}

std::pair<std::string, std::string> split_first_word(const std::string& text) {
  const std::size_t end = text.find_first_of(" \t");
  if (end == std::string::npos) return {text, ""};
  return {text.substr(0, end), text.substr(std::min(text.find_first_not_of(" \t", end), text.size()))};
}

// A first word that is no model may begin a reason, unless it looks like a model's name that was misspelt:
// then nobody wants all models accepted.
std::string doubt_about(const std::string& word, const std::vector<std::string>& names) {
  const std::string suggestion = did_you_mean(word, names);
  const bool looks_like_name = word.find_first_of("_.*") != std::string::npos;
  if (suggestion.empty() && !looks_like_name) return {};
  return fmt::format("There is no model {} in this run{}.", markdown_code(word),
                     suggestion.empty() ? "" : "; " + markdown_text(suggestion));
}

bool is_to_be_accepted(const ModelRow& row) {
  return !row.fingerprint.empty() && row.result != "identical" && row.result != "empty";
}

}  // namespace

Awaitable<void> Requests::wish(const Run& run, WishKind kind, std::string value, std::string actor) {
  return services_.store.add_wish(run.key.project, pull_of(run),
                                  Wish{kind, std::move(value), std::move(actor)});
}

// Something that the plan depends on has changed.
Awaitable<void> Requests::plan_anew(Run run) {
  if (!is_final(run.state)) {
    co_await board_.halt(run.id);
    co_return;
  }
  co_await board_.restart(std::move(run), Restart::keep_results);
}

Awaitable<Answer> Requests::carry_out(Run run, Request request) {
  log(LogLevel::info, "request",
      {{"run", std::to_string(run.id.value())}, {"actor", request.actor}, {"line", request.line}});
  switch (request.kind) {
    case RequestKind::run:
      return run_again(std::move(run), std::move(request));
    case RequestKind::downstream:
      return diff_downstream(std::move(run), std::move(request));
    case RequestKind::cancel:
      return cancel(std::move(run), std::move(request));
    case RequestKind::accept:
      return accept(std::move(run), std::move(request));
    case RequestKind::remap:
      return remap(std::move(run), std::move(request));
    case RequestKind::help:
    case RequestKind::unknown:
      break;
  }
  return [](RequestKind kind) -> Awaitable<Answer> {
    if (kind == RequestKind::help) co_return Answer{true, command_help()};
    co_return Answer{false, "This is no command of diffgate's. These are:\n\n" + command_help()};
  }(request.kind);
}

Awaitable<Answer> Requests::run_again(Run run, Request request) {
  co_await wish(run, WishKind::run, run.key.head_sha.value(), request.actor);
  for (const std::string& model : request.models) co_await wish(run, WishKind::model, model, request.actor);
  if (!request.models.empty()) {
    co_await plan_anew(std::move(run));
    co_return Answer{true, "Compares " + listed(request.models) +
                               " too, as far as a change reaches them and CI has built them."};
  }
  if (!is_final(run.state)) co_return Answer{true, "The run is under way already."};
  const bool is_consent = run.state == RunState::needs_confirmation;
  co_await board_.restart(std::move(run), is_consent ? Restart::confirm : Restart::measure_all);
  co_return Answer{true, is_consent ? "The diffs have been started." : "Everything is compared again."};
}

Awaitable<Answer> Requests::diff_downstream(Run run, Request request) {
  co_await wish(run, WishKind::downstream, "", request.actor);
  co_await plan_anew(std::move(run));
  co_return Answer{true, "All models downstream of the changed ones are compared too, from now on."};
}

Awaitable<Answer> Requests::cancel(Run run, Request request) {
  if (is_final(run.state)) co_return Answer{false, "No run is under way."};
  co_await board_.cancel(std::move(run), std::string(kCancelledByPerson),
                         fmt::format("stopped by {}", request.actor));
  co_return Answer{true, "The run has been stopped; `/diffgate run` starts it again."};
}

Awaitable<Answer> Requests::accept(Run run, Request request) {
  if (run.state != RunState::done) co_return Answer{false, "There is no result yet that could be accepted."};
  const std::vector<ModelRow> rows = co_await services_.store.models(run.id);
  std::vector<std::string> names;
  names.reserve(rows.size());
  for (const ModelRow& row : rows) names.push_back(name_in(row.unique_id));
  const auto is_model = [&](const std::string& word) {
    return std::any_of(rows.begin(), rows.end(), [&](const ModelRow& row) {
      return row.unique_id == word || name_in(row.unique_id) == word;
    });
  };
  if (request.models.empty() && !request.text.empty()) {
    auto [word, rest] = split_first_word(request.text);
    if (is_model(word)) {
      request.models.push_back(word);
      request.text = rest;
    } else if (const std::string doubt = doubt_about(word, names); !doubt.empty()) {
      co_return Answer{false, doubt + " Nothing was accepted."};
    }
  }
  for (const std::string& model : request.models) {
    if (is_model(model)) continue;
    const std::string suggestion = did_you_mean(model, names);
    co_return Answer{
        false, fmt::format("There is no model {} in this run{}. Nothing was accepted.", markdown_code(model),
                           suggestion.empty() ? "" : "; " + markdown_text(suggestion))};
  }
  std::vector<AcceptedResult> accepted;
  std::vector<std::string> accepted_names;
  for (const ModelRow& row : rows) {
    const bool is_named =
        request.models.empty() ||
        std::any_of(request.models.begin(), request.models.end(), [&](const std::string& model) {
          return row.unique_id == model || name_in(row.unique_id) == model;
        });
    if (!is_named || !is_to_be_accepted(row)) continue;
    accepted.push_back({row.unique_id, row.fingerprint, request.actor, clean_line(request.text, kMaxReason),
                        run.key.head_sha, services_.clock.now()});
    accepted_names.push_back(name_in(row.unique_id));
  }
  if (accepted.empty()) co_return Answer{false, "There is no difference to accept."};
  co_await services_.store.accept_results(run.key.project, pull_of(run), std::move(accepted));
  co_await board_.restart(std::move(run), Restart::keep_results);
  co_return Answer{true, "Accepted: " + listed(accepted_names) +
                             ". This holds over later pushes until the result changes."};
}

Awaitable<Answer> Requests::remap(Run run, Request request) {
  const RenameDirective& rename = *request.rename;
  std::string line = fmt::format("diffgate remap {} {}", rename.from, rename.to);
  if (!rename.glob.empty()) line += " " + rename.glob;
  co_await wish(run, WishKind::rename, std::move(line), request.actor);
  co_await plan_anew(std::move(run));
  co_return Answer{true, fmt::format("Production's column {} is compared with {}{}.",
                                     markdown_code(rename.from), markdown_code(rename.to),
                                     rename.glob.empty() ? std::string(" in every model that has them")
                                                         : " in " + markdown_code(rename.glob))};
}

// ---- comments

Awaitable<bool> Requests::may_command(vcs::Repo repo, vcs::PullNumber number, vcs::CommentEvent comment) {
  vcs::Forge& forge = services_.forge(repo.forge);
  const bool is_own = co_await forge.is_own_user(comment.author);
  if (is_own) co_return false;
  const bool may = co_await forge.can_write(repo, comment.author);
  try {
    co_await forge.react(repo, number, comment.comment_id,
                         may ? vcs::Receipt::accepted : vcs::Receipt::refused);
  } catch (const Error& error) {
    // The command counts, not its receipt.
    log(LogLevel::warning, "no reaction to a comment", {{"reason", error.what()}});
  }
  if (!may) {
    log(LogLevel::info, "command refused: no write access",
        {{"repository", repo.full_name}, {"actor", comment.author}});
  }
  co_return may;
}

Awaitable<Answer> Requests::carry_out_at_head(const config::ProjectConfig& project, vcs::Repo repo,
                                              vcs::PullRequest pull, Request request) {
  if (request.kind == RequestKind::help || request.kind == RequestKind::unknown) {
    Answer answer = co_await carry_out(Run{}, std::move(request));
    co_return answer;
  }
  if (!pull.is_open) co_return Answer{false, "The pull request is closed."};
  RunFilter filter;
  filter.projects = {ProjectId(project.id)};
  filter.pull = pull.number;
  filter.head_sha = pull.head_sha;
  std::vector<Run> runs = co_await services_.store.list_runs(std::move(filter));
  std::erase_if(runs, [&repo](const Run& run) { return run.key.repo != repo.id; });
  if (runs.empty()) {
    co_return Answer{false, "There is no run of this commit: the check says why."};
  }
  Answer answer = co_await carry_out(std::move(runs.front()), std::move(request));
  co_return answer;
}

Awaitable<void> Requests::answer(vcs::Repo repo, vcs::PullRequest pull,
                                 std::vector<const config::ProjectConfig*> projects,
                                 vcs::CommentEvent comment) {
  const std::vector<Request> requests = parse_commands(comment.body, comment.author);
  if (comment.is_bot || requests.empty()) co_return;
  const bool is_answered =
      co_await services_.store.is_comment_answered(repo.forge, repo.id, comment.comment_id);
  if (is_answered) co_return;
  const bool may = co_await may_command(repo, pull.number, comment);
  if (may) {
    struct Replies {
      const config::ProjectConfig* project;
      std::string text;
      bool is_done;
    };
    std::vector<Replies> all;
    for (const config::ProjectConfig* project : projects) {
      Replies replies{project, {}, false};
      for (const Request& request : requests) {
        const Answer answer = co_await carry_out_at_head(*project, repo, pull, request);
        replies.is_done = replies.is_done || answer.is_done;
        replies.text += fmt::format("{} asked {}\n\n{}\n\n", markdown_text(request.actor, 60),
                                    markdown_code(request.line, 200), answer.text);
      }
      all.push_back(std::move(replies));
    }
    // A model is one project's: the others need not say that they do not know it.
    const bool is_done_somewhere =
        std::any_of(all.begin(), all.end(), [](const Replies& replies) { return replies.is_done; });
    for (Replies& replies : all) {
      if (is_done_somewhere && !replies.is_done) continue;
      co_await reply(*replies.project, repo, pull, std::move(replies.text));
      if (!is_done_somewhere) break;
    }
  }
  co_await services_.store.mark_comment_answered(repo.forge, repo.id, comment.comment_id,
                                                 services_.clock.now());
}

Awaitable<void> Requests::reply(const config::ProjectConfig& project, vcs::Repo repo, vcs::PullRequest pull,
                                std::string text) {
  config::CommentWhen when = project.rules.comment;
  const EffectiveRules effective = co_await rules_.at(project, repo, pull.base_branch, pull.base_sha);
  if (effective.problems.empty()) when = effective.rules.comment;
  if (when == config::CommentWhen::never) co_return;
  Publisher publisher(services_);
  co_await publisher.write_reply(ProjectId(project.id), std::move(repo), pull.number, pull.head_sha,
                                 std::move(text));
}

}  // namespace diffgate::app
