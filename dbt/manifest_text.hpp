#pragma once

// Where a manifest's bytes come from, and what of them stays in memory.
//
// A file that is read goes by in a window, and what is kept of it is copied. A file that is mapped, or a
// string, is there as a whole anyway: what is kept are views into it.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "dbt/file_mapping.hpp"
#include "dbt/manifest.hpp"
#include "dbt/text_arena.hpp"
#include "dbt/text_window.hpp"

namespace diffgate::dbt {

class OpenFile;

class ManifestText {
 public:
  // A file larger than this, as it is or expanded, is refused. The largest real ones are near 200 MB.
  static constexpr std::size_t kMaximumBytes = std::size_t{2} << 30;

  // `window_size` is for tests of what stands across a window's edge.
  static ManifestText from_string(std::string json, std::size_t window_size = kWindowSize);

  // A plain or gzip file. What is gzip or can't be mapped is read, whatever `access` says. Throws
  // Error(caller): missing, a folder, unreadable, too large; while the window advances, also broken gzip.
  static ManifestText from_file(const ManifestFile& file, FileAccess access,
                                std::size_t window_size = kWindowSize);

  ~ManifestText();
  ManifestText(ManifestText&&) noexcept;
  ManifestText& operator=(ManifestText&&) noexcept;

  // The text, from its start on. To be read once.
  TextWindow& window() { return *window_; }

  // Something in the window, from now on for as long as this lives.
  std::string_view keep(std::string_view text) { return is_whole_ ? text : arena_.keep(text); }

  // After the last use of the window: frees it.
  void close();

  // False if the file was written to since it was opened (a mapped one) or while it was read: half of what we
  // know may be of the one version and half of the other.
  bool is_intact() const;

 private:
  ManifestText();

  std::unique_ptr<const std::string> string_;
  std::shared_ptr<const OpenFile> file_;  // also of the window; after close() only of a mapped file
  std::unique_ptr<FileMapping> mapping_;
  std::unique_ptr<TextWindow> window_;
  TextArena arena_;
  bool is_whole_ = true;
  bool was_intact_ = true;
};

}  // namespace diffgate::dbt
