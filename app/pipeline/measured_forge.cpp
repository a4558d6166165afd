#include "app/pipeline/measured_forge.hpp"

#include <type_traits>
#include <utility>

#include "net/error.hpp"

namespace diffgate::app {
namespace {

class MeasuredForge final : public vcs::Forge {
 public:
  MeasuredForge(std::unique_ptr<vcs::Forge> forge, Metrics& metrics)
      : forge_(std::move(forge)), metrics_(metrics) {}

  vcs::ForgeKind kind() const override { return forge_->kind(); }
  const std::string& name() const override { return forge_->name(); }
  vcs::Limits limits() const override { return forge_->limits(); }

  Awaitable<vcs::Repo> find_repository(std::string full_name) override {
    return count("find_repository", forge_->find_repository(std::move(full_name)));
  }
  Awaitable<vcs::PullRequest> pull_request(vcs::Repo repo, vcs::PullNumber number) override {
    return count("pull_request", forge_->pull_request(std::move(repo), number));
  }
  Awaitable<vcs::ChangedFiles> changed_files(vcs::Repo repo, vcs::PullNumber number) override {
    return count("changed_files", forge_->changed_files(std::move(repo), number));
  }
  Awaitable<std::optional<std::string>> file_at(vcs::Repo repo, std::string path, vcs::Sha sha) override {
    return count("file_at", forge_->file_at(std::move(repo), std::move(path), std::move(sha)));
  }
  Awaitable<std::string> commit_message(vcs::Repo repo, vcs::Sha sha) override {
    return count("commit_message", forge_->commit_message(std::move(repo), std::move(sha)));
  }
  Awaitable<std::optional<vcs::Sha>> merge_base(vcs::Repo repo, vcs::Sha base, vcs::Sha head) override {
    return count("merge_base", forge_->merge_base(std::move(repo), std::move(base), std::move(head)));
  }
  Awaitable<std::optional<vcs::Sha>> branch_tip(vcs::Repo repo, std::string branch) override {
    return count("branch_tip", forge_->branch_tip(std::move(repo), std::move(branch)));
  }
  Awaitable<std::vector<vcs::PullNumber>> pull_requests_of(vcs::Repo repo, vcs::Sha head) override {
    return count("pull_requests_of", forge_->pull_requests_of(std::move(repo), std::move(head)));
  }
  Awaitable<std::vector<vcs::MissedDelivery>> missed_deliveries(UtcTime since) override {
    return count("missed_deliveries", forge_->missed_deliveries(since));
  }
  Awaitable<std::vector<vcs::PullRequest>> open_pull_requests(vcs::Repo repo) override {
    return count("open_pull_requests", forge_->open_pull_requests(std::move(repo)));
  }
  Awaitable<bool> can_write(vcs::Repo repo, std::string user) override {
    return count("can_write", forge_->can_write(std::move(repo), std::move(user)));
  }
  Awaitable<std::vector<std::string>> commit_messages(vcs::Repo repo, vcs::PullRequest pull) override {
    return count("commit_messages", forge_->commit_messages(std::move(repo), std::move(pull)));
  }
  Awaitable<bool> is_own_user(std::string user) override {
    return count("is_own_user", forge_->is_own_user(std::move(user)));
  }
  Awaitable<void> react(vcs::Repo repo, vcs::PullNumber number, std::string comment_id,
                        vcs::Receipt receipt) override {
    return count("react", forge_->react(std::move(repo), number, std::move(comment_id), receipt));
  }
  Awaitable<vcs::CheckRef> publish_check(vcs::Repo repo, std::optional<vcs::CheckRef> known,
                                         vcs::Check check) override {
    return count("publish_check", forge_->publish_check(std::move(repo), std::move(known), std::move(check)));
  }
  Awaitable<vcs::CommentRef> upsert_comment(vcs::Repo repo, vcs::PullNumber number,
                                            std::optional<vcs::CommentRef> known, std::string marker,
                                            std::string markdown) override {
    return count("upsert_comment", forge_->upsert_comment(std::move(repo), number, std::move(known),
                                                          std::move(marker), std::move(markdown)));
  }

 private:
  // Counts the call in whatever way it ends.
  template <class T>
  Awaitable<T> count(const char* operation, Awaitable<T> call) {
    struct Count {
      Metrics& metrics;
      std::string forge;
      const char* operation;
      bool is_answered = false;
      ~Count() {
        metrics.add(
            "diffgate_forge_calls_total",
            {{"forge", forge}, {"operation", operation}, {"result", is_answered ? "answered" : "failed"}});
      }
    } counted{metrics_, forge_->name(), operation};
    if constexpr (std::is_void_v<T>) {
      co_await std::move(call);
      counted.is_answered = true;
    } else {
      T answer = co_await std::move(call);
      counted.is_answered = true;
      co_return answer;
    }
  }

  std::unique_ptr<vcs::Forge> forge_;
  Metrics& metrics_;
};

}  // namespace

std::unique_ptr<vcs::Forge> measured(std::unique_ptr<vcs::Forge> forge, Metrics& metrics) {
  return std::make_unique<MeasuredForge>(std::move(forge), metrics);
}

}  // namespace diffgate::app
