#include "app/pipeline/fair_gate.hpp"

#include <doctest/doctest.h>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <string>
#include <vector>

#include "run.hpp"

using namespace diffgate;
using namespace diffgate::app;

namespace {

Awaitable<void> visit(FairGate& gate, std::string group, std::string key, std::vector<std::string>& order) {
  const FairGate::Place place = co_await gate.enter(group, key);
  order.push_back(group + key);
  co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
}

Awaitable<std::vector<std::string>> visits(std::vector<std::pair<std::string, std::string>> callers) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  FairGate gate(executor, 1);
  std::vector<std::string> order;
  TaskGroup group(executor, [](const std::string&, const std::exception_ptr&) {});
  for (const auto& [name, key] : callers) group.spawn(name, visit(gate, name, key, order));
  co_await group.wait(std::chrono::seconds(10));
  co_return order;
}

}  // namespace

TEST_CASE("one busy organization does not keep the others waiting, nor one busy repository its neighbours") {
  test::Loop loop;
  const std::vector<std::string> order = loop.run(visits({{"acme", "1"},
                                                          {"acme", "1"},
                                                          {"acme", "1"},
                                                          {"acme", "2"},
                                                          {"acme", "3"},
                                                          {"zoo", "9"},
                                                          {"zoo", "9"}}));
  CHECK(order == std::vector<std::string>{"acme1", "acme1", "zoo9", "acme2", "zoo9", "acme3", "acme1"});
}
