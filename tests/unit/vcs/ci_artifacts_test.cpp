#include <filesystem>
#include <iterator>

#include "github_setup.hpp"
#include "gitlab_setup.hpp"
#include "net/crypto.hpp"
#include "vcs/ci_artifacts.hpp"

using namespace diffgate;
using namespace diffgate::vcs;
using nlohmann::json;
using test::answer;
using State = CiArtifactSearch::State;

namespace {

const std::string kRuns = kRepoUrl + "/actions/runs?per_page=100&";
const std::string kZip = kRepoUrl + "/actions/artifacts/9/zip";

// A file of our own that is gone at the end.
struct Target {
  Target()
      : path(
            (std::filesystem::temp_directory_path() / ("ci-" + net::to_hex(net::random_bytes(8)))).string()) {
  }
  ~Target() { std::filesystem::remove(path); }
  std::string content() const {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  std::string path;
};

json workflow_run(std::int64_t id, const std::string& status = "completed", std::int64_t head_repo = 1) {
  return {{"id", id},
          {"head_sha", sha_of('d').value()},
          {"head_branch", "revenue"},
          {"html_url", "https://github.com/acme/dbt/actions/runs/" + std::to_string(id)},
          {"status", status},
          {"conclusion", status == "completed" ? json("failure") : json(nullptr)},
          {"updated_at", "2026-05-04T01:14:52Z"},
          {"repository", {{"id", 1}}},
          {"head_repository", head_repo == 0 ? json(nullptr) : json{{"id", head_repo}}}};
}

json artifacts(bool is_expired = false) {
  return {{"total_count", 1},
          {"artifacts",
           {{{"id", 9},
             {"name", "dbt-target"},
             {"expired", is_expired},
             {"created_at", "2026-05-04T01:14:50Z"},
             {"digest", "sha256:abc"}}}}};
}

struct GitHubCi : GitHubSetup {
  GitHubCi() { ci = create_github_ci_artifacts(loop.executor(), http, clock, github_options()); }

  void runs(const std::vector<json>& list, const std::string& filter = "head_sha=" + sha_of('d').value()) {
    http.always("GET", kRuns + filter, answer(200, json{{"workflow_runs", list}}.dump()));
  }
  void artifacts_of(std::int64_t run, const json& list) {
    http.always("GET",
                kRepoUrl + "/actions/runs/" + std::to_string(run) + "/artifacts?per_page=100&name=dbt-target",
                answer(200, list.dump()));
  }
  CiArtifactSearch find(CiArtifactQuery query) {
    query.name = "dbt-target";
    return loop.run(ci->find(github_repo(), query));
  }
  CiArtifactSearch find() { return find({.sha = sha_of('d')}); }
  bool fetch(const std::string& into) {
    CiArtifact artifact;
    artifact.id = "9";
    return loop.run(ci->fetch(github_repo(), artifact, "", into, 1'000));
  }

  std::unique_ptr<CiArtifacts> ci;
};

const json kNone = {{"total_count", 0}, {"artifacts", json::array()}};

}  // namespace

TEST_CASE("GitHub: the artifact of whichever workflow of the commit has it is found, failed or not") {
  GitHubCi setup;
  setup.runs({workflow_run(12), workflow_run(11)});
  setup.artifacts_of(12, kNone);
  setup.artifacts_of(11, artifacts());
  const CiArtifactSearch search = setup.find();
  REQUIRE(search.state == State::found);
  CHECK(search.artifact->id == "9");
  CHECK(search.artifact->title == "GitHub Actions artifact 9");
  CHECK(search.artifact->sha == sha_of('d'));
  CHECK(search.artifact->digest == "abc");
  CHECK(search.artifact->url == "https://github.com/acme/dbt/actions/runs/11");
  const json token = json::parse(setup.http.requests_of("POST", kTokenUrl).at(0).body);
  CHECK(token["permissions"] == json{{"actions", "read"}});
}

TEST_CASE(
    "GitHub: while a workflow of the commit runs its artifact may come, afterwards it is missing or "
    "expired") {
  const std::vector<std::tuple<std::string, json, State>> cases = {
      {"in_progress", kNone, State::running},
      {"completed", kNone, State::failed},
      {"completed", artifacts(true), State::expired},
  };
  for (const auto& [status, list, state] : cases) {
    CAPTURE(status);
    GitHubCi setup;
    setup.runs({workflow_run(12, status)});
    setup.artifacts_of(12, list);
    CHECK(setup.find().state == state);
  }
  GitHubCi setup;
  setup.runs({});
  CHECK(setup.find().state == State::none);
}

TEST_CASE("GitHub: what a fork's run made is taken only if that is wanted") {
  for (const std::int64_t head_repo : {2, 0}) {
    CAPTURE(head_repo);
    GitHubCi setup;
    setup.runs({workflow_run(12, "completed", head_repo)});
    setup.artifacts_of(12, artifacts());
    CHECK(setup.find().state == State::none);
    CHECK(setup.find({.sha = sha_of('d'), .from_forks = true}).state == State::found);
  }
}

TEST_CASE("GitHub: without a commit the newest successful push to the branch counts") {
  GitHubCi setup;
  setup.runs({workflow_run(12), workflow_run(11)}, "event=push&status=success&branch=main");
  setup.artifacts_of(12, kNone);
  setup.artifacts_of(11, artifacts());
  CHECK(setup.find({.branch = "main"}).state == State::found);
}

TEST_CASE("GitHub: the archive is fetched from its storage without our token") {
  GitHubCi setup;
  const std::string storage = "https://storage.example/zip?sig=1";
  setup.http.always("GET", kZip, answer(302, "", {{"Location", storage}}));
  setup.http.always("GET", storage, answer(200, "PK"));
  const Target target;
  CHECK(setup.fetch(target.path));
  CHECK(target.content() == "PK");
  const net::Request request = setup.http.requests_of("GET", storage).at(0);
  CHECK_FALSE(request.headers.get("Authorization"));
  CHECK(request.max_response_bytes == 1'000);
}

TEST_CASE(
    "GitHub: an archive that expired is none, a redirect to plain HTTP is refused, and an answer without one "
    "told") {
  const Target target;
  for (const int status : {404, 410}) {
    GitHubCi setup;
    setup.http.always("GET", kZip, answer(status));
    CHECK_FALSE(setup.fetch(target.path));
  }
  for (const char* location :
       {"http://169.254.169.254/latest", "file:///etc/passwd", "", "//evil.example/x"}) {
    CAPTURE(location);
    GitHubCi setup;
    setup.http.always("GET", kZip, answer(302, "", {{"Location", location}}));
    CHECK(error_of([&] { setup.fetch(target.path); }).error_class() == ErrorClass::remote_final);
  }
  GitHubCi setup;
  setup.http.always("GET", kZip, answer(403, R"({"message":"Resource not accessible by integration"})"));
  const Error error = error_of([&] { setup.fetch(target.path); });
  CHECK(error.error_class() == ErrorClass::configuration);
  CHECK(std::string(error.what()).find("actions: read") != std::string::npos);
}

namespace {

struct GitLabCi : GitLabSetup {
  GitLabCi() {
    GitLabOptions options;
    options.url = "https://git.acme.test/gitlab/";
    options.token = Secret("glpat-hush");
    ci = create_gitlab_ci_artifacts(loop.executor(), http, clock, options);
  }

  void pipelines(const json& list, const std::string& filter = "sha=" + gitlab_sha('d')) {
    http.always("GET", kProject + "/pipelines?per_page=20&order_by=id&sort=desc&" + filter,
                answer(200, list.dump()));
  }
  void jobs_of(std::int64_t pipeline, const json& list) {
    http.always("GET", kProject + "/pipelines/" + std::to_string(pipeline) + "/jobs?per_page=100",
                answer(200, list.dump()));
  }
  CiArtifactSearch find(CiArtifactQuery query) {
    query.name = "build";
    return loop.run(ci->find(gitlab_repo(), query));
  }
  CiArtifactSearch find() { return find({.sha = Sha(gitlab_sha('d'))}); }
  bool fetch(const std::string& into) {
    CiArtifact artifact;
    artifact.id = "77";
    return loop.run(ci->fetch(gitlab_repo(), artifact, "target/manifest.json", into, 1'000));
  }

  std::unique_ptr<CiArtifacts> ci;
};

json pipeline(std::int64_t id, const std::string& status = "success") {
  return {
      {"id", id}, {"sha", gitlab_sha('d')}, {"ref", "revenue"}, {"status", status}, {"web_url", "https://p"}};
}

json job(const std::string& status, bool has_artifacts) {
  json out = {{"id", 77},
              {"name", "build"},
              {"status", status},
              {"web_url", "https://j"},
              {"finished_at", "2026-05-04T01:14:52.123Z"}};
  out["artifacts_file"] = has_artifacts ? json{{"filename", "artifacts.zip"}} : json(nullptr);
  return out;
}

}  // namespace

TEST_CASE("GitLab: the job of the commit's newest pipeline that has artifacts is found") {
  GitLabCi setup;
  setup.pipelines(json::array({pipeline(4), pipeline(3)}));
  setup.jobs_of(4, json::array());
  setup.jobs_of(3, {{{"name", "lint"}, {"id", 1}, {"status", "success"}}, job("failed", true)});
  const CiArtifactSearch search = setup.find();
  REQUIRE(search.state == State::found);
  CHECK(search.artifact->id == "77");
  CHECK(search.artifact->branch == "revenue");
  CHECK(search.artifact->url == "https://j");
}

TEST_CASE("GitLab: a job under way is waited for, one without artifacts is not") {
  const std::vector<std::tuple<json, State>> cases = {
      {job("running", false), State::running},
      {job("manual", false), State::running},
      {job("success", false), State::failed},
      {job("skipped", false), State::failed},
  };
  for (const auto& [one, state] : cases) {
    GitLabCi setup;
    setup.pipelines(json::array({pipeline(4, "running")}));
    setup.jobs_of(4, json::array({one}));
    CHECK(setup.find().state == state);
  }
  GitLabCi setup;
  setup.pipelines(json::array());
  CHECK(setup.find().state == State::none);
  setup.pipelines(json::array({pipeline(4)}), "status=success&ref=main");
  setup.jobs_of(4, json::array({job("success", true)}));
  CHECK(setup.find({.branch = "main"}).state == State::found);
}

TEST_CASE("GitLab: a merged-results pipeline is the head's if its commit was made of the head") {
  const std::string merge_commit = gitlab_sha('e');
  const auto merged = [&](std::int64_t id, const std::string& ref = "refs/merge-requests/7/merge",
                          std::int64_t project = 14) {
    json out = pipeline(id);
    out["sha"] = merge_commit;
    out["ref"] = ref;
    out["project_id"] = project;
    return out;
  };
  struct Case {
    const char* name;
    json pipelines;
    net::Response commit;
    State state;
  };
  const net::Response of_head = answer(200, json{{"parent_ids", {gitlab_sha('a'), gitlab_sha('d')}}}.dump());
  const net::Response of_other = answer(200, json{{"parent_ids", {gitlab_sha('a'), gitlab_sha('c')}}}.dump());
  const std::vector<Case> cases = {
      {"the head's", json::array({merged(4)}), of_head, State::found},
      {"an older push's", json::array({merged(4)}), of_other, State::none},
      {"a forgotten commit's", json::array({merged(4)}), answer(404), State::none},
      {"a fork's", json::array({merged(4, "refs/merge-requests/7/merge", 15)}), of_head, State::none},
      {"another merge request's", json::array({merged(4, "refs/merge-requests/8/merge")}), of_head,
       State::none},
  };
  for (const Case& each : cases) {
    CAPTURE(each.name);
    GitLabCi setup;
    setup.pipelines(json::array());
    setup.http.always("GET", kProject + "/merge_requests/7/pipelines?per_page=20",
                      answer(200, each.pipelines.dump()));
    setup.http.always("GET", kProject + "/repository/commits/" + merge_commit, each.commit);
    setup.jobs_of(4, json::array({job("success", true)}));
    const CiArtifactSearch search = setup.find({.sha = Sha(gitlab_sha('d')), .pull_request = PullNumber(7)});
    CHECK(search.state == each.state);
    if (search.artifact) CHECK(search.artifact->sha == Sha(gitlab_sha('d')));
  }
}

TEST_CASE("GitLab: a single file is fetched, also from a storage, which never sees the token") {
  const std::string url = kProject + "/jobs/77/artifacts/target/manifest.json";
  const Target target;
  {
    GitLabCi setup;
    setup.http.always("GET", url, answer(200, "{}"));
    CHECK(setup.fetch(target.path));
    CHECK(target.content() == "{}");
    CHECK(setup.http.requests_of("GET", url).at(0).max_response_bytes == 1'000);
  }
  {
    GitLabCi setup;
    setup.http.always("GET", url, answer(302, "", {{"Location", "https://cdn.example/x?sig=1"}}));
    setup.http.always("GET", "https://cdn.example/x?sig=1", answer(200, "[]"));
    CHECK(setup.fetch(target.path));
    CHECK(target.content() == "[]");
    CHECK_FALSE(
        setup.http.requests_of("GET", "https://cdn.example/x?sig=1").at(0).headers.get("PRIVATE-TOKEN"));
  }
  GitLabCi setup;
  setup.http.always("GET", url, answer(404, R"({"message":"404 Not Found"})"));
  CHECK_FALSE(setup.fetch(target.path));
}
