#include "dbt/manifest_text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "net/error.hpp"

namespace diffgate::dbt {
namespace {

constexpr std::size_t kMegabyte = std::size_t{1} << 20;

[[noreturn]] void fail(const std::string& path, std::string what, std::string hint = {}) {
  throw Error(ErrorClass::caller, std::move(what), path, std::move(hint));
}

class File {
 public:
  explicit File(const std::string& path)
      : path_(path), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) fail(path_, fmt::format("can't be read: {}", std::strerror(errno)));
  }
  ~File() { ::close(descriptor_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  struct stat status() const {
    struct stat status{};
    if (::fstat(descriptor_, &status) != 0)
      fail(path_, fmt::format("can't be read: {}", std::strerror(errno)));
    return status;
  }

  // Up to `size` bytes; 0 at the end.
  std::size_t read(char* into, std::size_t size) const {
    for (;;) {
      const ssize_t count = ::read(descriptor_, into, std::min(size, 64 * kMegabyte));
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR) fail(path_, fmt::format("can't be read: {}", std::strerror(errno)));
    }
  }

 private:
  const std::string& path_;
  int descriptor_;
};

void refuse_if_larger(const std::string& path, std::size_t size) {
  if (size > ManifestText::kMaximumBytes) {
    fail(path, fmt::format("larger than {} MB", ManifestText::kMaximumBytes / kMegabyte),
         "is it a manifest.json?");
  }
}

// zlib's inflate with the gzip header; several members in one file follow each other, as gzip itself reads
// them.
class Inflate {
 public:
  explicit Inflate(const std::string& path) : path_(path) {
    constexpr int kGzipOnly = 15 + 16;
    if (inflateInit2(&stream_, kGzipOnly) != Z_OK) fail(path_, "can't be expanded: zlib would not start");
  }
  ~Inflate() { inflateEnd(&stream_); }
  Inflate(const Inflate&) = delete;
  Inflate& operator=(const Inflate&) = delete;

  void append(std::string_view compressed, std::string& expanded) {
    std::array<char, 256 * 1024> buffer;
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
    stream_.avail_in = static_cast<uInt>(compressed.size());
    do {
      if (ended_) {
        if (stream_.avail_in == 0) return;
        if (inflateReset(&stream_) != Z_OK) fail(path_, "broken gzip data");
        ended_ = false;
      }
      stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream_.avail_out = static_cast<uInt>(buffer.size());
      const int result = inflate(&stream_, Z_NO_FLUSH);
      if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) fail(path_, "broken gzip data");
      expanded.append(buffer.data(), buffer.size() - stream_.avail_out);
      refuse_if_larger(path_, expanded.size());
      ended_ = result == Z_STREAM_END;
    } while (stream_.avail_in > 0 || stream_.avail_out == 0);
  }

  bool ended() const { return ended_; }

 private:
  const std::string& path_;
  z_stream stream_{};
  bool ended_ = false;
};

std::string expand(const std::string& path, const File& file, std::string_view start) {
  Inflate inflate(path);
  std::string expanded;
  inflate.append(start, expanded);
  std::string chunk(kMegabyte, '\0');
  while (const std::size_t count = file.read(chunk.data(), chunk.size())) {
    inflate.append(std::string_view(chunk).substr(0, count), expanded);
  }
  if (!inflate.ended()) fail(path, "the gzip data ends early", "was it copied in full?");
  return expanded;
}

bool is_gzip(std::string_view start) { return start.starts_with("\x1f\x8b"); }

}  // namespace

// simdjson's SIMDJSON_PADDING, which only the parser's own file may include.
const std::size_t ManifestText::kPadding = 64;

ManifestText::ManifestText(std::string_view view, std::shared_ptr<const void> owner)
    : view_(view), owner_(std::move(owner)) {}

ManifestText ManifestText::from_string(std::string json) {
  json.reserve(json.size() + kPadding);
  auto owner = std::make_shared<const std::string>(std::move(json));
  return {std::string_view(*owner), owner};
}

ManifestText ManifestText::from_file(const std::string& path) {
  const File file(path);
  const struct stat status = file.status();
  if (S_ISDIR(status.st_mode)) fail(path, "is a folder", "name the manifest.json in it");
  const auto expected = S_ISREG(status.st_mode) ? static_cast<std::size_t>(status.st_size) : 0;
  refuse_if_larger(path, expected);

  // Not a std::string: that would write zeros over the whole memory before the file is read into it.
  std::size_t capacity = std::max<std::size_t>(expected, 4096) + 1 + kPadding;
  std::unique_ptr<char[]> bytes(new char[capacity]);
  std::size_t size = 0;
  while (const std::size_t count = file.read(bytes.get() + size, capacity - kPadding - size)) {
    size += count;
    if (is_gzip({bytes.get(), size})) return from_string(expand(path, file, {bytes.get(), size}));
    refuse_if_larger(path, size);
    if (size + kPadding == capacity) {
      std::unique_ptr<char[]> larger(new char[capacity * 2]);
      std::memcpy(larger.get(), bytes.get(), size);
      bytes = std::move(larger);
      capacity *= 2;
    }
  }
  std::memset(bytes.get() + size, ' ', kPadding);
  const std::string_view view(bytes.get(), size);
  return {view, std::shared_ptr<char[]>(std::move(bytes))};
}

}  // namespace diffgate::dbt
