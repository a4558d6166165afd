#include "diff/duckdb_tolerance.hpp"

#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "diff/dialect.hpp"

namespace diffgate::diff {
namespace {

constexpr int kSafeDigits = 38;  // any number of so many digits is a UHUGEINT
constexpr const char* kLargest = "340282366920938463463374607431768211455";

// digits * 10^exponent: what a person wrote, 0.01 and not the binary fraction nearest to it.
struct Decimal {
  std::string digits;
  int exponent = 0;
};

Decimal decimal_of(double value) {
  std::array<char, 64> text{};
  const auto written =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific);
  const std::string scientific(text.data(), written.ptr);
  const std::size_t e = scientific.find('e');
  Decimal out;
  for (const char c : scientific.substr(0, e)) {
    if (c != '.') out.digits += c;
  }
  out.exponent = std::stoi(scientific.substr(e + 1)) - static_cast<int>(out.digits.size()) + 1;
  return out;
}

Sql integer(const std::string& digits) { return sql_after_check("CAST('" + digits + "' AS UHUGEINT)"); }

Sql power_of_ten(int exponent) { return integer("1" + std::string(static_cast<std::size_t>(exponent), '0')); }

// The whole units of 10^-scale in an absolute tolerance.
Sql absolute_units(double tolerance, int scale) {
  Decimal value = decimal_of(tolerance);
  const int zeros = value.exponent + scale;
  const int digits = static_cast<int>(value.digits.size()) + zeros;
  if (digits > kSafeDigits) return integer(kLargest);
  if (digits <= 0) return integer("0");
  value.digits.resize(static_cast<std::size_t>(digits), '0');
  return integer(value.digits);
}

// Whole units in larger * tolerance, without the product, which could overflow. Of a tolerance with too many
// digits for that, the last ones are cut off.
Sql relative_units(double tolerance, const Sql& larger) {
  Decimal value = decimal_of(tolerance);
  while (!value.digits.empty() && static_cast<int>(value.digits.size()) - value.exponent > kSafeDigits) {
    value.digits.pop_back();
    ++value.exponent;
  }
  if (value.digits.empty()) return integer("0");
  const Sql part = integer(value.digits);
  const Sql whole = power_of_ten(-value.exponent);
  return "("_sql + larger + " // "_sql + whole + " * "_sql + part + " + "_sql + larger + " % "_sql + whole +
         " * "_sql + part + " // "_sql + whole + ")"_sql;
}

// Half a unit of the last significant digit, in whole units.
Sql significant_units(int digits, const Sql& larger) {
  const Sql beyond = "length(CAST("_sql + larger + " AS VARCHAR)) - "_sql + Sql::number(digits);
  return "(CASE WHEN "_sql + beyond + " > 0 THEN CAST('5' || repeat('0', "_sql + beyond +
         " - 1) AS UHUGEINT) ELSE "_sql + integer("0") + " END)"_sql;
}

Sql largest_of(const std::vector<Sql>& values) {
  return values.size() == 1 ? values[0] : "greatest("_sql + join(values, ", "_sql) + ")"_sql;
}

// In whole units of 10^-scale, read from the digits: a DECIMAL(38, …) has no room for a difference. A number
// beyond even UHUGEINT is near nothing.
Sql is_within_exactly(const Sql& a, const Sql& b, int scale, const Tolerance& tolerance) {
  const auto text = [](const Sql& x) { return "CAST("_sql + x + " AS VARCHAR)"_sql; };
  const auto units = [&](const Sql& x) {
    return "TRY_CAST(ltrim(split_part("_sql + text(x) + ", '.', 1), '-') || rpad(split_part("_sql + text(x) +
           ", '.', 2), "_sql + Sql::number(scale) + ", '0') AS UHUGEINT)"_sql;
  };
  const auto is_negative = [&](const Sql& x) { return "starts_with("_sql + text(x) + ", '-')"_sql; };
  const Sql larger = "greatest("_sql + units(a) + ", "_sql + units(b) + ")"_sql;
  std::vector<Sql> allowances;
  if (tolerance.absolute > 0) allowances.push_back(absolute_units(tolerance.absolute, scale));
  if (tolerance.relative > 0) allowances.push_back(relative_units(tolerance.relative, larger));
  if (tolerance.significant_digits > 0)
    allowances.push_back(significant_units(tolerance.significant_digits, larger));
  if (allowances.empty()) return "false"_sql;
  const Sql allowed = largest_of(allowances);
  // Nested, because the sum of two numbers on either side of 0 may overflow and what is left may not be
  // negative.
  return "(CASE WHEN "_sql + units(a) + " IS NULL OR "_sql + units(b) + " IS NULL THEN false WHEN "_sql +
         is_negative(a) + " = "_sql + is_negative(b) + " THEN "_sql + larger + " - least("_sql + units(a) +
         ", "_sql + units(b) + ") <= "_sql + allowed + " WHEN "_sql + units(a) + " <= "_sql + allowed +
         " THEN "_sql + units(b) + " <= "_sql + allowed + " - "_sql + units(a) + " ELSE false END)"_sql;
}

// Whether |a - b| is within an absolute tolerance, decided by the digits that the numbers are written
// with: 1.1 and 1.0 are 0.1 apart, their binary fractions a little more.
Sql is_within_by_digits(const Sql& a, const Sql& b, double tolerance) {
  const Decimal allowed = decimal_of(tolerance);
  const Sql allowed_exponent = Sql::number(allowed.exponent);
  const auto parts = [](const Sql& x) {
    return "regexp_extract(CAST("_sql + x +
           " AS VARCHAR), '^(-?)([0-9]+)(?:\\.([0-9]+))?(?:e\\+?(-?[0-9]+))?$', ['s', 'i', 'f', 'e'])"_sql;
  };
  // Of the last digit.
  const auto exponent = [](const Sql& x) {
    return "(coalesce(TRY_CAST(nullif("_sql + x + ".e, '') AS INTEGER), 0) - length("_sql + x + ".f))"_sql;
  };
  const Sql last = "least("_sql + exponent("dg_n.a"_sql) + ", "_sql + exponent("dg_n.b"_sql) + ", "_sql +
                   allowed_exponent + ")"_sql;
  const auto units = [&](const Sql& digits, const Sql& at) {
    return "CAST("_sql + digits + " || repeat('0', "_sql + at + " - dg_u.last) AS BIGNUM)"_sql;
  };
  const auto units_of = [&](const Sql& x) {
    return units(x + ".s || "_sql + x + ".i || "_sql + x + ".f"_sql, exponent(x));
  };
  const Sql x = units_of("dg_u.a"_sql);
  const Sql y = units_of("dg_u.b"_sql);
  const Sql most = units(sql_after_check("'" + allowed.digits + "'"), allowed_exponent);
  return "[("_sql + x + " - "_sql + y + ") <= "_sql + most + " AND ("_sql + y + " - "_sql + x + ") <= "_sql +
         most + " FOR dg_u IN [{'a': dg_n.a, 'b': dg_n.b, 'last': "_sql + last + "} FOR dg_n IN [{'a': "_sql +
         parts(a) + ", 'b': "_sql + parts(b) + "}]]][1]"_sql;
}

// Halves, because the difference of two doubles may overflow. Infinities and NaN are near nothing but
// themselves. Of an absolute tolerance, the digits decide where doubles, or those of two FLOAT, can't be
// sure.
Sql is_within_as_double(const Sql& a, const Sql& b, const Tolerance& tolerance) {
  const auto real = [](const Sql& x) { return "CAST("_sql + x + " AS DOUBLE)"_sql; };
  const Sql larger = "greatest(abs("_sql + real(a) + "), abs("_sql + real(b) + "))"_sql;
  const Sql apart = "abs("_sql + real(a) + " * 0.5 - "_sql + real(b) + " * 0.5)"_sql;
  std::vector<Sql> allowances;
  if (tolerance.relative > 0) allowances.push_back(number(tolerance.relative) + "::DOUBLE * "_sql + larger);
  if (tolerance.significant_digits > 0) {
    allowances.push_back("0.5 * pow(10, floor(log10("_sql + larger + ")) + "_sql +
                         Sql::number(1 - tolerance.significant_digits) + ")"_sql);
  }
  std::vector<Sql> conditions;
  for (const Sql& allowance : allowances)
    conditions.push_back(apart + " <= 0.5 * greatest("_sql + allowance + ")"_sql);
  if (tolerance.absolute > 0) {
    const Sql half = number(tolerance.absolute * 0.5) + "::DOUBLE"_sql;
    const Sql unsure = "5e-7 * "_sql + larger;
    conditions.push_back("CASE WHEN "_sql + apart + " > "_sql + half + " + "_sql + unsure +
                         " THEN false WHEN "_sql + apart + " < "_sql + half + " - "_sql + unsure +
                         " THEN true ELSE "_sql + is_within_by_digits(a, b, tolerance.absolute) + " END"_sql);
  }
  if (conditions.empty()) return "false"_sql;
  const auto finite = [&](const Sql& x) { return "isfinite("_sql + real(x) + ")"_sql; };
  return "(CASE WHEN "_sql + finite(a) + " AND "_sql + finite(b) + " AND "_sql + larger + " > 0 THEN "_sql +
         join(conditions, " OR "_sql) + " ELSE false END)"_sql;
}

}  // namespace

Sql duckdb_is_within(const Sql& a, const Sql& b, std::optional<ExactDigits> exact,
                     const Tolerance& tolerance) {
  return exact ? is_within_exactly(a, b, exact->scale, tolerance) : is_within_as_double(a, b, tolerance);
}

}  // namespace diffgate::diff
