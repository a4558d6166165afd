// Artifacts that nobody uploads: the forge's own CI, a folder, a URL.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "app/demo/shop.hpp"
#include "app/stand_in/wire.hpp"
#include "net/crypto.hpp"
#include "world.hpp"
#include "zip_file.hpp"

using namespace diffgate;
using namespace diffgate::test;
using nlohmann::json;

namespace {

net::Response answer(int status, std::string body = "{}", net::Headers headers = {}) {
  net::Response response;
  response.status = status;
  response.body = std::move(body);
  response.headers = std::move(headers);
  return response;
}

// A project whose pull requests are built by GitHub Actions; production is uploaded.
class ActionsWorld : public World {
 public:
  explicit ActionsWorld(bool from_forks = false)
      : World("", false, [from_forks](config::ServerConfig& config, World&) {
          config::CiArtifacts artifacts;
          artifacts.pull_request = "dbt-target";
          artifacts.from_forks = from_forks;
          config.projects[0].ci_artifacts = artifacts;
        }) {
    run(stage.upload_production());
  }

  std::string open() {
    const stand_in::Hook opened = github().open(stage.shop_pull_request());
    number = opened.number;
    sha = head(number);
    event_ = json::parse(opened.body);
    say("*/actions/runs", answer(200, R"({"workflow_runs": []})"));
    send(opened);
    return sha;
  }

  // From now on GitHub answers so; what it said before is forgotten.
  void build(const std::string& status, const json& artifacts, std::int64_t head_repo = 1) {
    github().wire().clear_faults();
    const json run = {{"id", 12},
                      {"head_sha", sha},
                      {"head_branch", "count-refunds"},
                      {"html_url", "https://github.example/acme/shop/actions/runs/12"},
                      {"status", status},
                      {"conclusion", "success"},
                      {"updated_at", "2026-05-04T01:14:52Z"},
                      {"repository", {{"id", 1}}},
                      {"head_repository", {{"id", head_repo}}}};
    say("*/actions/runs", answer(200, json{{"workflow_runs", {run}}}.dump()));
    say("*/actions/runs/12/artifacts", answer(200, json{{"artifacts", artifacts}}.dump()));
  }

  void build_with_zip(const std::vector<ZipEntry>& entries, std::string digest = {}) {
    const std::string path = stage.folder() + "/artifact.zip";
    write_zip(path, entries);
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (digest.empty()) digest = net::sha256_hex(bytes);
    build("completed",
          {{{"id", 9}, {"name", "dbt-target"}, {"expired", false}, {"digest", "sha256:" + digest}}});
    say("*/actions/artifacts/9/zip", answer(302, "", {{"Location", github().wire().url() + "/storage"}}));
    say("/storage", answer(200, bytes));
  }

  // GitHub's event of an ended workflow.
  void tell() {
    const json event = {{"action", "completed"},
                        {"workflow_run",
                         {{"id", 12},
                          {"name", "dbt"},
                          {"head_sha", sha},
                          {"head_branch", "count-refunds"},
                          {"conclusion", "success"}}},
                        {"repository", event_.at("repository")},
                        {"installation", event_.at("installation")}};
    send(github().sign("workflow_run", event.dump()));
  }

  std::string everything() { return look(sha).title + "\n" + look(sha).summary; }
  bool is_done() { return look(sha).status == "completed"; }
  std::string comment() {
    const auto comments = github().comments(number);
    return comments.empty() ? "" : comments.front().body;
  }

  std::string sha;
  int number = 0;

 private:
  void say(const std::string& path, net::Response response) {
    github().wire().add({.method = "GET", .path = path, .times = 100'000, .response = std::move(response)});
  }

  json event_;  // the pull request's, for what GitHub says of the repository in each
};

const std::vector<ZipEntry> kBuilt = {{"target/manifest.json", journey::pull_request_manifest()},
                                      {"target/run_results.json", journey::pull_request_run_results()},
                                      {"target/graph.gpickle", "\x80"}};

}  // namespace

TEST_CASE(
    "GitHub Actions: the artifact of the head is taken as soon as GitHub tells that the workflow ended") {
  ActionsWorld world;
  world.open();
  CHECK(contains(world.everything(), "no CI build of"));
  world.build("in_progress", json::array());
  world.tell();
  CHECK(contains(world.everything(), "is running"));
  CHECK(contains(world.everything(), "https://github.example/acme/shop/actions/runs/12"));
  world.build_with_zip(kBuilt);
  const UtcTime before = world.clock.now();
  world.tell();
  CHECK(world.is_done());
  CHECK(world.clock.now() == before);
  CHECK(contains(world.comment(), "| 🟠 `orders` | 400 → 388 |"));
}

TEST_CASE("GitHub Actions: without the event it is found by asking") {
  ActionsWorld world;
  world.open();
  world.build_with_zip(kBuilt);
  world.pass_time_until([&] { return world.is_done(); });
  world.settle();
  CHECK(contains(world.comment(), "`orders`"));
}

TEST_CASE("GitHub Actions: hostile, broken, expired and foreign artifacts each end in a line that says so") {
  struct Case {
    std::string_view name;
    std::function<void(ActionsWorld&)> build;
    std::string_view words;
  };
  const std::vector<Case> cases = {
      {"paths", [](ActionsWorld& world) { world.build_with_zip({{"../target/manifest.json", "{}"}}); },
       "has no target/manifest.json"},
      {"twice",
       [](ActionsWorld& world) { world.build_with_zip({{"manifest.json", "{}"}, {"manifest.json", "{}"}}); },
       "twice"},
      {"no manifest", [](ActionsWorld& world) { world.build_with_zip({{"target/manifest.json", "[1]"}}); },
       "GitHub Actions artifact 9: manifest.json"},
      {"digest", [](ActionsWorld& world) { world.build_with_zip(kBuilt, std::string(64, '0')); }, "digest"},
      {"expired",
       [](ActionsWorld& world) {
         world.build("completed", {{{"id", 9}, {"name", "dbt-target"}, {"expired", true}}});
       },
       "has expired"},
      {"missing", [](ActionsWorld& world) { world.build("completed", json::array()); },
       "ended without the artifact 'dbt-target'"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.name);
    ActionsWorld world;
    world.open();
    each.build(world);
    world.tell();
    if (!world.is_done()) world.pass_time_until([&] { return world.is_done(); });
    CAPTURE(world.everything());
    CHECK(world.look(world.sha).conclusion == "failure");
    CHECK(contains(world.everything(), each.words));
  }
}

TEST_CASE("GitHub Actions: a zip bomb fills neither disk nor memory") {
  ActionsWorld world;
  world.open();
  // Expands to more than the limit of 512 MB; 600 kB as it comes.
  world.build_with_zip({{"target/manifest.json", std::string(std::size_t{513} << 20U, ' ')}});
  world.tell();
  CHECK(contains(world.everything(), "expands to more than"));
  std::uintmax_t left = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(world.stage.config().data_dir + "/artifacts/incoming")) {
    left += entry.file_size();
  }
  CHECK(left == 0);
}

TEST_CASE("GitHub Actions: what a fork's workflow made is not taken") {
  ActionsWorld world;
  world.open();
  world.build("completed", {{{"id", 9}, {"name", "dbt-target"}, {"expired", false}}}, 2);
  world.tell();
  CHECK(contains(world.everything(), "no CI build of"));
}

TEST_CASE("a folder has production's manifest, which is read again when it has changed") {
  const journey::TemporaryFolder folder;
  World world("", false, [&](config::ServerConfig& config, World&) {
    config.projects[0].production_manifest = config::ProductionLocation{folder.path(), {}};
  });
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  const std::string sha = world.head(opened.number);
  world.send(opened);
  world.run(world.stage.upload_pull_request(sha));
  world.settle();
  CHECK(contains(world.look(sha).title, "manifest.json yet"));
  std::ofstream(folder.path() + "/manifest.json") << journey::production_manifest();
  world.pass_time_until([&] { return world.look(sha).status == "completed"; });
  world.settle();
  CHECK(contains(world.github().comments(opened.number).at(0).body, "`orders`"));
}

TEST_CASE(
    "a URL has production's manifest by commit; unchanged it is not fetched again, and its query is never "
    "shown") {
  std::string requested;
  int fetched = 0;
  std::unique_ptr<stand_in::Wire> storage;
  World world("", false, [&](config::ServerConfig& config, World& self) {
    storage = std::make_unique<stand_in::Wire>(self.loop.executor(), [&](const net::ServerRequest& request) {
      requested = request.path();
      if (request.headers.get("if-none-match") == "\"v1\"") return answer(304, "");
      ++fetched;
      return answer(200, journey::production_manifest(), {{"ETag", "\"v1\""}});
    });
    storage->start();
    config.projects[0].production_manifest =
        config::ProductionLocation{{}, Secret(storage->url() + "/prod/{sha}/manifest.json?signature=hush")};
  });
  const std::string tip = world.stage.main_branch_tip();
  storage->add({.method = "", .path = "*", .times = 1, .response = answer(403)});
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  const std::string refused = world.head(opened.number);
  world.send(opened);
  CHECK(contains(world.look(refused).summary, "answered 403"));
  CHECK(contains(world.look(refused).summary, "presigned"));
  CHECK_FALSE(contains(world.look(refused).summary, "hush"));
  for (int i = 0; i < 2; ++i) {
    const stand_in::Hook pushed = world.github().push(opened.number, "More", {{"x.md", std::to_string(i)}});
    const std::string sha = world.head(opened.number);
    world.send(pushed);
    world.run(world.stage.upload_pull_request(sha));
    world.settle();
    world.pass_time_until([&] { return world.look(sha).status == "completed"; });
  }
  CHECK(requested == "/prod/" + tip + "/manifest.json");
  CHECK(fetched == 1);
  CHECK_FALSE(contains(world.github().comments(opened.number).at(0).body, "no production manifest"));
  world.run(storage->stop());
  storage.reset();
}
