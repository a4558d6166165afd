#include <doctest/doctest.h>

#include <string>

#include "daemon_world.hpp"

namespace diffgate::app {
namespace {

using test::DaemonWorld;
using test::sha_of;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string header(const net::Response& response, std::string_view name) {
  return std::string(response.headers.get(name).value_or(""));
}

}  // namespace

TEST_CASE("server: unknown paths and methods are answered as problems") {
  DaemonWorld world;
  world.start();
  struct Row {
    const char* method;
    const char* path;
    int status;
  };
  const Row rows[] = {
      {"GET", "/", 404},
      {"GET", "/api/v1/nothing", 404},
      {"GET", "/webhooks/github", 405},
      {"DELETE", "/api/v1/runs", 405},
      {"POST", "/webhooks/bitbucket", 404},
      {"POST", "/webhooks/github/other", 404},
      {"POST", "/webhooks/gitlab", 404},
      {"GET", "/api/v1/runs/x", 401},
      {"GET", "/healthz", 200},
      {"GET", "/readyz", 200},
      {"GET", "/metrics", 200},
  };
  for (const Row& row : rows) {
    CAPTURE(row.path);
    const net::Response answer = world.send(row.method, row.path, "");
    CHECK(answer.status == row.status);
    if (row.status >= 400) CHECK(header(answer, "Content-Type") == "application/problem+json");
  }
  CHECK(header(world.send("GET", "/webhooks/github", ""), "Allow") == "POST");
}

TEST_CASE("server: a webhook is taken only if its signature is right") {
  DaemonWorld world;
  world.start();
  const std::string body = R"({"zen":"x","hook_id":1,"hook":{"type":"App"}})";
  const std::string right = "sha256=" + net::to_hex(net::hmac_sha256(Secret("webhook-secret"), body));
  std::string flipped = body;
  flipped[2] ^= 1;
  struct Row {
    const char* what;
    std::string body;
    std::string signature;
    int status;
  };
  const Row rows[] = {
      {"right", body, right, 202},
      {"none", body, "", 401},
      {"of another secret", body, "sha256=" + net::to_hex(net::hmac_sha256(Secret("other"), body)), 401},
      {"one bit of the body flipped", flipped, right, 401},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    net::Headers headers{
        {"Content-Type", "application/json"}, {"X-GitHub-Event", "ping"}, {"X-GitHub-Delivery", row.what}};
    if (!row.signature.empty()) headers.set("X-Hub-Signature-256", row.signature);
    CHECK(world.send("POST", "/webhooks/github", row.body, headers).status == row.status);
  }
  const std::string metrics = world.send("GET", "/metrics", "").body;
  CHECK(contains(metrics, "diffgate_deliveries_total{forge=\"github\",result=\"refused\"} 3"));
  CHECK(contains(metrics, "diffgate_deliveries_total{forge=\"github\",result=\"stored\"} 1"));
}

TEST_CASE("server: a body of 26 MB is refused, and the daemon goes on") {
  DaemonWorld world;
  world.start();
  const net::Response answer = world.send("POST", "/webhooks/github", std::string(26'000'000, 'x'),
                                          {{"Content-Type", "application/json"}});
  // 25 MiB are 26.2 MB: this one is within, and unsigned.
  CHECK(answer.status == 401);
  CHECK(world.send("POST", "/webhooks/github", std::string(27U << 20U, 'x')).status == 413);
  CHECK(world.send("GET", "/healthz", "").status == 200);
}

TEST_CASE("server: an event that is not JSON is kept as a dead letter and stops nothing") {
  DaemonWorld world;
  world.start();
  for (const std::string& body :
       {std::string("{\"action\":"), std::string(100'000, '['), std::string("\x00\xff", 2)}) {
    const std::string signature = net::to_hex(net::hmac_sha256(Secret("webhook-secret"), body));
    CHECK(world
              .send("POST", "/webhooks/github", body,
                    {{"Content-Type", "application/json"},
                     {"X-GitHub-Event", "pull_request"},
                     {"X-GitHub-Delivery", std::to_string(body.size())},
                     {"X-Hub-Signature-256", "sha256=" + signature}})
              .status == 202);
  }
  world.settle();
  CHECK(contains(world.send("GET", "/metrics", "").body, "diffgate_dead_letters 3"));
  world.deliver("opened");
  world.settle();
  CHECK(world.forge.checks.size() == 1);
}

TEST_CASE("server: an upload answers what it understood") {
  DaemonWorld world;
  world.start();
  const net::Response answer = world.upload_pull_request();
  CHECK(answer.status == 201);
  CHECK(contains(answer.body, "\"schema_version\":12"));
  CHECK(contains(answer.body, "\"adapter_type\":\"duckdb\""));
  CHECK(contains(answer.body, "\"project_name\":\"shop\""));
  CHECK(world.upload_pull_request().status == 201);
}

TEST_CASE("server: an upload that can't be used is refused with the reason") {
  DaemonWorld world;
  world.config.artifact_max_bytes = 1U << 20U;
  world.start();
  struct Row {
    const char* what;
    const char* type;
    std::string sha;
    const char* file;
    std::string body;
    bool is_gzip;
    int status;
    const char* detail;
  };
  const std::string sha = sha_of('1');
  const Row rows[] = {
      {"not JSON", "production", sha, "manifest.json", "hello", false, 422, "manifest.json"},
      {"no manifest", "production", sha, "manifest.json", "{}", false, 422, "manifest.json"},
      {"too deep", "production", sha, "manifest.json", "{\"metadata\":" + std::string(100'000, '['), false,
       422, ""},
      {"empty", "production", sha, "manifest.json", "", false, 422, "empty"},
      {"an array", "production", sha, "run_results.json", "[]", false, 422, "run_results.json"},
      {"no results", "production", sha, "run_results.json", R"({"metadata":{},"nodes":{}})", false, 422,
       "no list 'results'"},
      {"results of another type", "production", sha, "run_results.json", R"({"results":{}})", false, 422,
       "no list 'results'"},
      {"results deeper", "production", sha, "run_results.json", R"({"a":{"results":[]},"b":[[]]})", false,
       422, "no list 'results'"},
      {"results in an array", "production", sha, "run_results.json", R"([{"results":[]}])", false, 422,
       "not a JSON object"},
      {"results cut off", "production", sha, "run_results.json", R"({"results":[])", false, 422,
       "not a JSON object"},
      {"no nodes", "production", sha, "catalog.json", R"({"results":[]})", false, 422, "no object 'nodes'"},
      {"a list of nodes", "production", sha, "catalog.json", R"({"nodes":[]})", false, 422,
       "no object 'nodes'"},
      {"said to be gzip", "production", sha, "manifest.json", "{}", true, 422, "gzip"},
      {"a short sha", "production", "abc", "manifest.json", "{}", false, 422, "full commit sha"},
      {"another type", "staging", sha, "manifest.json", "{}", false, 422, "run type"},
      {"another file", "production", sha, "graph.gpickle", "{}", false, 422, "unknown artifact"},
      {"too large", "production", sha, "manifest.json", std::string(2U << 20U, ' '), false, 413, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const net::Response answer = world.upload(row.type, row.sha, row.file, row.body, row.is_gzip);
    CHECK(answer.status == row.status);
    CHECK(contains(answer.body, row.detail));
    CHECK_FALSE(contains(answer.body, world.directory.path()));
  }
}

TEST_CASE("server: a manifest is not taken for run results, nor run results for a catalog") {
  DaemonWorld world;
  world.start();
  const std::string built = "app/demo/project/built/pull_request_";
  const std::string manifest = test::bytes_of(built + "manifest.json.gz");
  const std::string results = test::bytes_of(built + "run_results.json.gz");
  CHECK(world.upload("pull_request", sha_of('1'), "run_results.json", manifest).status == 422);
  CHECK(world.upload("pull_request", sha_of('1'), "catalog.json", results).status == 422);
  CHECK(world.upload("pull_request", sha_of('1'), "run_results.json", results).status == 201);
  const std::string catalog = R"({"metadata":{},"nodes":{"model.shop.orders":{}},"sources":{}})";
  CHECK(world.upload("pull_request", sha_of('1'), "catalog.json", catalog, false).status == 201);
}

TEST_CASE("server: a gzip bomb is stopped at the limit") {
  DaemonWorld world;
  world.config.artifact_max_bytes = 100'000;
  world.start();
  // The demo's manifest expands to more than that.
  const std::string bytes = test::bytes_of("app/demo/project/built/pull_request_manifest.json.gz");
  REQUIRE(bytes.size() < 100'000);
  for (const bool is_said_to_be_gzip : {true, false}) {
    CAPTURE(is_said_to_be_gzip);
    const net::Response answer =
        world.upload("pull_request", sha_of('1'), "manifest.json", bytes, is_said_to_be_gzip);
    CHECK(answer.status == 422);
    CHECK(contains(answer.body, "artifacts.max_bytes"));
  }
}

TEST_CASE("server: a gzip body is stored as plain JSON whatever its header says") {
  DaemonWorld world;
  world.start();
  const std::string bytes = test::bytes_of("app/demo/project/built/pull_request_manifest.json.gz");
  const net::Response said = world.upload("pull_request", sha_of('1'), "manifest.json", bytes, true);
  const net::Response unsaid = world.upload("pull_request", sha_of('1'), "manifest.json", bytes, false);
  CHECK(said.status == 201);
  CHECK(unsaid.status == 201);
  CHECK(said.body == unsaid.body);

  // "{}" through gzip twice: reading it would expand what lies inside, past the limit.
  const auto twice =
      net::from_hex("1f8b080000000000020393efe660000126e6d5eb58199cf72f5bcc04e4010063e4c61f16000000");
  const net::Response nested = world.upload("pull_request", sha_of('1'), "manifest.json", *twice);
  CHECK(nested.status == 422);
  CHECK(contains(nested.body, "compressed twice"));
}

TEST_CASE("server: keys open their own projects only") {
  DaemonWorld world;
  config::ProjectConfig other = world.config.projects.front();
  other.id = 8;
  other.name = "other";
  other.upload_keys = {Secret("other-key")};
  world.config.projects.push_back(other);
  world.start();
  world.deliver("opened");
  world.settle();
  const std::string path = "/api/v1/projects/8/artifacts/production/" + sha_of('1') + "/manifest.json";
  CHECK(world.send("PUT", path, "{}").status == 401);
  // To a key of another project it looks as if there were no such project.
  CHECK(world.send("PUT", path, "{}", {{"Authorization", "Key upload-key"}}).status == 404);
  CHECK(world.send("PUT", path, "{}", {{"Authorization", "Key other-key"}}).status == 422);
  // Refused before the body is read.
  const std::string large(1U << 20U, ' ');
  CHECK(world.send("PUT", path, large).status == 401);
  CHECK(world.send("PUT", path, large, {{"Authorization", "Key nobody's"}}).status == 401);
  const net::Response foreign = world.send("PUT", path, large, {{"Authorization", "Key upload-key"}});
  CHECK(foreign.status == 404);
  CHECK(contains(foreign.body, "there is no such project"));
  CHECK(world.send("GET", "/api/v1/runs", "").status == 401);
  CHECK(world.send("GET", "/api/v1/runs", "", {{"Authorization", "Key "}}).status == 401);
  const net::Response mine = world.send("GET", "/api/v1/runs", "", {{"Authorization", "key upload-key"}});
  CHECK(contains(mine.body, "\"project\":7"));
  CHECK_FALSE(contains(mine.body, "\"project\":8"));
  CHECK(world.send("GET", "/api/v1/runs?project=8", "", {{"Authorization", "Key upload-key"}}).body ==
        "{\"next_cursor\":null,\"runs\":[]}\n");
  // Two projects in one repository: each has a check of its own.
  CHECK(world.forge.checks.size() == 2);
  CHECK(world.forge.checks[0].now.name == "diffgate / shop");
}

TEST_CASE("server: a key opens what its scopes say, and a hash in the configuration is enough to know it") {
  DaemonWorld world;
  config::ApiKey reader;
  reader.name = "dashboard";
  reader.sha256 = net::sha256_hex("read-key");
  reader.scopes = {config::Scope::read};
  config::ApiKey uploader;
  uploader.name = "ci";
  uploader.key = Secret("put-key");
  uploader.scopes = {config::Scope::upload};
  world.config.projects.front().api_keys = {reader, uploader};
  world.start();
  world.deliver("opened");
  world.settle();
  struct Row {
    const char* key;
    const char* method;
    std::string path;
    int status;
  };
  const std::string artifact = "/api/v1/projects/7/artifacts/production/" + sha_of('1') + "/manifest.json";
  const Row rows[] = {
      {"read-key", "GET", "/api/v1/runs", 200},
      {"read-key", "GET", "/api/v1/runs/1", 200},
      {"read-key", "POST", "/api/v1/runs/1/confirm", 403},
      {"read-key", "PUT", artifact, 403},
      {"put-key", "PUT", artifact, 422},
      {"put-key", "GET", "/api/v1/runs", 403},
      {"put-key", "GET", "/api/v1/runs/1", 403},
      {"upload-key", "POST", "/api/v1/runs/1/confirm", 409},
      // The hash itself is no key.
      {reader.sha256.c_str(), "GET", "/api/v1/runs", 401},
      {"upload-key", "GET", "/api/v1/runs/2", 404},
      {"upload-key", "GET", "/api/v1/runs/x", 404},
  };
  for (const Row& row : rows) {
    CAPTURE(row.key);
    CAPTURE(row.path);
    const net::Response answer = world.send(row.method, row.path, row.path == artifact ? "{}" : "",
                                            {{"Authorization", "Key " + std::string(row.key)}});
    CAPTURE(answer.body);
    CHECK(answer.status == row.status);
  }
}

TEST_CASE("server: two daemons do not share a data directory") {
  DaemonWorld world;
  world.start();
  app::Daemon second(world.loop.executor(), world.config, world.clock, *world.http, {});
  std::string reason;
  try {
    world.loop.run(second.start());
  } catch (const Error& error) {
    reason = error.what();
  }
  CHECK(contains(reason, "another diffgate uses this data directory"));
}

}  // namespace diffgate::app
