#pragma once

#include <string>

namespace diffgate::diff {

// A folder in TMPDIR for what does not fit into the memory of one DuckDB session: beside the database,
// DuckDB's own choice, nothing of ours belongs. The destructor removes it with all that is in it, and blocks
// meanwhile.
class SpillFolder {
 public:
  // Throws Error(configuration) if none can be made.
  SpillFolder();
  ~SpillFolder();
  SpillFolder(const SpillFolder&) = delete;
  SpillFolder& operator=(const SpillFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
  int lock_ = -1;
};

// Removes the folders that killed processes have left behind: those that nobody holds and that are older than
// a minute. Blocks.
void sweep_spill_folders();

}  // namespace diffgate::diff
