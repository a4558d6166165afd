#pragma once

// A dbt manifest.json, read by key for what state comparison, selection and planning need. Any schema version
// from v1 on; older ones are upgraded in memory as dbt itself does. Hostile until parsed.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/named.hpp"

namespace diffgate::dbt {

using UniqueId = Named<std::string, struct UniqueIdTag>;

// Parsed and indexed; defined in manifest_data.hpp for the files of this room. Immutable, so it may be read
// from several threads.
struct ManifestData;

// What the outside may ask about a manifest as a whole.
struct ManifestInfo {
  int schema_version = 0;  // 12 for …/manifest/v12.json
  std::string dbt_version;
  std::string adapter_type;  // "postgres", "duckdb", …
  std::string project_name;
  std::string generated_at;
  std::string git_sha;  // from metadata.env GIT_SHA (DBT_ENV_CUSTOM_ENV_GIT_SHA), if the project sets it
  std::size_t models = 0;
};

class Manifest {
 public:
  explicit Manifest(std::shared_ptr<const ManifestData> data);
  const ManifestInfo& info() const;
  const ManifestData& data() const { return *data_; }

  // Error(caller) if the file of a mapped manifest has been written to since it was loaded: then what was
  // made of it may be half of the one version and half of the other. Whoever makes something of it calls this
  // at the end.
  void expect_unchanged() const;

 private:
  std::shared_ptr<const ManifestData> data_;
};

struct ManifestFile {
  std::string path;
  std::string name = {};  // what errors call it ("production manifest"); the path if empty
};

// How a manifest's file gets into memory.
enum class FileAccess : std::uint8_t {
  read,  // what is needed of it is copied; the file may change afterwards
  map,   // what is needed stays in the file and is paged in by the system when it is looked at; gzip is read
};

// Throws Error(caller): not JSON (with the byte offset), not a manifest, a schema version that is not known,
// nested too deep, an entry of the wrong type. Blocking and, for a large manifest, slow: run it on a pool.
Manifest parse_manifest(std::string json, std::string_view name);

// Reads the file (plain or gzip) and parses it. Error(caller) also if it can't be read, is larger than 2 GB,
// or was written to meanwhile.
Manifest load_manifest(const ManifestFile& file, FileAccess access = FileAccess::read);
Manifest load_manifest(const std::string& path, FileAccess access = FileAccess::read);

// The two sides of a comparison.
struct LoadedManifests {
  Manifest base;
  Manifest head;
};

// Loads both side by side, on two threads. If both are bad the error is the base's.
LoadedManifests load_manifests(const ManifestFile& base, const ManifestFile& head,
                               FileAccess access = FileAccess::read);

}  // namespace diffgate::dbt
