#include "diff/child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <cstring>
#include <thread>

#include "diff/warehouse.hpp"
#include "net/error.hpp"

namespace diffgate::diff {
namespace {

constexpr std::chrono::milliseconds kPatience{500};
constexpr std::chrono::milliseconds kLook{5};

// Both ends of a connection between us and the child. A socket rather than pipes, because writing to one
// whose child is gone is an error and not a SIGPIPE.
struct Connection {
  Connection() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      throw Error(ErrorClass::internal, std::string("no socket: ") + std::strerror(errno));
    }
    ours = ends[0];
    childs = ends[1];
  }
  ~Connection() {
    if (ours >= 0) ::close(ours);
    ::close(childs);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  int ours = -1;
  int childs = -1;
};

struct SpawnActions {
  SpawnActions() { ::posix_spawn_file_actions_init(&handle); }
  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&handle); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  posix_spawn_file_actions_t handle{};
};

pid_t spawn_program(const std::string& program, const std::vector<std::string>& arguments, int socket) {
  SpawnActions actions;
  ::posix_spawn_file_actions_adddup2(&actions.handle, socket, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions.handle, socket, STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&actions.handle, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_addclosefrom_np(&actions.handle, STDERR_FILENO + 1);
  std::vector<std::string> texts = {program};
  texts.insert(texts.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& text : texts) argv.push_back(text.data());
  argv.push_back(nullptr);
  // The environment may hold secrets; the child needs none of it.
  std::string zone = "TZ=UTC";
  std::array<char*, 2> environment = {zone.data(), nullptr};
  pid_t pid = -1;
  const int error =
      ::posix_spawn(&pid, program.c_str(), &actions.handle, nullptr, argv.data(), environment.data());
  if (error != 0) {
    throw Error(ErrorClass::configuration, std::string("can't be started: ") + std::strerror(error), program,
                "it belongs beside diffgate");
  }
  return pid;
}

// Runs on the blocking pool: gives the child a moment to end by itself.
void reap(pid_t pid) {
  for (auto waited = std::chrono::milliseconds(0); waited < kPatience; waited += kLook) {
    if (::waitpid(pid, nullptr, WNOHANG) != 0) return;
    std::this_thread::sleep_for(kLook);
  }
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
}

}  // namespace

ChildProcess::ChildProcess(const asio::any_io_executor& executor, BlockingPool& pool,
                           const std::string& program, const std::vector<std::string>& arguments,
                           std::function<void()> on_end)
    : pool_(pool),
      name_(program.substr(program.rfind('/') + 1)),
      on_end_(std::move(on_end)),
      socket_(executor) {
  Connection connection;
  pid_ = spawn_program(program, arguments, connection.childs);
  socket_.assign(asio::local::stream_protocol(), std::exchange(connection.ours, -1));
}

ChildProcess::~ChildProcess() {
  boost::system::error_code ignored;
  socket_.close(ignored);
  pool_.post([pid = pid_, on_end = std::move(on_end_)] {
    reap(pid);
    if (on_end) on_end();
  });
}

Awaitable<std::string> ChildProcess::exchange(std::string request, std::size_t max_answer) {
  std::string frame;
  for (unsigned shift = 0; shift < 32; shift += 8)
    frame += static_cast<char>(request.size() >> shift & 0xffU);
  frame += request;
  boost::system::error_code error;
  co_await asio::async_write(socket_, asio::buffer(frame), asio::redirect_error(asio::use_awaitable, error));
  std::array<unsigned char, 4> head{};
  std::string answer;
  if (!error) {
    co_await asio::async_read(socket_, asio::buffer(head), asio::redirect_error(asio::use_awaitable, error));
  }
  if (!error) {
    std::size_t size = 0;
    for (std::size_t i = head.size(); i-- > 0;) size = size << 8U | head[i];
    if (size > max_answer)
      throw Error(ErrorClass::internal, "an answer of " + std::to_string(size) + " bytes", name_);
    answer.resize(size);
    co_await asio::async_read(socket_, asio::buffer(answer),
                              asio::redirect_error(asio::use_awaitable, error));
  }
  if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
  if (error && !has_answered_) {
    throw Error(ErrorClass::configuration, "the program did not start", name_,
                "run it by hand to see why: libduckdb.so must be beside it");
  }
  if (error) {
    throw WarehouseLost("the program ended while a statement ran", name_,
                        "it may have run out of memory: lower memory_limit or concurrency, or try again");
  }
  has_answered_ = true;
  co_return answer;
}

}  // namespace diffgate::diff
