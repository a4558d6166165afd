#include "dbt/same_project.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>

#include "dbt/manifest_data.hpp"
#include "net/error.hpp"

namespace diffgate::dbt {
namespace {

std::string called(const ManifestInfo& info, const std::string& project_id) {
  return info.project_name.empty() ? "project id " + project_id : fmt::format("'{}'", info.project_name);
}

bool has_rows(ResourceType type) {
  return type == ResourceType::model || type == ResourceType::seed || type == ResourceType::snapshot;
}

std::size_t count_of(const ManifestData& data) {
  return static_cast<std::size_t>(std::count_if(data.nodes.begin(), data.nodes.end(),
                                                [](const Node& node) { return has_rows(node.type); }));
}

// Whether at least half of the smaller side's models, seeds and snapshots are on both sides. Projects that
// only use the same packages share fewer.
bool share_most(const ManifestData& base, const ManifestData& head) {
  const auto shared = std::count_if(head.nodes.begin(), head.nodes.end(), [&](const Node& node) {
    return has_rows(node.type) && base.find(node.id).has_value();
  });
  return shared > 0 && 2 * static_cast<std::size_t>(shared) >= std::min(count_of(base), count_of(head));
}

}  // namespace

std::string refuse_different_projects(const Manifest& base_manifest, const Manifest& head_manifest) {
  const ManifestData& base = base_manifest.data();
  const ManifestData& head = head_manifest.data();
  // The id is a hash of the name and older than it in manifests; either may be missing.
  const bool both_have_names = !base.info.project_name.empty() && !head.info.project_name.empty();
  const bool both_have_ids = !base.project_id.empty() && !head.project_id.empty();
  const bool differ = both_have_names ? base.info.project_name != head.info.project_name
                                      : both_have_ids && base.project_id != head.project_id;
  if (!differ) return {};
  if (share_most(base, head)) {
    return fmt::format(
        "the project has another name: production's manifest is of {}, the pull request's of {}",
        called(base.info, base.project_id), called(head.info, head.project_id));
  }
  throw Error(ErrorClass::caller,
              fmt::format("the manifests are of different dbt projects: {} is of {}, {} of {}", base.name,
                          called(base.info, base.project_id), head.name, called(head.info, head.project_id)),
              {}, "compare two versions of one project");
}

}  // namespace diffgate::dbt
