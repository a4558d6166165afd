#pragma once

// What dbt calls breaking changes of a contract: a pull request may take away what an enforced contract
// promised to a model's readers. dbt warns of them, and ends with an error if the model is versioned
// (dbt-core, core/dbt/contracts/graph/nodes.py, ModelNode.same_contract and same_contract_removed). Which
// nodes count as modified does not depend on it.

#include <string>
#include <vector>

#include "dbt/manifest_data.hpp"

namespace diffgate::dbt {

// In words, one each: "column 'label' was removed". Empty: the contract was not enforced before, or holds.
std::vector<std::string> contract_breaks(const ManifestData& base, const Node& before,
                                         const ManifestData& head, const Node& now);

// Whether a model that is gone or disabled had an enforced contract when head's manifest was written: after
// its deprecation_date it may go.
bool breaks_contract_by_leaving(const ManifestData& base, const Node& before, const ManifestData& head);

// The columns, data types and constraints of a contract, and what else dbt puts into its checksum, as one
// text. For manifests without checksums: Fusion writes none.
std::string contract_text(const ManifestData& data, const Node& node);

}  // namespace diffgate::dbt
