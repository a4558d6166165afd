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

diff::Tolerance tolerance_of(const std::string& text, const std::string& column,
                             const dbt::PlannedModel& model) {
  try {
    return diff::parse_tolerance(text);
  } catch (const Error& error) {
    throw Error(ErrorClass::configuration, error.problem(),
                fmt::format("tolerance of {} in {}", column.empty() ? "all columns" : column, model.name),
                error.hint());
  }
}

// The later one wins: the project's rules, the model's own YAML. What the rules say of a column is for every
// model that has it.
void add_tolerances(diff::TableDiffRequest& request, const dbt::PlannedModel& model,
                    const config::Rules& rules) {
  if (rules.float_tolerance) request.tolerance[""] = tolerance_of(*rules.float_tolerance, "", model);
  std::map<std::string, std::string> texts = rules.tolerance;
  for (const auto& [column, text] : texts) request.if_present.insert(column);
  for (const auto& [column, text] : model.yaml.tolerance) {
    texts[column] = text;
    request.if_present.erase(column);
  }
  for (const auto& [column, text] : texts) {
    const diff::Tolerance tolerance = tolerance_of(text, column, model);
    if (column.empty()) {
      request.number_tolerance = tolerance;
    } else {
      request.tolerance[column] = tolerance;
    }
  }
}

void add_text_rules(diff::TableDiffRequest& request, const dbt::ModelYaml& yaml) {
  const std::pair<const std::vector<std::string>*, bool diff::TextRule::*> all[] = {
      {&yaml.ignore_case, &diff::TextRule::ignore_case},
      {&yaml.trim, &diff::TextRule::trim},
      {&yaml.null_equals_empty, &diff::TextRule::null_equals_empty}};
  for (const auto& [columns, member] : all) {
    for (const std::string& column : *columns) request.text[column].*member = true;
  }
  // What holds for all texts holds for those that are named as well.
  const auto everywhere = request.text.find("");
  if (everywhere == request.text.end()) return;
  for (auto& [column, rule] : request.text) {
    for (const auto& [columns, member] : all) rule.*member = rule.*member || everywhere->second.*member;
  }
}

// Below so many rows a sample is not worth its uncertainty.
constexpr std::int64_t sampling_from_rows = 100'000;

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

// What time the model's rows have, if it says so; empty if not.
const std::string& time_column_of(const dbt::PlannedModel& model) {
  return model.yaml.time_column.empty() ? model.event_time : model.yaml.time_column;
}

// A profile that fails is a note on the diff, which stands.
Awaitable<void> add_profiles(diff::Warehouse& warehouse, diff::TableDiffRequest request, std::string time,
                             ModelResult& result) {
  const auto note = [&](std::string_view what, const Error& error) {
    result.notes.push_back(fmt::format("no {}: {}", what, error_line(error)));
  };
  try {
    diff::TableProfiles profiles = co_await diff::profile_columns(warehouse, request);
    result.profiles = std::move(profiles);
  } catch (const Error& error) {
    note("column profiles", error);
  }
  if (time.empty() || request.key.empty()) co_return;
  try {
    diff::Timeline timeline =
        co_await diff::match_timeline(warehouse, std::move(request), diff::Identifier(time), *result.diff);
    result.timeline = std::move(timeline);
  } catch (const Error& error) {
    note("timeline", error);
  }
}

Awaitable<ModelResult> measure(diff::Warehouse& warehouse, const DiffModelsOptions& options,
                               const dbt::PlannedModel& model) {
  ModelResult result;
  result.model = model;
  diff::TableDiffRequest request = table_diff_request(model, options);
  if (model.action == dbt::PlanAction::profile) {
    diff::TableProfile profile = co_await diff::profile_table(warehouse, std::move(request));
    result.profile = std::move(profile);
    result.kind = ModelResultKind::is_new;
    result.reason = "new: there is no production table to compare with";
    co_return result;
  }
  diff::TableDiff diff = co_await diff::diff_tables(warehouse, request);
  result = result_of_diff(std::move(result.model), std::move(diff));
  if (options.with_profiles)
    co_await add_profiles(warehouse, std::move(request), time_column_of(model), result);
  co_return result;
}

// Whether the warehouse still takes a session. One that a single model loses, twice, by a connection that is
// ended under it or by memory that it does not have, is there for the others.
Awaitable<bool> is_there(diff::Warehouse& warehouse, std::string tag) {
  try {
    const std::unique_ptr<diff::Session> session = co_await warehouse.open_session(std::move(tag));
    co_return true;
  } catch (const Error&) {
    co_return false;
  }
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
      if (result.is_warehouse_lost && !work->lost) {
        result.is_warehouse_lost = !co_await is_there(work->warehouse, work->options.tag);
        if (result.is_warehouse_lost && !work->lost) work->lost = error;
      }
    }
    work->results[index] = std::move(result);
    ++work->done;
    if (work->on_result) work->on_result(work->results[index], work->done, work->to_measure.size());
  }
}

}  // namespace

ModelResult result_of_diff(dbt::PlannedModel model, diff::TableDiff diff) {
  ModelResult result;
  result.model = std::move(model);
  result.kind = kind_of(diff.result);
  result.notes = diff.notes;
  result.diff = std::move(diff);
  result.reason = result.diff->reason.empty() ? summary_of(result) : result.diff->reason;
  return result;
}

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

diff::TableDiffRequest table_diff_request(const dbt::PlannedModel& model, const DiffModelsOptions& options) {
  diff::TableDiffRequest request;
  request.prod = diff::Relation{model.prod_relation};
  request.pr = diff::Relation{model.pr_relation};
  request.key = identifiers(model.key.columns);
  request.include_columns = identifiers(model.yaml.include_columns);
  request.exclude_columns = identifiers(model.yaml.exclude_columns);
  request.filter = model.yaml.filter;
  request.prod_time_travel = model.yaml.prod_time_travel;
  request.pr_time_travel = model.yaml.pr_time_travel;
  request.timestamp_precision = options.rules.timestamp_precision;
  request.precision = model.yaml.timestamp_precision;
  if (const auto for_all = request.precision.extract("")) request.timestamp_precision = for_all.mapped();
  request.samples = options.samples;
  request.masked_columns = identifiers(model.masked_columns);
  const std::optional<double> share = model.yaml.sample ? model.yaml.sample : options.rules.sampling;
  if (share && *share < 1)
    request.sampling = diff::Sampling{.share = *share, .from_rows = sampling_from_rows};
  if (options.sampling) request.sampling = options.sampling;
  request.tag = options.tag.empty() ? model.name : options.tag + " " + model.name;
  request.timeout = options.timeout;
  if (!options.rules.columns_to_ignore.empty()) {
    request.ignore_column =
        [ignore =
             config::IgnorePatterns(options.rules.columns_to_ignore, config::IgnorePatterns::Case::ignored)](
            const diff::Identifier& name) { return ignore.match(name.value()).is_ignored; };
  }
  // CI may have built a few days of a table that grows over the years.
  const std::string& time = time_column_of(model);
  if (model.yaml.overlap.value_or(model.materialization == "incremental") && !time.empty()) {
    request.overlap_column = diff::Identifier(time);
    request.if_present.insert(time);
  }
  for (const auto& [from, to] : model.yaml.rename) {
    request.renames.push_back({.prod = diff::Identifier(from), .pr = diff::Identifier(to)});
    request.if_present.insert(from);
  }
  add_text_rules(request, model.yaml);
  add_tolerances(request, model, options.rules);
  // A tag or a project's rule may name a column that this model does not have.
  request.if_present.insert(model.masked_columns.begin(), model.masked_columns.end());
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
  // Those beyond the warehouse's level of the moment wait for a session, so that it sees that more is wanted.
  const std::size_t most = warehouse.session_level().limit;
  const std::size_t wanted = work->options.concurrency > 0 ? work->options.concurrency : most;
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
