#include "dbt/manifest.hpp"

#include <utility>

#include "dbt/manifest_data.hpp"
#include "dbt/manifest_parser.hpp"

namespace diffgate::dbt {

Manifest::Manifest(std::shared_ptr<const ManifestData> data) : data_(std::move(data)) {}

const ManifestInfo& Manifest::info() const { return data_->info; }

Manifest parse_manifest(std::string json, std::string_view name) {
  return Manifest(parse_text(ManifestText::from_string(std::move(json)), name));
}

Manifest load_manifest(const std::string& path, FileAccess access) {
  return Manifest(parse_text(ManifestText::from_file(path, access), path));
}

}  // namespace diffgate::dbt
