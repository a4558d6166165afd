#pragma once

#include <memory>
#include <string_view>

#include "dbt/manifest_data.hpp"

namespace diffgate::dbt {

// One pass over the text. See parse_manifest.
std::shared_ptr<const ManifestData> parse_text(ManifestText text, std::string_view name);

}  // namespace diffgate::dbt
