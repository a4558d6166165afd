#pragma once

#include <string>
#include <string_view>

namespace diffgate::diff {

// A type's spelling taken apart: "character varying(20)" is {"character varying", 20}, "timestamp(3) without
// time zone" is {"timestamp without time zone", 3}, "DECIMAL(18,2)" is {"decimal", 18, 2}. Lower case.
struct TypeName {
  std::string base;
  int first = -1;   // the first number in parentheses, or -1
  int second = -1;  // the second
};

TypeName parse_type_name(std::string_view spelling);

}  // namespace diffgate::diff
