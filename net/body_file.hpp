#pragma once

// Bodies of requests and answers that are files: read and written a piece at a time, so that their size costs
// no memory. All of it blocks.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace diffgate::net {

class BodyFileReader {
 public:
  // Throws Error(caller) if the file can't be read.
  explicit BodyFileReader(const std::string& path);
  ~BodyFileReader();
  BodyFileReader(const BodyFileReader&) = delete;
  BodyFileReader& operator=(const BodyFileReader&) = delete;

  std::uint64_t size() const { return size_; }  // when it was opened

  // The next bytes, `most` of them or what is left; empty at the end.
  std::string read(std::size_t most);

 private:
  std::string path_;
  int descriptor_;
  std::uint64_t size_ = 0;
};

class BodyFileWriter {
 public:
  // Empties the file or makes it, for this user alone. Throws Error(configuration) if that can't be.
  explicit BodyFileWriter(const std::string& path);
  ~BodyFileWriter();
  BodyFileWriter(const BodyFileWriter&) = delete;
  BodyFileWriter& operator=(const BodyFileWriter&) = delete;

  void write(std::string_view bytes) const;

 private:
  std::string path_;
  int descriptor_;
};

}  // namespace diffgate::net
