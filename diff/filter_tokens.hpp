#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace diffgate::diff {

struct Lexis;

struct FilterToken {
  enum class Kind {
    word,    // a keyword, a name without quotes, or a number
    name,    // in the quotes of a name, which are left out
    text,    // a literal, without its quotes
    symbol,  // one character of anything else
  };

  Kind kind = Kind::symbol;
  std::string value;
};

struct FilterText {
  std::vector<FilterToken> tokens;
  std::string sql;  // the filter without its comments
};

// Reads a filter as its engine does, as far as quotes and comments go. What an engine could take for
// something else than is read here is refused rather than guessed, and comments, on which engines differ
// most, are not passed on. Throws Error(caller).
FilterText read_filter(std::string_view filter, const Lexis& lexis);

// A word that begins with a digit.
bool is_number(const FilterToken& token);

// Throws Error(caller): the filter is not one expression, because `why`.
[[noreturn]] void refuse_filter(const std::string& why);

}  // namespace diffgate::diff
