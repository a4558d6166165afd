#include "dbt/text_window.hpp"

#include <cstring>
#include <utility>

namespace diffgate::dbt {
namespace {

class WholeTextWindow final : public TextWindow {
 public:
  WholeTextWindow(std::string_view text, std::size_t window_size) : text_(text), capacity_(window_size) {
    show();
  }

  void advance(std::size_t count) override {
    if (count == 0) capacity_ *= 2;
    offset_ += count;
    show();
  }

 private:
  void show() {
    view_ = text_.substr(static_cast<std::size_t>(offset_), capacity_);
    is_last_ = offset_ + view_.size() == text_.size();
  }

  std::string_view text_;
  std::size_t capacity_;
};

class StreamWindow final : public TextWindow {
 public:
  StreamWindow(std::unique_ptr<ByteSource> source, std::size_t window_size)
      : source_(std::move(source)), capacity_(window_size), bytes_(new char[window_size]) {
    fill(0);
  }

  void advance(std::size_t count) override {
    const std::size_t rest = view_.size() - count;
    if (count == 0 && rest == capacity_) {
      capacity_ *= 2;
      std::unique_ptr<char[]> larger(new char[capacity_]);
      std::memcpy(larger.get(), bytes_.get(), rest);
      bytes_ = std::move(larger);
    } else {
      std::memmove(bytes_.get(), bytes_.get() + count, rest);
    }
    offset_ += count;
    fill(rest);
  }

 private:
  void fill(std::size_t size) {
    while (!is_last_ && size < capacity_) {
      const std::size_t count = source_->read(bytes_.get() + size, capacity_ - size);
      is_last_ = count == 0;
      size += count;
    }
    view_ = {bytes_.get(), size};
  }

  std::unique_ptr<ByteSource> source_;
  std::size_t capacity_;
  // Not a std::string or vector: those would write zeros over the memory before the text is read into it.
  std::unique_ptr<char[]> bytes_;
};

}  // namespace

std::unique_ptr<TextWindow> window_over(std::string_view text, std::size_t window_size) {
  return std::make_unique<WholeTextWindow>(text, window_size);
}

std::unique_ptr<TextWindow> window_over(std::unique_ptr<ByteSource> source, std::size_t window_size) {
  return std::make_unique<StreamWindow>(std::move(source), window_size);
}

}  // namespace diffgate::dbt
