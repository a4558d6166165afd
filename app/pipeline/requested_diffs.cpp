#include "app/pipeline/requested_diffs.hpp"

#include "app/log.hpp"
#include "app/model_diffs.hpp"
#include "app/report/json.hpp"
#include "app/requested_diff.hpp"
#include "app/server/keys.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t kMostWaiting = 1'000;
constexpr std::size_t kAtOnce = 4;             // beside the runs
constexpr std::chrono::minutes kHaltLimit{2};  // a statement's cancel that the warehouse never answers

std::string id_text(ModelDiffId id) { return std::to_string(id.value()); }

void log_escaped(const std::string& name, const std::exception_ptr& error) {
  log(LogLevel::error, "task failed", {{"task", name}, {"reason", error_line(error)}});
}

ModelRow row_of(const ModelResult& result) {
  return {result.model.id.value(), std::string(name_of(result.kind)), result.reason, model_json(result)};
}

ModelResult failed(dbt::PlannedModel model, std::string reason) {
  ModelResult result;
  result.model = std::move(model);
  result.kind = ModelResultKind::error;
  result.reason = std::move(reason);
  return result;
}

}  // namespace

RequestedDiffs::RequestedDiffs(Services& services, std::function<void()> changed)
    : services_(services), changed_(std::move(changed)), places_(services.executor, kAtOnce) {}

RequestedDiffs::~RequestedDiffs() = default;

Awaitable<void> RequestedDiffs::start() {
  std::vector<RequestedDiff> unfinished = co_await services_.store.unfinished_requested_diffs();
  for (RequestedDiff& diff : unfinished) begin(std::move(diff));
}

Awaitable<RequestedDiff> RequestedDiffs::add(ProjectId project, std::string order) {
  const config::ProjectConfig* config = find_project(services_.config, project);
  if (config == nullptr) throw Error(ErrorClass::caller, "there is no such project");
  if (is_stopping_ || active_.size() >= kMostWaiting)
    throw Error(ErrorClass::remote_transient, "too many diffs are waiting", "data diffs");
  const DiffOrder read = read_diff_order(order, services_.warehouse(config->warehouse).dialect());
  RequestedDiff diff;
  diff.project = project;
  diff.order = std::move(order);
  diff.model = row_of(result_without_diff(read.model));
  diff.created_at = services_.clock.now();
  RequestedDiff added = co_await services_.store.add_requested_diff(std::move(diff));
  begin(added);
  co_return added;
}

void RequestedDiffs::begin(RequestedDiff diff) {
  if (is_stopping_) return;
  const ModelDiffId id = diff.id;
  auto tasks = std::make_shared<TaskGroup>(services_.executor, log_escaped);
  active_.emplace(id, tasks);
  tasks->spawn("data diff " + id_text(id), work(tasks, std::move(diff)));
}

// `tasks` is the group that this runs in: it must not go with its entry in the list.
Awaitable<void> RequestedDiffs::work(std::shared_ptr<TaskGroup> tasks, RequestedDiff diff) {
  const ModelDiffId id = diff.id;
  std::exception_ptr stopped;
  try {
    const Semaphore::Permit place = co_await places_.acquire();
    co_await measure(std::move(diff));
  } catch (...) {
    stopped = std::current_exception();  // rethrown once it is out of the list
  }
  active_.erase(id);
  changed_();
  if (stopped) std::rethrow_exception(stopped);
}

Awaitable<void> RequestedDiffs::measure(RequestedDiff diff) {
  const bool is_wanted = co_await services_.store.start_requested_diff(diff.id);
  if (!is_wanted) co_return;
  ModelResult result;
  std::exception_ptr failure;
  try {
    const config::ProjectConfig* project = find_project(services_.config, diff.project);
    if (project == nullptr)
      throw Error(ErrorClass::configuration, "the project is no longer in the server's configuration");
    diff::Warehouse& warehouse = services_.warehouse(project->warehouse);
    DiffOrder order = read_diff_order(diff.order, warehouse.dialect());
    for (const config::WarehouseConfig& entry : services_.config.warehouses) {
      if (entry.name == project->warehouse) order.request.timeout = entry.statement_timeout;
    }
    result.model = order.model;
    order.request.tag = "data diff " + id_text(diff.id) + " " + order.model.name;
    diff::TableDiff measured = co_await diff::diff_tables(warehouse, std::move(order.request));
    result = result_of_diff(std::move(order.model), std::move(measured));
  } catch (...) {
    failure = std::current_exception();  // its line is the diff's result
  }
  if (failure && is_cancellation(failure)) std::rethrow_exception(failure);
  if (failure) result = failed(std::move(result.model), error_line(failure));
  const RequestedDiffState state = failure ? RequestedDiffState::failed : RequestedDiffState::done;
  log(LogLevel::info, "data diff ended",
      {{"diff", id_text(diff.id)}, {"state", std::string(name_of(state))}, {"reason", result.reason}});
  co_await services_.store.end_requested_diff(diff.id, state, row_of(result), services_.clock.now());
}

Awaitable<std::optional<RequestedDiff>> RequestedDiffs::cancel(ModelDiffId id) {
  const auto found = active_.find(id);
  if (found != active_.end()) {
    const std::shared_ptr<TaskGroup> tasks = found->second;
    tasks->cancel();
    const bool has_ended = co_await tasks->wait(kHaltLimit);
    if (!has_ended) log(LogLevel::error, "a cancelled data diff does not stop", {{"diff", id_text(id)}});
  }
  std::optional<RequestedDiff> diff = co_await services_.store.requested_diff(id);
  if (!diff || diff->is_over()) co_return diff;
  ModelRow model = diff->model;
  model.reason = "cancelled";
  co_await services_.store.end_requested_diff(id, RequestedDiffState::cancelled, std::move(model),
                                              services_.clock.now());
  log(LogLevel::info, "data diff cancelled", {{"diff", id_text(id)}});
  std::optional<RequestedDiff> ended = co_await services_.store.requested_diff(id);
  co_return ended;
}

Awaitable<void> RequestedDiffs::stop() {
  is_stopping_ = true;
  std::vector<std::shared_ptr<TaskGroup>> all;
  all.reserve(active_.size());
  for (const auto& [id, tasks] : active_) all.push_back(tasks);
  for (const auto& tasks : all) tasks->cancel();
  for (const auto& tasks : all) co_await tasks->wait(std::chrono::seconds(10));
}

}  // namespace diffgate::app
