#pragma once

#include <string>
#include <string_view>

namespace diffgate::net {

// A new file of ours alone, removed with this object. Whoever wants to keep it moves it away.
class TemporaryFile {
 public:
  // Throws system_error when the directory can't be written to.
  explicit TemporaryFile(const std::string& directory);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const { return path_; }

  // Appends; blocks. Throws system_error, such as "No space left on device".
  void write(std::string_view bytes) const;

 private:
  std::string path_;
  int descriptor_ = -1;
};

}  // namespace diffgate::net
