#include "vcs/gitlab_diffs.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <string>
#include <utility>

namespace diffgate::vcs {
namespace {

// An instance shows 1,000 files of a merge request unless its administrator allows more, up to 3,000.
constexpr std::size_t kDefaultMaxFiles = 1'000;
constexpr int kMaxPages = 40;

// A merge request that was just opened has no diff for some seconds.
constexpr std::array<std::chrono::seconds, 3> kWaits{std::chrono::seconds(1), std::chrono::seconds(2),
                                                     std::chrono::seconds(4)};

struct DiffState {
  bool is_ready = false;
  std::string changes_count;
};

Awaitable<DiffState> diff_state(GitLabApi& api, Repo repo, PullNumber number) {
  const ApiCall call{.path = project_path(repo, fmt::format("/merge_requests/{}", number.value()))};
  const net::Response response = co_await api.succeed(call);
  const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
  const auto refs = document.root().optional_object("diff_refs");
  co_return DiffState{refs && refs->optional_text("head_sha"),
                      document.root().optional_text("changes_count").value_or("")};
}

ChangedFile read_diff(const JsonView& json) {
  ChangedFile file;
  file.path = json.text("new_path");
  file.is_removed = json.optional_boolean("deleted_file").value_or(false);
  if (json.optional_boolean("renamed_file").value_or(false)) file.previous_path = json.text("old_path");
  return file;
}

}  // namespace

bool is_complete_list(std::size_t listed, std::string_view changes_count) {
  if (changes_count.empty()) return listed < kDefaultMaxFiles;
  std::size_t count = 0;
  const auto [stop, error] =
      std::from_chars(changes_count.data(), changes_count.data() + changes_count.size(), count);
  const bool is_number = error == std::errc() && stop == changes_count.data() + changes_count.size();
  return is_number && listed >= count;
}

Awaitable<ChangedFiles> gitlab_changed_files(GitLabApi& api, Repo repo, PullNumber number) {
  DiffState state = co_await diff_state(api, repo, number);
  for (const std::chrono::seconds wait : kWaits) {
    if (state.is_ready) break;
    co_await api.clock().sleep_for(wait);
    state = co_await diff_state(api, repo, number);
  }
  ChangedFiles result;
  const ApiCall call{
      .path = project_path(repo, fmt::format("/merge_requests/{}/diffs?per_page=100", number.value()))};
  auto add = [&result](const JsonView& page) {
    for (const JsonView& diff : page.elements()) result.files.push_back(read_diff(diff));
    return true;
  };
  const bool is_whole = co_await api.each_page(call, kMaxPages, add, {kWaits.begin(), kWaits.end()});
  result.is_complete =
      state.is_ready && is_whole && is_complete_list(result.files.size(), state.changes_count);
  co_return result;
}

}  // namespace diffgate::vcs
