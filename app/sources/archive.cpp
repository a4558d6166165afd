#include "app/sources/archive.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>

#include "net/body_file.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t kPiece = 256U << 10U;

struct ArchiveFree {
  void operator()(archive* object) const { archive_read_free(object); }
};
using ArchivePtr = std::unique_ptr<archive, ArchiveFree>;

class Reader {
 public:
  Reader(const std::string& path, std::string what) : what_(std::move(what)), archive_(archive_read_new()) {
    if (!archive_) refuse("can't be read");
    // Zip alone: each further format is more code for hostile bytes.
    archive_read_support_format_zip(archive_.get());
    check(archive_read_open_filename(archive_.get(), path.c_str(), kPiece));
  }

  // The next entry, or nullptr at the end.
  archive_entry* next() {
    archive_entry* entry = nullptr;
    const int code = archive_read_next_header(archive_.get(), &entry);
    if (code == ARCHIVE_EOF) return nullptr;
    check(code);
    return entry;
  }

  void write_to(const std::string& path, const std::string& name, std::size_t max_bytes) {
    const net::BodyFileWriter out(path);
    std::string piece(kPiece, '\0');
    std::size_t total = 0;
    for (;;) {
      const la_ssize_t got = archive_read_data(archive_.get(), piece.data(), piece.size());
      if (got == 0) return;
      if (got < 0) check(static_cast<int>(got));
      total += static_cast<std::size_t>(got);
      if (total > max_bytes) {
        refuse(fmt::format("{} expands to more than {} bytes", name, max_bytes),
               "artifacts.max_bytes in the server's configuration sets the limit");
      }
      out.write(std::string_view(piece.data(), static_cast<std::size_t>(got)));
    }
  }

  [[noreturn]] void refuse(const std::string& problem, const std::string& hint = {}) const {
    throw Error(ErrorClass::remote_final, problem, what_, hint);
  }

 private:
  void check(int code) const {
    if (code == ARCHIVE_OK || code == ARCHIVE_WARN) return;
    const char* words = archive_error_string(archive_.get());
    refuse(fmt::format("is no zip archive that can be read: {}", words == nullptr ? "unknown error" : words));
  }

  std::string what_;
  ArchivePtr archive_;
};

// "./target/manifest.json" and "target\manifest.json" are the same name; one that climbs is none.
std::optional<std::string> plain_name(const char* raw) {
  if (raw == nullptr) return std::nullopt;
  std::string name(raw);
  std::ranges::replace(name, '\\', '/');
  while (name.starts_with("./")) name.erase(0, 2);
  const bool climbs =
      name.starts_with('/') || name.starts_with("../") || name.find("/../") != std::string::npos;
  if (climbs || name.empty()) return std::nullopt;
  return name;
}

// A file that was found, and which of its names that was.
struct Match {
  WantedFile* file;
  std::size_t rank;
};

std::optional<Match> match_of(std::vector<WantedFile>& wanted, const std::string& name) {
  for (WantedFile& file : wanted) {
    const auto found = std::ranges::find(file.names, name);
    if (found != file.names.end()) return Match{&file, static_cast<std::size_t>(found - file.names.begin())};
  }
  return std::nullopt;
}

}  // namespace

void extract(const std::string& zip_file, const std::string& what, std::vector<WantedFile>& wanted,
             const ArchiveLimits& limits) {
  Reader reader(zip_file, what);
  std::vector<std::size_t> ranks(wanted.size(), std::size_t{0} - 1);
  std::size_t entries = 0;
  while (archive_entry* entry = reader.next()) {
    if (++entries > limits.entries) reader.refuse(fmt::format("has more than {} entries", limits.entries));
    const auto name = plain_name(archive_entry_pathname(entry));
    if (!name || archive_entry_filetype(entry) != AE_IFREG) continue;
    const std::optional<Match> match = match_of(wanted, *name);
    if (!match) continue;
    if (archive_entry_is_encrypted(entry) != 0) reader.refuse(*name + " is encrypted");
    std::size_t& rank = ranks.at(static_cast<std::size_t>(match->file - wanted.data()));
    if (match->rank == rank) reader.refuse(*name + " is there twice");
    if (match->rank > rank) continue;
    reader.write_to(match->file->into_file, *name, limits.file_bytes);
    match->file->is_found = true;
    rank = match->rank;
  }
}

}  // namespace diffgate::app
