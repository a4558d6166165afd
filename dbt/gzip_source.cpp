#include "dbt/gzip_source.hpp"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "net/error.hpp"

namespace diffgate::dbt {
namespace {

class GzipSource final : public ByteSource {
 public:
  GzipSource(std::unique_ptr<ByteSource> compressed, std::string name)
      : compressed_(std::move(compressed)), name_(std::move(name)), input_(std::size_t{64} << 10) {
    constexpr int kGzipOnly = 15 + 16;
    if (inflateInit2(&stream_, kGzipOnly) != Z_OK) fail("can't be expanded: zlib would not start");
  }
  ~GzipSource() override { inflateEnd(&stream_); }

  std::size_t read(char* into, std::size_t size) override {
    size = std::min<std::size_t>(size, std::numeric_limits<uInt>::max());
    stream_.next_out = reinterpret_cast<Bytef*>(into);
    stream_.avail_out = static_cast<uInt>(size);
    while (stream_.avail_out == size) {
      if (stream_.avail_in == 0 && !take_input()) break;
      if (is_between_members_) {
        if (inflateReset(&stream_) != Z_OK) fail("broken gzip data");
        is_between_members_ = false;
      }
      const int result = inflate(&stream_, Z_NO_FLUSH);
      if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) fail("broken gzip data");
      is_between_members_ = result == Z_STREAM_END;
    }
    return size - stream_.avail_out;
  }

 private:
  [[noreturn]] void fail(std::string what, std::string hint = {}) const {
    throw Error(ErrorClass::caller, std::move(what), name_, std::move(hint));
  }

  bool take_input() {
    const std::size_t count = compressed_->read(input_.data(), input_.size());
    if (count == 0 && !is_between_members_) fail("the gzip data ends early", "was it copied in full?");
    stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
    stream_.avail_in = static_cast<uInt>(count);
    return count > 0;
  }

  std::unique_ptr<ByteSource> compressed_;
  std::string name_;
  std::vector<char> input_;
  z_stream stream_{};
  bool is_between_members_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> expanded_gzip(std::unique_ptr<ByteSource> compressed, std::string name) {
  return std::make_unique<GzipSource>(std::move(compressed), std::move(name));
}

}  // namespace diffgate::dbt
