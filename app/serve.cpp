#include "app/serve.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <cstdio>

#include "app/log.hpp"
#include "app/version.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

Awaitable<void> run_until_signal(Daemon& daemon, asio::signal_set& signals) {
  std::exception_ptr failure;
  try {
    co_await daemon.start();
    const int signal = co_await signals.async_wait(asio::use_awaitable);
    log(LogLevel::info, "signal received", {{"signal", std::to_string(signal)}});
    signals.clear();  // a second one ends the process at once
  } catch (...) {
    failure = std::current_exception();  // rethrown once everything has stopped
  }
  co_await daemon.stop();
  if (failure) std::rethrow_exception(failure);
}

int exit_code_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    const bool is_theirs =
        error.error_class() == ErrorClass::configuration || error.error_class() == ErrorClass::caller;
    return is_theirs ? 2 : 3;
  } catch (...) {
    return 3;  // the caller has printed its text
  }
}

}  // namespace

int serve(const config::ServerConfig& config, ServeOptions options) {
  set_up_logging(config.log_level, config.log_format);
  asio::io_context context(1);
  SystemClock clock;
  net::HttpClientOptions client_options;
  client_options.user_agent = "diffgate/" + std::string(version());
  std::exception_ptr failure;
  {
    const auto http = net::create_http_client(context.get_executor(), client_options);
    DaemonOptions daemon_options;
    daemon_options.grace = options.grace;
    daemon_options.duckdb_helper = options.duckdb_helper;
    daemon_options.catch_up = options.catch_up;
    Daemon daemon(context.get_executor(), config, clock, *http, daemon_options);
    asio::signal_set signals(context, SIGTERM, SIGINT);
    TaskGroup main(context.get_executor(),
                   [&failure](const std::string&, const std::exception_ptr& error) { failure = error; });
    main.spawn("daemon", run_until_signal(daemon, signals));
    while (main.size() > 0 && context.run_one() > 0) {
    }
  }
  if (!failure) return 0;
  std::fprintf(stderr, "diffgate: %s\n", error_line(failure).c_str());
  return exit_code_of(failure);
}

}  // namespace diffgate::app
