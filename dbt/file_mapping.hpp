#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace diffgate::dbt {

// A file's bytes, mapped into memory for reading.
//
// If somebody cuts the file off meanwhile, the bytes that are gone read as zeros, and is_damaged() says so;
// the kernel's own answer would be to kill the process with SIGBUS. Bytes that are overwritten change under
// us: readers of view() must bear that.
class FileMapping {
 public:
  // nullptr if the system can't map it (a pipe, no address space) or too many files are mapped at once.
  static std::unique_ptr<FileMapping> of(int descriptor, std::size_t size);

  ~FileMapping();
  FileMapping(const FileMapping&) = delete;
  FileMapping& operator=(const FileMapping&) = delete;

  std::string_view view() const { return {begin_, size_}; }
  bool is_damaged() const;

 private:
  FileMapping(const char* begin, std::size_t size, std::size_t slot);

  const char* begin_;
  std::size_t size_;
  std::size_t slot_;
};

}  // namespace diffgate::dbt
