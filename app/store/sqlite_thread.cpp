#include "app/store/sqlite_thread.hpp"

#include <atomic>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "app/store/sqlite_migrations.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

struct Job {
  std::function<void(Database&)> work;
  std::function<void(std::exception_ptr)> answer;
};

void run_in_savepoint(Database& database, const Job& job, std::exception_ptr& error) {
  try {
    database.execute("SAVEPOINT request");
    job.work(database);
    database.execute("RELEASE request");
  } catch (...) {
    error = std::current_exception();  // handed to the one who asked
    database.execute("ROLLBACK TO request; RELEASE request");
  }
}

}  // namespace

class SqliteThread::Worker {
 public:
  Worker(asio::any_io_executor executor, const std::string& path, std::size_t max_queue,
         std::size_t max_batch)
      : executor_(std::move(executor)), database_(path), max_queue_(max_queue), max_batch_(max_batch) {
    database_.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
    migrate(database_);
    thread_ = std::thread([this] { loop(); });
  }

  ~Worker() {
    {
      const std::lock_guard lock(mutex_);
      is_stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Takes the job unless too many wait already.
  bool enqueue(Job& job) {
    {
      const std::lock_guard lock(mutex_);
      if (queue_.size() >= max_queue_) return false;
      queue_.push_back(std::move(job));
    }
    wake_.notify_one();
    return true;
  }

  std::size_t depth() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
  }

  const asio::any_io_executor& executor() const { return executor_; }

 private:
  void loop() {
    for (;;) {
      std::vector<Job> batch = take();
      if (batch.empty()) return;
      commit(batch);
    }
  }

  // Waits for requests; empty when there are none and none will come.
  std::vector<Job> take() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return is_stopping_ || !queue_.empty(); });
    std::vector<Job> batch;
    while (!queue_.empty() && batch.size() < max_batch_) {
      batch.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    return batch;
  }

  void commit(std::vector<Job>& batch) {
    std::vector<std::exception_ptr> errors(batch.size());
    std::exception_ptr batch_error;
    try {
      database_.execute("BEGIN IMMEDIATE");
      for (std::size_t i = 0; i < batch.size(); ++i) run_in_savepoint(database_, batch[i], errors[i]);
      database_.execute("COMMIT");
    } catch (...) {
      batch_error = std::current_exception();  // nothing of the batch is stored; each asker is told
      roll_back();
    }
    for (std::size_t i = 0; i < batch.size(); ++i) batch[i].answer(batch_error ? batch_error : errors[i]);
  }

  void roll_back() {
    try {
      database_.execute("ROLLBACK");
    } catch (const Error&) {
      return;  // SQLite has rolled back by itself, as it does on a full disk
    }
  }

  asio::any_io_executor executor_;
  Database database_;
  const std::size_t max_queue_;
  const std::size_t max_batch_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;
  bool is_stopping_ = false;
  std::thread thread_;
};

SqliteThread::SqliteThread(asio::any_io_executor executor, const std::string& path, std::size_t max_queue,
                           std::size_t max_batch)
    : worker_(std::make_unique<Worker>(std::move(executor), path, max_queue, max_batch)) {}

SqliteThread::~SqliteThread() = default;

Awaitable<void> SqliteThread::run(std::function<void(Database&)> work) {
  Worker& worker = *worker_;
  auto initiate = [&worker, &work](auto handler) {
    // A handler is move-only and a std::function is not; the executor with tracked work keeps the loop alive.
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    asio::any_io_executor executor =
        asio::prefer(worker.executor(), asio::execution::outstanding_work.tracked);
    Job job;
    job.work = std::move(work);
    job.answer = [shared, executor](std::exception_ptr error) mutable {
      auto has_left = std::make_shared<std::atomic<bool>>(false);
      {
        const asio::any_io_executor home = std::move(executor);
        // Whoever is resumed may end or destroy the loop at once; this thread, and the work that it counts
        // for, must have left it by then. That takes no longer than the end of `post`.
        asio::post(home, [has_left, held = std::move(shared), error] {
          has_left->wait(false);
          std::move (*held)(error);
        });
      }
      has_left->store(true);
      has_left->notify_one();
    };
    if (!worker.enqueue(job)) {
      job.answer(std::make_exception_ptr(Error(ErrorClass::remote_transient, "the store is overloaded")));
    }
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr)>(std::move(initiate),
                                                                                         asio::use_awaitable);
}

std::size_t SqliteThread::queue_depth() const { return worker_->depth(); }

}  // namespace diffgate::app
