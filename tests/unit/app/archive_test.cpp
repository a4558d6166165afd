#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/sources/archive.hpp"
#include "net/error.hpp"
#include "temporary_directory.hpp"
#include "zip_file.hpp"

using namespace diffgate;
using namespace diffgate::app;

namespace {

using Entry = test::ZipEntry;

std::string zip_of(const test::TemporaryDirectory& directory, const std::vector<Entry>& entries) {
  const std::string path = directory.file("artifact.zip");
  test::write_zip(path, entries);
  return path;
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The manifest as it was taken out, or "" if there was none; throws what `extract` throws.
std::string manifest_of(const test::TemporaryDirectory& directory, const std::string& zip,
                        ArchiveLimits limits = {}) {
  std::vector<WantedFile> wanted = {{{"target/manifest.json", "manifest.json"}, directory.file("taken")}};
  extract(zip, "artifact 9", wanted, limits);
  return wanted[0].is_found ? bytes_of(directory.file("taken")) : "";
}

std::string error_of(const test::TemporaryDirectory& directory, const std::string& zip,
                     ArchiveLimits limits = {}) {
  try {
    (void)manifest_of(directory, zip, limits);
  } catch (const Error& error) {
    CHECK(error.error_class() == ErrorClass::remote_final);
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("the manifest is taken from the folder, else from the archive's root") {
  const test::TemporaryDirectory directory;
  CHECK(manifest_of(directory, zip_of(directory, {{"target/manifest.json", "folder"}, {"x.txt", "x"}})) ==
        "folder");
  CHECK(manifest_of(directory, zip_of(directory, {{"manifest.json", "root"}})) == "root");
  CHECK(manifest_of(directory, zip_of(directory, {{"manifest.json", "root"},
                                                  {"target/manifest.json", "folder"}})) == "folder");
  CHECK(manifest_of(directory, zip_of(directory, {{"target/manifest.json", "folder"},
                                                  {"manifest.json", "root"}})) == "folder");
  CHECK(manifest_of(directory, zip_of(directory, {{"./target/manifest.json", "folder"}})) == "folder");
  CHECK(manifest_of(directory, zip_of(directory, {{"other/manifest.json", "other"}})).empty());
  CHECK(manifest_of(directory, zip_of(directory, {{"README", "empty"}})).empty());
}

TEST_CASE("names that climb, links and folders are no files, and nothing is written for them") {
  const test::TemporaryDirectory directory;
  const std::string zip = zip_of(directory, {{"../manifest.json", "above"},
                                             {"target/../manifest.json", "around"},
                                             {"/manifest.json", "root"},
                                             {"..\\target\\manifest.json", "windows"},
                                             {"target/manifest.json/", "", AE_IFDIR},
                                             {"manifest.json", "/etc/passwd", AE_IFLNK}});
  CHECK(manifest_of(directory, zip).empty());
  CHECK_FALSE(std::filesystem::exists(directory.file("taken")));
}

TEST_CASE("a zip bomb is given up at the limit, however small the archive is") {
  const test::TemporaryDirectory directory;
  const std::string zip = zip_of(directory, {{"target/manifest.json", std::string(50U << 20U, ' ')}});
  REQUIRE(std::filesystem::file_size(zip) < 100'000);
  const std::string error = error_of(directory, zip, {.file_bytes = 1U << 20U});
  CHECK(error.find("expands to more than 1048576 bytes") != std::string::npos);
  CHECK(std::filesystem::file_size(directory.file("taken")) <= 1U << 20U);
}

TEST_CASE("an archive of too many entries, of a name twice, cut off, or of no zip at all is refused") {
  const test::TemporaryDirectory directory;
  std::vector<Entry> many;
  for (int i = 0; i < 200; ++i) many.push_back({"f" + std::to_string(i), ""});
  CHECK(error_of(directory, zip_of(directory, many), {.entries = 100}).find("more than 100 entries") !=
        std::string::npos);
  CHECK(error_of(directory, zip_of(directory, {{"manifest.json", "a"}, {"manifest.json", "b"}}))
            .find("twice") != std::string::npos);
  const std::string whole = zip_of(directory, {{"target/manifest.json", std::string(100'000, 'x') + "end"}});
  std::filesystem::resize_file(whole, std::filesystem::file_size(whole) / 2);
  CHECK_FALSE(error_of(directory, whole).empty());
  for (const std::string& bytes :
       {std::string("<html>404</html>"), std::string(), std::string("PK\x03\x04")}) {
    const std::string path = directory.file("none.zip");
    std::ofstream(path, std::ios::binary) << bytes;
    CHECK_FALSE(error_of(directory, path).empty());
  }
}
