// The daemon and the stand-in for GitLab, with whatever stands between them: what gitlab_openapi.test.mjs
// judges.
//
//   contract_gitlab_journey FORGE_PORT FORGE_URL
//
// First the daemon works: a run from the webhook to the note, a push that supersedes, an ignored change of
// many files, a command in a comment, a fork, a restart that catches up. Then the client of GitLab alone
// makes the calls that these days had no need of. Exit code 0 if each part ended as it must.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "app/demo/stage.hpp"
#include "net/error.hpp"
#include "vcs/ci_artifacts.hpp"
#include "vcs/forge_access.hpp"

namespace {

using namespace diffgate;
using namespace diffgate::app;
using namespace std::chrono_literals;
using nlohmann::json;

constexpr std::string_view rules =
    "files_to_ignore: [\"docs/\"]\n"
    "fork_pull_requests: with_label\n"
    "pull_request_label: data-diff\n";

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
  std::printf("ok: %s\n", what.c_str());
}

class Walk {
 public:
  explicit Walk(journey::Stage& stage) : stage_(stage), gitlab_(stage.gitlab()) {}

  Awaitable<void> all() {
    co_await stage_.upload_production();
    co_await whole_run();
    co_await push_supersedes();
    co_await command();
    co_await ignored_files();
    co_await labelled_fork();
    co_await restart();
  }

 private:
  Awaitable<void> send(stand_in::Hook hook) {
    const int status = co_await stage_.send(std::move(hook));
    require(status == 202, "a delivery is taken");
    co_await stage_.daemon().settle();
  }

  std::string state(int number) const {
    const auto* status = gitlab_.status(gitlab_.merge_request(number).head_sha, "diffgate");
    return status == nullptr ? "none" : status->now().state + ": " + status->now().description;
  }

  std::size_t notes_of_bot() const {
    std::size_t count = 0;
    for (const auto& note : gitlab_.comments(number_)) count += note.author.starts_with("diffgate") ? 1 : 0;
    return count;
  }

  Awaitable<void> whole_run() {
    const stand_in::Hook opened = gitlab_.open(stage_.shop_pull_request());
    number_ = opened.number;
    co_await send(opened);
    require(state(number_).starts_with("success: Not run"), "without the label nothing runs");
    co_await send(gitlab_.label(number_, "data-diff"));
    co_await stage_.upload_pull_request(gitlab_.merge_request(number_).head_sha);
    co_await stage_.daemon().settle();
    require(state(number_).starts_with("success: "), "with it the run ends: " + state(number_));
    require(notes_of_bot() == 1, "with one note");
  }

  Awaitable<void> push_supersedes() {
    co_await send(gitlab_.push(number_, "one more", {{"models/notes.sql", "select 1\n"}}));
    const std::string waiting = gitlab_.merge_request(number_).head_sha;
    co_await send(gitlab_.push(number_, "and another", {{"models/notes.sql", "select 2\n"}}));
    require(gitlab_.status(waiting, "diffgate")->now().state == "canceled",
            "a push cancels the run before it");
    co_await stage_.upload_pull_request(gitlab_.merge_request(number_).head_sha);
    co_await stage_.daemon().settle();
    require(notes_of_bot() == 1, "the note is edited in place");
  }

  Awaitable<void> command() {
    gitlab_.set_access_level("ada", 40);
    co_await send(gitlab_.comment(number_, "ada", "/diffgate run"));
    const std::int64_t asked = gitlab_.comments(number_).back().id;
    require(gitlab_.emoji_of(asked) == std::vector<std::string>{"eyes"}, "a command gets a receipt");
    co_await send(gitlab_.close(number_));
  }

  Awaitable<void> ignored_files() {
    stand_in::NewPullRequest request;
    request.labels = {"data-diff"};
    request.head_branch = "docs";
    for (int i = 0; i < 120; ++i) request.edits["docs/" + std::to_string(i) + ".md"] = "text\n";
    const stand_in::Hook opened = gitlab_.open(request);
    co_await send(opened);
    require(state(opened.number).find("ignored") != std::string::npos,
            "a change of ignored files alone is left alone: " + state(opened.number));
  }

  Awaitable<void> labelled_fork() {
    stand_in::NewPullRequest request = stage_.shop_pull_request();
    request.is_fork = true;
    request.author = "grace";
    const stand_in::Hook opened = gitlab_.open(request);
    co_await send(opened);
    require(state(opened.number).find("fork") != std::string::npos, "a fork without the label is left alone");
    co_await send(gitlab_.label(opened.number, "data-diff"));
    co_await send(gitlab_.close(opened.number));
  }

  Awaitable<void> restart() {
    co_await stage_.stop_daemon();
    stand_in::NewPullRequest request;
    request.head_branch = "missed";
    request.edits = {{"docs/missed.md", "text\n"}};
    const stand_in::Hook missed = gitlab_.open(request);
    co_await stage_.start_daemon();
    co_await stage_.daemon().settle();
    require(state(missed.number) != "none", "a merge request that was missed is found at the start");
  }

  journey::Stage& stage_;
  stand_in::GitLabStandIn& gitlab_;
  int number_ = 0;
};

Awaitable<void> play_daemon(std::uint16_t port, std::string url, Clock& clock) {
  journey::StageOptions options;
  options.gitlab = true;
  options.forge_port = port;
  options.forge_url = std::move(url);
  options.more_files[".diffgate.yml"] = std::string(rules);
  options.daemon.forge_write_gap = 0ms;
  options.daemon.progress_gap = 0ms;
  options.daemon.duckdb_helper = std::string(std::getenv("DIFFGATE_BINARY_DIR")) + "/diffgate-duckdb";
  journey::Stage stage(co_await asio::this_coro::executor, clock, options);
  co_await stage.start();
  std::exception_ptr failure;
  try {
    Walk walk(stage);
    co_await walk.all();
  } catch (const std::exception&) {
    failure = std::current_exception();  // rethrown once everything is stopped
  }
  co_await stage.stop();
  if (failure) std::rethrow_exception(failure);
}

void say(stand_in::GitLabStandIn& gitlab, const std::string& path, const json& body) {
  net::Response response;
  response.status = 200;
  response.body = body.dump();
  response.headers.set("Content-Type", "application/json");
  gitlab.wire().add({.method = "GET", .path = path, .times = 100, .response = std::move(response)});
}

vcs::Check check_of(const stand_in::StandInPullRequest& pull, vcs::CheckState state) {
  vcs::Check check;
  check.name = "diffgate";
  check.head_sha = vcs::Sha(pull.head_sha);
  check.pull_request = vcs::PullNumber(pull.number);
  check.state = state;
  check.title = "7 different";
  check.details_url = "https://diffgate.example.com/runs/1";
  return check;
}

Awaitable<void> read_and_write(stand_in::GitLabStandIn& gitlab, vcs::Forge& forge, int number) {
  const auto& pull = gitlab.merge_request(number);
  const vcs::Repo repo = co_await forge.find_repository("acme/shop");
  require(repo.full_name == "acme/shop", "a project is found by its path");
  const vcs::PullRequest read = co_await forge.pull_request(repo, vcs::PullNumber(number));
  require(read.base_sha.value() == gitlab.branch("main"), "a merge request tells its base");
  const auto base = co_await forge.merge_base(repo, read.base_sha, read.head_sha);
  require(base == read.base_sha, "a merge base is found");
  const auto pulls = co_await forge.pull_requests_of(repo, read.head_sha);
  require(pulls.size() == 1, "a commit's merge request is found");
  const auto messages = co_await forge.commit_messages(repo, read);
  require(messages.size() == 1, "the commits of a merge request are listed");
  const std::string message = co_await forge.commit_message(repo, read.head_sha);
  require(message == messages[0], "a commit tells its message");
  const auto none = co_await forge.file_at(repo, "models/none.sql", read.base_sha);
  const auto tip = co_await forge.branch_tip(repo, "no/such-branch");
  require(!none && !tip, "what is not there is told");
  const bool is_member = co_await forge.can_write(repo, "nobody");
  require(!is_member, "who is no member may not write");
  for (const auto state : {vcs::CheckState::queued, vcs::CheckState::completed})
    co_await forge.publish_check(repo, std::nullopt, check_of(pull, state));
  const auto& answers = gitlab.status_check_responses();
  require(answers.size() == 1 && answers.begin()->second.back() == "passed",
          "an external status check is answered");
}

Awaitable<void> read_builds(stand_in::GitLabStandIn& gitlab, vcs::CiArtifacts& builds, int number,
                            std::string file) {
  const auto& pull = gitlab.merge_request(number);
  vcs::Repo repo;
  repo.id = vcs::RepoId(3301);  // the stand-in's project
  vcs::CiArtifactQuery query{.name = "dbt build", .sha = vcs::Sha(pull.head_sha)};
  query.pull_request = vcs::PullNumber(number);
  say(gitlab, "*/jobs", json::array());
  const auto nothing = co_await builds.find(repo, query);
  require(!nothing.artifact, "a pipeline without the job is told");
  gitlab.wire().clear_faults();
  say(gitlab, "*/pipelines/*/jobs",
      json::array({{{"id", 901},
                    {"name", "dbt build"},
                    {"status", "success"},
                    {"web_url", "https://gitlab.example/acme/shop/-/jobs/901"},
                    {"finished_at", "2026-05-04T01:14:52.123Z"},
                    {"artifacts_file", {{"filename", "artifacts.zip"}, {"size", 2}}}}}));
  say(gitlab, "*/jobs/901/artifacts/target*manifest.json", json::object());
  const auto found = co_await builds.find(repo, query);
  require(found.artifact.has_value(), "a job's artifacts are found");
  const bool is_there =
      co_await builds.fetch(repo, *found.artifact, "target/manifest.json", std::move(file), 1U << 20U);
  require(is_there, "a file of them is fetched");
  gitlab.wire().clear_faults();
}

Awaitable<void> play_client(std::uint16_t port, std::string url, Clock& clock) {
  const auto executor = co_await asio::this_coro::executor;
  stand_in::GitLabStandInOptions wanted;
  wanted.token = Secret("glpat-contract");
  wanted.external_checks = {"diffgate"};
  stand_in::GitLabStandIn gitlab(executor, wanted, {{"README.md", "shop\n"}});
  gitlab.start(port);
  gitlab.advertise(url);
  const int number = gitlab.open({.edits = {{"models/orders.sql", "select 1\n"}}}).number;
  const auto http = net::create_http_client(executor, {});
  vcs::GitLabOptions options{.url = url, .token = wanted.token, .external_status_checks = true};
  options.write_gap = 0ms;
  const auto forge = vcs::create_gitlab_forge(executor, *http, clock, options);
  const auto builds = vcs::create_gitlab_ci_artifacts(executor, *http, clock, options);
  const journey::TemporaryFolder folder;
  std::exception_ptr failure;
  try {
    co_await read_and_write(gitlab, *forge, number);
    co_await read_builds(gitlab, *builds, number, folder.path() + "/manifest.json");
    const vcs::ForgeAccess access =
        co_await vcs::gitlab_access(executor, *http, clock, options, {"acme/shop"});
    require(access.problems.empty() && access.repositories[0].problems.empty(), "the token is good enough");
  } catch (const std::exception&) {
    failure = std::current_exception();  // rethrown once everything is stopped
  }
  co_await gitlab.wire().stop();
  if (failure) std::rethrow_exception(failure);
}

Awaitable<void> play(std::uint16_t port, std::string url, Clock& clock) {
  co_await play_daemon(port, url, clock);
  co_await play_client(port, std::move(url), clock);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 || std::getenv("DIFFGATE_BINARY_DIR") == nullptr) {
    std::fprintf(stderr, "usage: DIFFGATE_BINARY_DIR=… contract_gitlab_journey FORGE_PORT FORGE_URL\n");
    return 2;
  }
  diffgate::asio::io_context context(1);
  diffgate::SystemClock clock;
  std::exception_ptr failure;
  diffgate::asio::co_spawn(context, play(static_cast<std::uint16_t>(std::atoi(argv[1])), argv[2], clock),
                           [&](const std::exception_ptr& error) {
                             failure = error;
                             context.stop();
                           });
  context.run();
  if (failure) std::fprintf(stderr, "contract_gitlab_journey: %s\n", diffgate::error_line(failure).c_str());
  return failure ? 1 : 0;
}
