#include "diff/child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
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

#include "net/error.hpp"

namespace diffgate::diff {
namespace {

constexpr std::chrono::milliseconds kPatience{1'000};
constexpr std::chrono::milliseconds kLook{5};

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
      throw Error(ErrorClass::internal, std::string("no pipe: ") + std::strerror(errno));
    }
    read = ends[0];
    write = ends[1];
  }
  ~Pipe() {
    if (read >= 0) ::close(read);
    if (write >= 0) ::close(write);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  int read = -1;
  int write = -1;
};

struct SpawnActions {
  SpawnActions() { ::posix_spawn_file_actions_init(&handle); }
  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&handle); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  posix_spawn_file_actions_t handle{};
};

pid_t spawn_program(const std::string& program, const std::vector<std::string>& arguments, int input,
                    int output) {
  SpawnActions actions;
  ::posix_spawn_file_actions_adddup2(&actions.handle, input, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions.handle, output, STDOUT_FILENO);
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
                           const std::string& program, const std::vector<std::string>& arguments)
    : pool_(pool), name_(program.substr(program.rfind('/') + 1)), input_(executor), output_(executor) {
  Pipe to_child;
  Pipe from_child;
  pid_ = spawn_program(program, arguments, to_child.read, from_child.write);
  input_.assign(std::exchange(to_child.write, -1));
  output_.assign(std::exchange(from_child.read, -1));
}

ChildProcess::~ChildProcess() {
  boost::system::error_code ignored;
  input_.close(ignored);
  output_.close(ignored);
  pool_.post([pid = pid_] { reap(pid); });
}

Awaitable<std::string> ChildProcess::exchange(std::string request, std::size_t max_answer) {
  std::string frame;
  for (unsigned shift = 0; shift < 32; shift += 8)
    frame += static_cast<char>(request.size() >> shift & 0xffU);
  frame += request;
  boost::system::error_code error;
  co_await asio::async_write(input_, asio::buffer(frame), asio::redirect_error(asio::use_awaitable, error));
  std::array<unsigned char, 4> head{};
  std::string answer;
  if (!error) {
    co_await asio::async_read(output_, asio::buffer(head), asio::redirect_error(asio::use_awaitable, error));
  }
  if (!error) {
    std::size_t size = 0;
    for (std::size_t i = head.size(); i-- > 0;) size = size << 8U | head[i];
    if (size > max_answer)
      throw Error(ErrorClass::internal, "an answer of " + std::to_string(size) + " bytes", name_);
    answer.resize(size);
    co_await asio::async_read(output_, asio::buffer(answer),
                              asio::redirect_error(asio::use_awaitable, error));
  }
  if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
  if (error) {
    throw Error(ErrorClass::remote_transient, "the program ended while a statement ran", name_,
                "it may have run out of memory; try again");
  }
  co_return answer;
}

}  // namespace diffgate::diff
