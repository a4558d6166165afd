#pragma once

#include <string>

#include "net/async.hpp"
#include "net/clock.hpp"
#include "net/http.hpp"

namespace diffgate::vcs {

// Keeps further calls back once a server has said that a limit is reached: they would only be turned away,
// and GitHub bans integrations that go on asking (GitHub docs, "Rate limits for the REST API").
class RateLimitGate {
 public:
  // The clock must outlive it.
  explicit RateLimitGate(Clock& clock) : clock_(clock) {}

  // To be told of every answer.
  void observe(const net::Response& response);

  // Waits until the limit is over. Throws net::RateLimited naming `where` if that is further off than
  // a call should wait.
  Awaitable<void> pass(std::string where);

 private:
  Clock& clock_;
  UtcTime closed_until_;
};

}  // namespace diffgate::vcs
