#include "dbt/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "dbt/manifest_data.hpp"
#include "dbt/planner.hpp"
#include "net/error.hpp"

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

std::string called(const ManifestInfo& info, const std::string& project_id) {
  return info.project_name.empty() ? "project id " + project_id : fmt::format("'{}'", info.project_name);
}

// The id is a hash of the name and older than it in manifests; either may be missing.
void refuse_different_projects(const ManifestData& base, const ManifestData& head) {
  const bool both_have_names = !base.info.project_name.empty() && !head.info.project_name.empty();
  const bool both_have_ids = !base.project_id.empty() && !head.project_id.empty();
  const bool differ = both_have_names ? base.info.project_name != head.info.project_name
                                      : both_have_ids && base.project_id != head.project_id;
  if (!differ) return;
  throw Error(ErrorClass::caller,
              fmt::format("the manifests are of different dbt projects: {} is of {}, {} of {}", base.name,
                          called(base.info, base.project_id), head.name, called(head.info, head.project_id)),
              {}, "compare two versions of one project");
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
  refuse_different_projects(base.data(), head.data());
  return Planner(base, head, options).make();
}

}  // namespace diffgate::dbt
