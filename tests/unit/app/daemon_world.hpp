#pragma once

// A daemon with everything around it: a forge and a warehouse in memory, a clock that the test moves, real
// HTTP on loopback and a real store on disk.

#include <fmt/format.h>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "app/log.hpp"
#include "app/serve.hpp"
#include "fake_forge.hpp"
#include "fake_warehouse.hpp"
#include "manual_clock.hpp"
#include "net/crypto.hpp"
#include "net/http.hpp"
#include "run.hpp"
#include "temporary_directory.hpp"

namespace diffgate::test {

inline std::string sha_of(char digit) { return std::string(40, digit); }

inline std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("no such file: " + path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class DaemonWorld {
 public:
  DaemonWorld() : http(net::create_http_client(loop.executor(), {})) {
    // For a person who looks for the reason of a failure: DIFFGATE_TEST_LOG=debug.
    if (const char* level = std::getenv("DIFFGATE_TEST_LOG")) app::set_up_logging(level, "text");
    config.data_dir = directory.file("data");
    config.listen.port = 0;
    config.public_url = "https://diffgate.example";
    config.artifact_wait = std::chrono::minutes(60);
    config::GitHubApp app;
    app.app_id = "1";
    app.webhook_secrets.emplace_back("webhook-secret");
    config.github.push_back(app);
    config::WarehouseConfig lake;
    lake.name = "lake";
    lake.connection = config::DuckDbWarehouse{};
    config.warehouses.push_back(lake);
    config::ProjectConfig project;
    project.id = 7;
    project.name = "shop";
    project.forge = "github";
    project.repository = "acme/shop";
    project.warehouse = "lake";
    project.upload_keys.emplace_back("upload-key");
    config.projects.push_back(project);

    forge.pull.number = vcs::PullNumber(5);
    forge.pull.url = "https://github.example/acme/shop/pull/5";
    forge.pull.base_branch = "main";
    forge.pull.base_sha = vcs::Sha(sha_of('b'));
    forge.pull.head_branch = "change";
    forge.pull.head_sha = vcs::Sha(sha_of('1'));
    forge.pull.updated_at = clock.now();
    forge.merge_base = vcs::Sha(sha_of('b'));
  }
  ~DaemonWorld() { stop(); }

  config::Rules& rules() { return config.projects.front().rules; }

  void start(bool catch_up = false) {
    app::DaemonOptions options;
    options.catch_up = catch_up;
    options.grace = std::chrono::milliseconds(50);
    options.make_forge = [this](const std::string&) { return std::make_unique<ForgeHandle>(forge); };
    options.make_warehouse = [this](const config::WarehouseConfig&) {
      return std::make_unique<WarehouseHandle>(warehouse, loop.executor());
    };
    daemon = std::make_unique<app::Daemon>(loop.executor(), config, clock, *http, std::move(options));
    loop.run(daemon->start());
  }
  void stop() {
    if (!daemon) return;
    loop.run(daemon->stop(), std::chrono::seconds(60));
    daemon.reset();
  }
  void restart(bool catch_up = false) {
    stop();
    start(catch_up);
  }

  void settle() { loop.run(daemon->settle(), std::chrono::seconds(60)); }

  // Lets the daemon go on until the condition holds.
  template <class Condition>
  void until(Condition condition) {
    loop.run(poll(condition), std::chrono::seconds(60));
  }

  net::Response send(std::string method, std::string path, std::string body, net::Headers headers = {}) {
    net::Request request;
    request.method = std::move(method);
    request.url = fmt::format("http://127.0.0.1:{}{}", daemon->port(), path);
    request.body = std::move(body);
    request.headers = std::move(headers);
    return loop.run(http->send(std::move(request)), std::chrono::seconds(60));
  }

  // A genuine webhook of the pull request as it is now. Without an id each is a delivery of its own.
  net::Response deliver(const std::string& action, const std::string& label = {}, std::string id = {}) {
    return deliver_body(payload(action, label), std::move(id));
  }
  // The same with a body of any kind.
  net::Response deliver_body(const std::string& body, std::string id = {}) {
    if (id.empty()) id = "delivery-" + std::to_string(++deliveries_);
    const std::string signature = net::to_hex(net::hmac_sha256(Secret("webhook-secret"), body));
    return send("POST", "/webhooks/github", body,
                {{"Content-Type", "application/json"},
                 {"X-GitHub-Event", "pull_request"},
                 {"X-GitHub-Delivery", id},
                 {"X-Hub-Signature-256", "sha256=" + signature}});
  }

  net::Response upload(const std::string& type, const std::string& sha, const std::string& file,
                       std::string body, bool is_gzip = true, const std::string& query = {}) {
    net::Headers headers{{"Authorization", "Key upload-key"}};
    if (is_gzip) headers.set("Content-Encoding", "gzip");
    return send("PUT", fmt::format("/api/v1/projects/7/artifacts/{}/{}/{}{}", type, sha, file, query),
                std::move(body), std::move(headers));
  }
  net::Response upload_production(const std::string& sha = sha_of('b')) {
    return upload("production", sha, "manifest.json",
                  bytes_of("app/demo/project/built/production_manifest.json.gz"), true, "?branch=main");
  }
  net::Response upload_pull_request(const std::string& sha = sha_of('1')) {
    return upload("pull_request", sha, "manifest.json",
                  bytes_of("app/demo/project/built/pull_request_manifest.json.gz"));
  }

  void push(char digit) {
    forge.pull.head_sha = vcs::Sha(sha_of(digit));
    forge.pull.updated_at += std::chrono::seconds(1);
  }

  TemporaryDirectory directory;
  Loop loop;
  ManualClock clock;
  FakeForge forge;
  FakeWarehouse warehouse;
  config::ServerConfig config;
  std::unique_ptr<net::HttpClient> http;
  std::unique_ptr<app::Daemon> daemon;

 private:
  template <class Condition>
  static Awaitable<void> poll(Condition& condition) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    while (!condition()) {
      timer.expires_after(std::chrono::milliseconds(1));
      co_await timer.async_wait(asio::use_awaitable);
    }
  }

  std::string payload(const std::string& action, const std::string& label) const {
    std::string labels;
    for (const std::string& name : forge.pull.labels) {
      labels += fmt::format("{}{{\"name\":\"{}\"}}", labels.empty() ? "" : ",", name);
    }
    const std::string changed = label.empty() ? "" : fmt::format("\"label\":{{\"name\":\"{}\"}},", label);
    return fmt::format(
        R"({{"action":"{}",{}"number":5,"pull_request":{{"number":5,"title":"t","html_url":"https://github.example/acme/shop/pull/5",)"
        R"("state":"{}","draft":{},"user":{{"login":"ann"}},"labels":[{}],"updated_at":"{}",)"
        R"("base":{{"ref":"{}","sha":"{}","repo":{{"id":99}}}},"head":{{"ref":"change","sha":"{}","repo":{{"id":{}}}}}}},)"
        R"("repository":{{"id":99,"full_name":"acme/shop"}},"installation":{{"id":3}},"sender":{{"login":"ann"}}}})",
        action, changed, forge.pull.is_open ? "open" : "closed", forge.pull.is_draft, labels,
        iso8601(forge.pull.updated_at), forge.pull.base_branch, forge.pull.base_sha.value(),
        forge.pull.head_sha.value(), forge.pull.is_fork ? 100 : 99);
  }

  int deliveries_ = 0;
};

}  // namespace diffgate::test
