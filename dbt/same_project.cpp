#include "dbt/same_project.hpp"

#include <fmt/format.h>

#include <string>

#include "dbt/manifest_data.hpp"
#include "net/error.hpp"

namespace diffgate::dbt {
namespace {

std::string called(const ManifestInfo& info, const std::string& project_id) {
  return info.project_name.empty() ? "project id " + project_id : fmt::format("'{}'", info.project_name);
}

}  // namespace

void refuse_different_projects(const Manifest& base_manifest, const Manifest& head_manifest) {
  const ManifestData& base = base_manifest.data();
  const ManifestData& head = head_manifest.data();
  // The id is a hash of the name and older than it in manifests; either may be missing.
  const bool both_have_names = !base.info.project_name.empty() && !head.info.project_name.empty();
  const bool both_have_ids = !base.project_id.empty() && !head.project_id.empty();
  const bool differ = both_have_names ? base.info.project_name != head.info.project_name
                                      : both_have_ids && base.project_id != head.project_id;
  if (!differ) return;
  throw Error(ErrorClass::caller,
              fmt::format("the manifests are of different dbt projects: {} is of {}, {} of {}", base.name,
                          called(base.info, base.project_id), head.name, called(head.info, head.project_id)),
              {}, "compare two versions of one project");
}

}  // namespace diffgate::dbt
