#pragma once

#include <optional>
#include <string_view>

#include "dbt/manifest_data.hpp"

namespace diffgate::dbt {

// The type of what stands in a section that holds members of the graph: `other` for `nodes`, whose entries
// say their own. nullopt for every other section.
std::optional<ResourceType> type_of_section(std::string_view section);

// By an entry's resource_type in `nodes`.
ResourceType type_in_nodes(std::string_view resource_type);

// Where an id stands in several sections, dbt takes that of the lowest rank.
int section_rank(ResourceType type);

}  // namespace diffgate::dbt
