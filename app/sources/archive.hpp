#pragma once

// Archives from CI: made by whoever wrote the commit, and hostile until read. Nothing of an archive decides
// where anything is written, and nothing is expanded beyond a limit.

#include <cstddef>
#include <string>
#include <vector>

namespace diffgate::app {

// A file that is wanted of an archive, by any of these names in it, and where it goes.
struct WantedFile {
  std::vector<std::string> names;  // "target/manifest.json"; the first one that is there counts
  std::string into_file;
  bool is_found = false;  // set by `extract`
};

struct ArchiveLimits {
  std::size_t entries = 20'000;
  std::size_t file_bytes = 512U << 20U;  // of one wanted file, expanded
};

// Reads a zip file and writes the wanted files. Entries that are no plain files, of other names, and names
// with "..", are passed over unread. Blocking. Throws Error(remote_final) that names the archive as `what` if
// it is broken or encrypted, beyond a limit, or holds a wanted name twice.
void extract(const std::string& zip_file, const std::string& what, std::vector<WantedFile>& wanted,
             const ArchiveLimits& limits);

}  // namespace diffgate::app
