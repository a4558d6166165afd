#include "vcs/github_tokens.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "vcs/github_error.hpp"
#include "vcs/json.hpp"

namespace diffgate::vcs {
namespace {

constexpr std::chrono::minutes kRenewBefore{5};
constexpr std::size_t kMaxEntries = 4096;

using Permission = std::pair<std::string_view, std::string_view>;

std::vector<Permission> permission_list(GitHubAccess access) {
  if (access == GitHubAccess::read) return {{"contents", "read"}, {"pull_requests", "read"}};
  if (access == GitHubAccess::ci) return {{"actions", "read"}};
  return {{"checks", "write"}, {"pull_requests", "write"}};
}

Error refusal_of(const ApiCall& call, const net::Response& response, const Repo& repo, GitHubAccess access) {
  if (response.status == 404) {
    return {ErrorClass::configuration, "the App's installation is gone", name_of(call),
            "install the App on " + repo.full_name};
  }
  if (response.status == 422) {
    return {ErrorClass::configuration,
            fmt::format("the installation lacks the repository {} or a permission: {}", repo.full_name,
                        server_message(response)),
            name_of(call), "it needs " + permissions_of(access)};
  }
  return github_error(call, response);
}

}  // namespace

struct InstallationTokens::Entry {
  explicit Entry(const asio::any_io_executor& executor) : turn(executor, 1) {}

  Semaphore turn;  // whoever renews
  Secret token;
  UtcTime expires_at;
  // How the last renewal ended, for those who waited for it: they do not repeat what has just failed.
  std::uint64_t renewals = 0;
  std::exception_ptr failure;
};

std::string permissions_of(GitHubAccess access) {
  std::string text;
  for (const auto& [name, level] : permission_list(access)) {
    if (!text.empty()) text += ", ";
    text += fmt::format("{}: {}", name, level);
  }
  return text;
}

std::string token_request(const Repo& repo, GitHubAccess access) {
  nlohmann::json body;
  if (repo.id.value() != 0) {
    body["repository_ids"] = {repo.id.value()};
  } else {
    body["repositories"] = {repo.full_name.substr(repo.full_name.find('/') + 1)};
  }
  for (const auto& [name, level] : permission_list(access)) body["permissions"][std::string(name)] = level;
  return body.dump();
}

InstallationTokens::InstallationTokens(asio::any_io_executor executor, GitHubApp& app, Clock& clock)
    : executor_(std::move(executor)), app_(app), clock_(clock) {}

InstallationTokens::~InstallationTokens() = default;

InstallationTokens::Key InstallationTokens::key_of(InstallationId installation, const Repo& repo,
                                                   GitHubAccess access) {
  return {installation, repo.id, repo.id.value() == 0 ? repo.full_name : "", access};
}

bool InstallationTokens::is_fresh(const Entry& entry) const {
  return !entry.token.empty() && clock_.now() + kRenewBefore < entry.expires_at;
}

std::shared_ptr<InstallationTokens::Entry> InstallationTokens::entry_of(const Key& key) {
  const auto known = entries_.find(key);
  if (known != entries_.end()) return known->second;
  if (entries_.size() >= kMaxEntries) {
    // Those who wait hold their entry themselves.
    std::erase_if(entries_, [this](const auto& item) { return !is_fresh(*item.second); });
    if (entries_.size() >= kMaxEntries) entries_.clear();
  }
  auto entry = std::make_shared<Entry>(executor_);
  entries_.emplace(key, entry);
  return entry;
}

Awaitable<Secret> InstallationTokens::get(InstallationId installation, Repo repo, GitHubAccess access) {
  const std::shared_ptr<Entry> entry = entry_of(key_of(installation, repo, access));
  if (is_fresh(*entry)) co_return entry->token;
  const std::uint64_t renewals_seen = entry->renewals;
  const Semaphore::Permit permit = co_await entry->turn.acquire();
  if (entry->renewals != renewals_seen && entry->failure) std::rethrow_exception(entry->failure);
  if (!is_fresh(*entry)) co_await renew(entry, installation, std::move(repo), access);
  co_return entry->token;
}

Awaitable<void> InstallationTokens::renew(std::shared_ptr<Entry> entry, InstallationId installation,
                                          Repo repo, GitHubAccess access) {
  const ApiCall call{.method = "POST",
                     .path = fmt::format("/app/installations/{}/access_tokens", installation.value()),
                     .body = token_request(repo, access)};
  try {
    const net::Response response = co_await app_.send(call);
    if (response.status != 201) throw refusal_of(call, response, repo, access);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    const auto expires_at = parse_iso8601(document.root().text("expires_at"));
    if (!expires_at) document.root().refuse("expires_at", "a time");
    entry->token = Secret(document.root().text("token"));
    entry->expires_at = *expires_at;
    entry->failure = nullptr;
  } catch (...) {
    // A renewal that was cancelled says nothing to those who still wait.
    if (is_cancellation(std::current_exception())) throw;
    entry->failure = std::current_exception();
    ++entry->renewals;
    throw;
  }
  ++entry->renewals;
}

void InstallationTokens::forget(InstallationId installation, const Repo& repo, GitHubAccess access,
                                const Secret& token) {
  const auto known = entries_.find(key_of(installation, repo, access));
  if (known == entries_.end() || known->second->token.expose() != token.expose()) return;
  known->second->token = Secret();
}

}  // namespace diffgate::vcs
