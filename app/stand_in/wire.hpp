#pragma once

// The network side of a stand-in: an HTTP server on loopback that records every call and can be told to fail.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/async.hpp"
#include "net/http.hpp"

namespace diffgate::app::stand_in {

// A call that arrived, and what it was answered (0: not yet, or never).
struct Call {
  std::string method;
  std::string path;
  std::string query;
  net::Headers headers;
  std::string body;
  int status = 0;
};

// A scripted failure for the calls that match. Faults are tried in the order in which they were added.
struct Fault {
  enum class Kind {
    answer,             // `response` instead of the real one; nothing happens behind it
    answer_after_work,  // the call takes effect, and then `response` is sent: an answer lost on its way
    hang,               // no answer, ever
  };
  std::string method;      // empty: any
  std::string path = "*";  // '*' stands for any characters
  std::size_t skip = 0;    // matching calls that pass first
  std::size_t times = 1;   // matching calls that fail then
  Kind kind = Kind::answer;
  net::Response response;
};

// "POST" and "/repos/*/check-runs" against a call.
bool matches(const Fault& fault, std::string_view method, std::string_view path);

// Whether `text` fits `pattern`, in which '*' stands for any characters.
bool fits_glob(std::string_view pattern, std::string_view text);

// "/a/b%2Fc" to {"a", "b/c"}.
std::vector<std::string> segments_of(std::string_view path);

class Wire {
 public:
  using Answer = std::function<net::Response(const net::ServerRequest&)>;

  Wire(asio::any_io_executor executor, Answer answer);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  // Listens on 127.0.0.1; `port` 0: any free one.
  void start(std::uint16_t port = 0);
  Awaitable<void> stop();
  std::string url() const;  // "http://127.0.0.1:port"

  void add(Fault fault);
  void clear_faults();

  const std::vector<Call>& calls() const;
  // Defects of the stand-in itself: exceptions that left a handler.
  const std::vector<std::string>& problems() const;
  std::size_t count(std::string_view method, std::string_view path_glob) const;

  // Called after every call.
  void on_call(std::function<void(const Call&)> listener);

  // Returns when `met` holds, looked at after every call; throws std::runtime_error naming `what` after
  // `limit`.
  Awaitable<void> until(std::string what, std::function<bool()> met, std::chrono::milliseconds limit);

 private:
  struct State;
  static Awaitable<net::ServerResponse> handle(std::shared_ptr<State> state, net::ServerRequest request);

  std::shared_ptr<State> state_;
};

}  // namespace diffgate::app::stand_in
