#include "diff/column_type.hpp"

#include <algorithm>

namespace diffgate::diff {
namespace {

using Kind = CommonType::Kind;

bool are(const ColumnType& a, const ColumnType& b, Family first, Family second) {
  return (a.family == first && b.family == second) || (a.family == second && b.family == first);
}

CommonType decimal_of(const ColumnType& a, const ColumnType& b, int max_precision) {
  // No maximum, as in PostgreSQL: any decimal holds any other.
  if (max_precision == 0) return CommonType{.kind = Kind::decimal, .family = Family::decimal};
  const int scale = std::max(a.scale, b.scale);
  const int whole = std::max(a.precision - a.scale, b.precision - b.scale);
  if (whole + scale > max_precision) return CommonType{.kind = Kind::number_text, .family = Family::decimal};
  return CommonType{
      .kind = Kind::decimal, .family = Family::decimal, .precision = whole + scale, .scale = scale};
}

}  // namespace

bool is_number(Family family) {
  return family == Family::integer || family == Family::decimal || family == Family::floating;
}

std::variant<CommonType, std::string> common_type(const ColumnType& prod, const ColumnType& pr,
                                                  int max_precision) {
  for (const ColumnType* type : {&prod, &pr}) {
    if (!type->incomparable.empty()) return "type " + type->name + ": " + type->incomparable;
  }
  if (prod.name == pr.name) return CommonType{.kind = Kind::same, .family = pr.family};
  if (prod.family == pr.family) {
    switch (pr.family) {
      case Family::boolean:
      case Family::date:
      case Family::timestamp_tz:
      case Family::json:
        return CommonType{.kind = Kind::same, .family = pr.family};
      case Family::integer:
        return CommonType{.kind = Kind::integer,
                          .family = Family::integer,
                          .precision = std::max(prod.precision, pr.precision)};
      case Family::decimal:
        return decimal_of(prod, pr, max_precision);
      case Family::floating:
        return CommonType{.kind = Kind::floating, .family = Family::floating};
      case Family::text:
        return CommonType{.kind = Kind::text, .family = Family::text};
      case Family::timestamp:
        return CommonType{.kind = Kind::timestamp, .family = Family::timestamp};
      case Family::list:
        break;
      case Family::native:
      case Family::as_text:
        if (prod.base == pr.base) return CommonType{.kind = Kind::same, .family = pr.family};
    }
  }
  if (are(prod, pr, Family::integer, Family::decimal)) return decimal_of(prod, pr, max_precision);
  if (are(prod, pr, Family::integer, Family::floating)) {
    return CommonType{.kind = Kind::integer_floating, .family = Family::floating};
  }
  if (are(prod, pr, Family::decimal, Family::floating)) {
    return CommonType{.kind = Kind::floating, .family = Family::floating};
  }
  if (are(prod, pr, Family::date, Family::timestamp)) {
    return CommonType{.kind = Kind::timestamp, .family = Family::timestamp};
  }
  return "type " + prod.name + " became " + pr.name + ", and these have no common type";
}

}  // namespace diffgate::diff
