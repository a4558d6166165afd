#pragma once

// `diffgate serve` as a process of its own before a stand-in for GitHub, killed (SIGKILL) at a chosen call to
// the forge: when the forge has taken the call and its answer is still on the way.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "app/stand_in/github.hpp"
#include "app/stand_in/rsa.hpp"
#include "daemon_world.hpp"

namespace diffgate::test {

namespace stand_in = app::stand_in;

class MortalDaemon {
 public:
  MortalDaemon() : http_(net::create_http_client(loop.executor(), {})) {
    const stand_in::RsaKey key = stand_in::generate_rsa_key();
    stand_in::GitHubStandInOptions options;
    options.app_public_key = key.public_pem;
    options.webhook_secret = Secret("webhook-secret");
    github = std::make_unique<stand_in::GitHubStandIn>(
        loop.executor(), options, stand_in::TreeEdits{{"models/orders.sql", "select 1"}});
    github->start();
    github->wire().on_call([this](const stand_in::Call&) {
      if (calls_left_ > 0 && --calls_left_ == 0) ::kill(pid_, SIGKILL);
    });
    const std::uint16_t port = free_port();
    url_ = fmt::format("http://127.0.0.1:{}", port);
    directory.write("app.pem", key.private_pem.expose());
    directory.write("diffgate.yml",
                    fmt::format(R"(listen: 127.0.0.1:{}
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
                                port, directory.file("data"), options.app_id, github->wire().url(),
                                github->wire().url(), options.repository));
  }
  ~MortalDaemon() { stop(SIGKILL); }
  MortalDaemon(const MortalDaemon&) = delete;
  MortalDaemon& operator=(const MortalDaemon&) = delete;

  // A new life, which ends at its `calls`-th call to the forge; 0: it does not end by itself.
  void start(std::size_t calls) {
    calls_left_ = calls;
    pid_ = ::fork();
    if (pid_ != 0) return;
    const int out = ::open(directory.file("log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(out, 2);
    const std::string config = directory.file("diffgate.yml");
    ::execl(kProgram, kProgram, "serve", "--config", config.c_str(), nullptr);
    ::_exit(127);
  }
  void die_at_call(std::size_t calls) { calls_left_ = calls; }
  bool was_killed() const { return calls_left_ == 0; }

  // Its exit code, or minus the signal that ended it.
  int stop(int signal) {
    if (pid_ <= 0) return 0;
    ::kill(pid_, signal);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  // Waits until the condition holds; false if it does not come true.
  bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 3'000 && !condition(); ++i) loop.run(pause());
    return condition();
  }
  bool is_up() {
    return eventually([&] { return get("/readyz").status == 200; });
  }
  // All deliveries handled, every run ended, and every outcome told.
  bool is_at_rest() {
    if (get("/readyz").status != 200) return false;
    const std::string metrics = get("/metrics").body;
    for (const char* line :
         {"diffgate_runs_active 0", "diffgate_deliveries_waiting 0", "diffgate_runs{state=\"queued\"} 0",
          "diffgate_runs{state=\"waiting\"} 0", "diffgate_runs{state=\"processing\"} 0"}) {
      if (metrics.find(line) == std::string::npos) return false;
    }
    return true;
  }
  net::Response get(const std::string& path) {
    net::Request request;
    request.url = url_ + path;
    try {
      return loop.run(http_->send(std::move(request)));
    } catch (const Error&) {
      return {};  // nobody listens
    }
  }
  int deliver(const stand_in::Hook& hook) {
    return loop.run(stand_in::deliver(*http_, url_ + "/webhooks/github", hook));
  }
  int upload(const std::string& type, const std::string& sha, const std::string& file) {
    net::Request put;
    put.method = "PUT";
    put.url = fmt::format("{}/api/v1/projects/7/artifacts/{}/{}/manifest.json", url_, type, sha);
    put.headers = {{"Authorization", "Key upload-key"}, {"Content-Encoding", "gzip"}};
    put.body = bytes_of("app/demo/project/built/" + file);
    return loop.run(http_->send(std::move(put))).status;
  }
  std::string log() { return bytes_of(directory.file("log")); }

  const TemporaryDirectory directory;
  Loop loop;
  std::unique_ptr<stand_in::GitHubStandIn> github;

 private:
  static constexpr const char* kProgram = DIFFGATE_BINARY_DIR "/diffgate";

  static Awaitable<void> pause() {
    asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::milliseconds(20));
    co_await timer.async_wait(asio::use_awaitable);
  }

  // A port that was free a moment ago: the daemon's address must stay the same over its lives.
  std::uint16_t free_port() {
    stand_in::Wire probe(loop.executor(), [](const net::ServerRequest&) { return net::Response{}; });
    probe.start();
    const std::string url = probe.url();
    loop.run(probe.stop());
    return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  }

  std::unique_ptr<net::HttpClient> http_;
  std::string url_;
  pid_t pid_ = -1;
  std::size_t calls_left_ = 0;  // until the process is killed; 0: it lives
};

}  // namespace diffgate::test
