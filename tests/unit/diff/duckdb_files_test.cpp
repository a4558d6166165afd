// DuckDB's files: several of them, those that views read, those that another process writes, and what does
// not fit into memory.

#include <doctest/doctest.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <thread>

#include "net/error.hpp"
#include "support/duckdb_file.hpp"
#include "support/warehouse_runner.hpp"

namespace {

using namespace diffgate;
using namespace diffgate::diff;
using test::DuckDbFile;
using test::WarehouseRunner;

template <class Action>
Error error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  FAIL("no error");
  return Error(ErrorClass::internal, "unreachable");
}

std::string one_text(WarehouseRunner& runner, const std::string& sql) {
  return std::get<std::string>(runner.query(sql).rows.at(0).at(0));
}

TableDiffRequest request(const std::string& prod, const std::string& pr) {
  TableDiffRequest out;
  out.prod = parse_relation(prod);
  out.pr = parse_relation(pr);
  out.key.emplace_back("id");
  return out;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("two DuckDB files are compared through ATTACH; a wrong path and a wrong setting say which") {
  const DuckDbFile prod;
  const DuckDbFile pr;
  prod.execute("CREATE TABLE a AS SELECT 1 AS id, 2 AS v");
  pr.execute("CREATE TABLE a AS SELECT 1 AS id, 3 AS v");
  WarehouseRunner runner(pr.url() + "?attach.production=" + prod.path());
  CHECK(runner.diff(request("production.main.a", "test.main.a")).rows.changed == 1);
  WarehouseRunner missing(pr.url() + "?attach.production=/no/such.duckdb");
  const Error error = error_of([&] { missing.query("SELECT 1"); });
  CHECK(error.error_class() == ErrorClass::configuration);
  CHECK(contains(error.what(), "attaching /no/such.duckdb as production"));
  DuckDbOptions options;
  options.path = pr.path();
  options.settings = {{"threads", "many"}};
  WarehouseRunner wrong(options);
  const Error setting = error_of([&] { wrong.query("SELECT 1"); });
  CHECK(setting.error_class() == ErrorClass::configuration);
  CHECK(contains(setting.what(), "threads"));
  options.settings = {{"threads", "1"}, {"s3_region", "eu"}};  // of an extension that is not there
  options.memory_limit = "300MB";
  options.extensions = {"json", "no_such_extension"};
  WarehouseRunner tuned(options);
  CHECK(one_text(tuned, "SELECT current_setting('threads')::VARCHAR") == "1");
  CHECK(contains(one_text(tuned, "SELECT current_setting('memory_limit')"), "286"));
}

TEST_CASE("a DuckDB session reads its files and those of allowed folders, and nothing else") {
  const DuckDbFile file;
  const std::string folder = std::filesystem::path(file.path()).parent_path().string();
  std::filesystem::create_directories(folder + "/exports");
  file.execute("CREATE TABLE a AS SELECT 1 AS id; COPY a TO '" + folder + "/exports/a.parquet'; COPY a TO '" +
               folder + "/b.parquet'; CREATE VIEW exported AS FROM '" + folder + "/exports/a.parquet'");
  WarehouseRunner closed(file.url());
  const Error error = error_of([&] { closed.query("FROM exported"); });
  CHECK(error.error_class() == ErrorClass::caller);
  CHECK(contains(error.hint(), "allowed_directories"));
  WarehouseRunner open(file.url() + "?allow=" + folder + "/exports/");
  CHECK(open.query("FROM exported").rows.size() == 1);
  CHECK_THROWS_AS(open.query("FROM '" + folder + "/b.parquet'"), Error);
  CHECK_THROWS_AS(open.query("FROM read_text('/etc/hostname')"), Error);
}

TEST_CASE("what does not fit into memory goes to a folder of the session's own, which is gone afterwards") {
  const DuckDbFile file;
  file.execute("SELECT 1");
  std::string folder;
  {
    WarehouseRunner runner(file.url());
    folder = one_text(runner, "SELECT current_setting('temp_directory')");
    CHECK(contains(folder, "diffgate-duckdb-"));
  }
  CHECK_FALSE(std::filesystem::exists(folder));
}

TEST_CASE("a DuckDB file that is being written is waited for") {
  const DuckDbFile file;
  file.execute("CREATE TABLE a AS SELECT 1 AS id");
  const int fd = ::open(file.path().c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(fd >= 0);
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  REQUIRE(::fcntl(fd, F_SETLK, &lock) == 0);
  std::jthread writer([fd] {
    ::usleep(400'000);
    ::close(fd);
  });
  WarehouseRunner runner(file.url());
  CHECK(runner.query("FROM a").rows.size() == 1);
  writer.join();
}

TEST_CASE("the memory of a session follows the number that may be open now, not the most that may ever be") {
  const DuckDbFile file;
  file.execute("SELECT 1");
  const auto limit = [&](const std::string& concurrency) {
    WarehouseRunner runner(file.url() + "?concurrency=" + concurrency);
    CHECK(runner.warehouse().session_level().now == std::min<std::size_t>(std::stoul(concurrency), 4));
    return one_text(runner, "SELECT current_setting('memory_limit')");
  };
  CHECK(limit("64") == limit("4"));
  CHECK(limit("1") != limit("4"));
}
