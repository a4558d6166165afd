#include "app/demo/demo.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>

#include "app/demo/expectations.hpp"
#include "app/demo/narrator.hpp"
#include "app/demo/shop.hpp"
#include "app/demo/stage.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

using namespace std::chrono_literals;

// Nothing of the journey takes longer, on any machine; it only ends a demo that hangs.
constexpr auto patience = 60s;

constexpr std::string_view rules =
    "fail_on_primary_key_issues: true\n"
    "gates:\n"
    "  - {select: orders, when: \"rows_removed_pct > 1\", severity: warn}\n";

// The check's newest look, in the forge's own words.
struct Look {
  std::string state;
  std::string title;
  bool is_ended = false;

  friend bool operator==(const Look&, const Look&) = default;
};

Look newest_look(journey::Stage& stage, bool is_gitlab) {
  if (is_gitlab) {
    const auto& statuses = stage.gitlab().statuses();
    if (statuses.empty()) return {};
    const auto& now = statuses.back().now();
    return {now.state, now.description, now.state != "pending" && now.state != "running"};
  }
  const auto& checks = stage.github().checks();
  if (checks.empty()) return {};
  const auto& now = checks.back().now();
  const bool is_ended = now.status == "completed";
  return {is_ended ? now.conclusion : now.status, now.title, is_ended};
}

class Journey {
 public:
  Journey(journey::Stage& stage, journey::Narrator& narrator, DemoOptions options)
      : stage_(stage), narrator_(narrator), options_(options) {
    stage_.wire().on_call([this](const stand_in::Call&) { tell_check(); });
  }

  // Whether all went as it must.
  Awaitable<bool> run();

 private:
  void tell_check() {
    const Look look = newest_look(stage_, options_.gitlab);
    if (look.state.empty() || look == last_) return;
    last_ = look;
    narrator_.check(look.state, look.title);
  }

  Awaitable<void> wait_for(std::string what, std::function<bool()> met) {
    return stage_.wire().until(std::move(what), std::move(met), patience);
  }

  std::vector<stand_in::StandInComment> comments() const {
    return options_.gitlab ? stage_.gitlab().comments(number_) : stage_.github().comments(number_);
  }

  Awaitable<std::vector<std::string>> unmet() const;

  journey::Stage& stage_;
  journey::Narrator& narrator_;
  DemoOptions options_;
  Look last_;
  int number_ = 0;
};

Awaitable<bool> Journey::run() {
  const std::string page = options_.gitlab ? "merge request" : "pull request";
  const stand_in::NewPullRequest request = stage_.shop_pull_request();

  co_await stage_.upload_production();
  narrator_.event("CI", "builds main with dbt and uploads production's manifest.json");

  const stand_in::Hook hook = options_.gitlab ? stage_.gitlab().open(request) : stage_.github().open(request);
  number_ = hook.number;
  const std::string head = options_.gitlab ? stage_.gitlab().merge_request(number_).head_sha
                                           : stage_.github().pull_request(number_).head_sha;
  narrator_.event(request.author, fmt::format("opens the {} {}{} \"{}\"", page, options_.gitlab ? "!" : "#",
                                              number_, request.title));
  const int status = co_await stage_.send(hook);
  narrator_.event("forge", fmt::format("sends the signed webhook; the daemon answers {}", status));
  if (status != 202) co_return false;

  co_await wait_for("the check", [this] { return !last_.state.empty(); });
  co_await stage_.daemon().settle();
  co_await stage_.upload_pull_request(head);
  narrator_.event("CI", fmt::format("builds the {} with dbt and uploads its manifest.json", page));

  co_await wait_for("the end of the check", [this] { return last_.is_ended; });
  co_await wait_for("the comment", [this] { return !comments().empty(); });
  co_await stage_.daemon().settle();

  narrator_.rule(fmt::format("the comment on acme/shop{}{}", options_.gitlab ? "!" : "#", number_));
  narrator_.text(comments().front().body);
  narrator_.rule("the end");
  const std::vector<std::string> wrong = co_await unmet();
  for (const std::string& each : wrong) narrator_.verdict(false, each);
  if (wrong.empty()) {
    narrator_.verdict(
        true, "as it must be: the check fails for the duplicate keys, and every count is that of the tables");
  }
  co_return wrong.empty();
}

Awaitable<std::vector<std::string>> Journey::unmet() const {
  const net::Response run = co_await stage_.get("/api/v1/runs/1");
  std::vector<std::string> wrong = journey::unmet_expectations(run.body);
  const std::string expected = options_.gitlab ? "failed" : "failure";
  if (last_.state != expected)
    wrong.push_back(fmt::format("the check ended as {}, not as {}", last_.state, expected));
  if (comments().size() != 1) wrong.push_back(fmt::format("{} comments were made, not 1", comments().size()));
  co_return wrong;
}

Awaitable<void> keep_up(journey::Stage& stage, journey::Narrator& narrator) {
  narrator.rule("left up until Ctrl-C");
  narrator.fact("daemon", stage.daemon_url() + "  (/healthz, /metrics, /api/v1/runs)");
  narrator.fact("key", "curl -H 'Authorization: Key " + stage.config().projects[0].upload_keys[0].expose() +
                           "' " + stage.daemon_url() + "/api/v1/runs/1");
  // The link names the server's public URL, which nobody serves here.
  const std::string link = stage.report_link();
  if (const std::size_t path = link.find("/runs/"); path != std::string::npos)
    narrator.fact("report", stage.daemon_url() + link.substr(path));
  narrator.fact("forge", stage.wire().url());
  narrator.fact("folder", stage.folder());
  asio::signal_set signals(co_await asio::this_coro::executor, SIGINT, SIGTERM);
  co_await signals.async_wait(asio::use_awaitable);
}

Awaitable<int> play(DemoOptions options, Clock& clock) {
  journey::Narrator narrator;
  journey::StageOptions wanted;
  wanted.gitlab = options.gitlab;
  wanted.more_files[".diffgate.yml"] = std::string(rules);
  // The journey is short and the forge is ours: show every step.
  wanted.daemon.forge_write_gap = 0ms;
  wanted.daemon.progress_gap = 300ms;
  wanted.daemon.concurrent_models = 1;
  journey::Stage stage(co_await asio::this_coro::executor, clock, wanted);
  co_await stage.start();
  narrator.title(
      "diffgate demo: one pull request of a dbt project, from webhook to comment, on this machine alone");
  narrator.fact("project", "acme/shop, built by dbt-core 1.12 in two versions");
  narrator.fact("warehouse", "DuckDB, schemas analytics (production) and pr_42 (the pull request's build)");
  narrator.fact("forge", fmt::format("a stand-in for {} at {}", options.gitlab ? "GitLab" : "GitHub",
                                     stage.wire().url()));
  narrator.fact("daemon", "diffgate serve, at " + stage.daemon_url());
  narrator.text("");

  Journey journey(stage, narrator, options);
  bool is_right = false;
  std::exception_ptr failure;
  try {
    is_right = co_await journey.run();
    if (options.keep) co_await keep_up(stage, narrator);
  } catch (...) {
    failure = std::current_exception();
  }
  co_await stage.stop();
  if (failure) std::rethrow_exception(failure);
  co_return is_right ? 0 : 1;
}

}  // namespace

int demo(DemoOptions options) {
  asio::io_context context(1);
  SystemClock clock;
  int code = 3;
  std::exception_ptr failure;
  asio::co_spawn(context, play(options, clock), [&](const std::exception_ptr& error, int result) {
    failure = error;
    if (!error) code = result;
    context.stop();
  });
  context.run();
  if (failure) std::fprintf(stderr, "diffgate demo: %s\n", error_line(failure).c_str());
  return code;
}

}  // namespace diffgate::app
