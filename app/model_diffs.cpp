#include "app/model_diffs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <memory>
#include <set>

#include "app/report/model_words.hpp"
#include "config/ignore_patterns.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

std::vector<diff::Identifier> identifiers(const std::vector<std::string>& names) {
  std::vector<diff::Identifier> out;
  out.reserve(names.size());
  for (const std::string& name : names) out.emplace_back(name);
  return out;
}

ModelResultKind kind_of(diff::Result result) {
  switch (result) {
    case diff::Result::identical:
      return ModelResultKind::identical;
    case diff::Result::different:
      return ModelResultKind::different;
    case diff::Result::bad_pks:
      return ModelResultKind::bad_pks;
    case diff::Result::missing_pks:
      return ModelResultKind::missing_pks;
    case diff::Result::empty:
      return ModelResultKind::empty;
  }
  return ModelResultKind::error;
}

bool is_measured(const dbt::PlannedModel& model) {
  return model.action == dbt::PlanAction::diff || model.action == dbt::PlanAction::profile;
}

// The later rule wins: a default for floats, the project's rules, the model's own YAML.
std::map<std::string, diff::Tolerance> tolerances(const dbt::PlannedModel& model,
                                                  const config::Rules& rules) {
  std::map<std::string, std::string> texts;
  if (rules.float_tolerance) texts[""] = *rules.float_tolerance;
  for (const auto& [column, text] : rules.tolerance) texts[column] = text;
  for (const auto& [column, text] : model.yaml.tolerance) texts[column] = text;
  std::map<std::string, diff::Tolerance> out;
  for (const auto& [column, text] : texts) {
    try {
      out.emplace(column, diff::parse_tolerance(text));
    } catch (const Error& error) {
      throw Error(ErrorClass::configuration, error.problem(),
                  fmt::format("tolerance of {} in {}", column.empty() ? "all columns" : column, model.name),
                  error.hint());
    }
  }
  return out;
}

void exclude_ignored(diff::TableDiffRequest& request, const std::vector<std::string>& patterns,
                     const std::vector<diff::Column>& columns) {
  if (patterns.empty()) return;
  const config::IgnorePatterns ignore(patterns);
  for (const diff::Column& column : columns) {
    const bool is_key = std::find(request.key.begin(), request.key.end(), column.name) != request.key.end();
    const auto& excluded = request.exclude_columns;
    const bool is_known = std::find(excluded.begin(), excluded.end(), column.name) != excluded.end();
    if (!is_key && !is_known && ignore.match(column.name.value()).is_ignored)
      request.exclude_columns.push_back(column.name);
  }
}

std::vector<std::string> unmet_wishes(const dbt::PlannedModel& model, const config::Rules& rules) {
  std::vector<std::string> notes;
  if (!model.yaml.prod_time_travel.empty() || !model.yaml.pr_time_travel.empty()) {
    notes.emplace_back(
        "time travel is not available for this warehouse: both tables were read as they are now");
  }
  if (model.yaml.sample || rules.sampling) {
    notes.emplace_back("sampling is not available for this warehouse: every row was compared");
  }
  return notes;
}

bool is_warehouse_lost(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const diff::WarehouseLost&) {
    return true;
  } catch (...) {
    return false;
  }
}

ModelResult failed(const dbt::PlannedModel& model, const std::exception_ptr& error) {
  ModelResult result;
  result.model = model;
  result.kind = ModelResultKind::error;
  result.reason = error_line(error);
  result.is_warehouse_lost = is_warehouse_lost(error);
  return result;
}

// One run over a plan, shared by its workers.
struct Work {
  Work(diff::Warehouse& where, DiffModelsOptions how, OnModelResult report)
      : warehouse(where), options(std::move(how)), on_result(std::move(report)) {}

  diff::Warehouse& warehouse;
  DiffModelsOptions options;
  OnModelResult on_result;
  std::vector<ModelResult> results;
  std::vector<std::size_t> to_measure;  // indexes into results
  std::size_t next = 0;
  std::size_t done = 0;
  std::exception_ptr lost;    // the warehouse is gone: nothing more is tried
  std::exception_ptr defect;  // of `on_result`: ours or its owner's, not a model's
};

Awaitable<std::vector<diff::Column>> columns_of_both(diff::Warehouse& warehouse,
                                                     const dbt::PlannedModel& model) {
  std::vector<diff::Column> all = co_await warehouse.columns(diff::Relation{model.pr_relation});
  if (model.action == dbt::PlanAction::diff) {
    std::vector<diff::Column> prod = co_await warehouse.columns(diff::Relation{model.prod_relation});
    all.insert(all.end(), prod.begin(), prod.end());
  }
  co_return all;
}

Awaitable<ModelResult> measure(diff::Warehouse& warehouse, const DiffModelsOptions& options,
                               const dbt::PlannedModel& model) {
  ModelResult result;
  result.model = model;
  std::vector<diff::Column> columns;
  if (!options.rules.columns_to_ignore.empty()) columns = co_await columns_of_both(warehouse, model);
  diff::TableDiffRequest request = table_diff_request(model, options, columns, result.notes);
  if (model.action == dbt::PlanAction::profile) {
    diff::TableProfile profile = co_await diff::profile_table(warehouse, std::move(request));
    result.profile = std::move(profile);
    result.kind = ModelResultKind::is_new;
    result.reason = "new: there is no production table to compare with";
    co_return result;
  }
  diff::TableDiff diff = co_await diff::diff_tables(warehouse, std::move(request));
  result.kind = kind_of(diff.result);
  result.diff = std::move(diff);
  result.reason = result.diff->reason.empty() ? summary_of(result) : result.diff->reason;
  co_return result;
}

Awaitable<void> work_off(std::shared_ptr<Work> work) {
  while (work->next < work->to_measure.size()) {
    const std::size_t index = work->to_measure[work->next++];
    ModelResult result;
    std::exception_ptr error;
    try {
      if (work->lost) std::rethrow_exception(work->lost);
      ModelResult measured = co_await measure(work->warehouse, work->options, work->results[index].model);
      result = std::move(measured);
    } catch (...) {
      error = std::current_exception();
    }
    if (error) {
      const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
      if (state.cancelled() != asio::cancellation_type::none) std::rethrow_exception(error);
      result = failed(work->results[index].model, error);
      if (result.is_warehouse_lost) work->lost = error;
    }
    work->results[index] = std::move(result);
    ++work->done;
    if (work->on_result) work->on_result(work->results[index], work->done, work->to_measure.size());
  }
}

}  // namespace

ModelResult result_without_diff(const dbt::PlannedModel& model) {
  ModelResult result;
  result.model = model;
  const std::string words = model.detail.empty() ? std::string(dbt::words_for(model.reason)) : model.detail;
  result.reason = words.empty() ? std::string(dbt::name_of(model.reason)) : words;
  if (is_measured(model)) {
    result.reason = "not compared yet";
  } else if (model.action == dbt::PlanAction::list || model.reason == dbt::PlanReason::removed) {
    result.kind = ModelResultKind::removed;
  } else if (model.reason == dbt::PlanReason::not_built) {
    result.kind = ModelResultKind::not_built;
  }
  return result;
}

diff::TableDiffRequest table_diff_request(const dbt::PlannedModel& model, const DiffModelsOptions& options,
                                          const std::vector<diff::Column>& columns,
                                          std::vector<std::string>& notes) {
  diff::TableDiffRequest request;
  request.prod = diff::Relation{model.prod_relation};
  request.pr = diff::Relation{model.pr_relation};
  request.key = identifiers(model.key.columns);
  request.include_columns = identifiers(model.yaml.include_columns);
  request.exclude_columns = identifiers(model.yaml.exclude_columns);
  request.filter = model.yaml.filter;
  request.tolerance = tolerances(model, options.rules);
  request.timestamp_precision =
      model.yaml.timestamp_precision ? model.yaml.timestamp_precision : options.rules.timestamp_precision;
  request.samples = options.samples;
  request.masked_columns = identifiers(model.masked_columns);
  request.tag = options.tag.empty() ? model.name : options.tag + " " + model.name;
  request.timeout = options.timeout;
  exclude_ignored(request, options.rules.columns_to_ignore, columns);
  for (std::string& note : unmet_wishes(model, options.rules)) notes.push_back(std::move(note));
  return request;
}

Awaitable<std::vector<ModelResult>> diff_models(diff::Warehouse& warehouse, const dbt::Plan& plan,
                                                DiffModelsOptions options, OnModelResult on_result) {
  auto work = std::make_shared<Work>(warehouse, std::move(options), std::move(on_result));
  for (const dbt::PlannedModel& model : plan.models) {
    const auto known = work->options.known.find(model.id);
    if (known != work->options.known.end()) {
      work->results.push_back(std::move(known->second));
      continue;
    }
    if (is_measured(model)) work->to_measure.push_back(work->results.size());
    work->results.push_back(result_without_diff(model));
  }
  TaskGroup workers(co_await asio::this_coro::executor,
                    [work](const std::string&, const std::exception_ptr& error) {
                      if (!work->defect) work->defect = error;
                    });
  const std::size_t wanted = std::max<std::size_t>(1, work->options.concurrency);
  for (std::size_t i = 0; i < std::min(wanted, work->to_measure.size()); ++i)
    workers.spawn("diff models", work_off(work));

  std::exception_ptr cancelled;
  try {
    while (!co_await workers.wait(std::chrono::hours(1))) {
    }
  } catch (...) {
    cancelled = std::current_exception();
  }
  if (cancelled) {
    // The workers use `warehouse` and `plan`: they must have ended before this returns, whatever else is
    // cancelled.
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    workers.cancel();
    while (!co_await workers.wait(std::chrono::hours(1))) {
    }
    co_await asio::this_coro::reset_cancellation_state();
    std::rethrow_exception(cancelled);
  }
  if (work->defect) std::rethrow_exception(work->defect);
  co_return std::move(work->results);
}

}  // namespace diffgate::app
