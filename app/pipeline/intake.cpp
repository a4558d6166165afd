#include "app/pipeline/intake.hpp"

#include <fmt/format.h>

#include <set>

#include "app/log.hpp"
#include "app/sources/cloud_deliveries.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

using std::chrono::seconds;

constexpr std::size_t kPage = 100;               // deliveries read at once
constexpr std::size_t kMaxTaken = 2'000;         // in memory; the rest waits on disk
constexpr std::chrono::seconds kStoreRetry{5};   // after a failure of the store
constexpr std::size_t kLargeBody = 256U << 10U;  // parsed on the pool

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

}  // namespace

// What is to be noted of an event that calls for no work.
struct Intake::Note {
  DeliveryState state;
  std::string text;
};

Intake::Intake(Services& services, RunBoard& board, Evaluation& evaluation, std::function<void()> changed)
    : services_(services),
      builds_(services, board,
              [this](const vcs::Repo& repo, vcs::PullNumber number) { look_at(repo, number, true); }),
      changed_(changed),
      arrived_(services.executor),
      queue_(services, board, evaluation, std::move(changed),
             [this](bool wait_in_store) {
               is_to_reread_ = is_to_reread_ || wait_in_store;
               arrived_.ring();
             }),
      tasks_(services.executor, log_escaped) {}

Intake::~Intake() = default;

void Intake::start() {
  is_taking_ = true;
  tasks_.spawn("take deliveries", take_deliveries());
}

bool Intake::is_idle() const {
  return !is_taking_ && seen_ == arrived_.rings() && queue_.is_idle() && build_tasks_ == 0;
}

Awaitable<void> Intake::stop() {
  tasks_.cancel();
  co_await queue_.stop();
  co_await tasks_.wait(seconds(30));
}

void Intake::look_at(const vcs::Repo& repo, vcs::PullNumber number, bool artifacts_came) {
  queue_.look_at(repo, number, artifacts_came);
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
    if (held_.size() + queue_.deliveries() < kMaxTaken)
      page = co_await services_.store.waiting_deliveries(last_, kPage);
    for (StoredDelivery& stored : page) {
      last_ = stored.sequence;
      const bool is_held = held_.contains(stored.sequence) || queue_.holds(stored.sequence);
      if (!is_held) co_await handle(std::move(stored));
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
      if (auto* push = std::get_if<vcs::PushEvent>(&*event)) queue_.push_to_rules(repo, std::move(*push));
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
    queue_.add(stored, none, kRepositoryItself, std::move(occasion));
    co_return std::nullopt;
  }
  const vcs::Repo repo = repo_of(event);
  const std::string not_ours = co_await why_not_ours(repo);
  if (!not_ours.empty()) co_return Note{DeliveryState::ignored, not_ours};
  if (auto* pull = std::get_if<vcs::PullRequestEvent>(&event)) {
    const vcs::PullNumber number = pull->pull_request.number;
    occasion.events.push_back(std::move(*pull));
    queue_.add(stored, repo, number, std::move(occasion));
    co_return std::nullopt;
  }
  if (auto* comment = std::get_if<vcs::CommentEvent>(&event)) {
    const vcs::PullNumber number = comment->pull_request;
    occasion.comments.push_back(std::move(*comment));
    queue_.add(stored, repo, number, std::move(occasion));
    co_return std::nullopt;
  }
  if (const auto* button = std::get_if<vcs::CheckActionEvent>(&event)) {
    std::vector<vcs::PullNumber> numbers = co_await pulls_of(*button);
    if (!numbers.empty()) {
      const vcs::PullNumber first = numbers.back();
      numbers.pop_back();
      Occasion pressed;
      pressed.buttons.push_back({*button, stored.delivery.id, stored.sequence, std::move(numbers)});
      queue_.add(stored, repo, first, std::move(pressed));
      co_return std::nullopt;
    }
  }
  occasion.others.push_back(std::move(event));
  queue_.add(stored, repo, kRepositoryItself, std::move(occasion));
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

}  // namespace diffgate::app
