#include "app/demo/expectations.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

namespace diffgate::app::journey {
namespace {

using nlohmann::json;

// Counted by plain joins over the tables, outside of diffgate. `pointer` is a JSON pointer into the model's
// result.
struct Expectation {
  std::string_view model;
  std::string_view pointer;
  std::string_view value;
};

constexpr std::array expectations = {
    Expectation{"orders", "/result", "\"different\""},
    Expectation{"orders", "/rows/prod", "400"},
    Expectation{"orders", "/rows/pr", "388"},
    Expectation{"orders", "/rows/removed", "12"},
    Expectation{"orders", "/rows/changed", "35"},
    Expectation{"stg_orders", "/rows/removed", "12"},
    Expectation{"stg_orders", "/rows/changed", "0"},
    Expectation{"order_items", "/result", "\"bad_pks\""},
    Expectation{"order_items", "/keys/pr/duplicate", "8"},
    Expectation{"customers", "/result", "\"different\""},
    Expectation{"stg_customers", "/result", "\"different\""},
    Expectation{"daily_revenue", "/result", "\"different\""},
    Expectation{"channel_share", "/rows/removed", "1"},
    Expectation{"payments", "/result", "\"identical\""},
    Expectation{"product_reach", "/result", "\"identical\""},
    Expectation{"stg_promotions", "/result", "\"new\""},
    Expectation{"order_statuses", "/result", "\"removed\""},
};

}  // namespace

std::vector<std::string> unmet_expectations(std::string_view run_json) {
  const json run = json::parse(run_json, nullptr, false);
  if (!run.is_object() || !run.contains("models")) return {"the daemon's answer is not a run"};
  std::vector<std::string> unmet;
  for (const Expectation& expectation : expectations) {
    const json* model = nullptr;
    for (const json& each : run["models"]) {
      if (each.value("name", "") == expectation.model) model = &each;
    }
    const json::json_pointer pointer{std::string(expectation.pointer)};
    if (model == nullptr) {
      unmet.push_back(fmt::format("{} is not in the report", expectation.model));
    } else if (!model->contains(pointer) || model->at(pointer) != json::parse(expectation.value)) {
      const std::string got = model->contains(pointer) ? model->at(pointer).dump() : "absent";
      unmet.push_back(
          fmt::format("{}{} is {}, not {}", expectation.model, expectation.pointer, got, expectation.value));
    }
  }
  return unmet;
}

}  // namespace diffgate::app::journey
