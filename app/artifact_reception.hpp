#pragma once

// How a file of dbt gets from outside into the store, whoever brought it: checked to be what it says, filed
// by its content, then named in the store. An upload, a dbt Cloud run and a CI job's archive all end here.

#include <optional>
#include <string>

#include "app/store/artifact_files.hpp"
#include "app/store/store.hpp"
#include "dbt/manifest.hpp"
#include "net/async.hpp"
#include "net/clock.hpp"

namespace diffgate::app {

// What the reception works with; all of it outlives its calls.
struct Reception {
  Store& store;
  ArtifactFiles& files;
  Clock& clock;
  BlockingPool& pool;
  Semaphore& parsers;         // files that are parsed at the same time
  std::size_t max_bytes = 0;  // of one file, expanded
};

// A file as it came, on the file system of `ArtifactFiles::incoming()`.
struct IncomingFile {
  std::string path;         // the caller removes what is left of it
  bool is_gzip = false;     // said by who sent it; a gzip file is expanded in any case
  std::string sha256 = {};  // of the plain content, hex, if the sender told it
};

struct ReceivedArtifact {
  Artifact artifact;
  std::optional<dbt::ManifestInfo> manifest;  // of a manifest
};

// Checks the file and files it under `target`, whose content_hash and size are found here; `received_at` is
// now, unless it is given. Throws Error(caller) that names the file by its kind if it is not what it should
// be, is too large, or has another hash than it was said to have.
Awaitable<ReceivedArtifact> receive_file(Reception reception, Artifact target, IncomingFile file);

// Files content that the project has already under another commit or run type, without its bytes. nullopt if
// the project has no such content of that kind.
Awaitable<std::optional<Artifact>> receive_known_content(Reception reception, Artifact target,
                                                         std::string sha256);

// Removes the file, if it is still there, in whatever way its user ends.
class FileRemover {
 public:
  explicit FileRemover(std::string path) : path_(std::move(path)) {}
  ~FileRemover();
  FileRemover(const FileRemover&) = delete;
  FileRemover& operator=(const FileRemover&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace diffgate::app
