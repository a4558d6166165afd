// Plans of the real manifest pairs (tests/data/state_pairs).

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include "dbt/plan.hpp"

using namespace diffgate::dbt;

namespace {

bool is_diffable(const UniqueId& id) {
  return id.value().starts_with("model.") || id.value().starts_with("seed.") ||
         id.value().starts_with("snapshot.");
}

}  // namespace

TEST_CASE("the plan of a real pair holds exactly the models that state:modified+ picks, each with a reason") {
  for (const auto& folder : std::filesystem::directory_iterator("tests/data/state_pairs")) {
    if (!folder.is_directory()) continue;
    const std::string path = folder.path().string();
    CAPTURE(path);
    const Manifest base = load_manifest(path + "/base.json.gz");
    const Manifest head = load_manifest(path + "/head.json.gz");
    const Plan plan = make_plan(base, head, {});

    SelectionOptions options;
    options.select = "state:modified+";
    std::set<UniqueId> wanted;
    for (const UniqueId& id : select_nodes(base, head, options).ids) {
      if (is_diffable(id)) wanted.insert(id);
    }
    std::set<UniqueId> planned;
    for (const PlannedModel& model : plan.models) {
      if (model.action == PlanAction::list) {
        CHECK((model.reason == PlanReason::removed || model.reason == PlanReason::disabled));
        continue;
      }
      planned.insert(model.id);
      const bool is_run = model.action != PlanAction::skip;
      CHECK(model.fingerprint.empty() == !is_run);
      CHECK(model.depth >= 0);
    }
    CHECK(planned == wanted);
    CHECK(std::is_sorted(plan.models.begin(), plan.models.end(), [](const auto& a, const auto& b) {
      const auto group = [](const PlannedModel& model) {
        return model.action == PlanAction::skip ? 2 : model.action == PlanAction::list ? 1 : 0;
      };
      return std::pair(group(a), a.depth) < std::pair(group(b), b.depth);
    }));
  }
}
