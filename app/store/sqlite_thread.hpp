#pragma once

// SQLite on a thread of its own. A commit costs one fsync, which is most of its price, so requests that
// arrive while the disk is busy are done together in the next transaction: each in a savepoint, so that one
// failure stays its own. A request's answer is given only after the commit.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "app/store/sqlite_database.hpp"
#include "net/async.hpp"

namespace diffgate::app {

class SqliteThread {
 public:
  // Opens and upgrades the file; throws as Database and `migrate` do.
  SqliteThread(asio::any_io_executor executor, const std::string& path, std::size_t max_queue,
               std::size_t max_batch);
  ~SqliteThread();  // does what is queued, then joins
  SqliteThread(const SqliteThread&) = delete;
  SqliteThread& operator=(const SqliteThread&) = delete;

  // Runs `work` inside a transaction and returns once that is on disk. `work` may run after the caller was
  // cancelled, so it owns what it uses. Throws what `work` threw, or Error(remote_transient) if too much is
  // waiting.
  Awaitable<void> run(std::function<void(Database&)> work);

  // The same with a result.
  template <class Work>
  auto ask(Work work) -> Awaitable<std::invoke_result_t<Work, Database&>> {
    using Result = std::invoke_result_t<Work, Database&>;
    auto result = std::make_shared<std::optional<Result>>();
    std::function<void(Database&)> job = [result, work = std::move(work)](Database& database) {
      result->emplace(work(database));
    };
    co_await run(std::move(job));
    co_return std::move(**result);
  }

  std::size_t queue_depth() const;

 private:
  class Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace diffgate::app
