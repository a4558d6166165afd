#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "net/async.hpp"
#include "net/clock.hpp"
#include "net/http.hpp"
#include "net/secret.hpp"
#include "vcs/rate_limit_gate.hpp"
#include "vcs/rest.hpp"
#include "vcs/types.hpp"

namespace diffgate::vcs {

// The claims of an App's JSON Web Token as JSON. GitHub docs, "Generating a JWT for a GitHub App": `iat` a
// minute back for clocks that differ, `exp` at most ten minutes ahead of GitHub's clock; nine minutes from
// `iat` leave room.
std::string app_claims(std::string_view app_id, UtcTime now);

// What GitHub knows the App as.
struct AppIdentity {
  std::int64_t id = 0;
  std::string bot_login;  // "<slug>[bot]", the author of what the App writes
};

// The App itself, as opposed to one of its installations: calls signed with its private key.
class GitHubApp {
 public:
  // `rest` and `clock` must outlive it. `on_warning` gets a line when the clocks differ; it may be empty.
  GitHubApp(Rest& rest, Clock& clock, std::string app_id, Secret private_key_pem,
            std::function<void(const std::string&)> on_warning);

  // Sends with the App's token. When GitHub refuses the token's times, the difference of the clocks is taken
  // from the answer's Date and the call is made once more. Any other status is the caller's. Throws
  // net::RateLimited while the App is over its own limit, which no installation shares.
  Awaitable<net::Response> send(ApiCall call);

  Awaitable<AppIdentity> identity();

  // Which installation covers the repository. Throws Error(configuration) if none does.
  Awaitable<InstallationId> installation_of(Repo repo);

  // Has the next `installation_of` ask again: the App was removed and installed anew.
  void forget_installation(const Repo& repo);

 private:
  Awaitable<net::Response> send_once(ApiCall call);
  Secret token();
  bool adopt_clock_of(const net::Response& refusal);

  Rest& rest_;
  Clock& clock_;
  RateLimitGate limit_;
  std::string app_id_;
  Secret private_key_;
  std::function<void(const std::string&)> on_warning_;
  std::chrono::milliseconds clock_offset_{0};  // GitHub's clock minus ours
  Secret token_;
  UtcTime token_made_at_;
  std::optional<AppIdentity> identity_;
  std::map<std::string, InstallationId> installations_;  // by full name
};

}  // namespace diffgate::vcs
