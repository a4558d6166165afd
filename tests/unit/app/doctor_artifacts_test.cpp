// What `diffgate doctor` shows of the artifacts that a daemon keeps.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "app/commands/doctor_checks.hpp"
#include "daemon_world.hpp"

namespace diffgate::app {
namespace {

using test::DaemonWorld;
using test::sha_of;

std::vector<std::string> lines_of(const config::ServerConfig& config) {
  Findings findings;
  examine_stored_artifacts(config, findings);
  std::vector<std::string> lines;
  for (const Finding& finding : findings)
    lines.push_back(std::string(finding.level == FindingLevel::ok ? "ok " : "warning ") + finding.text);
  return lines;
}

}  // namespace

TEST_CASE(
    "doctor shows the newest manifest of each branch, production's first, while the daemon is at work") {
  DaemonWorld world;
  CHECK(lines_of(world.config).empty());
  world.start();
  const std::vector<std::string> none = lines_of(world.config);
  REQUIRE(none.size() == 1);
  CHECK(none[0] == "warning no production manifest yet");
  world.upload_pull_request(sha_of('1'));
  world.upload_production(sha_of('a'));
  world.clock.advance(std::chrono::minutes(1));
  world.upload_production(sha_of('b'));
  const std::vector<std::string> lines = lines_of(world.config);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "ok production, branch main: 2 manifests, the newest of bbbbbbb at " +
                        iso8601(world.clock.now()) + ", uploaded");
  CHECK(lines[1].starts_with("ok pull requests, no branch named: 1 manifest, the newest of 1111111 at "));
}

}  // namespace diffgate::app
