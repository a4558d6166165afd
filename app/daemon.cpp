#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "app/connections.hpp"
#include "app/log.hpp"
#include "app/metrics.hpp"
#include "app/pipeline/measured_forge.hpp"
#include "app/pipeline/pipeline.hpp"
#include "app/registered_app.hpp"
#include "app/serve.hpp"
#include "app/server/github_setup.hpp"
#include "app/server/server.hpp"
#include "app/store/artifact_files.hpp"
#include "app/store/store.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t kPoolThreads = 4;
constexpr std::size_t kParsers = 2;  // a large manifest takes its hundreds of megabytes

// One daemon a data directory: the kernel gives the lock back however the process ends.
class DirectoryLock {
 public:
  explicit DirectoryLock(const std::string& directory) {
    std::error_code error;
    // The uploaded manifests in it hold the project's code.
    if (std::filesystem::create_directories(directory, error)) {
      std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
    }
    const std::string path = directory + "/lock";
    fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd_ < 0) {
      throw Error(ErrorClass::configuration,
                  std::string("can't use the data directory: ") + std::strerror(errno), directory,
                  "set data_dir to a directory that this user may write");
    }
    if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
      ::close(fd_);
      throw Error(ErrorClass::configuration, "another diffgate uses this data directory", directory,
                  "stop it, or give this one a data_dir of its own");
    }
  }
  ~DirectoryLock() { ::close(fd_); }
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  int fd_ = -1;
};

std::function<void(const std::string&)> warn_about(const std::string& forge) {
  return [forge](const std::string& line) {
    log(LogLevel::warning, "forge", {{"forge", forge}, {"reason", line}});
  };
}

}  // namespace

class Daemon::Parts {
 public:
  Parts(asio::any_io_executor executor, config::ServerConfig config, Clock& clock, net::HttpClient& http,
        DaemonOptions options)
      : executor_(std::move(executor)),
        config_(std::move(config)),
        clock_(clock),
        http_(http),
        options_(std::move(options)),
        pool_(kPoolThreads),
        parsers_(executor_, kParsers) {}

  Awaitable<void> start();
  Awaitable<void> settle();
  Awaitable<void> stop();
  std::uint16_t port() const { return http_server_ ? http_server_->port() : 0; }

 private:
  bool is_registered(const config::GitHubApp& app) const;
  std::unique_ptr<vcs::Forge> github_forge(const config::GitHubApp& app);
  Awaitable<void> take_up(vcs::RegisteredApp app);
  void offer_registration();
  Services services();
  Awaitable<ServerEvents::Reply> ask(RunId id, Request request);
  ServerEvents events();
  void listen();

  asio::any_io_executor executor_;
  config::ServerConfig config_;
  Clock& clock_;
  net::HttpClient& http_;
  DaemonOptions options_;
  Metrics metrics_;
  BlockingPool pool_;
  Semaphore parsers_;
  std::unique_ptr<DirectoryLock> lock_;
  std::unique_ptr<ArtifactFiles> files_;
  std::shared_ptr<const RunPages> pages_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<GitHubSetup> github_setup_;  // while no App is registered
  std::unique_ptr<Server> server_;
  std::unique_ptr<net::HttpServer> http_server_;
  bool is_stopped_ = false;
};

Services Daemon::Parts::services() {
  Services services{executor_, config_, *store_, *files_, clock_, pool_, metrics_, {}, {}, 4, 0};
  services.concurrent_runs = options_.concurrent_runs;
  services.concurrent_models = options_.concurrent_models;
  services.progress_gap = options_.progress_gap;
  services.pages = pages_;
  for (const config::GitHubApp& app : config_.github) {
    if (is_registered(app)) services.forges[app.name] = github_forge(app);
  }
  for (const config::GitLabInstance& instance : config_.gitlab) {
    services.forges[instance.name] = measured(
        options_.make_forge ? options_.make_forge(instance.name)
                            : vcs::create_gitlab_forge(executor_, http_, clock_,
                                                       forge_options(instance, options_.forge_write_gap)),
        metrics_);
  }
  for (const config::WarehouseConfig& warehouse : config_.warehouses) {
    if (options_.make_warehouse) {
      services.warehouses[warehouse.name] = options_.make_warehouse(warehouse);
      continue;
    }
    std::vector<std::string> warnings;
    diff::WarehouseOptions options = warehouse_options(warehouse, options_.duckdb_helper, warnings);
    for (const std::string& warning : warnings)
      log(LogLevel::warning, "warehouse", {{"warehouse", warehouse.name}, {"reason", warning}});
    show_session_level(options, metrics_, warehouse.name);
    log_withheld_texts(options, warehouse.name);
    services.warehouses[warehouse.name] = diff::create_warehouse(executor_, pool_, std::move(options));
  }
  const Reception reception{*store_, *files_, clock_, pool_, parsers_, config_.artifact_max_bytes};
  services.sources = std::make_shared<const ArtifactSources>(executor_, config_, http_, reception);
  return services;
}

// Tests bring a forge of their own and no credentials.
bool Daemon::Parts::is_registered(const config::GitHubApp& app) const {
  return !app.app_id.empty() || options_.make_forge;
}

std::unique_ptr<vcs::Forge> Daemon::Parts::github_forge(const config::GitHubApp& app) {
  vcs::GitHubOptions forge = forge_options(app, options_.forge_write_gap);
  forge.on_warning = warn_about(app.name);
  return measured(options_.make_forge ? options_.make_forge(app.name)
                                      : vcs::create_github_forge(executor_, http_, clock_, std::move(forge)),
                  metrics_);
}

// Stored first: what was handed out once and lost would be an App that nobody can use.
Awaitable<void> Daemon::Parts::take_up(vcs::RegisteredApp app) {
  auto store = [file = registered_app_file(config_), app] { store_registered_app(file, app); };
  co_await run_blocking(pool_, std::move(store));
  use_registered_app(config_, app);
  for (const config::GitHubApp& entry : config_.github) {
    if (entry.name == config_.register_github_app.name) pipeline_->add_forge(entry.name, github_forge(entry));
  }
}

void Daemon::Parts::offer_registration() {
  github_setup_ = std::make_unique<GitHubSetup>(
      config_, http_, clock_, [this](vcs::RegisteredApp app) { return take_up(std::move(app)); });
  log(LogLevel::warning, "no GitHub App is registered: open the page and enter the token",
      {{"page", github_setup_->url()}, {"token", github_setup_->token()}});
}

Awaitable<ServerEvents::Reply> Daemon::Parts::ask(RunId id, Request request) {
  auto answer = co_await pipeline_->request(id, std::move(request));
  if (!answer) co_return ServerEvents::Reply{false, "there is no such run any more"};
  co_return ServerEvents::Reply{answer->is_done, std::move(answer->text)};
}

ServerEvents Daemon::Parts::events() {
  ServerEvents events;
  events.delivery_stored = [this] { pipeline_->delivery_stored(); };
  events.artifact_stored = [this](const Artifact& artifact) { pipeline_->artifact_stored(artifact); };
  events.confirm_run = [this](RunId id) { return pipeline_->confirm_run(id); };
  events.cancel_run = [this](RunId id, std::string actor) {
    return ask(id, {.kind = RequestKind::cancel, .actor = std::move(actor)});
  };
  events.accept_results = [this](RunId id, std::vector<std::string> models, std::string reason,
                                 std::string actor) {
    return ask(id, {.kind = RequestKind::accept,
                    .models = std::move(models),
                    .text = std::move(reason),
                    .actor = std::move(actor)});
  };
  events.engine_of = [this](ProjectId project) { return pipeline_->engine_of(project); };
  events.request_diff = [this](ProjectId project, std::string order) {
    return pipeline_->requested_diffs().add(project, std::move(order));
  };
  events.cancel_diff = [this](ModelDiffId id) { return pipeline_->requested_diffs().cancel(id); };
  events.trigger = [this](ProjectId project, vcs::PullNumber number, std::optional<vcs::Sha> head) {
    return pipeline_->trigger(project, number, std::move(head));
  };
  events.submit = [this](ProjectId project, vcs::PullNumber number, std::vector<TablePair> tables) {
    return pipeline_->submit(project, number, std::move(tables));
  };
  return events;
}

void Daemon::Parts::listen() {
  net::HttpServerOptions options;
  options.host = config_.listen.host;
  options.port = config_.listen.port;
  options.tls_certificate_file = config_.listen.tls_certificate_file;
  options.tls_key_file = config_.listen.tls_key_file;
  options.body_directory = files_->incoming();
  auto policy = [this](std::string_view method, std::string_view path, const net::Headers& headers) {
    return server_->policy(method, path, headers);
  };
  auto handler = [this](net::ServerRequest request) { return server_->handle(std::move(request)); };
  auto on_error = [](const std::string& line) { log(LogLevel::error, "request failed", {{"reason", line}}); };
  http_server_ = net::start_http_server(executor_, std::move(options), std::move(policy), std::move(handler),
                                        std::move(on_error));
}

Awaitable<void> Daemon::Parts::start() {
  lock_ = std::make_unique<DirectoryLock>(config_.data_dir);
  files_ = std::make_unique<ArtifactFiles>(config_.data_dir + "/artifacts");
  pages_ = std::make_shared<const RunPages>(config_.data_dir + "/pages", config_.public_url);
  store_ = open_sqlite_store(executor_, config_.data_dir + "/diffgate.sqlite");
  const bool has_app = load_registered_app(config_);
  pipeline_ = std::make_unique<Pipeline>(services());
  if (!has_app) offer_registration();
  server_ = std::make_unique<Server>(ServerParts{config_, *store_, *files_, clock_, pool_, metrics_, parsers_,
                                                 events(), github_setup_.get(), pages_});
  listen();
  co_await pipeline_->start(options_.catch_up);
  server_->set_ready(true);
  log(LogLevel::info, "ready",
      {{"address", fmt::format("{}:{}", config_.listen.host, port())}, {"data_dir", config_.data_dir}});
}

Awaitable<void> Daemon::Parts::settle() { return pipeline_->settle(); }

Awaitable<void> Daemon::Parts::stop() {
  if (is_stopped_ || !pipeline_) co_return;
  is_stopped_ = true;
  server_->set_ready(false);
  log(LogLevel::info, "draining", {});
  if (http_server_) co_await http_server_->stop(std::min(options_.grace, std::chrono::milliseconds(5'000)));
  co_await pipeline_->stop(options_.grace);
  log(LogLevel::info, "stopped", {});
}

Daemon::Daemon(asio::any_io_executor executor, config::ServerConfig config, Clock& clock,
               net::HttpClient& http, DaemonOptions options)
    : parts_(
          std::make_unique<Parts>(std::move(executor), std::move(config), clock, http, std::move(options))) {}

Daemon::~Daemon() = default;

Awaitable<void> Daemon::start() { return parts_->start(); }
std::uint16_t Daemon::port() const { return parts_->port(); }
Awaitable<void> Daemon::settle() { return parts_->settle(); }
Awaitable<void> Daemon::stop() { return parts_->stop(); }

}  // namespace diffgate::app
