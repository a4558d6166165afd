// The daemon between a stand-in for GitHub and the demo's tables, for tests that are other programs: they
// find out what they need from the one line of JSON that this prints, and everything ends with its standard
// input.
//
// Two pull requests are open, and no webhook has told of either.

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <nlohmann/json.hpp>

#include "app/demo/stage.hpp"
#include "net/error.hpp"

#include <unistd.h>

namespace {

using namespace diffgate;
using namespace diffgate::app;
using Json = nlohmann::json;

Json open_pull(journey::Stage& stage, stand_in::NewPullRequest request) {
  const int number = stage.github().open(std::move(request)).number;
  const auto& pull = stage.github().pull_request(number);
  return {{"number", number},
          {"head_sha", pull.head_sha},
          {"head_branch", pull.head_branch},
          {"base_sha", stage.main_branch_tip()},
          {"base_branch", "main"}};
}

Awaitable<void> wait_for_end_of_input() {
  asio::posix::stream_descriptor input(co_await asio::this_coro::executor, ::dup(STDIN_FILENO));
  std::array<char, 256> bytes{};
  boost::system::error_code ended;
  while (!ended) {
    co_await input.async_read_some(asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, ended));
  }
}

Awaitable<void> play(Clock& clock) {
  journey::StageOptions options;
  options.daemon.forge_write_gap = std::chrono::milliseconds(0);
  options.daemon.progress_gap = std::chrono::milliseconds(0);
  options.daemon.duckdb_helper = std::string(std::getenv("DIFFGATE_BINARY_DIR")) + "/diffgate-duckdb";
  journey::Stage stage(co_await asio::this_coro::executor, clock, options);
  co_await stage.start();
  stand_in::NewPullRequest other;
  other.head_branch = "without-dbt";
  other.edits = {{"jobs/orders.sql", "select 1\n"}};
  const Json world = {
      {"server", stage.daemon_url()},
      {"key", stage.config().projects[0].upload_keys[0].expose()},
      {"project", journey::Stage::project_id},
      {"pull_requests", {open_pull(stage, stage.shop_pull_request()), open_pull(stage, other)}}};
  std::printf("%s\n", world.dump().c_str());
  std::fflush(stdout);
  co_await wait_for_end_of_input();
  co_await stage.stop();
}

}  // namespace

int main() {
  if (std::getenv("DIFFGATE_BINARY_DIR") == nullptr) {
    std::fprintf(stderr, "usage: DIFFGATE_BINARY_DIR=… contract_stage\n");
    return 2;
  }
  diffgate::asio::io_context context(1);
  diffgate::SystemClock clock;
  std::exception_ptr failure;
  diffgate::asio::co_spawn(context, play(clock), [&](const std::exception_ptr& error) {
    failure = error;
    context.stop();
  });
  context.run();
  if (failure) std::fprintf(stderr, "contract_stage: %s\n", diffgate::error_line(failure).c_str());
  return failure ? 1 : 0;
}
