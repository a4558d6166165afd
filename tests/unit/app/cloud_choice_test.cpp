#include <doctest/doctest.h>

#include "app/sources/cloud_choice.hpp"
#include "app/sources/location_source.hpp"
#include "app/sources/push_trigger.hpp"

using namespace diffgate;
using namespace diffgate::app;
using dbt::CloudRun;
using dbt::CloudStatus;

namespace {

const std::string head(40, 'a');
const std::string other(40, 'b');

CloudRun run_of(std::int64_t id, const std::string& sha, CloudStatus status,
                std::optional<std::int64_t> pull = 42) {
  CloudRun run;
  run.id = dbt::CloudRunId(id);
  run.git_sha = sha;
  run.status = status;
  run.pull_request = pull;
  return run;
}

std::int64_t chosen(const std::vector<CloudRun>& runs) {
  const CloudChoice choice = choose_cloud_run(runs, head, 42);
  return choice.run ? choice.run->id.value() : 0;
}

}  // namespace

TEST_CASE("of the runs of a commit the newest that was not cancelled is the one") {
  CHECK(chosen({}) == 0);
  CHECK(chosen({run_of(3, other, CloudStatus::success), run_of(2, head, CloudStatus::running)}) == 2);
  CHECK(chosen({run_of(3, head, CloudStatus::running), run_of(2, head, CloudStatus::success)}) == 3);
  CHECK(chosen({run_of(3, head, CloudStatus::cancelled), run_of(2, head, CloudStatus::success)}) == 2);
  CHECK(chosen({run_of(3, head, CloudStatus::cancelled), run_of(2, head, CloudStatus::cancelled)}) == 3);
  CHECK(chosen({run_of(3, head, CloudStatus::error), run_of(2, head, CloudStatus::success)}) == 3);
}

TEST_CASE("a run of another pull request is not taken, one that names none is") {
  CHECK(chosen({run_of(3, head, CloudStatus::success, 43)}) == 0);
  CHECK(chosen({run_of(3, head, CloudStatus::success, std::nullopt)}) == 3);
}

TEST_CASE("a cancelled run names the newer run of the same pull request that took its place") {
  const auto choice =
      choose_cloud_run({run_of(4, std::string(40, 'c'), CloudStatus::success, 43),
                        run_of(3, other, CloudStatus::running), run_of(2, head, CloudStatus::cancelled)},
                       head, 42);
  REQUIRE(choice.replaced_by);
  CHECK(choice.replaced_by->id.value() == 3);
  const auto older = choose_cloud_run(
      {run_of(3, head, CloudStatus::cancelled), run_of(2, other, CloudStatus::success)}, head, 42);
  CHECK_FALSE(older.replaced_by);
}

TEST_CASE("a push starts the job of the projects that name its branch, a deletion and a tag none") {
  config::ProjectConfig on_main;
  on_main.dbt_cloud.emplace();
  on_main.dbt_cloud->trigger_on_push_to = "main";
  config::ProjectConfig without;
  const std::vector<const config::ProjectConfig*> projects = {&on_main, &without};
  vcs::PushEvent push;
  push.branch = "main";
  push.after = vcs::Sha(head);
  CHECK(triggered_by(projects, push) == std::vector<const config::ProjectConfig*>{&on_main});
  CHECK(trigger_for(push).cause == "diffgate: push of aaaaaaa to main");
  push.branch = "develop";
  CHECK(triggered_by(projects, push).empty());
  push.branch = "";
  CHECK(triggered_by(projects, push).empty());
  push.branch = "main";
  push.after = vcs::Sha(std::string(40, '0'));
  CHECK(triggered_by(projects, push).empty());
}

TEST_CASE("a location's placeholders are filled in, and s3:// is the public object's HTTPS URL") {
  CHECK(filled_in("https://x/{branch}/{sha}/m.json?sig=1", "abc", "feature/x") ==
        "https://x/feature%2Fx/abc/m.json?sig=1");
  CHECK(https_url_of("s3://bucket/prod/manifest.json") ==
        "https://bucket.s3.amazonaws.com/prod/manifest.json");
  CHECK(https_url_of("https://minio/bucket/m.json") == "https://minio/bucket/m.json");
}
