#include "app/pipeline/pull_queue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/log.hpp"
#include "net/error.hpp"
#include "net/retry.hpp"

namespace diffgate::app {
namespace {

using std::chrono::seconds;

constexpr std::size_t kEvaluations = 8;         // at the same time
constexpr std::chrono::seconds kStoreRetry{5};  // after a failure of the store

// After a transient failure; the last one repeats. The sum of all is about 40 minutes.
constexpr std::array kBackOff = {seconds(5), seconds(15), seconds(45), seconds(120)};
constexpr int kMaxAttempts = 20;

seconds back_off(int attempts) {
  return kBackOff.at(std::min(static_cast<std::size_t>(std::max(attempts, 0)), kBackOff.size() - 1));
}

void log_escaped(const std::string& name, const std::exception_ptr& error) {
  log(LogLevel::error, "task failed", {{"task", name}, {"reason", error_line(error)}});
}

}  // namespace

// A pull request with something to do, and the deliveries that say so.
struct PullQueue::Pull {
  vcs::Repo repo;
  vcs::PullNumber number;
  // Waiting for the next evaluation.
  std::vector<DeliverySequence> sequences;
  std::vector<UtcTime> received;
  Occasion occasion;
  bool is_wanted = false;
  bool is_at_work = false;  // a task looks after it
  // Of the one under way.
  int attempts = 0;
  UtcTime not_before;
};

PullQueue::PullQueue(Services& services, RunBoard& board, Evaluation& evaluation,
                     std::function<void()> changed, std::function<void(bool)> let_go)
    : services_(services),
      board_(board),
      evaluation_(evaluation),
      repository_events_(
          services, board,
          [this](const vcs::Repo& repo, vcs::PullNumber number) { look_at(repo, number, false); }),
      changed_(std::move(changed)),
      let_go_(std::move(let_go)),
      gate_(services.executor, kEvaluations),
      tasks_(services.executor, log_escaped) {}

PullQueue::~PullQueue() = default;

Awaitable<void> PullQueue::stop() {
  tasks_.cancel();
  co_await tasks_.wait(seconds(30));
}

void PullQueue::push_to_rules(vcs::Repo repo, vcs::PushEvent push) {
  std::vector<vcs::Event> events;
  events.emplace_back(std::move(push));
  tasks_.spawn("push to the rules", repository_events_.handle(std::move(repo), std::move(events)));
}

void PullQueue::add(const StoredDelivery& stored, const vcs::Repo& repo, vcs::PullNumber number,
                    Occasion occasion) {
  log(LogLevel::info, "delivery taken up",
      {{"delivery", stored.delivery.id.value()},
       {"event", stored.delivery.event},
       {"repository", repo.full_name},
       {"pull_request", std::to_string(number.value())}});
  Pull& pull = pull_of(repo, number);
  pull.sequences.push_back(stored.sequence);
  pull.received.push_back(stored.delivery.received_at);
  pull.attempts = std::max(pull.attempts, stored.attempts);
  pull.not_before = std::max(pull.not_before, stored.not_before);
  occasion.put_first(std::move(pull.occasion));
  pull.occasion = std::move(occasion);
  held_.insert(stored.sequence);
  set_wanted(pull);
}

PullQueue::Pull& PullQueue::pull_of(const vcs::Repo& repo, vcs::PullNumber number) {
  const PullKey key{repo.forge, repo.id, number};
  auto found = pulls_.find(key);
  if (found == pulls_.end()) found = pulls_.emplace(key, std::make_shared<Pull>()).first;
  Pull& pull = *found->second;
  pull.repo = repo;  // the name and the installation as last seen
  pull.number = number;
  return pull;
}

// A task may run before `spawn` returns, and then may be gone with its Pull.
void PullQueue::set_wanted(Pull& pull) {
  pull.is_wanted = true;
  if (pull.is_at_work) return;
  pull.is_at_work = true;
  const auto found = pulls_.find(PullKey{pull.repo.forge, pull.repo.id, pull.number});
  const std::shared_ptr<Pull> held = found->second;
  tasks_.spawn(fmt::format("{}#{}", held->repo.full_name, held->number.value()), work(held));
}

void PullQueue::look_at(const vcs::Repo& repo, vcs::PullNumber number, bool artifacts_came) {
  Pull& pull = pull_of(repo, number);
  pull.occasion.artifacts_came = pull.occasion.artifacts_came || artifacts_came;
  set_wanted(pull);
  changed_();
}

Awaitable<void> PullQueue::work(std::shared_ptr<Pull> pull) {
  const PullKey key{pull->repo.forge, pull->repo.id, pull->number};
  // However this ends, the next event must find a way in. No await stands between the loop's last look and
  // the end, so that nothing can be added in between.
  struct Leave {
    PullQueue& queue;
    const PullKey& key;
    ~Leave() {
      queue.pulls_.erase(key);
      queue.changed_();
    }
  } const leave{*this, key};
  while (pull->is_wanted) {
    if (pull->not_before > services_.clock.now()) co_await rest(pull->not_before);
    const FairGate::Place place =
        co_await gate_.enter(fairness_group(pull->repo), std::to_string(key.repo.value()));
    bool is_done = false;
    std::exception_ptr stopped;
    try {
      is_done = co_await evaluate_once(pull);
    } catch (...) {
      stopped = std::current_exception();  // looked at below
    }
    if (stopped) {
      if (is_cancellation(stopped)) std::rethrow_exception(stopped);
      log(LogLevel::error, "the store failed, trying again", {{"reason", error_line(stopped)}});
      co_await services_.clock.sleep_for(kStoreRetry);
      let_go_(true);
      continue;
    }
    if (!is_done) continue;
    pull->attempts = 0;
    pull->not_before = UtcTime();
  }
}

Awaitable<void> PullQueue::rest(UtcTime until) {
  ++resting_;
  changed_();
  std::exception_ptr stopped;
  try {
    co_await services_.clock.sleep_for(
        std::chrono::ceil<std::chrono::milliseconds>(until - services_.clock.now()));
  } catch (...) {
    stopped = std::current_exception();  // rethrown below
  }
  --resting_;
  if (stopped) std::rethrow_exception(stopped);
}

// Lets go of deliveries in memory, however their evaluation ends, unless they are kept for another try or for
// another pull request.
class PullQueue::Hold {
 public:
  Hold(PullQueue& queue, std::vector<DeliverySequence> sequences)
      : queue_(queue), sequences_(std::move(sequences)) {}
  ~Hold() {
    if (sequences_.empty()) return;
    for (const DeliverySequence sequence : sequences_) queue_.held_.erase(sequence);
    queue_.let_go_(false);
  }
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;

  void keep(DeliverySequence sequence) { std::erase(sequences_, sequence); }
  void keep_all() { sequences_.clear(); }

 private:
  PullQueue& queue_;
  std::vector<DeliverySequence> sequences_;
};

// A button of a commit with several pull requests: the next of them has its turn, and its delivery is
// finished with the last.
void PullQueue::pass_on(const vcs::Repo& repo, std::vector<Press> presses,
                        std::vector<DeliverySequence>& sequences, Hold& hold) {
  for (Press& press : presses) {
    if (press.next.empty()) continue;
    const DeliverySequence sequence = press.sequence;
    std::erase(sequences, sequence);
    hold.keep(sequence);
    const vcs::PullNumber number = press.next.back();
    press.next.pop_back();
    Pull& pull = pull_of(repo, number);
    pull.sequences.push_back(sequence);
    pull.occasion.buttons.push_back(std::move(press));
    set_wanted(pull);
  }
}

// False if it is to be tried again: the pull request is wanted still, its deliveries with it. Throws if the
// store fails.
Awaitable<bool> PullQueue::evaluate_once(std::shared_ptr<Pull> pull) {
  std::vector<DeliverySequence> sequences = std::exchange(pull->sequences, {});
  std::vector<UtcTime> received = std::exchange(pull->received, {});
  Occasion occasion = std::exchange(pull->occasion, {});
  pull->is_wanted = false;
  Hold hold(*this, sequences);
  std::exception_ptr stopped;
  try {
    if (pull->number == kRepositoryItself) {
      co_await repository_events_.handle(pull->repo, occasion.others);
    } else {
      co_await evaluation_.evaluate(pull->repo, pull->number, occasion);
    }
  } catch (...) {
    stopped = std::current_exception();  // looked at below
  }
  if (stopped && is_cancellation(stopped)) std::rethrow_exception(stopped);

  bool is_transient = false;
  std::string line;
  if (stopped) {
    line = error_line(stopped);
    try {
      std::rethrow_exception(stopped);
    } catch (const Error& error) {
      is_transient = error.error_class() == ErrorClass::remote_transient;
    } catch (const std::exception&) {
      is_transient = false;  // a defect: trying again would meet it again
    }
    log(LogLevel::warning, "evaluation failed",
        {{"repository", pull->repo.full_name},
         {"pull_request", std::to_string(pull->number.value())},
         {"reason", line}});
  }
  if (is_transient && pull->attempts + 1 < kMaxAttempts) {
    pull->not_before = net::limited_until(stopped).value_or(services_.clock.now() + back_off(pull->attempts));
    ++pull->attempts;
    co_await services_.store.retry_deliveries(sequences, line, pull->not_before);
    // Older ones first again.
    pull->sequences.insert(pull->sequences.begin(), sequences.begin(), sequences.end());
    pull->received.insert(pull->received.begin(), received.begin(), received.end());
    pull->occasion.put_first(std::move(occasion));
    pull->is_wanted = true;
    hold.keep_all();
    co_return false;
  }
  if (stopped) co_await give_up(pull, occasion, line);
  pass_on(pull->repo, std::move(occasion.buttons), sequences, hold);
  const UtcTime now = services_.clock.now();
  for (const UtcTime time : received) {
    services_.metrics.add("diffgate_event_age_seconds_sum", {},
                          std::chrono::duration<double>(now - time).count());
    services_.metrics.add("diffgate_event_age_seconds_count", {});
  }
  if (sequences.empty()) co_return true;
  co_await services_.store.finish_deliveries(std::move(sequences),
                                             stopped ? DeliveryState::failed : DeliveryState::done, line);
  co_return true;
}

// The forge will not tell about this pull request, so its runs can't go on; none may stay open.
Awaitable<void> PullQueue::give_up(std::shared_ptr<Pull> pull, Occasion occasion, std::string line) {
  const auto runs =
      co_await services_.store.unfinished_runs_of({pull->repo.forge, pull->repo.id, pull->number});
  for (const Run& run : runs) {
    if (board_.is_active(run.id)) continue;
    Outcome outcome = error_outcome(run, line, {}, false);
    co_await board_.conclude(run, RunState::failed, "error", std::move(outcome));
  }
  co_await evaluation_.fail_closed(pull->repo, std::move(occasion), std::move(line));
}

}  // namespace diffgate::app
