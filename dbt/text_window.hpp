#pragma once

// Text that is read from front to back, a piece at a time. The piece in sight is the window; it slides over
// the text, so that the memory it takes does not grow with the text.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace diffgate::dbt {

class TextWindow {
 public:
  virtual ~TextWindow() = default;
  TextWindow(const TextWindow&) = delete;
  TextWindow& operator=(const TextWindow&) = delete;

  // Lets go of the window's first `count` bytes and takes in what follows them. With `count` 0 the window
  // grows: there is always more to see afterwards, unless is_last(). Views into the window are void.
  virtual void advance(std::size_t count) = 0;

  std::string_view view() const { return view_; }

  // Where the window begins in the text, in bytes.
  std::uint64_t offset() const { return offset_; }

  // Whether the text ends where the window ends.
  bool is_last() const { return is_last_; }

 protected:
  TextWindow() = default;

  std::string_view view_;
  std::uint64_t offset_ = 0;
  bool is_last_ = false;
};

// Where a StreamWindow gets its text.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Up to `size` bytes; 0 at the end. Throws Error.
  virtual std::size_t read(char* into, std::size_t size) = 0;
};

// A window large enough that the work done once a window does not count, small enough for a processor's
// cache.
inline constexpr std::size_t kWindowSize = std::size_t{256} << 10;

// Over text that is in memory (or mapped) as a whole, and stays there: views into the window remain valid.
std::unique_ptr<TextWindow> window_over(std::string_view text, std::size_t window_size = kWindowSize);

// Over text that comes from elsewhere and is forgotten when it is out of sight.
std::unique_ptr<TextWindow> window_over(std::unique_ptr<ByteSource> source,
                                        std::size_t window_size = kWindowSize);

}  // namespace diffgate::dbt
