#pragma once

#include <string>

#include "dbt/json_value.hpp"
#include "dbt/manifest_data.hpp"

namespace diffgate::dbt {

// The table of a model, seed or snapshot, quoted as its adapter quotes: the manifest's relation_name, or,
// where a writer left that out, made of database, schema and alias under config.quoting as dbt's Relation
// renders them (dbt-adapters, contracts/relation.py and each adapter's relation.py). Empty: it has no table.
std::string relation_of(const ManifestData& data, const Node& node, JsonReader& reader);

}  // namespace diffgate::dbt
