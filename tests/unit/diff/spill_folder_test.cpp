#include "diff/spill_folder.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace diffgate::diff;

namespace {

namespace fs = std::filesystem;

// As a killed process leaves it.
std::string left_behind() {
  std::string path = (fs::temp_directory_path() / "diffgate-duckdb-XXXXXX").string();
  REQUIRE(::mkdtemp(path.data()) != nullptr);
  std::ofstream(path + "/spilled.tmp") << "rows";
  return path;
}

void make_old(const std::string& path) {
  fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(1));
}

}  // namespace

TEST_CASE("a folder for spilled rows goes with its owner") {
  std::string path;
  {
    const SpillFolder folder;
    path = folder.path();
    std::ofstream(path + "/spilled.tmp") << "rows";
    CHECK((fs::status(path).permissions() & (fs::perms::group_all | fs::perms::others_all)) ==
          fs::perms::none);
  }
  CHECK_FALSE(fs::exists(path));
}

TEST_CASE(
    "what a killed process left is swept, but not what somebody holds, has just made, or calls otherwise") {
  const std::string old = left_behind();
  make_old(old);
  const SpillFolder held;
  make_old(held.path());
  const std::string young = left_behind();
  const std::string link = old + "-link";
  fs::create_directory_symlink(young, link);
  sweep_spill_folders();
  CHECK_FALSE(fs::exists(old));
  CHECK(fs::exists(held.path()));
  CHECK(fs::exists(young + "/spilled.tmp"));
  fs::remove(link);
  fs::remove_all(young);
}
