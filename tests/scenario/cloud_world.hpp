#pragma once

// The world with a stand-in for dbt Cloud beside the forge: one job that builds pull requests, one that makes
// production's artifacts.

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "app/demo/shop.hpp"
#include "app/stand_in/dbt_cloud.hpp"
#include "net/crypto.hpp"
#include "world.hpp"

namespace diffgate::test {

struct CloudSetUp {
  std::vector<std::string> pull_request_steps = {"dbt build --select state:modified+"};
  std::vector<std::string> production_steps = {"dbt build"};
  std::string production_type = "scheduled";
  std::string trigger_on_push_to = {};
  bool has_webhook = true;
  bool knows_steps = true;
  std::string rules = {};
  std::function<void(config::ServerConfig&)> adjust = {};
};

// Lives longer than the World, whose loop it uses until `~CloudWorld`.
struct CloudHolder {
  std::unique_ptr<stand_in::DbtCloudStandIn> cloud_;
  std::int64_t pull_request_job = 0;
  std::int64_t production_job = 0;
};

class CloudWorld : private CloudHolder, public World {
 public:
  explicit CloudWorld(CloudSetUp set_up = {})
      : World(set_up.rules, false, [this, set_up](config::ServerConfig& config, World& world) {
          add_cloud(config, world, set_up);
        }) {}
  ~CloudWorld() {
    CHECK(cloud().wire().problems().empty());
    run(cloud().wire().stop());
    cloud_.reset();
  }

  using CloudHolder::production_job;
  using CloudHolder::pull_request_job;

  stand_in::DbtCloudStandIn& cloud() { return *cloud_; }

  // Posts dbt Cloud's webhook.
  int tell(stand_in::Hook hook) {
    const int status =
        run(stand_in::deliver(stage.http(), stage.daemon_url() + "/webhooks/dbt-cloud", std::move(hook)));
    settle();
    return status;
  }

  // A production build of main's tip that came through.
  std::int64_t build_production() {
    cloud().start_run(production_job, stage.main_branch_tip(), {}, "main");
    const std::int64_t id = cloud().newest_run();
    cloud().succeed(id, {{0, {{"manifest.json", journey::production_manifest()}}}});
    return id;
  }

  // Opens the shop's pull request; its head.
  std::string open_pull_request() {
    const stand_in::Hook opened = github().open(stage.shop_pull_request());
    number = opened.number;
    const std::string sha = head(number);
    send(opened);
    return sha;
  }

  // dbt Cloud begins to build a head; the run's id.
  std::int64_t begin_build(const std::string& sha) {
    started = cloud().start_run(pull_request_job, sha, number, "count-refunds");
    return cloud().newest_run();
  }

  // What the shop's build leaves.
  static std::map<std::string, std::string> built_files() {
    return {{"manifest.json", journey::pull_request_manifest()},
            {"run_results.json", journey::pull_request_run_results()}};
  }

  std::size_t downloads() { return cloud().wire().count("GET", "*/artifacts/manifest.json"); }

  bool is_done(const std::string& sha) { return look(sha).status == "completed"; }
  std::string everything(const std::string& sha) { return look(sha).title + "\n" + look(sha).summary; }
  std::string comment() {
    const auto comments = github().comments(number);
    return comments.empty() ? "" : comments.front().body;
  }

  int number = 0;
  stand_in::Hook started;  // the webhook of the build that began last

 private:
  void add_cloud(config::ServerConfig& config, World& world, const CloudSetUp& set_up) {
    stand_in::DbtCloudStandInOptions options;
    options.token = Secret("dbtc_token");
    options.webhook_secret = Secret("dbt-cloud-webhook-secret");
    options.knows_steps = set_up.knows_steps;
    options.now = [&world] { return world.clock.now(); };
    cloud_ = std::make_unique<stand_in::DbtCloudStandIn>(world.loop.executor(), options);
    cloud_->start();
    pull_request_job = cloud_->add_job("CI", "ci", set_up.pull_request_steps);
    production_job = cloud_->add_job("Production", set_up.production_type, set_up.production_steps);
    config::DbtCloudAccount account;
    account.url = cloud_->wire().url();
    account.account_id = options.account;
    account.token = options.token;
    if (set_up.has_webhook) account.webhook_secrets = {options.webhook_secret};
    config.dbt_cloud = {account};
    config::DbtCloudJobs jobs;
    jobs.account = account.name;
    jobs.pull_request_job = pull_request_job;
    jobs.artifacts_job = production_job;
    jobs.trigger_on_push_to = set_up.trigger_on_push_to;
    config.projects[0].dbt_cloud = jobs;
    if (set_up.adjust) set_up.adjust(config);
  }
};

}  // namespace diffgate::test
