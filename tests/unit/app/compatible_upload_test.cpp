// The upload of Datafold's client, whose zip comes from anywhere: what is taken of it, what is refused, and
// that nothing of what was refused is left behind.

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/demo/shop.hpp"
#include "daemon_world.hpp"
#include "zip_file.hpp"

namespace diffgate::app {
namespace {

using test::bytes_of;
using test::DaemonWorld;
using test::sha_of;
using test::ZipEntry;
using Json = nlohmann::json;

constexpr std::size_t kLimit = 8U << 20U;

const std::string& manifest() {
  static const std::string text = journey::pull_request_manifest();
  return text;
}

class UploadWorld : public DaemonWorld {
 public:
  UploadWorld() {
    config.artifact_max_bytes = kLimit;
    start();
  }

  std::string zip(const std::vector<ZipEntry>& entries) const {
    const std::string path = directory.file("made.zip");
    test::write_zip(path, entries);
    return bytes_of(path);
  }
  net::Response post(const std::string& file, std::string fields = fields_of("pull_request", sha_of('1'))) {
    std::string body = std::move(fields);
    body += "--XyZ\r\nContent-Disposition: form-data; name=\"artifacts\"; filename=\"a.zip\"\r\n\r\n" + file;
    body += "\r\n--XyZ--\r\n";
    return send("POST", "/api/v1/dbt/submit_artifacts/7", std::move(body),
                {{"Authorization", "Key upload-key"}, {"Content-Type", "multipart/form-data; boundary=XyZ"}});
  }
  static std::string fields_of(const std::string& type, const std::string& sha) {
    return field("run_type", type) + field("commit_sha", sha);
  }
  static std::string field(const std::string& name, const std::string& value) {
    return "--XyZ\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
  }

  // Names of the stored files of the pull request's commit.
  std::vector<std::string> stored() {
    const net::Response answer =
        send("GET", "/api/v1/projects/7/artifacts", "", {{"Authorization", "Key upload-key"}});
    const Json json = Json::parse(answer.body);
    std::vector<std::string> names;
    for (const Json& each : json.at("artifacts")) names.push_back(each.at("artifact"));
    std::ranges::sort(names);
    return names;
  }
  bool is_anything_left() const {
    for (const auto& entry : std::filesystem::directory_iterator(config.data_dir + "/artifacts/incoming")) {
      if (entry.is_regular_file()) return true;
    }
    return false;
  }
};

const std::string kRunResults =
    R"({"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/run-results/v6.json"},"results":[],"args":{"which":"build"}})";

}  // namespace

TEST_CASE("compatible upload: of a whole target folder the three known files are taken") {
  UploadWorld world;
  const net::Response answer = world.post(world.zip({{"target/graph.gpickle", "\x80"},
                                                     {"target/manifest.json", manifest()},
                                                     {"target/compiled/shop/orders.sql", "select 1"},
                                                     {"target/run_results.json", kRunResults}}));
  CAPTURE(answer.body);
  CHECK(answer.status == 200);
  CHECK(world.stored() == std::vector<std::string>{"manifest.json", "run_results.json"});
  CHECK_FALSE(world.is_anything_left());
}

TEST_CASE("compatible upload: of a manifest at the root and one in a folder the root's counts") {
  UploadWorld world;
  CHECK(world.post(world.zip({{"target/manifest.json", "not JSON"}, {"manifest.json", manifest()}})).status ==
        200);
  CHECK(world.post(world.zip({{"manifest.json", manifest()}, {"target/manifest.json", "not JSON"}})).status ==
        200);
}

TEST_CASE("compatible upload: a zip that can't be used is refused with the reason, and nothing of it stays") {
  struct Case {
    const char* name;
    std::vector<ZipEntry> entries;
    const char* message;
  };
  const std::vector<Case> cases = {
      {"empty", {}, "there is no manifest.json in it"},
      {"no manifest", {{"target/run_results.json", kRunResults}}, "there is no manifest.json in it"},
      {"in another folder", {{"other/manifest.json", manifest()}}, "there is no manifest.json in it"},
      {"climbs", {{"../manifest.json", manifest()}}, "there is no manifest.json in it"},
      {"climbs within", {{"target/../manifest.json", manifest()}}, "there is no manifest.json in it"},
      {"absolute", {{"/etc/manifest.json", manifest()}}, "there is no manifest.json in it"},
      {"backslashes", {{"..\\..\\manifest.json", manifest()}}, "there is no manifest.json in it"},
      {"a link", {{"manifest.json", "/etc/passwd", AE_IFLNK}}, "there is no manifest.json in it"},
      {"a folder", {{"manifest.json", "", AE_IFDIR}}, "there is no manifest.json in it"},
      {"twice",
       {{"manifest.json", manifest()}, {"manifest.json", manifest()}},
       "manifest.json is there twice"},
      {"a bomb", {{"manifest.json", std::string(kLimit + 1, ' ')}}, "expands to more than 8388608 bytes"},
      {"no JSON", {{"manifest.json", "<html>"}}, "manifest.json"},
      {"another file of dbt's", {{"manifest.json", kRunResults}}, "manifest.json"},
      {"broken results", {{"run_results.json", "{"}, {"manifest.json", manifest()}}, "run_results.json"},
  };
  UploadWorld world;
  for (const Case& each : cases) {
    CAPTURE(each.name);
    const net::Response answer = world.post(world.zip(each.entries));
    CAPTURE(answer.body);
    CHECK(answer.status == 422);
    CHECK(answer.body.find(each.message) != std::string::npos);
    CHECK(world.stored().empty());
    CHECK_FALSE(world.is_anything_left());
  }
}

TEST_CASE(
    "compatible upload: a zip that broke off or is none is refused, and so is a form that lacks a part") {
  UploadWorld world;
  const std::string whole = world.zip({{"manifest.json", manifest()}});
  struct Case {
    const char* name;
    net::Response answer;
    const char* message;
  };
  const std::vector<Case> cases = {
      {"cut in the middle", world.post(whole.substr(0, whole.size() / 2)), "zip"},
      {"cut in the first name", world.post(whole.substr(0, 35)), "zip"},
      {"no bytes", world.post(""), "artifacts"},
      {"no zip", world.post("manifest: yes"), "zip"},
      {"no commit", world.post(whole, UploadWorld::field("run_type", "production")),
       "commit_sha: is missing"},
      {"a short commit", world.post(whole, UploadWorld::fields_of("production", "abc")),
       "commit_sha: is not a full commit sha"},
      {"an unknown type", world.post(whole, UploadWorld::fields_of("staging", sha_of('1'))),
       "run_type: unknown run type"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.name);
    CAPTURE(each.answer.body);
    CHECK(each.answer.status == 422);
    CHECK(each.answer.body.find(each.message) != std::string::npos);
  }
  CHECK(world.stored().empty());
  CHECK_FALSE(world.is_anything_left());
}

TEST_CASE("compatible upload: an archive of more files than any project has is given up") {
  UploadWorld world;
  std::vector<ZipEntry> entries;
  for (int i = 0; i < 20'001; ++i) entries.push_back({"f" + std::to_string(i), ""});
  entries.push_back({"manifest.json", manifest()});
  const net::Response answer = world.post(world.zip(entries));
  CHECK(answer.status == 422);
  CHECK(answer.body.find("has more than 20000 entries") != std::string::npos);
}

}  // namespace diffgate::app
