#include "app/pipeline/intake.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/log.hpp"
#include "app/sources/cloud_deliveries.hpp"
#include "net/error.hpp"
#include "net/retry.hpp"

namespace diffgate::app {
namespace {

using std::chrono::seconds;

constexpr std::size_t kPage = 100;               // deliveries read at once
constexpr std::size_t kMaxTaken = 2'000;         // in memory; the rest waits on disk
constexpr std::chrono::seconds kStoreRetry{5};   // after a failure of the store
constexpr std::size_t kEvaluations = 8;          // at the same time
constexpr std::size_t kLargeBody = 256U << 10U;  // parsed on the pool

// After a transient failure; the last one repeats. The sum of all is about 40 minutes.
constexpr std::array kBackOff = {seconds(5), seconds(15), seconds(45), seconds(120)};
constexpr int kMaxAttempts = 20;

seconds back_off(int attempts) {
  return kBackOff.at(std::min(static_cast<std::size_t>(std::max(attempts, 0)), kBackOff.size() - 1));
}

void log_escaped(const std::string& name, const std::exception_ptr& error) {
  log(LogLevel::error, "task failed", {{"task", name}, {"reason", error_line(error)}});
}

vcs::Repo repo_of(const vcs::Event& event) {
  return std::visit(
      [](const auto& one) -> vcs::Repo {
        if constexpr (requires { one.repo; }) return one.repo;
        return {};
      },
      event);
}

vcs::Event parse_event(vcs::ForgeKind kind, const NewDelivery& delivery) {
  if (kind == vcs::ForgeKind::github) {
    return vcs::parse_github_event(delivery.forge, delivery.event, delivery.body);
  }
  return vcs::parse_gitlab_event(delivery.forge, delivery.body);
}

// Events of the repository or the installation are handled in order too, as if they were of a pull request 0.
const vcs::PullNumber kRepositoryItself{0};

}  // namespace

// What is to be noted of an event that calls for no work.
struct Intake::Note {
  DeliveryState state;
  std::string text;
};

// A pull request with something to do, and the deliveries that say so.
struct Intake::Pull {
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

Intake::Intake(Services& services, RunBoard& board, Evaluation& evaluation, std::function<void()> changed)
    : services_(services),
      board_(board),
      evaluation_(evaluation),
      builds_(services, board,
              [this](const vcs::Repo& repo, vcs::PullNumber number) { look_at(repo, number, true); }),
      repository_events_(services, board,
                         [this](const vcs::Repo& repo, vcs::PullNumber number) { look_at(repo, number); }),
      changed_(std::move(changed)),
      arrived_(services.executor),
      gate_(services.executor, kEvaluations),
      tasks_(services.executor, log_escaped) {}

Intake::~Intake() = default;

void Intake::start() {
  is_taking_ = true;
  tasks_.spawn("take deliveries", take_deliveries());
}

bool Intake::is_idle() const {
  return !is_taking_ && seen_ == arrived_.rings() && pulls_.size() == resting_ && build_tasks_ == 0;
}

Awaitable<void> Intake::stop() {
  tasks_.cancel();
  co_await tasks_.wait(seconds(30));
}

// Lives as long as the daemon: a failure of the store is waited out, or the daemon would be deaf from then
// on.
Awaitable<void> Intake::take_deliveries() {
  for (;;) {
    std::exception_ptr stopped;
    try {
      co_await take_while_possible();
    } catch (...) {
      stopped = std::current_exception();  // looked at below
    }
    if (is_cancellation(stopped)) std::rethrow_exception(stopped);
    log(LogLevel::error, "deliveries can't be taken up, trying again", {{"reason", error_line(stopped)}});
    is_to_reread_ = true;
    co_await services_.clock.sleep_for(kStoreRetry);
  }
}

Awaitable<void> Intake::take_while_possible() {
  for (;;) {
    const std::uint64_t seen = arrived_.rings();
    is_taking_ = true;
    co_await finish_noted();
    if (std::exchange(is_to_reread_, false)) last_ = DeliverySequence(0);
    std::vector<StoredDelivery> page;
    if (held_.size() < kMaxTaken) page = co_await services_.store.waiting_deliveries(last_, kPage);
    for (StoredDelivery& stored : page) {
      last_ = stored.sequence;
      if (!held_.contains(stored.sequence)) co_await handle(std::move(stored));
    }
    co_await finish_noted();
    if (!page.empty()) continue;
    is_taking_ = arrived_.rings() != seen;
    if (is_taking_) continue;
    seen_ = seen;
    changed_();
    co_await arrived_.wait_after(seen);
  }
}

Awaitable<void> Intake::finish_noted() {
  while (!noted_.empty()) {
    const auto& [note, sequences] = *noted_.begin();
    co_await services_.store.finish_deliveries(sequences, note.first, note.second);
    noted_.erase(noted_.begin());
  }
}

Awaitable<vcs::Event> Intake::parse(const StoredDelivery& stored) {
  const vcs::ForgeKind kind = services_.forge(stored.delivery.forge).kind();
  if (stored.delivery.body.size() < kLargeBody) co_return parse_event(kind, stored.delivery);
  auto job = [kind, delivery = stored.delivery] { return parse_event(kind, delivery); };
  co_return co_await run_blocking(services_.pool, std::move(job));
}

Awaitable<std::string> Intake::why_not_ours(vcs::Repo repo) {
  const auto projects = co_await projects_of(services_, repo);
  if (!projects.empty()) co_return std::string();
  co_return fmt::format("no project of the configuration is in {}", repo.full_name);
}

Awaitable<void> Intake::handle(StoredDelivery stored) {
  const std::string id = stored.delivery.id.value();
  const bool is_of_cloud = co_await handle_cloud(stored);
  if (is_of_cloud) co_return;
  std::optional<Note> note;
  std::optional<vcs::Event> event;
  try {
    event = co_await parse(stored);
  } catch (const Error& error) {
    log(LogLevel::error, "delivery can't be understood", {{"delivery", id}, {"reason", error.what()}});
    note = Note{DeliveryState::failed, error.what()};
  } catch (const std::logic_error& error) {
    // A defect of the parser must cost its delivery alone.
    log(LogLevel::error, "delivery can't be understood", {{"delivery", id}, {"reason", error_line(error)}});
    note = Note{DeliveryState::failed, "internal error: " + error_line(error)};
  }
  if (event) {
    const bool is_of_build = co_await handle_build(stored.sequence, *event);
    if (is_of_build) {
      // The same push may change the rules.
      const vcs::Repo repo = repo_of(*event);
      if (std::holds_alternative<vcs::PushEvent>(*event))
        tasks_.spawn("push to the rules", repository_events_.handle(repo, {std::move(*event)}));
      co_return;
    }
    note = co_await take(stored, std::move(*event));
  }
  if (!note) co_return;
  log(LogLevel::debug, "delivery needs no work", {{"delivery", id}, {"reason", note->text}});
  noted_[{note->state, note->text}].push_back(stored.sequence);
}

// nullopt: it is work now. Which of an event's fields say whose work it is differs by kind.
Awaitable<std::optional<Intake::Note>> Intake::take(const StoredDelivery& stored, vcs::Event event) {
  if (const auto* ignored = std::get_if<vcs::IgnoredEvent>(&event))
    co_return Note{DeliveryState::ignored, ignored->reason};
  if (std::holds_alternative<vcs::PingEvent>(event)) co_return Note{DeliveryState::done, "ping"};
  if (const auto* comment = std::get_if<vcs::CommentEvent>(&event)) {
    if (comment->is_bot || parse_commands(comment->body, comment->author).empty())
      co_return Note{DeliveryState::ignored, "a comment without a command"};
  }
  Occasion occasion;
  if (const auto* installation = std::get_if<vcs::InstallationEvent>(&event)) {
    const vcs::Repo none{installation->forge, vcs::RepoId(0), installation->installation,
                         installation->account};
    occasion.others.push_back(std::move(event));
    add(stored, none, kRepositoryItself, std::move(occasion));
    co_return std::nullopt;
  }
  const vcs::Repo repo = repo_of(event);
  const std::string not_ours = co_await why_not_ours(repo);
  if (!not_ours.empty()) co_return Note{DeliveryState::ignored, not_ours};
  if (auto* pull = std::get_if<vcs::PullRequestEvent>(&event)) {
    const vcs::PullNumber number = pull->pull_request.number;
    occasion.events.push_back(std::move(*pull));
    add(stored, repo, number, std::move(occasion));
    co_return std::nullopt;
  }
  if (auto* comment = std::get_if<vcs::CommentEvent>(&event)) {
    const vcs::PullNumber number = comment->pull_request;
    occasion.comments.push_back(std::move(*comment));
    add(stored, repo, number, std::move(occasion));
    co_return std::nullopt;
  }
  if (const auto* button = std::get_if<vcs::CheckActionEvent>(&event)) {
    const std::vector<vcs::PullNumber> numbers = co_await pulls_of(*button);
    for (const vcs::PullNumber number : numbers) {
      Occasion pressed;
      pressed.buttons.push_back(*button);
      add(stored, repo, number, std::move(pressed));
    }
    if (!numbers.empty()) co_return std::nullopt;
  }
  occasion.others.push_back(std::move(event));
  add(stored, repo, kRepositoryItself, std::move(occasion));
  co_return std::nullopt;
}

// By our own runs of the commit, which know forks as well, and by what the payload says. None: the forge has
// to be asked.
Awaitable<std::vector<vcs::PullNumber>> Intake::pulls_of(vcs::CheckActionEvent event) {
  std::set<vcs::PullNumber> numbers(event.pull_requests.begin(), event.pull_requests.end());
  const auto projects = co_await projects_of(services_, event.repo);
  for (const config::ProjectConfig* project : projects) {
    const std::vector<Run> runs =
        co_await services_.store.runs_of_head(ProjectId(project->id), event.head_sha);
    for (const Run& run : runs) {
      if (run.key.forge == event.repo.forge && run.key.repo == event.repo.id) numbers.insert(run.key.pull);
    }
  }
  co_return std::vector<vcs::PullNumber>(numbers.begin(), numbers.end());
}

void Intake::add(const StoredDelivery& stored, const vcs::Repo& repo, vcs::PullNumber number,
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

Awaitable<bool> Intake::handle_cloud(const StoredDelivery& stored) {
  const std::optional<std::string> account = account_of_delivery(stored.delivery.forge);
  if (!account) co_return false;
  std::optional<Note> note;
  dbt::CloudEvent event;
  try {
    event = dbt::parse_cloud_event(stored.delivery.body);
    note = Note{DeliveryState::done, builds_.cloud_event(*account, event)};
  } catch (const Error& error) {
    note = Note{DeliveryState::failed, error.what()};
  }
  if (note->state == DeliveryState::done && builds_.has_more(*account, event)) {
    spawn_build_task("dbt Cloud event", stored.sequence, builds_.revive_after(*account, event, note->text));
    co_return true;
  }
  noted_[{note->state, note->text}].push_back(stored.sequence);
  co_return true;
}

Awaitable<bool> Intake::handle_build(DeliverySequence sequence, const vcs::Event& event) {
  if (const auto* ended = std::get_if<vcs::CiRunEvent>(&event)) {
    spawn_build_task("CI run ended", sequence, builds_.ci_run_ended(*ended));
    co_return true;
  }
  const auto* push = std::get_if<vcs::PushEvent>(&event);
  if (push == nullptr) co_return false;
  const bool starts = co_await builds_.starts_jobs(*push);
  if (starts) spawn_build_task("push", sequence, builds_.start_jobs(*push));
  co_return starts;
}

// The delivery stays in the store until its task has ended: it is done again after a crash.
void Intake::spawn_build_task(std::string name, DeliverySequence sequence, Awaitable<std::string> task) {
  held_.insert(sequence);
  ++build_tasks_;
  tasks_.spawn(std::move(name), work_on_build(sequence, std::move(task)));
}

Awaitable<void> Intake::work_on_build(DeliverySequence sequence, Awaitable<std::string> task) {
  const struct Leave {
    Intake& intake;
    DeliverySequence sequence;
    ~Leave() {
      intake.held_.erase(sequence);
      --intake.build_tasks_;
      intake.changed_();
    }
  } leave{*this, sequence};
  std::string note;
  DeliveryState state = DeliveryState::done;
  try {
    note = co_await std::move(task);
  } catch (const Error& error) {
    // Runs that wait go on asking by themselves, so that nothing is lost but time.
    note = error.what();
    state = DeliveryState::failed;
    log(LogLevel::warning, "a build's event led nowhere", {{"reason", note}});
  }
  co_await services_.store.finish_deliveries({sequence}, state, note);
}

Intake::Pull& Intake::pull_of(const vcs::Repo& repo, vcs::PullNumber number) {
  const PullKey key{repo.forge, repo.id, number};
  auto found = pulls_.find(key);
  if (found == pulls_.end()) found = pulls_.emplace(key, std::make_shared<Pull>()).first;
  Pull& pull = *found->second;
  pull.repo = repo;  // the name and the installation as last seen
  pull.number = number;
  return pull;
}

// A task may run before `spawn` returns, and then may be gone with its Pull.
void Intake::set_wanted(Pull& pull) {
  pull.is_wanted = true;
  if (pull.is_at_work) return;
  pull.is_at_work = true;
  const auto found = pulls_.find(PullKey{pull.repo.forge, pull.repo.id, pull.number});
  const std::shared_ptr<Pull> held = found->second;
  tasks_.spawn(fmt::format("{}#{}", held->repo.full_name, held->number.value()), work(held));
}

void Intake::look_at(vcs::Repo repo, vcs::PullNumber number, bool artifacts_came) {
  Pull& pull = pull_of(repo, number);
  pull.occasion.artifacts_came = pull.occasion.artifacts_came || artifacts_came;
  set_wanted(pull);
  changed_();
}

Awaitable<void> Intake::work(std::shared_ptr<Pull> pull) {
  const PullKey key{pull->repo.forge, pull->repo.id, pull->number};
  // However this ends, the next event must find a way in. No await stands between the loop's last look and
  // the end, so that nothing can be added in between.
  struct Leave {
    Intake& intake;
    const PullKey& key;
    ~Leave() {
      intake.pulls_.erase(key);
      intake.changed_();
    }
  } const leave{*this, key};
  while (pull->is_wanted) {
    const UtcTime now = services_.clock.now();
    if (pull->not_before > now) {
      ++resting_;
      changed_();
      std::exception_ptr stopped;
      try {
        co_await services_.clock.sleep_for(
            std::chrono::ceil<std::chrono::milliseconds>(pull->not_before - now));
      } catch (...) {
        stopped = std::current_exception();  // rethrown below
      }
      --resting_;
      if (stopped) std::rethrow_exception(stopped);
    }
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
      is_to_reread_ = true;  // the deliveries still wait in the store
      arrived_.ring();
      continue;
    }
    if (!is_done) continue;
    pull->attempts = 0;
    pull->not_before = UtcTime();
  }
}

// Lets go of deliveries in memory, however their evaluation ends, unless they are kept for another try.
class Intake::Hold {
 public:
  Hold(Intake& intake, std::vector<DeliverySequence> sequences)
      : intake_(intake), sequences_(std::move(sequences)) {}
  ~Hold() {
    if (is_kept_) return;
    for (const DeliverySequence sequence : sequences_) intake_.held_.erase(sequence);
    intake_.arrived_.ring();  // room was made
  }
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;

  void keep() { is_kept_ = true; }

 private:
  Intake& intake_;
  std::vector<DeliverySequence> sequences_;
  bool is_kept_ = false;
};

// False if it is to be tried again: the pull request is wanted still, its deliveries with it. Throws if the
// store fails.
Awaitable<bool> Intake::evaluate_once(std::shared_ptr<Pull> pull) {
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
    hold.keep();
    co_return false;
  }
  if (stopped) co_await give_up(pull, occasion, line);
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
Awaitable<void> Intake::give_up(std::shared_ptr<Pull> pull, Occasion occasion, std::string line) {
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
