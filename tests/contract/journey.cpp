// The daemon and the stand-in for GitHub, with whatever stands between them: what github_openapi.test.mjs
// judges.
//
//   contract_journey FORGE_PORT FORGE_URL
//
// Walks through everything that the daemon says to GitHub: a run from the webhook to the comment, a push that
// supersedes, an ignored change of many files, a fork with a label, a button, a commit of which no webhook
// told, a merge queue, a label that goes, a restart that catches up. Exit code 0 if each part ended as it
// must.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>

#include "app/demo/stage.hpp"
#include "net/error.hpp"

namespace {

using namespace diffgate;
using namespace diffgate::app;
using namespace std::chrono_literals;

constexpr std::string_view rules =
    "files_to_ignore: [\"docs/\"]\n"
    "pull_request_label: data-diff\n"
    "fork_pull_requests: with_label\n";

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
  std::printf("ok: %s\n", what.c_str());
}

class Walk {
 public:
  explicit Walk(journey::Stage& stage) : stage_(stage), github_(stage.github()) {}

  Awaitable<void> all() {
    co_await stage_.upload_production();
    co_await whole_run();
    co_await push_supersedes();
    co_await ignored_files();
    co_await labelled_fork();
    co_await rerun();
    co_await unknown_commit();
    co_await merge_queue();
    co_await lost_label();
    co_await restart();
  }

 private:
  Awaitable<void> send(stand_in::Hook hook) {
    const int status = co_await stage_.send(std::move(hook));
    require(status == 202, "a delivery is taken");
    co_await stage_.daemon().settle();
  }

  std::string conclusion(int number) const {
    const auto* check = github_.check(github_.pull_request(number).head_sha, "diffgate");
    return check == nullptr ? "no check" : check->now().status + " " + check->now().conclusion;
  }

  Awaitable<void> whole_run() {
    stand_in::NewPullRequest request = stage_.shop_pull_request();
    const stand_in::Hook opened = github_.open(request);
    number_ = opened.number;
    co_await send(opened);
    require(conclusion(number_) == "completed skipped", "without the label it is skipped");
    co_await send(github_.label(number_, "data-diff"));
    const std::string head = github_.pull_request(number_).head_sha;
    co_await stage_.upload_pull_request(head);
    co_await stage_.daemon().settle();
    require(conclusion(number_).starts_with("completed "), "with it the run ends: " + conclusion(number_));
    require(github_.comments(number_).size() == 1, "with one comment");
  }

  Awaitable<void> push_supersedes() {
    co_await send(github_.push(number_, "one more", {{"models/notes.sql", "select 1\n"}}));
    const std::string waiting = github_.pull_request(number_).head_sha;
    co_await send(github_.push(number_, "and another", {{"models/notes.sql", "select 2\n"}}));
    require(github_.check(waiting, "diffgate")->now().conclusion == "cancelled",
            "a push cancels the run before it");
    co_await stage_.upload_pull_request(github_.pull_request(number_).head_sha);
    co_await stage_.daemon().settle();
    require(github_.comments(number_).size() == 1, "the comment is edited in place");
    co_await send(github_.close(number_));
  }

  Awaitable<void> ignored_files() {
    stand_in::NewPullRequest request;
    request.labels = {"data-diff"};
    request.head_branch = "docs";
    for (int i = 0; i < 120; ++i) request.edits["docs/" + std::to_string(i) + ".md"] = "text\n";
    const stand_in::Hook opened = github_.open(request);
    co_await send(opened);
    require(conclusion(opened.number) == "completed skipped", "a change of ignored files alone is skipped");
  }

  Awaitable<void> labelled_fork() {
    stand_in::NewPullRequest request = stage_.shop_pull_request();
    request.is_fork = true;
    request.author = "grace";
    const stand_in::Hook opened = github_.open(request);
    co_await send(opened);
    require(conclusion(opened.number) == "completed neutral",
            "a fork without the label is left alone: " + conclusion(opened.number));
    co_await send(github_.label(opened.number, "data-diff"));
    co_await send(github_.close(opened.number));
  }

  Awaitable<void> rerun() {
    co_await send(github_.reopen(number_));
    const std::string head = github_.pull_request(number_).head_sha;
    const std::size_t checks = github_.checks().size();
    co_await send(github_.press(head, "rerun", "ada"));
    require(github_.checks().size() == checks + 1, "a button makes a new check");
    require(conclusion(number_).starts_with("completed "), "which ends: " + conclusion(number_));
  }

  Awaitable<void> unknown_commit() {
    stand_in::NewPullRequest request;
    request.head_branch = "unheard-of";
    request.is_fork = true;  // GitHub does not name a fork's pull requests beside its commits
    request.edits = {{"docs/unheard-of.md", "text\n"}};
    const stand_in::Hook lost = github_.open(request);
    co_await send(github_.rerequest_suite(github_.pull_request(lost.number).head_sha, "ada"));
    require(conclusion(lost.number).starts_with("completed "), "a commit's pull request is found");
  }

  Awaitable<void> merge_queue() {
    const stand_in::Hook queued = github_.queue_to_merge(number_);
    co_await send(queued);
    co_await send(github_.sign("merge_group", queued.body));
    const std::string head = github_.pull_request(number_).head_sha;
    const auto* check = github_.check(
        github_.branch("gh-readonly-queue/main/pr-" + std::to_string(number_) + "-" + head), "diffgate");
    require(check != nullptr && check->now().conclusion == "success", "a merge queue is answered");
  }

  Awaitable<void> lost_label() {
    co_await send(github_.rename_label("data-diff", "diff-data"));
    co_await send(github_.rename_label("diff-data", "data-diff"));
  }

  Awaitable<void> restart() {
    co_await stage_.stop_daemon();
    stand_in::NewPullRequest request;
    request.head_branch = "missed";
    request.edits = {{"docs/missed.md", "text\n"}};
    const stand_in::Hook missed = github_.open(request);
    github_.log_delivery(github_.queue_to_merge(missed.number), 502);
    co_await stage_.start_daemon();
    co_await stage_.daemon().settle();
    require(conclusion(missed.number) == "completed skipped",
            "a pull request that was missed is found at the start");
    const std::string head = github_.pull_request(missed.number).head_sha;
    const std::string queue = "gh-readonly-queue/main/pr-" + std::to_string(missed.number) + "-" + head;
    require(github_.check(github_.branch(queue), "diffgate") != nullptr,
            "and so is what GitHub could not deliver");
  }

  journey::Stage& stage_;
  stand_in::GitHubStandIn& github_;
  int number_ = 0;
};

Awaitable<void> play(std::uint16_t port, std::string url, Clock& clock) {
  journey::StageOptions options;
  options.forge_port = port;
  options.forge_url = std::move(url);
  options.more_files[".diffgate.yml"] = std::string(rules);
  options.daemon.forge_write_gap = 0ms;
  options.daemon.progress_gap = 0ms;
  options.daemon.duckdb_helper = std::string(std::getenv("DIFFGATE_BINARY_DIR")) + "/diffgate-duckdb";
  journey::Stage stage(co_await asio::this_coro::executor, clock, options);
  co_await stage.start();
  std::exception_ptr failure;
  try {
    Walk walk(stage);
    co_await walk.all();
  } catch (const std::exception&) {
    failure = std::current_exception();  // rethrown once everything is stopped
  }
  co_await stage.stop();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 || std::getenv("DIFFGATE_BINARY_DIR") == nullptr) {
    std::fprintf(stderr, "usage: DIFFGATE_BINARY_DIR=… contract_journey FORGE_PORT FORGE_URL\n");
    return 2;
  }
  diffgate::asio::io_context context(1);
  diffgate::SystemClock clock;
  std::exception_ptr failure;
  diffgate::asio::co_spawn(context, play(static_cast<std::uint16_t>(std::atoi(argv[1])), argv[2], clock),
                           [&](const std::exception_ptr& error) {
                             failure = error;
                             context.stop();
                           });
  context.run();
  if (failure) std::fprintf(stderr, "contract_journey: %s\n", diffgate::error_line(failure).c_str());
  return failure ? 1 : 0;
}
