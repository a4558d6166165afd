#include "diff/dialect_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "diff/table_diff.hpp"
#include "diff/type_name.hpp"

namespace diffgate::diff {
namespace {

using Kind = CommonType::Kind;

// A type that no column has: that of a form.
ColumnType form_type(Family family, const char* base) {
  ColumnType out;
  out.family = family;
  out.name = base;
  out.base = base;
  return out;
}

const ColumnType kDouble = form_type(Family::floating, "double");
const ColumnType kInteger = form_type(Family::integer, "bigint");
const ColumnType kDecimal = form_type(Family::decimal, "decimal");
const ColumnType kTimestamp = form_type(Family::timestamp, "timestamp");
const ColumnType kInstant = form_type(Family::timestamp_tz, "timestamp with time zone");

// Not every engine trims other characters than spaces, and no number holds one.
Sql without_trailing(const Sql& text, const Sql& c) {
  return "REPLACE(RTRIM(REPLACE("_sql + text + ", "_sql + c + ", ' ')), ' ', "_sql + c + ")"_sql;
}

Sql without_trailing_zeros(const Sql& text) {
  return "(CASE WHEN "_sql + text + " LIKE '%.%' THEN "_sql +
         without_trailing(without_trailing(text, "'0'"_sql), "'.'"_sql) + " ELSE "_sql + text + " END)"_sql;
}

// Digits of the value, so that an integer beyond 2^53 never meets a rounded one.
Sql integer_or_float_text(const Forms& forms, const Sql& value, const ColumnType& from) {
  if (from.family == Family::integer) return forms.exact(forms.text(value, from));
  return forms.exact("(CASE WHEN "_sql + value + " = FLOOR("_sql + value + ") AND ABS("_sql + value +
                     ") < 9e18 THEN "_sql + forms.text(cast(value, forms.bigint_type), kInteger) +
                     " ELSE "_sql + forms.text(value, from) + " END)"_sql);
}

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Everything but the last digits of a clock's text.
Sql cut_clock(const Forms& forms, const Sql& value, Family family, int digits) {
  const Sql text = forms.clock(value, family);
  const int dropped = forms.clock_digits - std::clamp(digits, 0, forms.clock_digits);
  return "SUBSTRING("_sql + text + ", 1, "_sql + forms.length + "("_sql + text + ") - "_sql +
         Sql::number(dropped) + ")"_sql;
}

// A double as whole digits times a power of ten: what a person wrote, 0.01 and not the binary fraction
// nearest to it. Digits beyond `scale` after the point are cut off; empty if more than `precision` are left.
std::string decimal_digits(double value, int precision, int scale) {
  std::array<char, 400> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  std::string out(text.data(), written.ptr);
  const std::size_t point = std::min(out.find('.'), out.size());
  if (static_cast<int>(point) > precision - scale) return {};
  if (scale == 0) return out.substr(0, point);
  return out.substr(0, point + 1 + static_cast<std::size_t>(scale));
}

// "1 = 1" for a tolerance that no difference exceeds.
Sql is_within_exactly(const Forms& forms, const Sql& a, const Sql& b, ExactDigits digits, double tolerance) {
  const Sql type = forms.decimal_type(digits.precision + 1, digits.scale);
  const std::string allowed = decimal_digits(tolerance, digits.precision + 1, digits.scale);
  if (allowed.empty()) return "1 = 1"_sql;
  return "ABS("_sql + cast(a, type) + " - "_sql + cast(b, type) + ") <= "_sql +
         cast(sql_after_check("'" + allowed + "'"), type);
}

}  // namespace

ColumnType classify_by(std::span<const TypeRule> rules, const Column& column) {
  const TypeName parsed = parse_type_name(column.type);
  ColumnType out;
  out.name = column.type;
  out.base = parsed.base;
  for (const TypeRule& rule : rules) {
    if (rule.base != parsed.base) continue;
    out.family = rule.family;
    out.precision = rule.precision;
    out.scale = rule.scale;
    if (rule.family == Family::decimal && parsed.first >= 0) {
      out.precision = parsed.first;
      out.scale = std::max(parsed.second, 0);
    }
  }
  return out;
}

Sql cast(const Sql& value, const Sql& type) { return "CAST("_sql + value + " AS "_sql + type + ")"_sql; }

Sql decimal_type(int precision, int scale) {
  return "DECIMAL("_sql + Sql::number(std::max(precision, 1)) + ", "_sql + Sql::number(scale) + ")"_sql;
}

Sql as_it_is(const Sql& value) { return value; }

Sql form_by(const Forms& forms, const Sql& value, const ColumnType& from, const CommonType& to) {
  switch (to.kind) {
    case Kind::integer:
      return cast(value, forms.integer_type);
    case Kind::decimal:
      return cast(value, forms.decimal_type(to.precision, to.scale));
    case Kind::number_text:
      return forms.exact(without_trailing_zeros(forms.text(value, from)));
    case Kind::floating:
      return cast(value, forms.floating_type);
    case Kind::integer_floating:
      return integer_or_float_text(forms, value, from);
    case Kind::text:
      return forms.exact_text(value, from);
    case Kind::timestamp:
    case Kind::same:
      break;
  }
  const Sql timestamp = to.kind == Kind::timestamp ? cast(value, forms.timestamp_type) : value;
  switch (to.family) {
    case Family::text:
      return forms.exact_text(value, from);
    case Family::json:
    case Family::list:
      return forms.nested(value, from);
    case Family::as_text:
      return forms.exact(forms.text(value, from));
    case Family::timestamp:
      return to.timestamp_precision ? cut_clock(forms, timestamp, to.family, *to.timestamp_precision)
                                    : timestamp;
    case Family::timestamp_tz:
      return to.timestamp_precision
                 ? cut_clock(forms, forms.instant(value), to.family, *to.timestamp_precision)
                 : forms.instant(value);
    default:
      return value;
  }
}

Sql text_of_form(const Forms& forms, const Sql& form, const ColumnType& from, const CommonType& to) {
  switch (to.kind) {
    case Kind::integer:
      return forms.text(form, kInteger);
    case Kind::decimal:
      return forms.text(form, kDecimal);
    case Kind::floating:
      return forms.text(without_negative_zero(form, to), kDouble);
    case Kind::number_text:
    case Kind::integer_floating:
    case Kind::text:
      return form;
    case Kind::timestamp:
    case Kind::same:
      break;
  }
  switch (to.family) {
    case Family::text:
    case Family::json:
    case Family::list:
    case Family::as_text:
      return form;
    case Family::floating:
      return forms.text(without_negative_zero(form, to), from);
    case Family::timestamp:
      return to.timestamp_precision ? form : forms.text(form, kTimestamp);
    case Family::timestamp_tz:
      return to.timestamp_precision ? form : forms.text(form, kInstant);
    default:
      return forms.text(form, from);
  }
}

Sql without_negative_zero(const Sql& form, const CommonType& to) {
  const bool is_floating =
      to.kind == Kind::floating || (to.kind == Kind::same && to.family == Family::floating);
  return is_floating ? "("_sql + form + " + 0.0)"_sql : form;
}

std::vector<Sql> hashed_as_value(const Sql& form, const ColumnType&, const CommonType& to) {
  return {without_negative_zero(form, to)};
}

// Halves, because the difference of two doubles may overflow. Infinities and NaN are near nothing but
// themselves; some engines take NaN for equal to itself and larger than everything.
Sql is_within_by(const Forms& forms, const Sql& a, const Sql& b, std::optional<ExactDigits> exact,
                 const Tolerance& tolerance) {
  const bool has_room = exact && exact->precision > 0 && exact->precision < forms.max_precision;
  std::vector<Sql> conditions;
  std::vector<Sql> allowances;
  const Sql x = cast(a, forms.floating_type);
  const Sql y = cast(b, forms.floating_type);
  const Sql larger = "(CASE WHEN ABS("_sql + x + ") > ABS("_sql + y + ") THEN ABS("_sql + x +
                     ") ELSE ABS("_sql + y + ") END)"_sql;
  if (tolerance.absolute > 0) {
    if (has_room) {
      conditions.push_back(is_within_exactly(forms, a, b, *exact, tolerance.absolute));
    } else {
      allowances.push_back(cast(number(tolerance.absolute), forms.floating_type));
    }
  }
  if (tolerance.relative > 0) {
    allowances.push_back(cast(number(tolerance.relative), forms.floating_type) + " * "_sql + larger);
  }
  if (tolerance.significant_digits > 0) {
    allowances.push_back("0.5 * POWER("_sql + cast("10"_sql, forms.floating_type) + ", FLOOR("_sql +
                         forms.log10 + larger + ")) + "_sql + Sql::number(1 - tolerance.significant_digits) +
                         ")"_sql);
  }
  const Sql finite =
      "ABS("_sql + x + ") <= 1.7976931348623157e308 AND ABS("_sql + y + ") <= 1.7976931348623157e308"_sql;
  for (const Sql& allowance : allowances) {
    conditions.push_back("("_sql + finite + " AND ABS("_sql + x + " * 0.5 - "_sql + y +
                         " * 0.5) <= 0.5 * "_sql + allowance + ")"_sql);
  }
  return conditions.empty() ? "1 = 0"_sql : "("_sql + join(conditions, " OR "_sql) + ")"_sql;
}

Sql is_distinct_by_case(const Sql& a, const Sql& b, const CommonType&) {
  return "CASE WHEN "_sql + a + " = "_sql + b + " OR ("_sql + a + " IS NULL AND "_sql + b +
         " IS NULL) THEN 0 ELSE 1 END = 1"_sql;
}

StoredName stored_name(const Relation& relation, Fold fold) {
  std::vector<std::string> parts;
  for (const RelationPart& part : relation_parts(relation)) {
    std::string name = part.name.value();
    if (fold == Fold::lower_always || (fold == Fold::lower && !part.is_quoted)) {
      std::transform(name.begin(), name.end(), name.begin(), lower);
    } else if (fold == Fold::upper && !part.is_quoted) {
      std::transform(name.begin(), name.end(), name.begin(), upper);
    }
    parts.push_back(std::move(name));
  }
  StoredName out;
  out.table = parts.back();
  if (parts.size() > 1) out.schema = parts[parts.size() - 2];
  if (parts.size() > 2) out.database = parts[parts.size() - 3];
  return out;
}

Sql in_database(const Dialect& dialect, const StoredName& name) {
  return name.database.empty() ? Sql() : quoted(dialect, Identifier(name.database)) + "."_sql;
}

Sql is_of_table(const Dialect& dialect, const StoredName& name, const Sql& current_schema) {
  return "table_schema = "_sql + (name.schema.empty() ? current_schema : literal(dialect, name.schema)) +
         " AND table_name = "_sql + literal(dialect, name.table);
}

Sql describe_by(const std::vector<Relation>& relations, Fold fold,
                CatalogColumns (*columns)(const StoredName& name)) {
  std::vector<Sql> sides;
  for (std::size_t i = 0; i < relations.size(); ++i) {
    const CatalogColumns of = columns(stored_name(relations[i], fold));
    sides.push_back("SELECT "_sql + Sql::number(static_cast<std::int64_t>(i)) + " AS side, "_sql + of.name +
                    " AS column_name, "_sql + of.type + " AS column_type, "_sql + of.null_text +
                    " AS storage, "_sql + of.nullable + " AS can_be_null, "_sql + of.place +
                    " AS place FROM "_sql + of.from + " WHERE "_sql + of.where);
  }
  return "SELECT d.side, d.column_name, d.column_type, d.storage, d.can_be_null FROM ("_sql +
         join(sides, " UNION ALL "_sql) + ") d ORDER BY d.side, d.place"_sql;
}

}  // namespace diffgate::diff
