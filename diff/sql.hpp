#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace diffgate::diff {

struct Dialect;

// Text that may be sent as SQL. A std::string can't become one by accident: it is made of literals in this
// source
// ("SELECT "_sql), of numbers, of what a Dialect has quoted, and of the two kinds of foreign text that are
// checked first, relations and filters.
class Sql {
 public:
  Sql() = default;

  static Sql number(std::int64_t value) { return Sql(std::to_string(value)); }

  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }

  Sql& operator+=(const Sql& other) {
    text_ += other.text_;
    return *this;
  }
  friend Sql operator+(Sql left, const Sql& right) {
    left += right;
    return left;
  }

 private:
  explicit Sql(std::string text) : text_(std::move(text)) {}

  friend Sql operator""_sql(const char* text, std::size_t size);
  friend Sql sql_after_check(std::string text);

  std::string text_;
};

inline Sql operator""_sql(const char* text, std::size_t size) { return Sql(std::string(text, size)); }

// For the few functions whose job is to check or quote a text: relation.cpp, filter.cpp, dialect.cpp.
Sql sql_after_check(std::string text);

Sql join(const std::vector<Sql>& parts, const Sql& separator);

}  // namespace diffgate::diff
