#include "vcs/github_app.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "net/crypto.hpp"
#include "net/http_format.hpp"
#include "net/url.hpp"
#include "vcs/github_error.hpp"
#include "vcs/github_headers.hpp"
#include "vcs/json.hpp"

namespace diffgate::vcs {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr seconds kIssuedBefore{60};
constexpr seconds kLifetime{540};
// Signing takes a millisecond; a token is used again while half of its life is left.
constexpr minutes kReuse{4};

std::int64_t epoch_seconds(UtcTime time) {
  return std::chrono::floor<seconds>(time.time_since_epoch()).count();
}

// A request may wait longer for a limit than its token lives.
constexpr seconds kAlive = kLifetime - kIssuedBefore;

// GitHub names the claim that it refuses: "'Expiration time' claim ('exp') is too far in the future".
bool refuses_times(const net::Response& response) {
  if (response.status != 401) return false;
  const std::string message = server_message(response);
  return message.find("'exp'") != std::string::npos || message.find("'iat'") != std::string::npos;
}

}  // namespace

std::string app_claims(std::string_view app_id, UtcTime now) {
  const std::int64_t issued_at = epoch_seconds(now - kIssuedBefore);
  return nlohmann::json{{"iat", issued_at}, {"exp", issued_at + kLifetime.count()}, {"iss", app_id}}.dump();
}

GitHubApp::GitHubApp(Rest& rest, Clock& clock, std::string app_id, Secret private_key_pem,
                     std::function<void(const std::string&)> on_warning)
    : rest_(rest),
      clock_(clock),
      limit_(clock),
      app_id_(std::move(app_id)),
      private_key_(std::move(private_key_pem)),
      on_warning_(std::move(on_warning)) {}

Secret GitHubApp::token() {
  const UtcTime now = clock_.now();
  if (token_.empty() || now < token_made_at_ || now - token_made_at_ >= kReuse) {
    token_ = Secret(net::jwt_rs256(private_key_, app_claims(app_id_, now + clock_offset_)));
    token_made_at_ = now;
  }
  return token_;
}

bool GitHubApp::adopt_clock_of(const net::Response& refusal) {
  const auto date = refusal.headers.get("Date");
  const auto theirs = date ? net::parse_http_date(*date) : std::nullopt;
  if (!theirs) return false;
  clock_offset_ = std::chrono::floor<std::chrono::milliseconds>(*theirs - clock_.now());
  token_ = Secret();
  if (on_warning_) {
    on_warning_(fmt::format("this machine's clock differs from GitHub's by {} s: set it by NTP",
                            std::chrono::floor<seconds>(-clock_offset_).count()));
  }
  return true;
}

Awaitable<net::Response> GitHubApp::send(ApiCall call) {
  net::Response response = co_await send_once(call);
  if (!refuses_times(response)) co_return response;
  // The token may only have grown old on the way, which says nothing about the clocks.
  const bool has_run_out = clock_.now() - token_made_at_ >= kAlive;
  if (!has_run_out && !adopt_clock_of(response)) co_return response;
  co_return co_await send_once(call);
}

Awaitable<net::Response> GitHubApp::send_once(ApiCall call) {
  co_await limit_.pass(name_of(call));
  const auto observe = [this](const net::Response& response) { limit_.observe(response); };
  co_return co_await rest_.send(call, github_headers(token(), call.accept), observe);
}

Awaitable<AppIdentity> GitHubApp::identity() {
  if (identity_) co_return *identity_;
  const ApiCall call{.path = "/app"};
  const net::Response response = co_await send(call);
  if (response.status != 200) throw github_error(call, response);
  const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
  identity_ = AppIdentity{document.root().integer("id"), document.root().text("slug") + "[bot]"};
  co_return *identity_;
}

Awaitable<InstallationId> GitHubApp::installation_of(Repo repo) {
  constexpr std::size_t max_known = 10'000;
  const auto known = installations_.find(repo.full_name);
  if (known != installations_.end()) co_return known->second;
  const ApiCall call{.path = fmt::format("/repos/{}/installation", net::encode_path(repo.full_name))};
  const net::Response response = co_await send(call);
  if (response.status == 404) {
    throw Error(ErrorClass::configuration, "the GitHub App is not installed on " + repo.full_name,
                name_of(call), "install it on the repository");
  }
  if (response.status != 200) throw github_error(call, response);
  const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
  const InstallationId installation(document.root().integer("id"));
  if (installations_.size() >= max_known) installations_.clear();
  installations_[repo.full_name] = installation;
  co_return installation;
}

void GitHubApp::forget_installation(const Repo& repo) { installations_.erase(repo.full_name); }

}  // namespace diffgate::vcs
