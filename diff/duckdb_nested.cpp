#include "diff/duckdb_nested.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "diff/dialect_parts.hpp"

namespace diffgate::diff {
namespace {

Sql if_there(const Sql& value, const Sql& then) {
  return "CASE WHEN "_sql + value + " IS NOT NULL THEN "_sql + then + " END"_sql;
}

// What stands between the outer parentheses of a spelling, parted at its outer commas. Names are in double
// quotes, an enum's values in single ones; a quote inside is doubled.
std::vector<std::string_view> arguments_of(std::string_view type) {
  std::vector<std::string_view> out;
  const std::size_t open = type.find('(');
  int depth = 0;
  char quote = '\0';
  std::size_t first = open + 1;
  for (std::size_t i = open + 1; i < type.size(); ++i) {
    const char c = type[i];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
      continue;
    }
    if (c == '"' || c == '\'') quote = c;
    if (c == '(') ++depth;
    const bool is_end = c == ')' && depth == 0;
    if (is_end || (c == ',' && depth == 0)) {
      out.push_back(type.substr(first, i - first));
      first = i + 1;
    }
    if (is_end) break;
    if (c == ')') --depth;
  }
  for (std::string_view& argument : out) {
    while (argument.starts_with(' ')) argument.remove_prefix(1);
  }
  return out;
}

// The type in "name TYPE".
std::string_view type_of_field(std::string_view field) {
  std::size_t end = 0;
  if (field.starts_with('"')) {
    for (end = 1; end < field.size(); ++end) {
      if (field[end] != '"') continue;
      if (end + 1 >= field.size() || field[end + 1] != '"') break;
      ++end;
    }
  }
  end = field.find(' ', end);
  return end == std::string_view::npos ? field : field.substr(end + 1);
}

bool is_array(std::string_view type) { return type.ends_with("]") && !type.ends_with("[]"); }

std::string_view element_of(std::string_view type) { return type.substr(0, type.rfind('[')); }

bool is_floating(std::string_view type) { return type == "FLOAT" || type == "DOUBLE"; }

bool is_opaque(std::string_view type) { return type == "INTERVAL" || type.starts_with("GEOMETRY"); }

// Whether values that are equal may be written differently, or = takes different ones for equal.
bool needs_form(std::string_view type) {
  if (type.ends_with("]")) return is_array(type) || needs_form(element_of(type));
  if (type.starts_with("MAP(") || type.starts_with("UNION(")) return true;
  if (type.starts_with("STRUCT(")) {
    const std::vector<std::string_view> fields = arguments_of(type);
    return std::any_of(fields.begin(), fields.end(),
                       [](std::string_view field) { return needs_form(type_of_field(field)); });
  }
  return is_floating(type) || is_opaque(type) || type == "JSON" || type == "VARIANT";
}

Sql form(const Sql& value, std::string_view type, int depth);

Sql part(const Sql& value, std::size_t i) {
  return "struct_extract_at("_sql + value + ", "_sql + Sql::number(static_cast<std::int64_t>(i) + 1) +
         ")"_sql;
}

Sql list_form(const Sql& list, std::string_view element, int depth) {
  if (!needs_form(element)) return list;
  const Sql item = "dg_x"_sql + Sql::number(depth);
  return "["_sql + form(item, element, depth + 1) + " FOR "_sql + item + " IN "_sql + list + "]"_sql;
}

Sql struct_form(const Sql& value, std::string_view type, int depth) {
  std::vector<Sql> fields;
  for (const std::string_view field : arguments_of(type))
    fields.push_back(form(part(value, fields.size()), type_of_field(field), depth));
  return "("_sql + if_there(value, "row("_sql + join(fields, ", "_sql) + ")"_sql) + ")"_sql;
}

// A union's text does not say which of its types it has.
Sql union_form(const Sql& value, std::string_view type, int depth) {
  const Sql tag = cast("union_tag("_sql + value + ")"_sql, "VARCHAR"_sql);
  std::vector<Sql> fields = {tag};
  for (const std::string_view field : arguments_of(type)) {
    const std::string_view of = type_of_field(field);
    std::string_view name = field.substr(0, field.size() - of.size() - 1);
    std::string text;
    if (name.starts_with('"')) name = name.substr(1, name.size() - 2);
    for (std::size_t i = 0; i < name.size(); ++i) {
      text += name[i];
      if (name[i] == '\'') text += '\'';
      if (name[i] == '"') ++i;  // doubled in a quoted name
    }
    fields.push_back(
        form(sql_after_check("union_extract(") + value + sql_after_check(", '" + text + "')"), of, depth));
  }
  return "("_sql + if_there(value, "row("_sql + join(fields, ", "_sql) + ")"_sql) + ")"_sql;
}

// Keys of a map have no order.
Sql map_form(const Sql& value, std::string_view type, int depth) {
  const std::vector<std::string_view> types = arguments_of(type);
  Sql entries = "map_entries("_sql + value + ")"_sql;
  if (needs_form(types.at(0)) || needs_form(types.at(1))) {
    const Sql entry = "dg_x"_sql + Sql::number(depth);
    entries = "[row("_sql + form(part(entry, 0), types[0], depth + 1) + ", "_sql +
              form(part(entry, 1), types[1], depth + 1) + ") FOR "_sql + entry + " IN "_sql + entries +
              "]"_sql;
  }
  return "list_sort("_sql + entries + ")"_sql;
}

Sql form(const Sql& value, std::string_view type, int depth) {
  if (!needs_form(type)) return value;
  if (type.ends_with("]")) {
    const std::string_view element = element_of(type);
    const Sql list = is_array(type) ? cast(value, sql_after_check(std::string(element) + "[]")) : value;
    return list_form(list, element, depth);
  }
  if (type.starts_with("STRUCT(")) return struct_form(value, type, depth);
  if (type.starts_with("UNION(")) return union_form(value, type, depth);
  if (type.starts_with("MAP(")) return map_form(value, type, depth);
  if (type == "JSON") return duckdb_json_form(value);
  if (type == "VARIANT") return duckdb_variant_form(value);
  if (is_opaque(type)) return cast(value, "VARCHAR"_sql);
  const Sql floating = sql_after_check(std::string(type));
  return "(CASE WHEN isnan("_sql + value + ") THEN "_sql + cast("'nan'"_sql, floating) + " ELSE "_sql +
         value + " + "_sql + cast("0"_sql, floating) + " END)"_sql;
}

// The digits of a number without the zeros at either end, and the power of ten that they are multiplied by.
// Of dg_q: `p`, a piece of a document; `x`, the parts of the number at its beginning, empty if there is none.
Sql number_or_piece() {
  const Sql all = "(dg_q.x.i || dg_q.x.f)"_sql;
  const Sql ended = "rtrim("_sql + all + ", '0')"_sql;
  const Sql digits = "ltrim("_sql + ended + ", '0')"_sql;
  return "CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN "_sql + digits +
         " = '' THEN '0' ELSE dg_q.x.s || "_sql + digits +
         " || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length("_sql +
         ended + ") AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '\"'):] END"_sql;
}

}  // namespace

bool duckdb_is_nested(std::string_view type) {
  return type.ends_with("]") || type.starts_with("STRUCT(") || type.starts_with("UNION(") ||
         type.starts_with("MAP(");
}

// Functions of JSON read numbers as doubles. So every text "t" is made "t#" first, every number n the text
// "#n": the sign at the end tells the texts from the numbers. Of a repeated key, VARIANT's JSON has the last;
// it is made twice because variant_normalize, which sorts the keys, mixes up objects with repeated ones.
Sql duckdb_json_form(const Sql& value) {
  const Sql tokens =
      "regexp_replace(CAST("_sql + value +
      " AS VARCHAR), '\"((?:[^\"\\\\]|\\\\.)*)\"|(-?[0-9][0-9.eE+-]*)', '\"\\1#\\2\"', 'g')"_sql;
  const Sql unique = cast(cast(cast(tokens, "JSON"_sql), "VARIANT"_sql), "JSON"_sql);
  const Sql sorted =
      cast(cast("variant_normalize("_sql + cast(unique, "VARIANT"_sql) + ")"_sql, "JSON"_sql), "VARCHAR"_sql);
  const Sql pieces = "[{'p': dg_p, 'x': regexp_extract(dg_p, "_sql +
                     "'^(-?)([0-9]+)(?:\\.([0-9]+))?(?:[eE]\\+?(-?[0-9]+))?\"', ['s', 'i', 'f', 'e'])} "
                     "FOR dg_p IN string_split("_sql +
                     sorted + ", '\"#')]"_sql;
  const Sql text =
      "array_to_string(["_sql + number_or_piece() + " FOR dg_q IN "_sql + pieces + "], '\"#')"_sql;
  return "("_sql + if_there(value, text) + ")"_sql;
}

// DuckDB's = of two VARIANT fails if they hold different types, their text and JSON leave types out. The hash
// is of what is stored, types and all, with its keys sorted.
Sql duckdb_variant_form(const Sql& value) {
  const Sql sorted = "variant_normalize("_sql + value + ")"_sql;
  return "("_sql +
         if_there(value, "concat_ws(chr(10), variant_typeof("_sql + sorted + "), hash("_sql + sorted +
                             "), "_sql + duckdb_json_form(cast(value, "JSON"_sql)) + ")"_sql) +
         ")"_sql;
}

Sql duckdb_nested_form(const Sql& value, std::string_view type) { return form(value, type, 0); }

}  // namespace diffgate::diff
