#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "net/error.hpp"
#include "world.hpp"

extern char** environ;

// The daemon as a process of its own, killed without a chance to say goodbye.

using namespace diffgate;
using namespace diffgate::test;
using namespace std::chrono_literals;

namespace {

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool is_bound = ::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                        ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(socket);
  REQUIRE(is_bound);
  return ntohs(address.sin_port);
}

// `diffgate serve` over the stage's folder.
class DaemonProcess {
 public:
  explicit DaemonProcess(journey::Stage& stage) : stage_(stage) {}
  ~DaemonProcess() { kill(); }

  void start(Loop& loop) {
    const std::uint16_t port = free_port();
    const std::string config = write_config(port);
    const std::string log = stage_.folder() + "/daemon.log";
    posix_spawn_file_actions_t redirect;
    posix_spawn_file_actions_init(&redirect);
    posix_spawn_file_actions_addopen(&redirect, STDERR_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                     0600);
    std::string program = std::string(DIFFGATE_BINARY_DIR) + "/diffgate";
    std::string serve = "serve";
    std::string option = "--config";
    std::string file = config;
    std::array<char*, 5> arguments = {program.data(), serve.data(), option.data(), file.data(), nullptr};
    const int failure = posix_spawn(&child_, program.c_str(), &redirect, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&redirect);
    REQUIRE(failure == 0);
    stage_.use_daemon_at("http://127.0.0.1:" + std::to_string(port));
    loop.run(until_ready(), 60s);
  }

  void kill() {
    if (child_ == 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
    child_ = 0;
  }

 private:
  std::string write_config(std::uint16_t port) {
    const config::ServerConfig& config = stage_.config();
    std::ofstream(stage_.folder() + "/app.pem") << config.github[0].private_key.expose();
    const std::string path = stage_.folder() + "/diffgate.yml";
    std::ofstream(path)
        << "listen: 127.0.0.1:" << port
        << "\npublic_url: https://diffgate.example.com\ndata_dir: " << config.data_dir
        << "\ngithub:\n  - app_id: \"" << config.github[0].app_id
        << "\"\n    api_url: " << stage_.wire().url()
        << "\n    private_key_file: app.pem\n    webhook_secret: "
        << config.github[0].webhook_secrets[0].expose()
        << "\nwarehouses:\n  shop: {type: duckdb, path: shop.duckdb}\n"
        << "projects:\n  - {id: 1, name: shop, repository: acme/shop, warehouse: shop, upload_key: \""
        << config.projects[0].upload_keys[0].expose() << "\"}\n";
    std::filesystem::create_directories(config.data_dir);
    return path;
  }

  Awaitable<void> until_ready() {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (;;) {
      int status = 0;
      try {
        const net::Response response = co_await stage_.get("/readyz");
        status = response.status;
      } catch (const Error&) {
        status = 0;  // it does not listen yet
      }
      if (status == 200) co_return;
      pause.expires_after(20ms);
      co_await pause.async_wait(asio::use_awaitable);
    }
  }

  journey::Stage& stage_;
  pid_t child_ = 0;
};

}  // namespace

TEST_CASE("kill -9 at any moment: one comment in the end, every check ended, nothing lost") {
  std::string_view moment;
  SUBCASE("when the delivery was answered") { moment = "answered"; }
  SUBCASE("when the check was created") { moment = "created"; }
  SUBCASE("in the middle of the diff") { moment = "diffing"; }
  SUBCASE("when the check ended and the comment may not be there yet") { moment = "ended"; }
  CAPTURE(moment);

  Loop loop;
  SystemClock clock;
  journey::StageOptions options;
  options.daemon.duckdb_helper = std::string(DIFFGATE_BINARY_DIR) + "/diffgate-duckdb";
  journey::Stage stage(loop.executor(), clock, options);
  stage.set_up();
  DaemonProcess daemon(stage);
  daemon.start(loop);
  loop.run(stage.upload_production(), 30s);

  stand_in::GitHubStandIn& github = stage.github();
  const stand_in::Hook opened = github.open(stage.shop_pull_request());
  const std::string sha = github.pull_request(opened.number).head_sha;
  const auto status = [&] {
    const auto* check = github.check(sha, "diffgate");
    return check == nullptr ? std::string() : check->now().status;
  };
  const auto wait = [&](std::string what, std::function<bool()> met) {
    loop.run(stage.wire().until(std::move(what), std::move(met), 90s), 100s);
  };
  REQUIRE(loop.run(stage.send(opened), 30s) == 202);
  if (moment == "created") wait("the check", [&] { return !status().empty(); });
  if (moment == "diffing" || moment == "ended") {
    loop.run(stage.upload_pull_request(sha), 30s);
    const std::string wanted = moment == "diffing" ? "in_progress" : "completed";
    wait(wanted, [&] { return status() == wanted; });
  }
  daemon.kill();
  daemon.start(loop);
  if (moment == "answered" || moment == "created") loop.run(stage.upload_pull_request(sha), 30s);

  wait("the end of the check", [&] { return status() == "completed"; });
  wait("the comment", [&] { return !github.comments(opened.number).empty(); });
  CHECK(github.check(sha, "diffgate")->now().conclusion == "success");
  for (const stand_in::StandInCheckRun& check : github.checks()) CHECK(check.now().status == "completed");
  // The same delivery once more, as after GitHub's own redelivery.
  CHECK(loop.run(stage.send(opened), 30s) == 202);
  daemon.kill();
  daemon.start(loop);
  CHECK(github.comments(opened.number).size() == 1);
  daemon.kill();
  loop.run(stage.stop(), 30s);
}
