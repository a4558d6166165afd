#include "vcs/github_files.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <utility>

#include "vcs/github_error.hpp"

namespace diffgate::vcs {
namespace {

// GitHub REST, "List pull requests files": 3,000 files at most, 100 a page.
constexpr std::size_t kMaxFiles = 3'000;
constexpr int kMaxPages = 30;

// In the seconds after a pull request was opened its files may not be there yet.
constexpr std::array<std::chrono::seconds, 3> kWaits{std::chrono::seconds(1), std::chrono::seconds(2),
                                                     std::chrono::seconds(4)};

ChangedFile read_changed_file(const JsonView& json) {
  ChangedFile file;
  file.path = json.text("filename");
  file.previous_path = json.optional_text("previous_filename").value_or("");
  file.is_removed = json.text("status") == "removed";
  return file;
}

// GitHub gives up on a diff that is too large for it.
bool is_too_large(const net::Response& response) {
  return response.status >= 500 &&
         message_of(response.body, "errors").find("not_available") != std::string::npos;
}

Awaitable<net::Response> first_page(GitHubApi& api, Repo repo, ApiCall call) {
  net::Response response = co_await api.send(repo, GitHubAccess::read, call);
  for (const std::chrono::seconds wait : kWaits) {
    if (response.status != 404) break;
    co_await api.clock().sleep_for(wait);
    response = co_await api.send(repo, GitHubAccess::read, call);
  }
  co_return response;
}

}  // namespace

Awaitable<ChangedFiles> github_changed_files(GitHubApi& api, Repo repo, PullNumber number) {
  ApiCall call{.path = repo_path(repo, fmt::format("/pulls/{}/files?per_page=100", number.value())),
               .permission = "pull_requests: read"};
  ChangedFiles result;
  net::Response response = co_await first_page(api, repo, call);
  for (int page = 1;; ++page) {
    if (is_too_large(response)) {
      result.is_complete = false;
      co_return result;
    }
    if (response.status != 200) throw github_error(call, response);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    for (const JsonView& file : document.root().elements()) result.files.push_back(read_changed_file(file));
    const std::optional<std::string> next = api.next_page(call, response);
    if (!next || page == kMaxPages) {
      result.is_complete = !next && result.files.size() < kMaxFiles;
      co_return result;
    }
    call.path = *next;
    response = co_await api.send(repo, GitHubAccess::read, call);
  }
}

}  // namespace diffgate::vcs
