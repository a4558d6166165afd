#pragma once

// The whole journey's scenery on this machine: the shop's tables in a DuckDB file, a stand-in forge with the
// shop's repository, and the real daemon between them. For the demo and for tests.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/serve.hpp"
#include "app/stand_in/github.hpp"
#include "app/stand_in/gitlab.hpp"
#include "app/stand_in/rsa.hpp"
#include "config/server_config.hpp"
#include "net/async.hpp"
#include "net/clock.hpp"
#include "net/http.hpp"

namespace diffgate::app::journey {

struct StageOptions {
  bool gitlab = false;
  std::uint16_t forge_port = 0;  // 0: any free one
  std::string forge_url;         // what the daemon calls if something stands between it and the stand-in
  stand_in::TreeEdits more_files = {};  // on main, beside the shop's
  std::function<void(config::ServerConfig&)> adjust = {};
  DaemonOptions daemon = {};
};

// A folder of our own below the system's temporary one, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class Stage {
 public:
  static constexpr std::int64_t project_id = 1;

  // `clock` outlives the stage.
  Stage(asio::any_io_executor executor, Clock& clock, StageOptions options);
  ~Stage();

  // Builds the tables (blocking, well under a second), opens the forge and starts the daemon.
  Awaitable<void> start();
  Awaitable<void> stop();

  // The same without a daemon: for one in a process of its own, which is then named here.
  void set_up();
  void use_daemon_at(std::string url) { other_daemon_ = std::move(url); }

  // The daemon alone, over the same data folder.
  Awaitable<void> start_daemon();
  Awaitable<void> stop_daemon();

  Daemon& daemon() { return *daemon_; }
  stand_in::GitHubStandIn& github() { return *github_; }
  stand_in::GitLabStandIn& gitlab() { return *gitlab_; }
  stand_in::Wire& wire() { return github_ ? github_->wire() : gitlab_->wire(); }
  net::HttpClient& http() { return *http_; }
  const std::string& folder() const { return folder_.path(); }
  const config::ServerConfig& config() const { return config_; }
  std::string daemon_url() const;
  // Where the newest check or status leads; empty if there is none.
  std::string report_link();

  std::string main_branch_tip() const;

  // The shop's pull request: "Count refunds", with the files and the tables' other version.
  stand_in::NewPullRequest shop_pull_request() const;

  // Posts the webhook; the answer's status.
  Awaitable<int> send(stand_in::Hook hook);

  // What CI does with the project's key. `run_type` is production or pull_request, `file` manifest.json or
  // another.
  Awaitable<net::Response> upload(std::string run_type, std::string sha, std::string file,
                                  std::string content);
  Awaitable<void> upload_production();                   // the production manifest for the tip of main
  Awaitable<void> upload_pull_request(std::string sha);  // run results and manifest

  // GET of the daemon's API with the project's key.
  Awaitable<net::Response> get(std::string path);

 private:
  asio::any_io_executor executor_;
  Clock& clock_;
  StageOptions options_;
  TemporaryFolder folder_;
  stand_in::RsaKey app_key_;
  std::unique_ptr<net::HttpClient> http_;         // of people and CI
  std::unique_ptr<net::HttpClient> daemon_http_;  // of the daemon
  std::unique_ptr<stand_in::GitHubStandIn> github_;
  std::unique_ptr<stand_in::GitLabStandIn> gitlab_;
  config::ServerConfig config_;
  std::unique_ptr<Daemon> daemon_;
  std::string other_daemon_;
};

// Path of diffgate-duckdb beside the running program, as the daemon would find it.
std::string duckdb_helper_beside_program();

// Runs `sql` on the DuckDB file by the helper program; throws Error with its words.
void run_duckdb_script(const std::string& helper, const std::string& database, std::string_view sql);

}  // namespace diffgate::app::journey
