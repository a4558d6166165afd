#include "app/stand_in/wire.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <stdexcept>
#include <utility>

#include "net/url.hpp"

namespace diffgate::app::stand_in {

// Shared with the coroutines of requests under way, which may end after the Wire.
struct Wire::State : std::enable_shared_from_this<Wire::State> {
  State(asio::any_io_executor executor_, Answer answer_)
      : executor(executor_), answer(std::move(answer_)), rung(executor_), hanging(executor_) {
    hanging.expires_at(asio::steady_timer::time_point::max());
  }

  asio::any_io_executor executor;
  Answer answer;
  std::unique_ptr<net::HttpServer> server;
  std::vector<Fault> faults;
  std::vector<Call> calls;
  std::vector<std::function<void(const Call&)>> listeners;
  std::vector<std::string> problems;
  asio::steady_timer rung;     // its waiters wake at every call
  asio::steady_timer hanging;  // its waiters wake at the end
};

bool fits_glob(std::string_view pattern, std::string_view text) {
  // The classic two-pointer match: on a mismatch the last '*' takes one character more.
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  std::size_t at = 1;
  while (at <= path.size()) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    segments.push_back(net::decode_percent(path.substr(at, end - at)).value_or(""));
    at = end + 1;
  }
  return segments;
}

bool matches(const Fault& fault, std::string_view method, std::string_view path) {
  return (fault.method.empty() || fault.method == method) && fits_glob(fault.path, path);
}

namespace {

std::optional<Fault> fault_for(std::vector<Fault>& faults, std::string_view method, std::string_view path) {
  for (Fault& fault : faults) {
    if (!matches(fault, method, path)) continue;
    if (fault.skip > 0) {
      --fault.skip;
      continue;
    }
    if (fault.times == 0) continue;
    --fault.times;
    return fault;
  }
  return std::nullopt;
}

}  // namespace

Wire::Wire(asio::any_io_executor executor, Answer answer)
    : state_(std::make_shared<State>(std::move(executor), std::move(answer))) {}

Wire::~Wire() = default;

void Wire::start(std::uint16_t port) {
  net::HttpServerOptions options;
  options.port = port;
  std::weak_ptr<State> weak = state_;
  state_->server = net::start_http_server(
      state_->executor, options,
      [](std::string_view, std::string_view, const net::Headers&) {
        net::BodyPolicy policy;
        policy.max_bytes = 32U << 20U;
        return policy;
      },
      // The server belongs to the state, so the state is there as long as requests come.
      [state = state_.get()](net::ServerRequest request) {
        return handle(state->shared_from_this(), std::move(request));
      },
      [weak](const std::string& problem) {
        if (auto state = weak.lock()) state->problems.push_back(problem);
      });
}

Awaitable<void> Wire::stop() {
  state_->hanging.cancel();
  if (state_->server) co_await state_->server->stop(std::chrono::milliseconds(0));
}

std::string Wire::url() const { return "http://127.0.0.1:" + std::to_string(state_->server->port()); }

void Wire::add(Fault fault) { state_->faults.push_back(std::move(fault)); }
void Wire::clear_faults() { state_->faults.clear(); }
const std::vector<Call>& Wire::calls() const { return state_->calls; }
const std::vector<std::string>& Wire::problems() const { return state_->problems; }

std::size_t Wire::count(std::string_view method, std::string_view path_glob) const {
  std::size_t found = 0;
  for (const Call& call : state_->calls) {
    if (call.method == method && fits_glob(path_glob, call.path)) ++found;
  }
  return found;
}

void Wire::on_call(std::function<void(const Call&)> listener) {
  state_->listeners.push_back(std::move(listener));
}

Awaitable<net::ServerResponse> Wire::handle(std::shared_ptr<State> state, net::ServerRequest request) {
  const std::size_t index = state->calls.size();
  state->calls.push_back({request.method, std::string(request.path()), std::string(request.query()),
                          request.headers, request.body, 0});
  const std::optional<Fault> fault = fault_for(state->faults, request.method, request.path());
  net::Response response;
  if (!fault) {
    response = state->answer(request);
  } else if (fault->kind == Fault::Kind::answer_after_work) {
    state->answer(request);
    response = fault->response;
  } else if (fault->kind == Fault::Kind::answer) {
    response = fault->response;
  }
  state->calls[index].status = response.status;
  const Call call = state->calls[index];
  for (const auto& listener : state->listeners) listener(call);
  state->rung.cancel();
  if (response.status == 0) {
    boost::system::error_code ignored;
    co_await state->hanging.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    response.status = 503;
  }
  co_return response;
}

Awaitable<void> Wire::until(std::string what, std::function<bool()> met, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  const std::shared_ptr<State> state = state_;
  while (!met()) {
    if (std::chrono::steady_clock::now() >= deadline) throw std::runtime_error("never came: " + what);
    // Woken by the next call, or in time to notice what changed without one.
    state->rung.expires_after(std::chrono::milliseconds(50));
    boost::system::error_code ignored;
    co_await state->rung.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

}  // namespace diffgate::app::stand_in
