// diffgate-duckdb: DuckDB apart from the daemon, so that its crashes, locks and memory are its own.
//
//   diffgate-duckdb --parent PID           frames on stdin and stdout, until stdin closes or the parent dies
//   diffgate-duckdb --script FILE.duckdb   runs SQL from stdin against the file, read-write
//
// A frame is a length of four bytes, little-endian, and that many bytes of JSON. Each request gets one
// answer, in order:
//   {"op":"open", "path":…, "attach":[{"path":…,"alias":…}], "memory_limit":… or "share":0.25,
//   "temp_directory":…, "home":…,
//    "extensions":[…], "settings":{name:value}, "allowed_directories":[…]}  ->  {"version":…}
//   {"op":"query", "sql":…, "max_rows":…}  ->  {"columns":[…],"rows":[[…]]}
//   any failure  ->  {"error":{"kind":…,"message":…,"may_hold_values":…}}
// End of stdin interrupts the running statement.

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "engine.hpp"

namespace {

using diffgate::duckdb_helper::Engine;
using diffgate::duckdb_helper::EngineError;
using nlohmann::json;

constexpr std::size_t kMaxFrame = 64U << 20U;

bool read_exactly(char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::read(STDIN_FILENO, data, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    data += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

bool write_exactly(const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = ::write(STDOUT_FILENO, data, size);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    data += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

std::optional<json> read_frame() {
  std::array<unsigned char, 4> head{};
  if (!read_exactly(reinterpret_cast<char*>(head.data()), head.size())) return std::nullopt;
  std::size_t size = 0;
  for (std::size_t i = head.size(); i-- > 0;) size = size << 8U | head[i];
  if (size > kMaxFrame) return std::nullopt;
  std::string body(size, '\0');
  if (!read_exactly(body.data(), body.size())) return std::nullopt;
  json frame = json::parse(body, nullptr, false);
  if (!frame.is_object()) return std::nullopt;
  return frame;
}

bool write_frame(const json& frame) {
  const std::string body = frame.dump(-1, ' ', false, json::error_handler_t::replace);
  std::string bytes;
  for (unsigned shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(body.size() >> shift & 0xffU);
  bytes += body;
  return write_exactly(bytes.data(), bytes.size());
}

// The database in use. The thread that waits for the end of stdin may interrupt it while another uses it.
class Service {
 public:
  json answer(const json& request) {
    try {
      const std::string op = request.value("op", "");
      if (op == "open") {
        auto opened = Engine::open_read_only(request);
        const std::lock_guard lock(mutex_);
        engine_ = std::move(opened);
        return json{{"version", duckdb_library_version()}};
      }
      if (op == "query" && engine_) {
        return engine_->select(request.at("sql").get<std::string>(),
                               request.value("max_rows", std::size_t{10'000}));
      }
      return failure("other", "not a request: " + op);
    } catch (const EngineError& error) {
      return failure(error.kind, error.what(), error.may_hold_values);
    } catch (const std::exception& error) {
      return failure("other", error.what());
    }
  }

  void interrupt() {
    const std::lock_guard lock(mutex_);
    if (engine_) engine_->interrupt();
  }

 private:
  static json failure(const std::string& kind, const std::string& message, bool may_hold_values = false) {
    return json{{"error", {{"kind", kind}, {"message", message}, {"may_hold_values", may_hold_values}}}};
  }

  std::mutex mutex_;
  std::unique_ptr<Engine> engine_;
};

// Returns true when the statement is done, false when the parent has closed stdin before.
bool wait_for(int done) {
  std::array<pollfd, 2> watched{{{STDIN_FILENO, 0, 0}, {done, POLLIN, 0}}};
  while (::poll(watched.data(), watched.size(), -1) < 0 && errno == EINTR) {
  }
  return (watched[1].revents & POLLIN) != 0;
}

// The parent sends one request at a time and waits for its answer; it takes back a statement by closing
// stdin.
int serve() {
  Service service;
  const int done = ::eventfd(0, EFD_CLOEXEC);
  if (done < 0) return 1;
  while (const std::optional<json> request = read_frame()) {
    bool is_answered = false;
    std::thread worker([&] {
      is_answered = write_frame(service.answer(*request));
      ::eventfd_write(done, 1);
    });
    const bool is_done = wait_for(done);
    if (!is_done) service.interrupt();
    worker.join();
    if (!is_done || !is_answered) break;
    eventfd_t count = 0;
    ::eventfd_read(done, &count);
  }
  ::close(done);
  return 0;
}

// A core file would hold the users' rows; short of memory, the kernel should end this process, not the
// daemon.
void give_up_rights() {
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  std::ofstream("/proc/self/oom_score_adj") << 500;
}

int run_script(const char* path) {
  try {
    const std::unique_ptr<Engine> engine = Engine::open_for_script(path);
    engine->run_script(std::string(std::istreambuf_iterator<char>(std::cin), {}));
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "diffgate-duckdb: " << error.what() << '\n';
    return 3;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc == 3 ? argv[1] : "";
  if (mode == "--script") return run_script(argv[2]);
  if (mode != "--parent") {
    std::cerr << "usage: diffgate-duckdb --script FILE.duckdb < SQL\n"
                 "       (diffgate itself starts it with --parent PID)\n";
    return 2;
  }
  // The parent may have died before the request took effect; then there is another parent by now.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (std::to_string(::getppid()) != argv[2]) return 1;
  std::signal(SIGPIPE, SIG_IGN);
  give_up_rights();
  return serve();
}
