#pragma once

// A forward reader over JSON of any length: values are entered, taken as raw text or stepped over, in the
// order of the text. Memory is bounded by the largest value taken. The grammar is checked of everything, what
// is stepped over included; what an escape in a string means is not.
//
// All that goes wrong with the text is Error(caller) with the byte where.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "dbt/json_tokens.hpp"
#include "dbt/text_window.hpp"

namespace diffgate::dbt {

class JsonStream {
 public:
  // Lists and objects within each other. dbt writes a dozen, and Python's reader gives up near a thousand.
  static constexpr std::size_t kMaximumDepth = 128;

  // Of one value that is taken, in bytes.
  static constexpr std::size_t kMaximumValue = std::size_t{256} << 20;

  // `name` is what errors call the text. Both outlive the stream.
  JsonStream(TextWindow& text, const std::string& name);

  // The first character of the next value, which tells its kind; '\0' at the end of the text.
  char peek();

  // Into the object or list that comes next.
  void enter();

  // In an object: whether there is another member; then key() is its key and its value comes next. If not,
  // the object is behind us.
  bool next_member();

  // The member's key as the text spells it, without the quotes. Valid until something is taken, entered or
  // stepped over.
  std::string_view key() const { return key_; }

  // The same for the items of a list.
  bool next_item();

  // The text of the next value, whatever it is. Valid until the next call.
  std::string_view take();

  // Steps over the next value.
  void skip();

  // After the outermost value: nothing else may follow.
  void expect_end();

  // Where the next value begins.
  std::uint64_t offset() const;

 private:
  enum class State : std::uint8_t { value, value_or_end, key, key_or_end, colon, after_value };

  // The way through a value: the next token, how deep it is, and what may come.
  struct Walk {
    std::size_t token = 0;
    std::size_t depth = 0;
    State state = State::value;
  };

  // Goes on to the end of the value; false if the tokens found so far end before.
  bool walk(Walk& walk);

  // Finds the tokens of the window, which grows if there is none in it.
  void find_tokens();
  void grow();

  // Lets go of what stands before `token` (size(): of all tokens) and finds more.
  void refill(std::size_t token);

  // Whether there are `count` more tokens; then they are found.
  bool has(std::size_t count);
  bool next(char end, std::size_t tokens_wanted);
  void leave();

  std::string_view text_of(std::size_t token) const;
  char at(std::size_t token) const { return text_.view()[tokens_[token]]; }
  void expect(std::size_t token, char wanted) const;
  void check_word(std::size_t token) const;

  [[noreturn]] void fail(std::string_view what, std::size_t position) const;
  [[noreturn]] void fail_at_token(std::size_t token) const;
  [[noreturn]] void fail_too_deep(std::size_t token) const;
  [[noreturn]] void fail_cut_off() const;

  TextWindow& text_;
  const std::string& name_;
  JsonTokens tokens_;
  std::size_t next_ = 0;
  std::size_t depth_ = 0;
  std::array<bool, kMaximumDepth + 1> is_object_{};  // by depth, from 1
  bool is_first_ = false;                            // of the object or list that we are in
  std::string_view key_;
};

}  // namespace diffgate::dbt
