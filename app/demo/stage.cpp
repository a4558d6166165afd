#include "app/demo/stage.hpp"

#include <stdlib.h>

#include <filesystem>
#include <stdexcept>
#include <utility>

#include "app/demo/shop.hpp"
#include "net/crypto.hpp"
#include "net/error.hpp"

namespace diffgate::app::journey {
namespace {

// One for all stages: making an RSA key takes longer than all the rest of a start.
const stand_in::RsaKey& shared_key() {
  static const stand_in::RsaKey key = stand_in::generate_rsa_key();
  return key;
}

std::string random_word() { return net::to_hex(net::random_bytes(16)); }

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "diffgate-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw Error(ErrorClass::configuration, "no temporary folder can be made", name,
                "set TMPDIR to a folder that can be written");
  }
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Stage::Stage(asio::any_io_executor executor, Clock& clock, StageOptions options)
    : executor_(std::move(executor)),
      clock_(clock),
      options_(std::move(options)),
      app_key_(shared_key()),
      http_(net::create_http_client(executor_, {})),
      daemon_http_(net::create_http_client(executor_, {})) {
  stand_in::TreeEdits files = production_files();
  for (const auto& [path, content] : options_.more_files) files[path] = content;
  if (options_.gitlab) {
    stand_in::GitLabStandInOptions wanted;
    wanted.token = Secret("glpat-" + random_word());
    wanted.webhook_token = Secret(random_word());
    wanted.signing_key = Secret("whsec_" + net::to_base64(net::random_bytes(32)));
    wanted.now = [this] { return clock_.now(); };
    gitlab_ = std::make_unique<stand_in::GitLabStandIn>(executor_, wanted, files);
    config::GitLabInstance entry;
    entry.token = wanted.token;
    entry.webhook_tokens = {wanted.webhook_token};
    entry.signing_keys = {wanted.signing_key};
    config_.gitlab = {entry};
  } else {
    stand_in::GitHubStandInOptions wanted;
    wanted.app_public_key = app_key_.public_pem;
    wanted.webhook_secret = Secret(random_word());
    wanted.now = [this] { return clock_.now(); };
    github_ = std::make_unique<stand_in::GitHubStandIn>(executor_, wanted, files);
    config::GitHubApp entry;
    entry.app_id = wanted.app_id;
    entry.private_key = app_key_.private_pem;
    entry.webhook_secrets = {wanted.webhook_secret};
    config_.github = {entry};
  }
  config_.listen.port = 0;
  config_.public_url = "https://diffgate.example.com";
  config_.data_dir = folder_.path() + "/data";
  config::DuckDbWarehouse file;
  file.path = folder_.path() + "/shop.duckdb";
  config::WarehouseConfig warehouse;
  warehouse.name = "shop";
  warehouse.connection = file;
  config_.warehouses = {warehouse};
  config::ProjectConfig project;
  project.id = project_id;
  project.name = "shop";
  project.forge = options_.gitlab ? "gitlab" : "github";
  project.repository = "acme/shop";
  project.warehouse = "shop";
  project.upload_keys = {Secret(random_word())};
  config_.projects = {project};
  if (options_.adjust) options_.adjust(config_);
}

Stage::~Stage() = default;

void Stage::set_up() {
  const std::string helper =
      options_.daemon.duckdb_helper.empty() ? duckdb_helper_beside_program() : options_.daemon.duckdb_helper;
  run_duckdb_script(helper, folder_.path() + "/shop.duckdb", tables_sql());
  if (github_) {
    github_->start(options_.forge_port);
    if (!options_.forge_url.empty()) github_->advertise(options_.forge_url);
    config_.github[0].api_url = options_.forge_url.empty() ? wire().url() : options_.forge_url;
  } else {
    gitlab_->start(options_.forge_port);
    if (!options_.forge_url.empty()) gitlab_->advertise(options_.forge_url);
    config_.gitlab[0].url = options_.forge_url.empty() ? wire().url() : options_.forge_url;
  }
}

Awaitable<void> Stage::start() {
  set_up();
  co_await start_daemon();
}

Awaitable<void> Stage::start_daemon() {
  std::filesystem::create_directories(config_.data_dir);
  daemon_ = std::make_unique<Daemon>(executor_, config_, clock_, *daemon_http_, options_.daemon);
  co_await daemon_->start();
}

Awaitable<void> Stage::stop_daemon() {
  if (!daemon_) co_return;
  co_await daemon_->stop();
  daemon_.reset();
}

Awaitable<void> Stage::stop() {
  co_await stop_daemon();
  co_await wire().stop();
}

std::string Stage::report_link() {
  if (github_) return github_->checks().empty() ? "" : github_->checks().back().details_url;
  return gitlab_->statuses().empty() ? "" : gitlab_->statuses().back().target_url;
}

std::string Stage::daemon_url() const {
  if (!other_daemon_.empty()) return other_daemon_;
  return "http://127.0.0.1:" + std::to_string(daemon_->port());
}

std::string Stage::main_branch_tip() const {
  return github_ ? github_->branch("main") : gitlab_->branch("main");
}

stand_in::NewPullRequest Stage::shop_pull_request() const {
  stand_in::NewPullRequest request;
  request.title = "Count refunds, apply promotions";
  request.author = "ada";
  request.head_branch = "count-refunds";
  request.message = "Count refunds and apply promotions";
  request.edits = pull_request_edits();
  return request;
}

Awaitable<int> Stage::send(stand_in::Hook hook) {
  std::string url = daemon_url() + (github_ ? "/webhooks/github" : "/webhooks/gitlab");
  co_return co_await stand_in::deliver(*http_, std::move(url), std::move(hook));
}

Awaitable<net::Response> Stage::upload(std::string run_type, std::string sha, std::string file,
                                       std::string content) {
  net::Request request;
  request.method = "PUT";
  request.url = daemon_url() + "/api/v1/projects/" + std::to_string(project_id) + "/artifacts/" + run_type +
                "/" + sha + "/" + file;
  request.headers = {{"authorization", "Key " + config_.projects[0].upload_keys[0].expose()},
                     {"content-type", "application/json"}};
  request.body = std::move(content);
  co_return co_await http_->send(std::move(request));
}

namespace {

void expect_taken(const net::Response& response, const std::string& file) {
  if (response.status / 100 != 2) {
    throw Error(ErrorClass::internal,
                "the upload was answered " + std::to_string(response.status) + ": " + response.body, file);
  }
}

}  // namespace

Awaitable<void> Stage::upload_production() {
  const net::Response response =
      co_await upload("production", main_branch_tip(), "manifest.json", production_manifest());
  expect_taken(response, "production manifest.json");
}

Awaitable<void> Stage::upload_pull_request(std::string sha) {
  const net::Response results =
      co_await upload("pull_request", sha, "run_results.json", pull_request_run_results());
  expect_taken(results, "run_results.json");
  const net::Response manifest =
      co_await upload("pull_request", sha, "manifest.json", pull_request_manifest());
  expect_taken(manifest, "pull request's manifest.json");
}

Awaitable<net::Response> Stage::get(std::string path) {
  net::Request request;
  request.url = daemon_url() + path;
  request.headers = {{"authorization", "Key " + config_.projects[0].upload_keys[0].expose()}};
  co_return co_await http_->send(std::move(request));
}

}  // namespace diffgate::app::journey
