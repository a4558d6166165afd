#pragma once

// The daemon: webhooks and uploads in, check runs and comments out.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "config/server_config.hpp"
#include "diff/warehouse.hpp"
#include "net/async.hpp"
#include "net/clock.hpp"
#include "net/http.hpp"
#include "vcs/forge.hpp"

namespace diffgate::app {

struct DaemonOptions {
  // How long `stop` lets requests and runs finish before it cancels them. What is cancelled then stays
  // unfinished in the store and goes on at the next start.
  std::chrono::milliseconds grace{10'000};

  // Between two writes to a forge; the forges' own defaults if absent.
  std::optional<std::chrono::milliseconds> forge_write_gap;

  // Path of diffgate-duckdb; empty: beside the running binary.
  std::string duckdb_helper;

  // Runs that diff at the same time, over all repositories.
  std::size_t concurrent_runs = 4;
  // Models that one run diffs at the same time; 0: as many as its warehouse's `concurrency`.
  std::size_t concurrent_models = 0;

  // Between two updates of a check's progress.
  std::chrono::milliseconds progress_gap{5'000};

  // Look through the open pull requests of every configured repository after the start.
  bool catch_up = true;

  // Tests put their own in place of the real ones: called once per configured entry.
  std::function<std::unique_ptr<vcs::Forge>(const std::string& name)> make_forge;
  std::function<std::unique_ptr<diff::Warehouse>(const config::WarehouseConfig&)> make_warehouse;
};

// One daemon on an executor that a single thread runs. `clock` and `http` must outlive it, and so must the
// executor's context until `stop` has returned.
class Daemon {
 public:
  Daemon(asio::any_io_executor executor, config::ServerConfig config, Clock& clock, net::HttpClient& http,
         DaemonOptions options);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  // Opens the store, listens, and takes up what an earlier process left unfinished. Throws
  // Error(configuration) if the data directory, the store or the address can't be used.
  Awaitable<void> start();

  // The port that it listens on, once started.
  std::uint16_t port() const;

  // Returns when every stored delivery is handled and no run is under way or about to be; runs that wait for
  // artifacts count as at rest. For the demo and for tests.
  Awaitable<void> settle();

  // Readiness off, no new connections, runs finish or are put back within the grace period. Idempotent. Must
  // have returned before the daemon is destroyed.
  Awaitable<void> stop();

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

struct ServeOptions {
  std::chrono::milliseconds grace{25'000};
  std::string duckdb_helper;
  bool catch_up = true;
};

// Runs a daemon until SIGTERM or SIGINT, then drains it. Returns the exit code: 0 after a drain, 2 if it
// can't start because of the configuration, 3 for anything else (the reason is on stderr).
int serve(const config::ServerConfig& config, ServeOptions options);

}  // namespace diffgate::app
