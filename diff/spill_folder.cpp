#include "diff/spill_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <system_error>

#include "net/error.hpp"

namespace diffgate::diff {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPrefix = "diffgate-duckdb-";
// A folder is made and then locked: one as young as this may be between the two.
constexpr std::time_t kYoung = 60;

fs::path temporary_files() {
  std::error_code error;
  fs::path folder = fs::temp_directory_path(error);
  return error ? fs::path("/tmp") : folder;
}

int open_folder(const std::string& path) {
  return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

// The lock of its process goes with the process, however that ends.
bool is_left_behind(int folder) {
  struct stat status{};
  if (::fstat(folder, &status) != 0 || status.st_uid != ::geteuid()) return false;
  return std::time(nullptr) - status.st_mtime >= kYoung && ::flock(folder, LOCK_EX | LOCK_NB) == 0;
}

}  // namespace

SpillFolder::SpillFolder() {
  const fs::path place = temporary_files();
  path_ = place / (std::string(kPrefix) + "XXXXXX");
  if (::mkdtemp(path_.data()) == nullptr) {
    throw Error(ErrorClass::configuration, "no temporary folder can be made", place.string(),
                "set TMPDIR or the warehouse's temp_directory to a folder with room");
  }
  lock_ = open_folder(path_);
  if (lock_ >= 0) ::flock(lock_, LOCK_EX | LOCK_NB);
}

SpillFolder::~SpillFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  if (lock_ >= 0) ::close(lock_);
}

void sweep_spill_folders() {
  std::error_code ignored;
  for (auto entry = fs::directory_iterator(temporary_files(), ignored); entry != fs::directory_iterator();
       entry.increment(ignored)) {
    if (!entry->path().filename().string().starts_with(kPrefix)) continue;
    const int folder = open_folder(entry->path());
    if (folder < 0) continue;
    std::error_code failed;
    if (is_left_behind(folder)) fs::remove_all(entry->path(), failed);
    ::close(folder);
  }
}

}  // namespace diffgate::diff
