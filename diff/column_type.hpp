#pragma once

#include <optional>
#include <string>
#include <variant>

#include "diff/warehouse.hpp"

namespace diffgate::diff {

// Types that compare alike, whatever an engine calls them.
enum class Family {
  boolean,
  integer,
  decimal,
  floating,
  text,
  date,
  timestamp,     // without time zone
  timestamp_tz,  // an instant
  json,
  list,     // of one element type
  native,   // everything else that the engine compares and hashes by value
  as_text,  // everything else: compared by its text
};

// What the comparison needs to know of a column's type.
struct ColumnType {
  Family family = Family::as_text;
  std::string name;               // the engine's spelling
  std::string base;               // without length, precision and scale; types of one base compare
  int precision = 0;              // decimal: digits in all, 0 if unbounded; integer: digits it may have
  int scale = 0;                  // decimal: digits after the point
  bool is_padded = false;         // char(n): trailing spaces do not count
  std::string incomparable = {};  // why values of this type can't be compared at all; empty if they can
  std::string element;            // list: the element type's spelling
};

// A form that the values of both sides can be brought into, so that equality of the forms is equality of the
// values. Nothing is lost but a decimal's digits beside a float: both are doubles then.
struct CommonType {
  enum class Kind {
    same,              // both sides have this family and base
    integer,           // the widest integer; `precision` as the wider type has it
    decimal,           // `precision` and `scale` hold both sides' digits
    number_text,       // a decimal too long for the engine's type: canonical digits
    floating,          // double precision
    integer_floating,  // an integer and a float: canonical digits, so that nothing is rounded
    text,
    timestamp,  // microseconds, or nanoseconds if the engine has them
  };
  Kind kind = Kind::same;
  Family family = Family::as_text;
  int precision = 0;
  int scale = 0;
  std::optional<int> timestamp_precision = std::nullopt;  // digits of a second kept; the rest is cut off
};

// The common type, or why there is none, such as "type date became text, and these have no common type".
std::variant<CommonType, std::string> common_type(const ColumnType& prod, const ColumnType& pr,
                                                  int max_precision);

bool is_number(Family family);

}  // namespace diffgate::diff
