#include "app/store/store.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "app/store/sqlite_database.hpp"
#include "app/store/sqlite_migrations.hpp"
#include "net/error.hpp"
#include "run.hpp"
#include "temporary_directory.hpp"

namespace diffgate::app {
namespace {

using test::Loop;
using test::TemporaryDirectory;

UtcTime at(std::int64_t seconds) { return UtcTime(std::chrono::seconds(seconds)); }

NewDelivery a_delivery(const std::string& id, const std::string& forge = "github") {
  NewDelivery delivery;
  delivery.forge = forge;
  delivery.id = vcs::DeliveryId(id);
  delivery.event = "pull_request";
  delivery.body = std::string("{\"a\":\0}", 7);
  delivery.received_at = at(1'000);
  return delivery;
}

Run a_run(const std::string& head = std::string(40, 'a'), const std::string& rules = "r1") {
  Run run;
  run.key.project = ProjectId(7);
  run.key.forge = "github";
  run.key.repo = vcs::RepoId(99);
  run.key.pull = vcs::PullNumber(5);
  run.key.head_sha = vcs::Sha(head);
  run.key.rules_hash = rules;
  run.repository.forge = "github";
  run.repository.id = vcs::RepoId(99);
  run.repository.installation = vcs::InstallationId(3);
  run.repository.full_name = "acme/dbt";
  run.project_name = "analytics";
  run.base_branch = "main";
  run.base_sha = vcs::Sha(std::string(40, 'b'));
  run.created_at = at(2'000);
  run.started_at = at(2'000);
  return run;
}

Artifact a_manifest(const std::string& sha, const std::string& branch, std::int64_t seconds,
                    const std::string& hash) {
  Artifact artifact;
  artifact.project = ProjectId(7);
  artifact.type = RunType::production;
  artifact.sha = vcs::Sha(sha);
  artifact.kind = ArtifactKind::manifest;
  artifact.branch = branch;
  artifact.content_hash = hash;
  artifact.size = 10;
  artifact.received_at = at(seconds);
  return artifact;
}

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("store: a delivery is taken once per forge and id, and survives a reopening") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("store.sqlite");
  Loop loop;
  {
    const auto store = open_sqlite_store(loop.executor(), path);
    CHECK(loop.run(store->add_delivery(a_delivery("d1"))));
    CHECK_FALSE(loop.run(store->add_delivery(a_delivery("d1"))));
    CHECK(loop.run(store->add_delivery(a_delivery("d1", "ghes"))));
  }
  const auto store = open_sqlite_store(loop.executor(), path);
  CHECK_FALSE(loop.run(store->add_delivery(a_delivery("d1"))));
  const auto due = loop.run(store->waiting_deliveries(DeliverySequence(0), 10));
  REQUIRE(due.size() == 2);
  CHECK(due[0].delivery.id == vcs::DeliveryId("d1"));
  CHECK(due[0].delivery.body == a_delivery("d1").body);
  CHECK(due[0].delivery.received_at == at(1'000));
}

TEST_CASE("store: a delivery that failed waits on with its back-off, a handled one does not") {
  const TemporaryDirectory directory;
  Loop loop;
  const auto store = open_sqlite_store(loop.executor(), directory.file("store.sqlite"));
  for (const char* id : {"d1", "d2", "d3"}) loop.run(store->add_delivery(a_delivery(id)));
  auto waiting = loop.run(store->waiting_deliveries(DeliverySequence(0), 10));
  REQUIRE(waiting.size() == 3);
  loop.run(store->finish_deliveries({waiting[0].sequence}, DeliveryState::done, ""));
  loop.run(store->retry_deliveries({waiting[1].sequence}, "the forge is down", at(1'060)));

  const auto left = loop.run(store->waiting_deliveries(DeliverySequence(0), 10));
  REQUIRE(left.size() == 2);
  CHECK(left[0].attempts == 1);
  CHECK(left[0].not_before == at(1'060));
  CHECK(left[1].attempts == 0);
  CHECK(loop.run(store->waiting_deliveries(left[0].sequence, 10)).size() == 1);

  const auto counts = loop.run(store->delivery_counts());
  CHECK(counts.at(DeliveryState::received) == 2);
  CHECK(counts.at(DeliveryState::done) == 1);
}

TEST_CASE("store: many requests at once are all answered, in one go or several") {
  const TemporaryDirectory directory;
  Loop loop;
  const auto store = open_sqlite_store(loop.executor(), directory.file("store.sqlite"),
                                       {.max_queue = 1'000, .max_batch = 64});
  int stored = 0;
  int known = 0;
  const auto add = [](Store& target, std::string id, int& fresh, int& duplicate) -> Awaitable<void> {
    const bool is_new = co_await target.add_delivery(a_delivery(id));
    ++(is_new ? fresh : duplicate);
  };
  TaskGroup requests(loop.executor(),
                     [](const std::string&, const std::exception_ptr& error) { FAIL(error_line(error)); });
  for (int i = 0; i < 500; ++i) requests.spawn("add", add(*store, std::to_string(i % 400), stored, known));
  REQUIRE(loop.run(requests.wait(std::chrono::seconds(10))));
  CHECK(stored == 400);
  CHECK(known == 100);
  CHECK(loop.run(store->waiting_deliveries(DeliverySequence(0), 1'000)).size() == 400);
}

TEST_CASE("store: nobody but its user can read the file, not even one that was readable before") {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/diffgate.db";
  const auto open_once = [&path] {
    const Database database(path);
    return std::filesystem::status(path).permissions();
  };
  const auto owner_only = std::filesystem::perms::owner_read | std::filesystem::perms::owner_write;
  CHECK(open_once() == owner_only);
  std::filesystem::permissions(path, std::filesystem::perms(0644));
  CHECK(open_once() == owner_only);
}

TEST_CASE("store: an overloaded store refuses and says so") {
  const TemporaryDirectory directory;
  Loop loop;
  const auto store =
      open_sqlite_store(loop.executor(), directory.file("store.sqlite"), {.max_queue = 0, .max_batch = 1});
  const std::string error = error_of([&] { loop.run(store->add_delivery(a_delivery("d1"))); });
  CHECK(error == "the store is overloaded");
}

TEST_CASE("store: a run is unique by project, pull request, head and rules") {
  const TemporaryDirectory directory;
  Loop loop;
  const auto store = open_sqlite_store(loop.executor(), directory.file("store.sqlite"));
  const auto [first, first_created] = loop.run(store->ensure_run(a_run()));
  CHECK(first_created);
  CHECK(first.state == RunState::queued);
  CHECK(first.repository.full_name == "acme/dbt");
  const auto [again, again_created] = loop.run(store->ensure_run(a_run()));
  CHECK_FALSE(again_created);
  CHECK(again.id == first.id);
  const auto [other, other_created] = loop.run(store->ensure_run(a_run(std::string(40, 'a'), "r2")));
  CHECK(other_created);
  CHECK(other.id != first.id);
  CHECK(loop.run(store->unfinished_runs()).size() == 2);
}

TEST_CASE("store: a run ends once, with its outcome, and can be done again as a new attempt") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("store.sqlite");
  Loop loop;
  auto store = open_sqlite_store(loop.executor(), path);
  const Run run = loop.run(store->ensure_run(a_run())).first;
  CHECK(loop.run(store->move_run(run.id, RunState::processing, "3 of 12 models")));
  loop.run(store->put_models(run.id, {{"model.a", "identical", "same", "{}"}}));
  loop.run(store->put_check(run.id, {"17", "in_progress", "in_progress", "hash"}));

  Outcome outcome;
  outcome.conclusion = vcs::Conclusion::failure;
  outcome.title = "title \xff";
  outcome.comment = "comment";
  outcome.annotations.push_back({"a.sql", 3, vcs::Annotation::Level::failure, "t", "m"});
  CHECK(loop.run(store->conclude_run(run.id, RunState::done, "done", "all done", outcome, "{}", at(3'000))));
  CHECK_FALSE(loop.run(store->conclude_run(run.id, RunState::cancelled, "x", "x", {}, "", at(3'001))));
  CHECK_FALSE(loop.run(store->move_run(run.id, RunState::queued, "")));

  store.reset();
  store = open_sqlite_store(loop.executor(), path);
  const auto unpublished = loop.run(store->unpublished_runs());
  REQUIRE(unpublished.size() == 1);
  CHECK(unpublished[0].reason == "all done");
  const auto kept = loop.run(store->outcome(run.id));
  REQUIRE(kept.has_value());
  CHECK(kept->conclusion == vcs::Conclusion::failure);
  CHECK(kept->title == "title \xEF\xBF\xBD");
  CHECK(kept->comment == "comment");
  REQUIRE(kept->annotations.size() == 1);
  CHECK(kept->annotations[0].line == 3);

  SUBCASE("a completed check: the next attempt gets a check of its own") {
    loop.run(store->put_check(run.id, {"17", "completed", "completed", "hash"}));
    const auto restarted = loop.run(store->restart_run(run.id, Restart::confirm, at(4'000)));
    REQUIRE(restarted.has_value());
    CHECK(restarted->attempt == 2);
    CHECK(restarted->state == RunState::queued);
    CHECK(restarted->is_confirmed);
    CHECK(restarted->started_at == at(4'000));
    CHECK_FALSE(loop.run(store->check_of(run.id)).has_value());
    CHECK(loop.run(store->models(run.id)).empty());
    CHECK_FALSE(loop.run(store->restart_run(run.id, Restart::measure_all, at(4'001))).has_value());
  }
  SUBCASE("an open check: the next attempt goes on with it") {
    REQUIRE(loop.run(store->restart_run(run.id, Restart::measure_all, at(4'000))).has_value());
    CHECK(loop.run(store->check_of(run.id)).value().ref == "17");
  }
}

TEST_CASE("store: the latest production manifest, by branch or any") {
  const TemporaryDirectory directory;
  Loop loop;
  const auto store = open_sqlite_store(loop.executor(), directory.file("store.sqlite"));
  const std::string a(40, 'a');
  const std::string b(40, 'b');
  const std::string c(40, 'c');
  loop.run(store->put_artifact(a_manifest(a, "main", 100, "h1")));
  loop.run(store->put_artifact(a_manifest(b, "main", 300, "h2")));
  loop.run(store->put_artifact(a_manifest(c, "staging", 400, "h3")));
  const auto latest = [&](std::optional<std::string> branch) {
    const auto found = loop.run(store->latest_manifest(ProjectId(7), RunType::production, std::move(branch)));
    return found ? found->sha.value() : "";
  };
  CHECK(latest("main") == b);
  CHECK(latest(std::nullopt) == c);
  CHECK(latest("other").empty());
  // Uploaded again without a branch: newer, and still main's.
  loop.run(store->put_artifact(a_manifest(a, "", 500, "h1")));
  CHECK(latest("main") == a);
}

TEST_CASE("store: pruning keeps the newest artifacts and names the contents that nothing needs") {
  const TemporaryDirectory directory;
  Loop loop;
  const auto store = open_sqlite_store(loop.executor(), directory.file("store.sqlite"));
  for (int i = 0; i < 5; ++i) {
    const std::string sha(40, static_cast<char>('a' + i));
    // The first and the last have the same content.
    loop.run(store->put_artifact(a_manifest(sha, "main", 100 + i, i == 4 ? "h0" : "h" + std::to_string(i))));
  }
  CHECK(loop.run(store->prune_artifacts(at(100), 2)).empty());
  auto unused = loop.run(store->prune_artifacts(at(1'000), 2));
  std::sort(unused.begin(), unused.end());
  CHECK(unused == std::vector<std::string>{"h1", "h2"});
  CHECK(loop.run(store->is_content_used("h0")));
  CHECK_FALSE(loop.run(store->is_content_used("h1")));
}

TEST_CASE("store: a repository keeps its projects over a rename") {
  const TemporaryDirectory directory;
  Loop loop;
  const auto store = open_sqlite_store(loop.executor(), directory.file("store.sqlite"));
  vcs::Repo repo = a_run().repository;
  loop.run(store->remember_repository(ProjectId(7), repo));
  repo.full_name = "acme/renamed";
  loop.run(store->remember_repository(ProjectId(7), repo));
  CHECK(loop.run(store->projects_of_repository("github", vcs::RepoId(99))) == std::vector{ProjectId(7)});
  CHECK(loop.run(store->projects_of_repository("github", vcs::RepoId(98))).empty());
  CHECK(loop.run(store->repository_of_project(ProjectId(7)))->full_name == "acme/renamed");
}

TEST_CASE("store: a newer file, another program's file and a text file are refused with the way out") {
  const TemporaryDirectory directory;
  Loop loop;
  const std::string path = directory.file("store.sqlite");
  struct Row {
    std::string script;
    std::string expected;
  };
  const Row rows[] = {
      {"PRAGMA application_id = 1145520468; PRAGMA user_version = 999; CREATE TABLE t (x);",
       "the store has schema version 999"},
      {"PRAGMA application_id = 252006674; CREATE TABLE t (x);", "another program's database"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.script);
    std::filesystem::remove(path);
    {
      Database database(path);
      database.execute(row.script);
    }
    const std::string error = error_of([&] { open_sqlite_store(loop.executor(), path); });
    CHECK(error.find(row.expected) != std::string::npos);
  }
  directory.write("text.sqlite", std::string(4'096, 'x'));
  const std::string error =
      error_of([&] { open_sqlite_store(loop.executor(), directory.file("text.sqlite")); });
  CHECK(error.find("not a database") != std::string::npos);
}

TEST_CASE("store: measurements are kept by key and pull request, and forgotten by age") {
  const TemporaryDirectory directory;
  Loop loop;
  const auto store = open_sqlite_store(loop.executor(), directory.file("store.sqlite"));
  const PullKey pull{"github", vcs::RepoId(99), vcs::PullNumber(5)};
  const PullKey other{"github", vcs::RepoId(99), vcs::PullNumber(6)};
  const ProjectId project(7);
  loop.run(store->put_measurements(
      project, pull, {{"aa", vcs::Sha("s1"), at(100), "old"}, {"bb", vcs::Sha("s1"), at(100), "b"}}));
  loop.run(store->put_measurements(project, pull, {{"aa", vcs::Sha("s2"), at(200), "new"}}));
  loop.run(store->put_measurements(project, other, {{"cc", vcs::Sha("s1"), at(100), "c"}}));
  const auto texts = [&](std::vector<std::string> keys, std::int64_t since) {
    std::string all;
    for (const Measured& one : loop.run(store->measurements(project, pull, std::move(keys), at(since)))) {
      all += one.reuse_key + "=" + one.text + "@" + one.head_sha.value() + " ";
    }
    return all;
  };
  CHECK(texts({"aa", "bb", "cc"}, 0) == "aa=new@s2 bb=b@s1 ");
  CHECK(texts({"aa", "bb"}, 150) == "aa=new@s2 ");
  CHECK(texts({}, 0).empty());
  loop.run(store->prune_measurements(at(150)));
  CHECK(texts({"aa", "bb"}, 0) == "aa=new@s2 ");
  CHECK(loop.run(store->measurements(ProjectId(8), pull, {"aa"}, at(0))).empty());
}

TEST_CASE("store: what was answered as stored is there after a kill -9 in the middle of writing") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("store.sqlite");
  int answered[2];
  REQUIRE(pipe(answered) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    // Writes until it is killed; one byte a stored delivery tells the parent.
    Loop loop;
    const auto store = open_sqlite_store(loop.executor(), path);
    for (int i = 0;; ++i) {
      loop.run(store->add_delivery(a_delivery(std::to_string(i))));
      if (write(answered[1], "x", 1) != 1) _exit(1);
    }
  }
  close(answered[1]);
  std::size_t promised = 0;
  char byte = 0;
  while (promised < 200 && read(answered[0], &byte, 1) == 1) ++promised;
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  while (read(answered[0], &byte, 1) == 1) ++promised;
  close(answered[0]);
  REQUIRE(promised >= 200);

  Loop loop;
  const auto store = open_sqlite_store(loop.executor(), path);
  const auto kept = loop.run(store->waiting_deliveries(DeliverySequence(0), 1'000'000));
  CHECK(kept.size() >= promised);
  Database check(path);
  Statement integrity = check.prepare("PRAGMA integrity_check");
  REQUIRE(integrity.step());
  CHECK(integrity.text(0) == "ok");
}

}  // namespace diffgate::app
