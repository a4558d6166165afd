// The ways in which a manifest's file gets into memory, and files that are not what they seem.

#include <doctest/doctest.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "dbt/manifest_data.hpp"
#include "dbt/manifest_parser.hpp"
#include "dbt/plan.hpp"
#include "net/error.hpp"
#include "small_manifest.hpp"

using namespace diffgate::dbt;
using diffgate::Error;

namespace {

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text)
      : path_(std::filesystem::temp_directory_path() /
              ("manifest_file_test_" + std::to_string(::getpid()) + "_" + std::to_string(++count))) {
    write(text);
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  std::string path() const { return path_.string(); }
  void write(const std::string& text) const { std::ofstream(path_) << text; }
  void resize(std::uintmax_t size) const { std::filesystem::resize_file(path_, size); }

 private:
  static inline int count = 0;
  std::filesystem::path path_;
};

std::string gzipped(const std::string& text) {
  const TemporaryFile file("");
  gzFile out = gzopen(file.path().c_str(), "wb");
  REQUIRE(gzwrite(out, text.data(), static_cast<unsigned>(text.size())) == static_cast<int>(text.size()));
  gzclose(out);
  std::ifstream in(file.path());
  return {std::istreambuf_iterator<char>(in), {}};
}

constexpr FileAccess kBoth[] = {FileAccess::read, FileAccess::map};

// Everything that is kept of a manifest.
std::string facts(const ManifestData& data) {
  std::string text;
  for (const Node& node : data.nodes) {
    text += std::string(node.id) + (node.enabled ? "" : " (disabled)") + "\n";
    for (std::size_t field = 0; field < kFields; ++field) {
      text += std::string(data.raw(node, static_cast<Field>(field))) + "\n";
    }
  }
  for (const Macro& macro : data.macros) {
    text += std::string(macro.id) + std::string(macro.sql) + std::string(macro.depends_on_macros) + "\n";
  }
  for (const std::string_view id : data.disabled) text += std::string(id) + "\n";
  return text + std::string(data.selectors) + data.info.generated_at;
}

}  // namespace

TEST_CASE("read or mapped, plain or gzip, in windows of any size, a manifest says the same") {
  const std::string pairs = DIFFGATE_SOURCE_DIR "/tests/data/state_pairs";
  for (const std::string name : {"/01/head.json.gz", "/18/head.json.gz", "/25/base.json.gz"}) {
    const std::string expected = facts(load_manifest(pairs + name).data());
    CHECK(expected.size() > 100'000);
    gzFile in = gzopen((pairs + name).c_str(), "rb");
    std::string text(8U << 20U, ' ');
    text.resize(static_cast<std::size_t>(gzread(in, text.data(), static_cast<unsigned>(text.size()))));
    gzclose(in);
    const TemporaryFile file(text);
    for (const FileAccess access : kBoth) {
      for (const std::size_t window : {64U, 1000U, 4096U, 65536U, 1U << 30U}) {
        CAPTURE(window);
        const auto data = parse_text(ManifestText::from_file({file.path()}, access, window), "m");
        CHECK(facts(*data) == expected);
        const auto of_gzip = parse_text(ManifestText::from_file({pairs + name}, access, window), "m");
        CHECK(facts(*of_gzip) == expected);
      }
    }
  }
}

TEST_CASE("several gzip members in one file follow each other") {
  const std::string text = small_manifest_text();
  const TemporaryFile file(gzipped(text.substr(0, 1000)) + gzipped(text.substr(1000)));
  CHECK(load_manifest(file.path()).info().models == 4);
}

TEST_CASE("a file of 4 GB is refused by its size, unread") {
  const TemporaryFile file("{");
  file.resize(std::uintmax_t{4} << 30U);
  for (const FileAccess access : kBoth) {
    CHECK_THROWS_WITH_AS((void)load_manifest(file.path(), access), doctest::Contains("larger than 2048 MB"),
                         Error);
  }
}

TEST_CASE("an empty file and one of a single byte are refused either way") {
  for (const FileAccess access : kBoth) {
    CHECK_THROWS_WITH_AS((void)load_manifest(TemporaryFile("").path(), access), doctest::Contains("is empty"),
                         Error);
    CHECK_THROWS_WITH_AS((void)load_manifest(TemporaryFile("{").path(), access),
                         doctest::Contains("is cut off"), Error);
  }
}

TEST_CASE("a mapped file that is cut off afterwards ends in an error, not in a signal") {
  // Pages enough that some are gone for good.
  const std::string text = small_manifest_text() + std::string(100'000, ' ');
  const TemporaryFile file(text);
  const Manifest base = small_manifest();
  const Manifest head = load_manifest(file.path(), FileAccess::map);
  CHECK(make_plan(base, head, {}).models.empty());
  file.resize(0);
  CHECK_THROWS_WITH_AS((void)make_plan(base, head, {}), doctest::Contains("was written to while it was read"),
                       Error);
}

TEST_CASE("a mapped file that is cut off while it is parsed ends in an error") {
  const TemporaryFile file(small_manifest_text());
  ManifestText text = ManifestText::from_file({file.path()}, FileAccess::map, 64);
  file.resize(10);
  CHECK_THROWS_WITH_AS((void)parse_text(std::move(text), "m"),
                       doctest::Contains("was written to while it was read"), Error);
}

TEST_CASE("a file that is written to while it is read is no manifest of either version") {
  const TemporaryFile file(small_manifest_text());
  for (const FileAccess access : kBoth) {
    ManifestText text = ManifestText::from_file({file.path()}, access, 64);
    file.write(small_manifest_text() + "\n");
    CHECK_THROWS_WITH_AS((void)parse_text(std::move(text), "m"),
                         doctest::Contains("was written to while it was read"), Error);
    file.write(small_manifest_text());
  }
}

TEST_CASE("both sides are loaded, and the base's mistake is told first") {
  const TemporaryFile good(small_manifest_text());
  const TemporaryFile bad("[]");
  const LoadedManifests both = load_manifests({good.path()}, {good.path()});
  CHECK(both.base.info().models == 4);
  CHECK(both.head.info().models == 4);
  CHECK_THROWS_WITH_AS((void)load_manifests({bad.path(), "production manifest"}, {bad.path(), "the other"}),
                       doctest::Contains("production manifest: "), Error);
  CHECK_THROWS_WITH_AS((void)load_manifests({good.path()}, {bad.path(), "the other"}),
                       doctest::Contains("the other: "), Error);
  CHECK_THROWS_WITH_AS((void)load_manifests({good.path()}, {"/nowhere", "the other"}),
                       doctest::Contains("the other: can't be read"), Error);
}

TEST_CASE("what is too much for one value is refused before it is read to its end") {
  const TemporaryFile file(
      R"({"metadata": {"dbt_schema_version": "x/manifest/v12.json"}, "nodes": {"model.p.m": {"raw_code": ")");
  file.resize(std::uintmax_t{1} << 30U);
  CHECK_THROWS_WITH_AS((void)load_manifest(file.path()),
                       doctest::Contains("holds a value of more than 256 MB"), Error);
}
