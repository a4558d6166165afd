#pragma once

// Zip files by libarchive's writer.

#include <archive.h>
#include <archive_entry.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace diffgate::test {

struct ZipEntry {
  std::string name;
  std::string content;  // of a link: where it points
  unsigned type = AE_IFREG;
};

inline void write_zip(const std::string& path, const std::vector<ZipEntry>& entries) {
  archive* out = archive_write_new();
  archive_write_set_format_zip(out);
  if (archive_write_open_filename(out, path.c_str()) != ARCHIVE_OK)
    throw std::runtime_error("can't write " + path);
  for (const ZipEntry& each : entries) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, each.name.c_str());
    archive_entry_set_filetype(entry, each.type);
    archive_entry_set_perm(entry, 0644);
    if (each.type == AE_IFLNK) archive_entry_set_symlink(entry, each.content.c_str());
    archive_entry_set_size(entry, each.type == AE_IFREG ? static_cast<la_int64_t>(each.content.size()) : 0);
    archive_write_header(out, entry);
    if (each.type == AE_IFREG) archive_write_data(out, each.content.data(), each.content.size());
    archive_entry_free(entry);
  }
  archive_write_close(out);
  archive_write_free(out);
}

}  // namespace diffgate::test
