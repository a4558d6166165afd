#include "dbt/sections.hpp"

namespace diffgate::dbt {
namespace {

struct TypeName {
  std::string_view name;
  ResourceType type;
};

constexpr TypeName kTypesInNodes[] = {
    {"model", ResourceType::model},       {"test", ResourceType::test},
    {"seed", ResourceType::seed},         {"snapshot", ResourceType::snapshot},
    {"analysis", ResourceType::analysis}, {"operation", ResourceType::operation},
};

// In the order in which dbt looks an id up.
constexpr TypeName kSections[] = {
    {"nodes", ResourceType::other},
    {"sources", ResourceType::source},
    {"exposures", ResourceType::exposure},
    {"metrics", ResourceType::metric},
    {"semantic_models", ResourceType::semantic_model},
    {"unit_tests", ResourceType::unit_test},
    {"saved_queries", ResourceType::saved_query},
    {"functions", ResourceType::function},
};

}  // namespace

std::optional<ResourceType> type_of_section(std::string_view section) {
  for (const TypeName& known : kSections) {
    if (known.name == section) return known.type;
  }
  return std::nullopt;
}

ResourceType type_in_nodes(std::string_view resource_type) {
  for (const TypeName& known : kTypesInNodes) {
    if (known.name == resource_type) return known.type;
  }
  return ResourceType::other;
}

int section_rank(ResourceType type) {
  int rank = 0;
  for (const TypeName& section : kSections) {
    if (section.type == type) return rank;
    ++rank;
  }
  return 0;  // any type that stands in `nodes`
}

}  // namespace diffgate::dbt
