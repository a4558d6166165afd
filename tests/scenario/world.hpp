#pragma once

// A story's world: the real daemon with its store, real tables in DuckDB, and a stand-in forge over HTTP. The
// clock belongs to the story.

#include <doctest/doctest.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdlib>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "app/demo/stage.hpp"
#include "app/log.hpp"
#include "manual_clock.hpp"
#include "run.hpp"

namespace diffgate::test {

namespace journey = app::journey;
namespace stand_in = app::stand_in;

class World {
 public:
  // `adjust` changes the server's configuration before the daemon starts; it may use the loop and the clock.
  using Adjust = std::function<void(config::ServerConfig&, World&)>;

  explicit World(std::string rules = "", bool gitlab = false, Adjust adjust = {})
      : stage(loop.executor(), clock, options(rules, gitlab, std::move(adjust))) {
    // For a person who looks for the reason of a failure: DIFFGATE_TEST_LOG=debug.
    if (const char* level = std::getenv("DIFFGATE_TEST_LOG")) app::set_up_logging(level, "text");
    run(stage.start());
  }
  ~World() {
    const bool is_sound = stage.wire().problems().empty();
    run(stage.stop());
    CHECK_MESSAGE(is_sound, "the stand-in itself failed");
  }

  template <class T>
  T run(Awaitable<T> task) {
    return loop.run(std::move(task), std::chrono::seconds(60));
  }

  void settle() { run(stage.daemon().settle()); }

  // Delivers the webhook and lets the daemon do all that it can do now.
  void send(stand_in::Hook hook) {
    REQUIRE(run(stage.send(std::move(hook))) == 202);
    settle();
  }

  // Lets time pass, a second at each look, until the condition holds.
  template <class Condition>
  void pass_time_until(Condition condition) {
    run(pass(std::move(condition)));
  }

  stand_in::GitHubStandIn& github() { return stage.github(); }
  stand_in::GitLabStandIn& gitlab() { return stage.gitlab(); }

  const std::string& head(int number) { return github().pull_request(number).head_sha; }
  // "completed success", "in_progress ", or "" if there is none.
  std::string check_of(const std::string& sha) {
    const auto* check = github().check(sha, "diffgate");
    return check == nullptr ? "" : check->now().status + " " + check->now().conclusion;
  }
  const stand_in::StandInCheckRun::Look& look(const std::string& sha) {
    return github().check(sha, "diffgate")->now();
  }

  test::Loop loop;
  test::ManualClock clock;
  journey::Stage stage;

 private:
  journey::StageOptions options(const std::string& rules, bool gitlab, Adjust adjust) {
    journey::StageOptions made;
    if (adjust) {
      made.adjust = [this, adjust = std::move(adjust)](config::ServerConfig& config) {
        adjust(config, *this);
      };
    }
    made.gitlab = gitlab;
    if (!rules.empty()) made.more_files[".diffgate.yml"] = rules;
    made.daemon.forge_write_gap = std::chrono::milliseconds(0);
    made.daemon.progress_gap = std::chrono::milliseconds(0);
    made.daemon.grace = std::chrono::milliseconds(50);
    made.daemon.duckdb_helper = std::string(DIFFGATE_BINARY_DIR) + "/diffgate-duckdb";
    return made;
  }

  template <class Condition>
  Awaitable<void> pass(Condition condition) {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (int i = 0; i < 4'000; ++i) {
      if (condition()) co_return;
      // Real time only for the bytes between the two ends of a socket.
      pause.expires_after(std::chrono::milliseconds(5));
      boost::system::error_code ignored;
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
      clock.advance(std::chrono::seconds(1));
    }
    throw std::runtime_error("it never came to pass");
  }
};

// Tables keep words together by no-break spaces; a story reads them as spaces.
inline bool contains(std::string text, std::string_view part) {
  constexpr std::string_view no_break = "\u00a0";
  for (std::size_t at = text.find(no_break); at != std::string::npos; at = text.find(no_break, at)) {
    text.replace(at, no_break.size(), " ");
  }
  return text.find(part) != std::string::npos;
}

}  // namespace diffgate::test
