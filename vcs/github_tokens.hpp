#pragma once

#include <compare>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "net/async.hpp"
#include "net/clock.hpp"
#include "net/secret.hpp"
#include "vcs/github_app.hpp"
#include "vcs/types.hpp"

namespace diffgate::vcs {

// What a token is for: each has just the permissions that it needs.
enum class GitHubAccess {
  read,    // contents and pull requests
  report,  // check runs and comments
  ci,      // runs and artifacts of Actions
};

// "contents: read, pull_requests: read"
std::string permissions_of(GitHubAccess access);

// The body that asks for a token: one repository, by number or else by name, and the permissions of `access`.
std::string token_request(const Repo& repo, GitHubAccess access);

// Tokens of installations, which live an hour. GitHub docs, "Generating an installation access token": they
// are opaque and of any length. A token is replaced five minutes before its end; callers that need the same
// one wait for one request.
class InstallationTokens {
 public:
  // All must outlive it.
  InstallationTokens(asio::any_io_executor executor, GitHubApp& app, Clock& clock);
  ~InstallationTokens();

  // Throws Error(configuration) if the installation is gone, suspended, or lacks a permission or the
  // repository.
  Awaitable<Secret> get(InstallationId installation, Repo repo, GitHubAccess access);

  // GitHub refused `token`: the next `get` asks for another. A newer one stays.
  void forget(InstallationId installation, const Repo& repo, GitHubAccess access, const Secret& token);

 private:
  struct Key {
    InstallationId installation;
    RepoId repo;
    std::string name;  // of a repository without a known number
    GitHubAccess access = GitHubAccess::read;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Entry;

  static Key key_of(InstallationId installation, const Repo& repo, GitHubAccess access);
  std::shared_ptr<Entry> entry_of(const Key& key);
  bool is_fresh(const Entry& entry) const;
  Awaitable<void> renew(std::shared_ptr<Entry> entry, InstallationId installation, Repo repo,
                        GitHubAccess access);

  asio::any_io_executor executor_;
  GitHubApp& app_;
  Clock& clock_;
  std::map<Key, std::shared_ptr<Entry>> entries_;
};

}  // namespace diffgate::vcs
