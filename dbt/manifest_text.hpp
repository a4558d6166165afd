#pragma once

// The bytes of a manifest in memory, followed by the padding that the JSON parser may read (never use) past
// the end.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace diffgate::dbt {

class ManifestText {
 public:
  // A file larger than this, as it is or expanded, is refused. The largest real ones are near 200 MB.
  static constexpr std::size_t kMaximumBytes = std::size_t{2} << 30;

  // Takes the string over; no copy if it has some 64 bytes of spare capacity.
  static ManifestText from_string(std::string json);

  // Reads a plain or gzip file. Throws Error(caller): missing, a folder, unreadable, broken gzip, too large.
  static ManifestText from_file(const std::string& path);

  // Bytes that may be read after the end of view().
  static const std::size_t kPadding;

  std::string_view view() const { return view_; }

 private:
  ManifestText(std::string_view view, std::shared_ptr<const void> owner);

  std::string_view view_;
  std::shared_ptr<const void> owner_;
};

}  // namespace diffgate::dbt
