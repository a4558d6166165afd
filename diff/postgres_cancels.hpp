#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>

struct pg_conn;

namespace diffgate::diff {

// The requests of one warehouse's connections to cancel what they run. libpq before 17 can only make one by a
// call that blocks until the server has answered, which a server that hangs never does. So each has a thread
// of its own, left behind if it must be: neither the event loop nor the pool waits for it.
class PostgresCancels : public std::enable_shared_from_this<PostgresCancels> {
 public:
  // Returns at once. `connection` may be closed as soon as it has. With too many under way the request is not
  // made: the server then notices by itself that the client is gone, or ends the statement by its time-out.
  void send(pg_conn* connection);

  bool is_idle() const;

  // Blocks until none is under way, but no longer than `limit`.
  void wait(std::chrono::milliseconds limit);

 private:
  void end();

  mutable std::mutex mutex_;
  std::condition_variable ended_;
  std::size_t under_way_ = 0;
};

}  // namespace diffgate::diff
