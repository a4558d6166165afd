#pragma once

// Where the tokens of a piece of JSON begin, found by simdjson's first stage: it takes several gigabytes a
// second, checks the UTF-8 and knows what is inside of strings.
//
// simdjson's own readers run that stage over a whole document, at four bytes a token: for a manifest half as
// much again as its text. It is run over windows here instead, which stay in the processor's cache.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace diffgate::dbt {

class JsonTokens {
 public:
  enum class Outcome : std::uint8_t {
    found,
    needs_more,  // no token ends for certain in this window
    unclosed_string,
    not_utf8,
    control_character,  // inside a string
    no_memory,
  };

  JsonTokens();
  ~JsonTokens();
  JsonTokens(const JsonTokens&) = delete;
  JsonTokens& operator=(const JsonTokens&) = delete;

  // Finds the tokens of `window`, which must begin outside of any token. Unless it is the last of its text,
  // its end may be in the midst of a token: then the tokens up to some place between two are found.
  Outcome find(std::string_view window, bool is_last);

  std::size_t size() const { return size_; }

  // Where token i begins: at one of {}[]:, or at the first character of a string, a number or a word. Also of
  // i == size(): the end of the looked-through part.
  std::size_t operator[](std::size_t i) const { return positions_[i]; }

  std::size_t end() const { return positions_[size_]; }

 private:
  struct Stage;

  Outcome run(std::string_view text);

  std::unique_ptr<Stage> stage_;
  const std::uint32_t* positions_;
  std::size_t size_ = 0;
};

}  // namespace diffgate::dbt
