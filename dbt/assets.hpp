#pragma once

#include <vector>

#include "dbt/graph.hpp"
#include "dbt/manifest_data.hpp"
#include "dbt/plan.hpp"

namespace diffgate::dbt {

// The exposures, saved queries and metrics that read a node of `planned`, directly or through others; in this
// order, then by id.
std::vector<DownstreamAsset> downstream_assets(const ManifestData& data, const Graph& graph,
                                               const NodeSet& planned);

}  // namespace diffgate::dbt
