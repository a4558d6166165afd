// The daemon as a process of its own, killed (SIGKILL) at one call to the forge after another: when the forge
// has taken the call and its answer is still on the way. Whatever the moment, the next process finishes the
// work and nothing is on the pull request twice.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/steady_timer.hpp>
#include <cstdlib>
#include <vector>

#include "app/stand_in/github.hpp"
#include "app/stand_in/rsa.hpp"
#include "daemon_world.hpp"

namespace diffgate::app {
namespace {

using namespace std::chrono_literals;

constexpr const char* kProgram = DIFFGATE_BINARY_DIR "/diffgate";

// A port that was free a moment ago: the daemon's address must stay the same over its lives.
std::uint16_t free_port(test::Loop& loop) {
  stand_in::Wire probe(loop.executor(), [](const net::ServerRequest&) { return net::Response{}; });
  probe.start();
  const std::string url = probe.url();
  loop.run(probe.stop());
  return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

class Process {
 public:
  Process(const std::string& config, const std::string& log) : pid_(::fork()) {
    if (pid_ != 0) return;
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(out, 2);
    ::execl(kProgram, kProgram, "serve", "--config", config.c_str(), nullptr);
    ::_exit(127);
  }
  ~Process() { stop(SIGKILL); }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void kill() { ::kill(pid_, SIGKILL); }

  // Its exit code, or minus the signal that ended it.
  int stop(int signal) {
    if (pid_ <= 0) return 0;
    ::kill(pid_, signal);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t pid_;
};

Awaitable<void> pause_for(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

// Waits until the condition holds; false if it does not come true.
bool eventually(test::Loop& loop, const std::function<bool()>& condition) {
  for (int i = 0; i < 3'000 && !condition(); ++i) loop.run(pause_for(20ms));
  return condition();
}

bool is_up(test::Loop& loop, net::HttpClient& http, const std::string& url) {
  return eventually(loop, [&] {
    net::Request request;
    request.url = url + "/readyz";
    try {
      return loop.run(http.send(std::move(request))).status == 200;
    } catch (const Error&) {
      return false;
    }
  });
}

}  // namespace

TEST_CASE("daemon: killed at any call to the forge, it finishes the work and shows nothing twice") {
  const test::TemporaryDirectory directory;
  test::Loop loop;
  const auto http = net::create_http_client(loop.executor(), {});
  const stand_in::RsaKey key = stand_in::generate_rsa_key();
  stand_in::GitHubStandInOptions options;
  options.app_public_key = key.public_pem;
  options.webhook_secret = Secret("webhook-secret");
  stand_in::GitHubStandIn github(loop.executor(), options, {{"models/orders.sql", "select 1"}});
  github.start();
  const std::string base = github.branch("main");
  stand_in::NewPullRequest request;
  request.edits = {{"models/orders.sql", "select 2"}};
  const stand_in::Hook hook = github.open(request);
  const std::string head = github.pull_request(hook.number).head_sha;

  const std::uint16_t port = free_port(loop);
  const std::string url = fmt::format("http://127.0.0.1:{}", port);
  directory.write("app.pem", key.private_pem.expose());
  directory.write("diffgate.yml", fmt::format(R"(listen: 127.0.0.1:{}
public_url: https://diffgate.example
data_dir: {}
github:
  - app_id: {}
    api_url: {}
    web_url: {}
    private_key_file: app.pem
    webhook_secret: webhook-secret
warehouses:
  lake:
    type: duckdb
    path: missing.duckdb
projects:
  - id: 7
    name: shop
    repository: {}
    warehouse: lake
    upload_key: upload-key
)",
                                              port, directory.file("data"), options.app_id,
                                              github.wire().url(), github.wire().url(), options.repository));
  const auto upload = [&](const std::string& type, const std::string& sha, const std::string& file) {
    net::Request put;
    put.method = "PUT";
    put.url = fmt::format("{}/api/v1/projects/7/artifacts/{}/{}/manifest.json", url, type, sha);
    put.headers = {{"Authorization", "Key upload-key"}, {"Content-Encoding", "gzip"}};
    put.body = test::bytes_of("app/demo/project/built/" + file);
    return loop.run(http->send(std::move(put))).status;
  };

  std::size_t calls_left = 0;  // until the process is killed; 0: it lives
  Process* alive = nullptr;
  github.wire().on_call([&](const stand_in::Call&) {
    if (calls_left > 0 && --calls_left == 0) alive->kill();
  });

  const std::string log = directory.file("log");
  const auto start = [&] { return std::make_unique<Process>(directory.file("diffgate.yml"), log); };
  std::unique_ptr<Process> process = start();
  alive = process.get();
  REQUIRE(is_up(loop, *http, url));
  REQUIRE(upload("production", base, "production_manifest.json.gz") == 201);
  REQUIRE(upload("pull_request", head, "pull_request_manifest.json.gz") == 201);

  // Every life gets a little further; each new one begins with a token and the pull request.
  calls_left = 1;
  REQUIRE(loop.run(stand_in::deliver(*http, url + "/webhooks/github", hook)) == 202);
  const auto has_comment = [&] { return !github.comments(hook.number).empty(); };
  std::size_t lives = 1;
  for (std::size_t calls = 2; calls < 40; ++calls) {
    CAPTURE(calls);
    const bool has_ended = eventually(loop, [&] { return calls_left == 0 || has_comment(); });
    if (!has_ended) MESSAGE(test::bytes_of(log));
    REQUIRE(has_ended);
    process->stop(SIGKILL);
    calls_left = has_comment() ? 0 : calls;
    process = start();
    alive = process.get();
    ++lives;
    if (has_comment()) break;
  }
  CHECK(lives > 5);
  REQUIRE(is_up(loop, *http, url));
  const bool is_done = eventually(loop, [&] {
    net::Request get;
    get.url = url + "/metrics";
    const std::string metrics = loop.run(http->send(std::move(get))).body;
    return metrics.find("diffgate_runs{state=\"done\"} 1") != std::string::npos &&
           metrics.find("diffgate_runs_active 0") != std::string::npos &&
           metrics.find("diffgate_deliveries_waiting 0") != std::string::npos;
  });
  if (!is_done) MESSAGE(test::bytes_of(log));
  REQUIRE(is_done);
  CHECK(process->stop(SIGTERM) == 0);

  CHECK(github.checks().size() == 1);
  for (const stand_in::StandInCheckRun& check : github.checks()) {
    CHECK(check.head_sha == head);
    CHECK(check.now().status == "completed");
    std::size_t completions = 0;
    for (const auto& look : check.looks) completions += look.status == "completed" ? 1 : 0;
    CHECK(completions >= 1);
  }
  CHECK(github.comments(hook.number).size() == 1);
  CHECK(github.wire().problems().empty());
}

}  // namespace diffgate::app
