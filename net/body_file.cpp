#include "net/body_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "net/error.hpp"

namespace diffgate::net {
namespace {

[[noreturn]] void refuse(ErrorClass error_class, const std::string& what, const std::string& path) {
  const std::error_code code(errno, std::generic_category());
  throw Error(error_class, what + ": " + code.message(), path);
}

}  // namespace

BodyFileReader::BodyFileReader(const std::string& path)
    : path_(path), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (descriptor_ < 0) refuse(ErrorClass::caller, "can't read the file", path);
  struct stat status{};
  if (::fstat(descriptor_, &status) != 0) {
    ::close(descriptor_);
    refuse(ErrorClass::caller, "can't read the file", path);
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
}

BodyFileReader::~BodyFileReader() { ::close(descriptor_); }

std::string BodyFileReader::read(std::size_t most) {
  std::string bytes(most, '\0');
  ssize_t got = 0;
  do {
    got = ::read(descriptor_, bytes.data(), bytes.size());
  } while (got < 0 && errno == EINTR);
  if (got < 0) refuse(ErrorClass::caller, "can't read the file", path_);
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

BodyFileWriter::BodyFileWriter(const std::string& path)
    : path_(path), descriptor_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {
  if (descriptor_ < 0) refuse(ErrorClass::configuration, "can't write the file", path);
}

BodyFileWriter::~BodyFileWriter() { ::close(descriptor_); }

void BodyFileWriter::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) refuse(ErrorClass::configuration, "can't write the file", path_);
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace diffgate::net
