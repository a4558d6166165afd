// How soon is there a check on the pull request? Pushes to a pull request of the stand-in forge and measures,
// for each push, from sending the signed webhook to the 202 and to the moment at which the forge has the
// check run.
//
//   bench_first_check [PUSHES]

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "app/demo/stage.hpp"
#include "net/async.hpp"
#include "net/error.hpp"

namespace {

using namespace diffgate;
using Steady = std::chrono::steady_clock;

double milliseconds_since(Steady::time_point begin) {
  return std::chrono::duration<double, std::milli>(Steady::now() - begin).count();
}

struct Times {
  std::vector<double> answered;
  std::vector<double> checked;
};

Awaitable<void> measure(app::journey::Stage& stage, Clock& clock, int pushes, Times& times) {
  co_await stage.start();
  app::stand_in::NewPullRequest request = stage.shop_pull_request();
  app::stand_in::Hook opened = stage.github().open(std::move(request));
  co_await stage.send(std::move(opened));
  co_await stage.daemon().settle();
  for (int i = 0; i < pushes; ++i) {
    app::stand_in::TreeEdits edits = {{"models/push.sql", fmt::format("select {}", i)}};
    app::stand_in::Hook hook = stage.github().push(42, fmt::format("push {}", i), edits);
    const std::string head = stage.github().pull_request(42).head_sha;
    const auto begin = Steady::now();
    co_await stage.send(std::move(hook));
    times.answered.push_back(milliseconds_since(begin));
    while (stage.github().check(head, "diffgate / shop") == nullptr &&
           stage.github().check(head, "diffgate") == nullptr) {
      co_await clock.sleep_for(std::chrono::milliseconds(1));
      if (milliseconds_since(begin) > 10'000) throw Error(ErrorClass::internal, "no check run within 10 s");
    }
    times.checked.push_back(milliseconds_since(begin));
    co_await stage.daemon().settle();
  }
  co_await stage.stop();
}

void print(const char* name, std::vector<double> values) {
  std::sort(values.begin(), values.end());
  fmt::print("| {} | {:.1f} | {:.1f} | {:.1f} |\n", name, values.front(), values[values.size() / 2],
             values.back());
}

}  // namespace

int main(int argc, char** argv) {
  const int pushes = argc > 1 ? std::atoi(argv[1]) : 50;
  asio::io_context loop(1);
  SystemClock clock;
  app::journey::StageOptions options;
  options.daemon.forge_write_gap = std::chrono::milliseconds(0);
  app::journey::Stage stage(loop.get_executor(), clock, std::move(options));
  Times times;
  std::exception_ptr failure;
  spawn(loop.get_executor(), "bench", measure(stage, clock, pushes, times),
        [&failure](const std::string&, const std::exception_ptr& error) { failure = error; });
  loop.run();
  if (failure) {
    fmt::print(stderr, "bench_first_check: {}\n", error_line(failure));
    return 1;
  }
  fmt::print("| from sending the webhook, ms | least | median | most |\n|---|---|---|---|\n");
  print("to the 202 (verified, stored)", times.answered);
  print("to the check run at the forge", times.checked);
  return 0;
}
