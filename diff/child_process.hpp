#pragma once

#include <sys/types.h>

#include <boost/asio/local/stream_protocol.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/async.hpp"

namespace diffgate::diff {

// A program that answers frames on its stdin by frames on its stdout (a length of four bytes, little-endian,
// then that many bytes). It inherits no environment and no other descriptor. Destroying this closes its
// stdin, which asks it to end, and kills it if it is still there half a second later.
class ChildProcess {
 public:
  // `on_end` is called on `pool` once the process is gone. Throws Error(configuration) if the program can't
  // be started.
  ChildProcess(const asio::any_io_executor& executor, BlockingPool& pool, const std::string& program,
               const std::vector<std::string>& arguments, std::function<void()> on_end);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Throws WarehouseLost when the program has ended; Error(configuration) if it did so before its first
  // answer.
  Awaitable<std::string> exchange(std::string request, std::size_t max_answer);

  pid_t pid() const { return pid_; }

 private:
  BlockingPool& pool_;
  std::string name_;
  std::function<void()> on_end_;
  asio::local::stream_protocol::socket socket_;  // its stdin and stdout
  pid_t pid_ = -1;
  bool has_answered_ = false;
};

}  // namespace diffgate::diff
