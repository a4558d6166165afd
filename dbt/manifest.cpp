#include "dbt/manifest.hpp"

#include <exception>
#include <future>
#include <optional>
#include <utility>

#include "dbt/manifest_data.hpp"
#include "dbt/manifest_parser.hpp"

namespace diffgate::dbt {

Manifest::Manifest(std::shared_ptr<const ManifestData> data) : data_(std::move(data)) {}

const ManifestInfo& Manifest::info() const { return data_->info; }

void Manifest::expect_unchanged() const { data_->expect_unchanged(); }

Manifest parse_manifest(std::string json, std::string_view name) {
  return Manifest(parse_text(ManifestText::from_string(std::move(json)), name));
}

Manifest load_manifest(const ManifestFile& file, FileAccess access) {
  return Manifest(
      parse_text(ManifestText::from_file(file, access), file.name.empty() ? file.path : file.name));
}

Manifest load_manifest(const std::string& path, FileAccess access) {
  return load_manifest(ManifestFile{path}, access);
}

LoadedManifests load_manifests(const ManifestFile& base, const ManifestFile& head, FileAccess access) {
  // Without a policy: where no thread can be had, one goes after the other.
  auto other = std::async([&] { return load_manifest(base, access); });
  std::optional<Manifest> now;
  std::exception_ptr failure;
  try {
    now = load_manifest(head, access);
  } catch (...) {
    failure = std::current_exception();
  }
  Manifest before = other.get();
  if (failure) std::rethrow_exception(failure);
  return {std::move(before), std::move(*now)};
}

}  // namespace diffgate::dbt
