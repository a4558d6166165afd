// The two commented examples are documentation: they must be read without a problem, and mean what they say.

#include <doctest/doctest.h>

#include "config/repository_config.hpp"
#include "config/server_config.hpp"
#include "support.hpp"

using namespace diffgate;
using namespace diffgate::config;

TEST_CASE("the example of a server file is read as it says") {
  const auto parsed = read_server_config("config/examples/diffgate.yml", test::example_environment());
  INFO(test::joined(parsed.problems));
  REQUIRE(parsed.ok());
  const ServerConfig& config = parsed.value;
  CHECK(config.listen.host == "0.0.0.0");
  CHECK(config.listen.port == 8443);
  CHECK(config.listen.tls_key_file == "/etc/diffgate/tls/server.key");
  CHECK(config.public_url == "https://diffgate.acme.example");
  CHECK(config.log_format == "json");
  CHECK(config.artifact_wait == std::chrono::minutes(60));
  CHECK(config.artifact_max_bytes == 512U << 20U);
  REQUIRE(config.github.size() == 1);
  CHECK(config.github[0].app_id == "123456");
  CHECK(config.github[0].api_url == "https://api.github.com");
  CHECK(config.github[0].webhook_secrets.at(0).expose() == "s3cret-github");
  REQUIRE(config.gitlab.size() == 1);
  CHECK(config.gitlab[0].require_signature);
  CHECK(config.gitlab[0].token.expose() == "s3cret-token");
  REQUIRE(config.dbt_cloud.size() == 1);
  CHECK(config.dbt_cloud[0].url == "https://ab123.us1.dbt.com");
  CHECK(config.dbt_cloud[0].account_id == 4242);
  CHECK(config.dbt_cloud[0].token.expose() == "s3cret-dbt-cloud");
  CHECK(config.dbt_cloud[0].webhook_secrets.at(0).expose() == "s3cret-dbt-cloud-hook");
  REQUIRE(config.warehouses.size() == 2);
  const auto& postgres = std::get<PostgresWarehouse>(config.warehouses[0].connection);
  CHECK(postgres.password.expose() == "s3cret-password");
  CHECK(postgres.parameters ==
        std::vector<std::pair<std::string, std::string>>{{"host", "warehouse.acme.example"},
                                                         {"port", "5432"},
                                                         {"user", "diffgate"},
                                                         {"dbname", "analytics"},
                                                         {"sslmode", "verify-full"}});
  CHECK(config.warehouses[0].statement_timeout == std::chrono::minutes(10));
  const auto& duckdb = std::get<DuckDbWarehouse>(config.warehouses[1].connection);
  CHECK(duckdb.path == "config/examples/shop.duckdb");
  CHECK(duckdb.attach.at(0) == std::pair<std::string, std::string>{"raw", "config/examples/raw.duckdb"});
  REQUIRE(config.projects.size() == 2);
  CHECK(config.projects[0].rules.diff_threshold == 200);  // from `defaults`
  CHECK(config.projects[0].rules.dbt_project_dir == "transform");
  CHECK(config.projects[0].rules.gates.at(0).measure == "key_duplicates");
  CHECK_FALSE(config.projects[0].rules.slim_diff);
  REQUIRE(config.projects[0].dbt_cloud);
  CHECK(config.projects[0].dbt_cloud->pull_request_job == 1101);
  CHECK(config.projects[0].dbt_cloud->trigger_on_push_to == "main");
  REQUIRE(config.projects[1].ci_artifacts);
  CHECK(config.projects[1].ci_artifacts->pull_request == "dbt-build");
  REQUIRE(config.projects[1].production_manifest);
  CHECK(config.projects[1].production_manifest->folder == "/srv/dbt/shop/target");
  CHECK(config.projects[1].rules.slim_diff);
  CHECK(config.projects[1].repository == "acme/data/shop");
  CHECK(config.projects[1].upload_keys.size() == 2);
}

TEST_CASE("the example of a repository's file is read as it says") {
  const std::string text = test::file_text("config/examples/repository.diffgate.yml");
  const auto analytics = parse_repository_config(text, ".diffgate.yml", Rules{}, "analytics");
  INFO(test::joined(analytics.problems));
  REQUIRE(analytics.ok());
  CHECK(analytics.value.files_to_ignore == std::vector<std::string>{"*", "!transform/*", "transform/*.md"});
  CHECK(analytics.value.fork_pull_requests == ForkPullRequests::with_label);
  CHECK(analytics.value.select == "tag:core marts.*");
  CHECK(analytics.value.tolerance.at("amount") == "abs:0.01");
  CHECK(analytics.value.tolerance.at("") == "digits:12");
  CHECK(analytics.value.sampling == 0.1);
  CHECK(analytics.value.gates.size() == 3);
  CHECK(analytics.value.diff_threshold == 50);

  const auto marketing = parse_repository_config(text, ".diffgate.yml", Rules{}, "marketing");
  CHECK(marketing.value.dbt_project_dir == "marketing/dbt");
  CHECK_FALSE(marketing.value.diff_threshold.has_value());
  CHECK_FALSE(marketing.value.slim_diff);
  CHECK(marketing.value.pull_request_label == "data-diff");
}
