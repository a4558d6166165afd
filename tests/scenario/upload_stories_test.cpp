// Uploads that are repeated, misdirected, cut off, or of the wrong commit.

#include "app/demo/shop.hpp"
#include "net/crypto.hpp"
#include "world.hpp"

using namespace diffgate;
using namespace diffgate::test;

namespace {

net::Response put(World& world, const std::string& path, std::string body, net::Headers headers = {}) {
  net::Request request;
  request.method = "PUT";
  request.url = world.stage.daemon_url() + path;
  request.headers = std::move(headers);
  request.headers.set("Authorization", "Key " + world.stage.config().projects[0].upload_keys[0].expose());
  request.body = std::move(body);
  return world.run(world.stage.http().send(std::move(request)));
}

std::string path_of(const std::string& run_type, const std::string& sha, const std::string& query = {}) {
  return "/api/v1/projects/1/artifacts/" + run_type + "/" + sha + "/manifest.json" + query;
}

const std::string kSome(40, 'a');
const std::string kOther(40, 'b');

}  // namespace

TEST_CASE(
    "an upload of content that the project has already needs no body, and starts the diff as any other") {
  World world;
  world.run(world.stage.upload_production());
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  const std::string sha = world.head(opened.number);
  world.send(opened);
  const std::string manifest = journey::pull_request_manifest();
  const std::string query = "?sha256=" + net::sha256_hex(manifest);
  CHECK(put(world, path_of("pull_request", sha, query), "").status == 404);
  CHECK(put(world, path_of("pull_request", kSome, query), manifest).status == 201);
  CHECK(put(world, path_of("pull_request", sha, query), "").status == 200);
  world.settle();
  CHECK(world.look(sha).status == "completed");
}

TEST_CASE("a body that is not what its hash says was changed on its way, and is refused") {
  World world;
  const std::string manifest = journey::production_manifest();
  const net::Response response =
      put(world, path_of("production", kSome, "?sha256=" + net::sha256_hex("another")), manifest);
  CHECK(response.status == 422);
  CHECK(contains(response.body, "did not arrive as it was sent"));
  CHECK(put(world, path_of("production", kSome, "?sha256=xyz"), manifest).status == 422);
}

TEST_CASE("an upload that breaks off leaves nothing behind, and the next one is taken") {
  World world;
  const std::string manifest = journey::production_manifest();
  const net::Response cut = put(world, path_of("production", kSome), manifest.substr(0, manifest.size() / 2));
  CHECK(cut.status == 422);
  CHECK(put(world, path_of("production", kSome), manifest).status == 201);
  CHECK(put(world, path_of("production", kSome), manifest).status == 201);  // twice the same
}

TEST_CASE("a pull request's upload of another commit than its head is told which one is wanted") {
  World world;
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  const std::string sha = world.head(opened.number);
  world.send(opened);
  const std::string number = std::to_string(opened.number);
  const net::Response merge = put(world, path_of("pull_request", kOther, "?pull_request=" + number),
                                  journey::pull_request_manifest());
  CHECK(merge.status == 201);
  CHECK(contains(merge.body, "the head of pull request " + number + " is " + sha));
  const net::Response right =
      put(world, path_of("pull_request", sha, "?pull_request=" + number), journey::pull_request_manifest());
  CHECK_FALSE(contains(right.body, "warnings"));
  CHECK(put(world, path_of("pull_request", sha, "?pull_request=x"), "{}").status == 422);
}

TEST_CASE("production's upload of a commit that waits as a pull request's head is doubted") {
  World world;
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  world.send(opened);
  const net::Response swapped =
      put(world, path_of("production", world.head(opened.number)), journey::pull_request_manifest());
  CHECK(swapped.status == 201);
  CHECK(contains(swapped.body, "should the run type be pull_request?"));
}

TEST_CASE("the two sides swapped are found out by what they say of their relations") {
  World world;
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  const std::string sha = world.head(opened.number);
  world.send(opened);
  CHECK(put(world, path_of("production", world.stage.main_branch_tip()), journey::production_manifest())
            .status == 201);
  CHECK(put(world, path_of("pull_request", sha), journey::production_manifest()).status == 201);
  world.settle();
  CHECK(world.look(sha).status == "completed");
  CAPTURE(world.look(sha).title);
  CAPTURE(world.look(sha).summary);
  CHECK(contains(world.look(sha).summary, "same manifest"));
}

TEST_CASE("an upload for a project that the key is not of, or that there is none of, is refused alike") {
  World world;
  const net::Response unknown =
      put(world, "/api/v1/projects/99/artifacts/production/" + kSome + "/manifest.json", "{}");
  CHECK(unknown.status / 100 == 4);
  net::Request request;
  request.method = "PUT";
  request.url = world.stage.daemon_url() + path_of("production", kSome);
  request.headers = {{"Authorization", "Key wrong"}};
  request.body = "{}";
  CHECK(world.run(world.stage.http().send(std::move(request))).status == 401);
}

TEST_CASE("a file beyond the limit is refused before it is read") {
  World world("", false, [](config::ServerConfig& config, World&) { config.artifact_max_bytes = 1U << 20U; });
  CHECK(put(world, path_of("production", kSome), std::string(2U << 20U, ' ')).status == 413);
}
