#include "app/report/profile_json.hpp"

#include <nlohmann/json.hpp>
#include <string>

namespace diffgate::app {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json side_of(const std::optional<diff::ColumnProfile>& side) {
  if (!side) return nullptr;
  Json quantiles = nullptr;
  for (std::size_t i = 0; i < side->quantiles.size(); ++i) {
    const int percent = static_cast<int>(diff::kQuantiles[i] * 100 + 0.5);
    quantiles["p" + std::to_string(percent)] = or_null(side->quantiles[i]);
  }
  return {{"rows", side->rows},
          {"nulls", side->nulls},
          {"distinct", or_null(side->distinct)},
          {"min", or_null(side->min)},
          {"max", or_null(side->max)},
          {"mean", or_null(side->mean)},
          {"sum", or_null(side->sum)},
          {"trues", or_null(side->trues)},
          {"min_length", or_null(side->min_length)},
          {"max_length", or_null(side->max_length)},
          {"mean_length", or_null(side->mean_length)},
          {"quantiles", std::move(quantiles)}};
}

Json histogram_of(const std::optional<diff::Histogram>& histogram) {
  if (!histogram) return nullptr;
  return {
      {"low", histogram->low}, {"high", histogram->high}, {"prod", histogram->prod}, {"pr", histogram->pr}};
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

}  // namespace

Json profiles_json(const diff::TableProfiles& profiles) {
  Json columns = Json::array();
  for (const diff::ProfiledColumn& column : profiles.columns) {
    Json frequent = Json::array();
    for (const diff::FrequentValue& value : column.frequent)
      frequent.push_back({{"value", or_null(value.value)}, {"prod", value.prod}, {"pr", value.pr}});
    columns.push_back({{"name", column.name.value()},
                       {"prod_type", text_or_null(column.prod_type)},
                       {"pr_type", text_or_null(column.pr_type)},
                       {"masked", column.is_masked},
                       {"prod", side_of(column.prod)},
                       {"pr", side_of(column.pr)},
                       {"histogram", histogram_of(column.histogram)},
                       {"frequent", std::move(frequent)}});
  }
  return {{"sampled", {{"prod", profiles.prod_sampled}, {"pr", profiles.pr_sampled}}},
          {"columns", std::move(columns)}};
}

Json timeline_json(const diff::Timeline& timeline) {
  Json columns = Json::array();
  for (const diff::Identifier& column : timeline.columns) columns.push_back(column.value());
  Json points = Json::array();
  for (const diff::TimelinePoint& point : timeline.points) {
    points.push_back({{"start", text_or_null(point.start)},
                      {"added", point.added},
                      {"removed", point.removed},
                      {"changed", point.changed},
                      {"unchanged", point.unchanged},
                      {"match_rate", point.match_rate()},
                      {"columns", point.columns}});
  }
  return {{"column", timeline.column.value()},
          {"unit", timeline.unit},
          {"columns", std::move(columns)},
          {"points", std::move(points)}};
}

}  // namespace diffgate::app
