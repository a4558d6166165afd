#include "net/name_lookup.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>

namespace diffgate::net {
namespace {

using asio::ip::tcp;
using boost::system::error_code;
using boost::system::system_error;

// Owned by the one who waits and by the thread that looks up, whichever lasts longer.
struct Lookup {
  explicit Lookup(const asio::any_io_executor& executor)
      : done(executor, asio::steady_timer::time_point::max()) {}

  asio::steady_timer done;
  bool finished = false;
  error_code error;
  std::vector<tcp::endpoint> found;
};

void look_up(Lookup& lookup, const std::string& host, std::uint16_t port) {
  asio::io_context context;
  tcp::resolver resolver(context);
  const auto results =
      resolver.resolve(host, std::to_string(port), tcp::resolver::numeric_service, lookup.error);
  if (lookup.error) return;
  for (const auto& entry : results) lookup.found.push_back(entry.endpoint());
}

}  // namespace

Awaitable<std::vector<tcp::endpoint>> NameLookup::find(std::string host, std::uint16_t port) {
  error_code not_an_address;
  const asio::ip::address address = asio::ip::make_address(host, not_an_address);
  if (!not_an_address) co_return std::vector<tcp::endpoint>{tcp::endpoint(address, port)};

  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  auto lookup = std::make_shared<Lookup>(executor);
  const auto tracked = asio::prefer(executor, asio::execution::outstanding_work.tracked);
  pool_.post([lookup, tracked, host, port]() mutable {
    look_up(*lookup, host, port);
    // The last owner must be on the loop's thread: a timer may be destroyed only there.
    asio::post(tracked, [lookup = std::move(lookup)] {
      lookup->finished = true;
      lookup->done.cancel();
    });
  });
  error_code woken;
  co_await lookup->done.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  if (!lookup->finished) throw system_error(asio::error::operation_aborted);
  if (lookup->error) throw system_error(lookup->error);
  if (lookup->found.empty()) throw system_error(asio::error::host_not_found);
  co_return std::move(lookup->found);
}

}  // namespace diffgate::net
