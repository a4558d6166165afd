#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/error.hpp"
#include "vcs/forge.hpp"

namespace diffgate::test {

// A forge in memory, with one repository. It outlives daemons, so that a test can stop one and start the
// next.
struct FakeForge {
  struct CheckRun {
    vcs::Check now;
    std::vector<std::string> titles;  // every title that it had
  };
  struct Comment {
    std::string marker;
    std::string body;
    int edits = 0;
  };

  vcs::PullRequest pull;
  std::vector<vcs::ChangedFile> files{
      {.path = "models/orders.sql", .previous_path = {}, .is_removed = false}};
  bool files_complete = true;
  std::map<std::string, std::string> base_files;  // at any commit but the head
  std::map<std::string, std::string> head_files;
  std::string commit_message = "change orders";
  std::optional<vcs::Sha> merge_base;
  bool actor_may_write = true;
  std::vector<std::string> commit_messages;  // along first parents, oldest first
  std::vector<std::string> reactions;        // "<comment> accepted"
  std::vector<vcs::MissedDelivery> missed;

  std::vector<CheckRun> checks;
  std::vector<Comment> comments;
  std::vector<std::string> calls;                      // by name, in order
  std::map<std::string, std::vector<Error>> failures;  // by call: thrown in order, then no more
  std::function<void(const std::string& call)> on_call;

  // Counts the call and throws what is scripted for it.
  void called(const std::string& name) {
    calls.push_back(name);
    if (on_call) on_call(name);
    auto& scripted = failures[name];
    if (scripted.empty()) return;
    const Error failure = scripted.front();
    scripted.erase(scripted.begin());
    throw Error(failure);
  }

  std::size_t count(const std::string& name) const {
    return static_cast<std::size_t>(std::count(calls.begin(), calls.end(), name));
  }

  const CheckRun& last_check() const {
    if (checks.empty()) throw std::runtime_error("no check run was created");
    return checks.back();
  }

  // "queued", "in_progress", or the conclusion of a completed one.
  static std::string state_of(const CheckRun& check) {
    if (check.now.state == vcs::CheckState::queued) return "queued";
    if (check.now.state == vcs::CheckState::in_progress) return "in_progress";
    switch (check.now.conclusion) {
      case vcs::Conclusion::success:
        return "success";
      case vcs::Conclusion::failure:
        return "failure";
      case vcs::Conclusion::neutral:
        return "neutral";
      case vcs::Conclusion::skipped:
        return "skipped";
      case vcs::Conclusion::cancelled:
        return "cancelled";
      case vcs::Conclusion::timed_out:
        return "timed_out";
      case vcs::Conclusion::action_required:
        return "action_required";
    }
    return "unknown";
  }
  std::vector<std::string> check_states() const {
    std::vector<std::string> states;
    for (const CheckRun& check : checks) states.push_back(state_of(check));
    return states;
  }
};

// What a daemon holds of it.
class ForgeHandle final : public vcs::Forge {
 public:
  explicit ForgeHandle(FakeForge& fake) : fake_(fake) {}

  vcs::ForgeKind kind() const override { return vcs::ForgeKind::github; }
  const std::string& name() const override { return name_; }
  vcs::Limits limits() const override { return {}; }

  Awaitable<vcs::Repo> find_repository(std::string full_name) override {
    fake_.called("find_repository");
    vcs::Repo repo;
    repo.forge = name_;
    repo.id = vcs::RepoId(99);
    repo.full_name = std::move(full_name);
    co_return repo;
  }
  Awaitable<vcs::PullRequest> pull_request(vcs::Repo, vcs::PullNumber) override {
    fake_.called("pull_request");
    co_return fake_.pull;
  }
  Awaitable<vcs::ChangedFiles> changed_files(vcs::Repo, vcs::PullNumber) override {
    fake_.called("changed_files");
    co_return vcs::ChangedFiles{fake_.files, fake_.files_complete};
  }
  Awaitable<std::optional<std::string>> file_at(vcs::Repo, std::string path, vcs::Sha sha) override {
    fake_.called("file_at");
    const auto& files = sha == fake_.pull.head_sha ? fake_.head_files : fake_.base_files;
    const auto found = files.find(path);
    if (found == files.end()) co_return std::nullopt;
    co_return found->second;
  }
  Awaitable<std::string> commit_message(vcs::Repo, vcs::Sha) override {
    fake_.called("commit_message");
    co_return fake_.commit_message;
  }
  Awaitable<std::optional<vcs::Sha>> merge_base(vcs::Repo, vcs::Sha, vcs::Sha) override {
    fake_.called("merge_base");
    co_return fake_.merge_base;
  }
  Awaitable<std::optional<vcs::Sha>> branch_tip(vcs::Repo, std::string) override {
    fake_.called("branch_tip");
    co_return fake_.pull.base_sha;
  }
  Awaitable<std::vector<vcs::PullNumber>> pull_requests_of(vcs::Repo, vcs::Sha head) override {
    fake_.called("pull_requests_of");
    std::vector<vcs::PullNumber> found;
    if (fake_.pull.is_open && fake_.pull.head_sha == head) found.push_back(fake_.pull.number);
    co_return found;
  }
  Awaitable<std::vector<vcs::MissedDelivery>> missed_deliveries(UtcTime) override {
    fake_.called("missed_deliveries");
    co_return fake_.missed;
  }
  Awaitable<std::vector<vcs::PullRequest>> open_pull_requests(vcs::Repo) override {
    fake_.called("open_pull_requests");
    std::vector<vcs::PullRequest> open;
    if (fake_.pull.is_open) open.push_back(fake_.pull);
    co_return open;
  }
  Awaitable<bool> can_write(vcs::Repo, std::string) override {
    fake_.called("can_write");
    co_return fake_.actor_may_write;
  }
  Awaitable<std::vector<std::string>> commit_messages(vcs::Repo, vcs::PullRequest) override {
    fake_.called("commit_messages");
    co_return fake_.commit_messages;
  }
  Awaitable<bool> is_own_user(std::string user) override { co_return user == "diffgate[bot]"; }
  Awaitable<void> react(vcs::Repo, vcs::PullNumber, std::string comment_id, vcs::Receipt receipt) override {
    fake_.called("react");
    fake_.reactions.push_back(comment_id + (receipt == vcs::Receipt::accepted ? " accepted" : " refused"));
    co_return;
  }
  Awaitable<vcs::CheckRef> publish_check(vcs::Repo, std::optional<vcs::CheckRef> known,
                                         vcs::Check check) override {
    fake_.called(check.state == vcs::CheckState::completed ? "complete_check" : "publish_check");
    std::size_t index = fake_.checks.size();
    if (known) index = std::stoul(known->value());
    // As the real ones do: without a reference, an open check of the same external id is taken over.
    for (std::size_t i = 0; !known && i < fake_.checks.size(); ++i) {
      const vcs::Check& other = fake_.checks[i].now;
      if (other.external_id == check.external_id && other.state != vcs::CheckState::completed) index = i;
    }
    const bool is_completed =
        index < fake_.checks.size() && fake_.checks[index].now.state == vcs::CheckState::completed;
    if (is_completed && check.state != vcs::CheckState::completed) index = fake_.checks.size();
    if (index == fake_.checks.size()) fake_.checks.emplace_back();
    fake_.checks[index].titles.push_back(check.title);
    fake_.checks[index].now = std::move(check);
    co_return vcs::CheckRef(std::to_string(index));
  }
  Awaitable<vcs::CommentRef> upsert_comment(vcs::Repo, vcs::PullNumber, std::optional<vcs::CommentRef>,
                                            std::string marker, std::string markdown) override {
    fake_.called("upsert_comment");
    for (std::size_t i = 0; i < fake_.comments.size(); ++i) {
      if (fake_.comments[i].marker != marker) continue;
      fake_.comments[i].body = std::move(markdown);
      ++fake_.comments[i].edits;
      co_return vcs::CommentRef(std::to_string(i));
    }
    fake_.comments.push_back({std::move(marker), std::move(markdown), 0});
    co_return vcs::CommentRef(std::to_string(fake_.comments.size() - 1));
  }

 private:
  FakeForge& fake_;
  std::string name_ = "github";
};

}  // namespace diffgate::test
