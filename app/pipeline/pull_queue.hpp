#pragma once

// The pull requests that something is to be done about. What comes for one of them while an evaluation of it
// is under way is gathered, so that a burst costs one more evaluation. Different pull requests go side by
// side, and repositories take turns.

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/pipeline/evaluation.hpp"
#include "app/pipeline/fair_gate.hpp"
#include "app/pipeline/repository_events.hpp"
#include "app/pipeline/services.hpp"
#include "vcs/events.hpp"

namespace diffgate::app {

// Events of the repository or the installation are handled in order too, as if they were of a pull request 0.
inline const vcs::PullNumber kRepositoryItself{0};

class PullQueue {
 public:
  // `changed` is called when something is taken up or done; `let_go` when deliveries have left the memory,
  // with whether they still wait in the store.
  PullQueue(Services& services, RunBoard& board, Evaluation& evaluation, std::function<void()> changed,
            std::function<void(bool wait_in_store)> let_go);
  ~PullQueue();
  PullQueue(const PullQueue&) = delete;
  PullQueue& operator=(const PullQueue&) = delete;

  // The delivery is finished in the store once its pull request has been evaluated.
  void add(const StoredDelivery& stored, const vcs::Repo& repo, vcs::PullNumber number, Occasion occasion);

  // Evaluates a pull request without a delivery.
  void look_at(const vcs::Repo& repo, vcs::PullNumber number, bool artifacts_came);

  // What a push did to the rules, beside the work that the same delivery is for.
  void push_to_rules(vcs::Repo repo, vcs::PushEvent push);

  bool holds(DeliverySequence sequence) const { return held_.contains(sequence); }
  std::size_t deliveries() const { return held_.size(); }

  // Nothing under way; what waits for a retry counts as at rest.
  bool is_idle() const { return pulls_.size() == resting_; }

  // Cancels what is under way; its deliveries stay in the store.
  Awaitable<void> stop();

 private:
  struct Pull;
  class Hold;

  Pull& pull_of(const vcs::Repo& repo, vcs::PullNumber number);
  void set_wanted(Pull& pull);
  Awaitable<void> work(std::shared_ptr<Pull> pull);
  Awaitable<void> rest(UtcTime until);
  Awaitable<bool> evaluate_once(std::shared_ptr<Pull> pull);
  void pass_on(const vcs::Repo& repo, std::vector<Press> presses, std::vector<DeliverySequence>& sequences,
               Hold& hold);
  Awaitable<void> give_up(std::shared_ptr<Pull> pull, Occasion occasion, std::string line);

  Services& services_;
  RunBoard& board_;
  Evaluation& evaluation_;
  RepositoryEvents repository_events_;
  std::function<void()> changed_;
  std::function<void(bool)> let_go_;
  FairGate gate_;
  TaskGroup tasks_;
  std::map<PullKey, std::shared_ptr<Pull>> pulls_;
  std::set<DeliverySequence> held_;  // deliveries in memory
  std::size_t resting_ = 0;          // pull requests that wait for a retry
};

}  // namespace diffgate::app
