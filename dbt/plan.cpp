#include "dbt/plan.hpp"

#include <algorithm>

#include "dbt/planner.hpp"
#include "dbt/same_project.hpp"

namespace diffgate::dbt {
namespace {

struct ReasonName {
  PlanReason reason;
  std::string_view name;
  std::string_view words;
};

constexpr ReasonName kReasons[] = {
    {PlanReason::modified, "modified", "its code changed"},
    {PlanReason::downstream, "downstream", "downstream of a change"},
    {PlanReason::is_new, "is_new", "new in this pull request"},
    {PlanReason::removed, "removed", "removed in this pull request"},
    {PlanReason::disabled, "disabled", "disabled in this pull request"},
    {PlanReason::slim_diff, "slim_diff", "downstream only: left out by Slim Diff"},
    {PlanReason::never_diff, "never_diff", "the model says never_diff"},
    {PlanReason::not_selected, "not_selected", "left out by select or exclude"},
    {PlanReason::not_diffable, "not_diffable", "has no table to diff"},
    {PlanReason::not_built, "not_built", "not built by the pull request's run"},
    {PlanReason::deferred, "deferred", "not part of the pull request's build: production's table stands in"},
    {PlanReason::same_relation, "same_relation", "both sides are the same table"},
};

const ReasonName& entry_of(PlanReason reason) {
  return *std::find_if(std::begin(kReasons), std::end(kReasons),
                       [&](const ReasonName& entry) { return entry.reason == reason; });
}

}  // namespace

std::string_view name_of(PlanAction action) {
  switch (action) {
    case PlanAction::diff:
      return "diff";
    case PlanAction::profile:
      return "profile";
    case PlanAction::list:
      return "list";
    case PlanAction::skip:
      return "skip";
  }
  return "skip";
}

std::string_view name_of(PlanReason reason) { return entry_of(reason).name; }

std::string_view words_for(PlanReason reason) { return entry_of(reason).words; }

std::size_t Plan::diffs() const {
  return static_cast<std::size_t>(std::count_if(models.begin(), models.end(), [](const PlannedModel& model) {
    return model.action == PlanAction::diff || model.action == PlanAction::profile;
  }));
}

Plan make_plan(const Manifest& base, const Manifest& head, const PlanOptions& options) {
  const std::string renamed = refuse_different_projects(base, head);
  Plan plan = Planner(base, head, options).make();
  if (!renamed.empty()) plan.warnings.insert(plan.warnings.begin(), renamed);
  base.expect_unchanged();
  head.expect_unchanged();
  return plan;
}

}  // namespace diffgate::dbt
