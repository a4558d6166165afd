#include "column_kinds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <vector>

namespace diffgate::test {
namespace {

std::string quote(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + "'";
}

Cell cell(std::string sql, std::string canonical, double number = 0) {
  return Cell{false, std::move(sql), std::move(canonical), number};
}

Cell boolean(Random& random) {
  const bool value = chance(random, 0.5);
  return cell(value ? "true" : "false", value ? "t" : "f");
}

Cell small_integer(Random& random) {
  const auto value = static_cast<std::int64_t>(below(random, 60)) - 10;
  return cell(std::to_string(value), std::to_string(value), static_cast<double>(value));
}

Cell big_integer(Random& random) {
  static constexpr std::array<std::int64_t, 8> kValues = {
      0, -1, 9007199254740992, 9007199254740993, -9007199254740993, INT64_MAX, INT64_MIN + 1, 1'000'000'007};
  const std::int64_t value = pick(random, kValues);
  return cell(fmt::format("CAST({} AS bigint)", value), std::to_string(value), static_cast<double>(value));
}

// Digits after the point without what does not count: "1.50" is "1.5", "-0.00" is "0".
std::string canonical_decimal(bool negative, std::string whole, std::string fraction) {
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
  if (whole.empty()) whole = "0";
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  const std::string digits = fraction.empty() ? whole : whole + "." + fraction;
  return negative && digits != "0" ? "-" + digits : digits;
}

std::string digits(Random& random, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += static_cast<char>('0' + below(random, 10));
  return out;
}

Cell decimal(Random& random, std::size_t whole_digits, std::size_t scale) {
  const bool negative = chance(random, 0.5);
  // Often few digits, so that values meet.
  const bool is_small = chance(random, 0.7);
  const std::string whole = is_small ? std::to_string(below(random, 3)) : digits(random, whole_digits);
  std::string fraction = is_small ? std::to_string(below(random, 4)) : digits(random, scale);
  fraction.resize(scale, '0');
  const std::string text = (negative ? "-" : "") + whole + (scale ? "." + fraction : "");
  return cell(fmt::format("CAST('{}' AS decimal({}, {}))", text, whole_digits + scale, scale),
              canonical_decimal(negative, whole, fraction), std::stod(text));
}

Cell money_decimal(Random& random) { return decimal(random, 8, 2); }
Cell long_decimal(Random& random) { return decimal(random, 28, 10); }
Cell whole_decimal(Random& random) { return decimal(random, 38, 0); }

std::string canonical_double(double value) {
  if (std::isnan(value)) return "nan";
  return fmt::format("{:016x}", std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value));
}

Cell real(Random& random) {
  static constexpr std::array<double, 16> kValues = {
      0.0,      -0.0,   1.0,   1.5,         -2.25,  0.1,    0.30000000000000004, 0.3, 1e-300, 1.7e308,
      -1.7e308, 5e-324, 100.0, 100.0000001, 1000.5, 1000.25};
  if (chance(random, 0.15)) {
    static const std::array<std::pair<const char*, double>, 3> kSpecial = {
        {{"NaN", NAN}, {"Infinity", INFINITY}, {"-Infinity", -INFINITY}}};
    const auto& [text, value] = pick(random, kSpecial);
    return cell(fmt::format("CAST('{}' AS double precision)", text), canonical_double(value), value);
  }
  const double value = pick(random, kValues);
  return cell(fmt::format("CAST('{:.17g}' AS double precision)", value), canonical_double(value), value);
}

Cell text(Random& random) {
  static const std::array<std::string, 18> kValues = {"",         " ",           "a",
                                                      "A",        "a ",          " a",
                                                      "NULL",     "<null>",      "it's",
                                                      "\"q\"",    "back\\slash", "zwei\nZeilen",
                                                      "\xC3\xA9", "e\xCC\x81",   "\xF0\x9F\xA6\x86",
                                                      "a|b",      "ab",          "\xE6\x97\xA5\xE6\x9C\xAC"};
  std::string value = pick(random, kValues);
  if (chance(random, 0.1)) value += pick(random, kValues);
  return cell(quote(value), "s" + value);
}

Cell padded_text(Random& random) {
  static const std::array<std::string, 5> kValues = {"", "a", "A", "ab", "abc"};
  const std::string value = pick(random, kValues);
  return cell("CAST(" + quote(value + std::string(below(random, 2), ' ')) + " AS char(5))", "s" + value);
}

Cell mood(Random& random) {
  static const std::array<std::string, 3> kValues = {"sad", "ok", "happy"};
  const std::string value = pick(random, kValues);
  return cell(quote(value), "s" + value);
}

Cell date(Random& random) {
  static const std::array<std::string, 6> kValues = {"1970-01-01", "1969-12-31", "2024-02-29",
                                                     "0001-01-01", "9999-12-31", "2026-11-21"};
  const std::string value = pick(random, kValues);
  return cell("DATE '" + value + "'", value);
}

std::string timestamp_text(Random& random) {
  static const std::array<std::string, 5> kDays = {"1970-01-01", "1969-12-31", "2024-02-29", "1999-12-31",
                                                   "2026-11-21"};
  static const std::array<std::string, 6> kTimes = {"00:00:00",        "23:59:59.999999", "12:00:00.123456",
                                                    "12:00:00.123457", "12:00:00.123",    "12:00:00.5"};
  return pick(random, kDays) + " " + pick(random, kTimes);
}

// Trailing zeros of the fraction do not count.
std::string canonical_time(std::string value) {
  if (value.find('.') == std::string::npos) return value;
  while (value.back() == '0') value.pop_back();
  return value;
}

Cell timestamp(Random& random) {
  const std::string value = timestamp_text(random);
  return cell("TIMESTAMP '" + value + "'", canonical_time(value));
}

// The same instant in one of two zones.
Cell instant(Random& random) {
  const std::size_t hour = below(random, 6);
  const std::string minutes = pick(random, std::array<std::string, 3>{"00:00", "30:00", "30:00.000001"});
  const int offset = chance(random, 0.5) ? 0 : 5;
  const std::string sql = fmt::format("CAST('2026-03-04 {:02}:{}+{:02}' AS timestamp with time zone)",
                                      hour + static_cast<std::size_t>(offset), minutes, offset);
  return cell(sql, fmt::format("{:02}:{}", hour, minutes));
}

Cell time_of_day(Random& random) {
  static const std::array<std::string, 4> kTimes = {"00:00:00", "23:59:59.999999", "12:00:00.5", "12:00:00"};
  const std::string value = pick(random, kTimes);
  return cell("TIME '" + value + "'", canonical_time(value));
}

Cell uuid(Random& random) {
  const std::string low = fmt::format("123e4567-e89b-12d3-a456-42661417400{:x}", below(random, 16));
  std::string written = low;
  if (chance(random, 0.5)) {
    for (char& c : written) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return cell("CAST('" + written + "' AS uuid)", low);
}

std::string hex_bytes(Random& random) {
  static const std::array<std::string, 6> kValues = {"", "00", "ff", "00ff", "2761", "6100"};
  return pick(random, kValues);
}

Cell bytea(Random& random) {
  const std::string hex = hex_bytes(random);
  return cell("decode('" + hex + "', 'hex')", hex);
}

Cell blob(Random& random) {
  const std::string hex = hex_bytes(random);
  return cell("unhex('" + hex + "')", hex);
}

// An interval as its three independent parts.
Cell interval(Random& random) {
  const std::size_t months = below(random, 2);
  const std::size_t days = below(random, 2) * 30;
  const std::size_t hours = below(random, 2) * 24;
  return cell(fmt::format("INTERVAL '{} months {} days {} hours'", months, days, hours),
              fmt::format("{}/{}/{}", months, days, hours));
}

// A document with its keys in any order and any spacing.
std::string write_json(Random& random, const nlohmann::json& value) {
  const std::string space = chance(random, 0.3) ? " " : "";
  if (value.is_array()) {
    std::string out = "[";
    for (std::size_t i = 0; i < value.size(); ++i)
      out += (i ? "," + space : space) + write_json(random, value[i]);
    return out + space + "]";
  }
  if (!value.is_object()) return value.dump();
  std::vector<std::string> members;
  for (const auto& [key, member] : value.items())
    members.push_back(nlohmann::json(key).dump() + ":" + space + write_json(random, member));
  std::shuffle(members.begin(), members.end(), random);
  return fmt::format("{{{}{}}}", space, fmt::join(members, "," + space));
}

nlohmann::json random_json(Random& random, int depth) {
  switch (below(random, depth > 0 ? 8 : 5)) {
    case 0:
      return nullptr;
    case 1:
      return chance(random, 0.5);
    case 2:
      return static_cast<int>(below(random, 3));
    case 3:
      return pick(random, std::array<std::string, 4>{"", "1", "a\"b", "\xC3\xA9"});
    case 4:
      return 1.5;
    case 5:
      return nlohmann::json::array({random_json(random, depth - 1), random_json(random, depth - 1)});
    default:
      return nlohmann::json{{"a", random_json(random, depth - 1)}, {"b c", random_json(random, depth - 1)}};
  }
}

Cell json_document(Random& random) {
  const nlohmann::json value = random_json(random, 2);
  return cell("CAST(" + quote(write_json(random, value)) + " AS json)", value.dump());
}

Cell jsonb_document(Random& random) {
  const nlohmann::json value = random_json(random, 2);
  return cell("CAST(" + quote(write_json(random, value)) + " AS jsonb)", value.dump());
}

std::string list_text(Random& random, const std::function<std::string(Random&)>& element) {
  std::vector<std::string> parts;
  for (std::size_t i = below(random, 3); i > 0; --i)
    parts.push_back(chance(random, 0.2) ? "NULL" : element(random));
  return fmt::format("{}", fmt::join(parts, ","));
}

std::string small_number(Random& random) { return std::to_string(below(random, 3)); }

Cell postgres_list(Random& random) {
  const std::string value = list_text(random, small_number);
  return cell("CAST(ARRAY[" + value + "] AS integer[])", value);
}

Cell duckdb_list(Random& random) {
  const std::string value = list_text(random, small_number);
  return cell("CAST([" + value + "] AS INTEGER[])", value);
}

Cell postgres_text_list(Random& random) {
  const std::string value =
      list_text(random, [](Random& r) { return pick(r, std::array<std::string, 3>{"'a'", "'A'", "'a,b'"}); });
  return cell("CAST(ARRAY[" + value + "] AS text[])", value);
}

// The same numbers with more or fewer zeros at their ends.
Cell postgres_number_list(Random& random) {
  static const std::array<std::pair<const char*, const char*>, 6> kValues = {
      {{"1", "1"}, {"1.0", "1"}, {"-1.00", "-1"}, {"0", "0"}, {"0.5", "0.5"}, {"NULL", "NULL"}}};
  std::vector<std::string> written;
  std::vector<std::string> canonical;
  for (std::size_t i = below(random, 3); i > 0; --i) {
    const auto& [value, meaning] = pick(random, kValues);
    written.emplace_back(value);
    canonical.emplace_back(meaning);
  }
  return cell(fmt::format("CAST(ARRAY[{}] AS numeric[])", fmt::join(written, ",")),
              fmt::format("{}", fmt::join(canonical, ",")));
}

Cell duckdb_struct(Random& random) {
  const std::string a = small_number(random);
  const std::string b = chance(random, 0.3) ? "NULL" : pick(random, std::array<std::string, 2>{"'x'", "'X'"});
  return cell(fmt::format("{{'a': CAST({} AS INTEGER), 'b': CAST({} AS VARCHAR)}}", a, b), a + "/" + b);
}

// 0 may have either sign.
Cell duckdb_double_list(Random& random) {
  const bool is_zero = chance(random, 0.5);
  const std::string value = is_zero ? "0" : pick(random, std::array<std::string, 3>{"nan", "0.1", "NULL"});
  const std::string written = is_zero && chance(random, 0.5) ? "-0.0" : value;
  return cell(value == "NULL" ? "CAST([NULL] AS DOUBLE[])" : "[CAST('" + written + "' AS DOUBLE)]", value);
}

Cell duckdb_interval_list(Random& random) {
  const Cell one = interval(random);
  return cell("[" + one.sql + "]", one.canonical);
}

// Entries in any order.
Cell duckdb_map(Random& random) {
  const std::string x = small_number(random);
  const std::string y = small_number(random);
  return cell(chance(random, 0.5) ? fmt::format("MAP {{'x': {}, 'y': {}}}", x, y)
                                  : fmt::format("MAP {{'y': {}, 'x': {}}}", y, x),
              x + "/" + y);
}

Cell duckdb_struct_of_map(Random& random) {
  const Cell map = duckdb_map(random);
  return cell("{'m': " + map.sql + "}", map.canonical);
}

Cell point(Random& random) {
  const std::string value = fmt::format("({},{})", below(random, 3), below(random, 2));
  return cell("CAST('" + value + "' AS point)", value);
}

Cell hugeint(Random& random) {
  static const std::array<std::string, 4> kValues = {"170141183460469231731687303715884105727", "0", "-1",
                                                     "-170141183460469231731687303715884105727"};
  const std::string value = pick(random, kValues);
  return cell("CAST('" + value + "' AS HUGEINT)", value);
}

// An integer that a double holds exactly, or does not.
Cell double_or_integer(Random& random) {
  static constexpr std::array<std::int64_t, 5> kValues = {0, 1, -7, 9007199254740992, 123456789};
  const std::int64_t value = pick(random, kValues);
  return cell(std::to_string(value), std::to_string(value), static_cast<double>(value));
}

struct KindRule {
  std::string postgres;  // type in production; empty: not there
  std::string duckdb;
  std::string postgres_pr;  // type in the PR if it is another one
  std::string duckdb_pr;
  Cell (*make)(Random&);
  bool is_key = false;  // may be part of a key
  bool is_number = false;
  bool is_floating = false;
  bool is_comparable = true;
};

const std::vector<KindRule>& kinds() {
  static const std::vector<KindRule> kKinds = {
      {"integer", "INTEGER", "", "", small_integer, true, true},
      {"integer", "INTEGER", "", "", small_integer, true, true},
      {"boolean", "BOOLEAN", "", "", boolean},
      {"bigint", "BIGINT", "", "", big_integer, true, true},
      {"numeric(10,2)", "DECIMAL(10,2)", "", "", money_decimal, true, true},
      {"numeric(38,10)", "DECIMAL(38,10)", "", "", long_decimal, false, true},
      {"numeric(38,0)", "DECIMAL(38,0)", "", "", whole_decimal, false, true},
      {"double precision", "DOUBLE", "", "", real, true, true, true},
      {"text", "VARCHAR", "", "", text, true},
      {"character varying(40)", "VARCHAR", "", "", text, true},
      {"character(5)", "", "", "", padded_text, true},
      {"mood", "mood", "", "", mood, true},
      {"date", "DATE", "", "", date, true},
      {"timestamp", "TIMESTAMP", "", "", timestamp, true},
      {"timestamp with time zone", "TIMESTAMP WITH TIME ZONE", "", "", instant, true},
      {"time", "TIME", "", "", time_of_day},
      {"uuid", "UUID", "", "", uuid, true},
      {"bytea", "", "", "", bytea},
      {"", "BLOB", "", "", blob},
      {"interval", "INTERVAL", "", "", interval},
      {"json", "JSON", "", "", json_document},
      {"jsonb", "", "", "", jsonb_document},
      {"integer[]", "", "", "", postgres_list},
      {"text[]", "", "", "", postgres_text_list},
      {"numeric[]", "", "", "", postgres_number_list, true},
      {"", "INTEGER[]", "", "", duckdb_list},
      {"", "STRUCT(a INTEGER, b VARCHAR)", "", "", duckdb_struct},
      {"", "MAP(VARCHAR, INTEGER)", "", "", duckdb_map},
      {"", "STRUCT(m MAP(VARCHAR, INTEGER))", "", "", duckdb_struct_of_map},
      {"", "DOUBLE[]", "", "", duckdb_double_list},
      {"", "INTERVAL[]", "", "", duckdb_interval_list},
      {"point", "", "", "", point},
      {"", "HUGEINT", "", "", hugeint},
      // Retyped, with a common type:
      {"integer", "INTEGER", "bigint", "BIGINT", small_integer, true, true},
      {"integer", "INTEGER", "numeric(12,3)", "DECIMAL(12,3)", small_integer, true, true},
      {"numeric(10,2)", "DECIMAL(10,2)", "numeric(14,4)", "DECIMAL(14,4)", money_decimal, true, true},
      {"numeric(38,10)", "DECIMAL(38,10)", "numeric(38,12)", "DECIMAL(38,12)", money_decimal, false, true},
      {"bigint", "", "numeric", "", big_integer, true, true},
      {"numeric(10,2)", "", "numeric", "", money_decimal, true, true},
      {"bigint", "BIGINT", "double precision", "DOUBLE", double_or_integer, false, true, true},
      {"text", "VARCHAR", "character varying(99)", "VARCHAR", text, true},
      {"date", "DATE", "timestamp", "TIMESTAMP", date},
      {"json", "", "jsonb", "", json_document},
      // Retyped, without one:
      {"integer", "INTEGER", "text", "VARCHAR", small_integer, false, false, false, false},
      {"timestamp", "TIMESTAMP", "timestamp with time zone", "TIMESTAMP WITH TIME ZONE", timestamp, false,
       false, false, false},
  };
  return kKinds;
}

std::string type_of(const KindRule& rule, EngineKind engine, bool is_pr) {
  const std::string& prod = engine == EngineKind::duckdb ? rule.duckdb : rule.postgres;
  const std::string& pr = engine == EngineKind::duckdb ? rule.duckdb_pr : rule.postgres_pr;
  // A type that changes in one engine alone is none of both.
  const bool differs = rule.duckdb.empty() || rule.postgres.empty() ||
                       rule.duckdb_pr.empty() != rule.postgres_pr.empty() ||
                       (!rule.duckdb_pr.empty() && rule.duckdb_pr == rule.duckdb);
  if (engine == EngineKind::both && differs) return {};
  return is_pr && !pr.empty() ? pr : prod;
}

}  // namespace

void set_types(GeneratedColumn& column, EngineKind engine) {
  column.prod_type = type_of(kinds()[column.kind], engine, false);
  column.pr_type = type_of(kinds()[column.kind], engine, true);
}

GeneratedColumn make_column(Random& random, EngineKind engine, const std::string& name, bool must_be_key) {
  while (true) {
    const std::size_t kind = below(random, kinds().size());
    const KindRule& rule = kinds()[kind];
    if (type_of(rule, engine, false).empty() || (must_be_key && !rule.is_key)) continue;
    GeneratedColumn out;
    out.name = name;
    out.kind = kind;
    set_types(out, engine);
    out.is_retyped = out.prod_type != out.pr_type;
    out.is_comparable = rule.is_comparable;
    out.is_number = rule.is_number;
    out.is_floating = rule.is_floating;
    out.is_text = rule.make == text || rule.make == padded_text || rule.make == mood;
    out.is_timestamp = rule.make == timestamp || rule.make == instant;
    return out;
  }
}

Cell make_cell(Random& random, const GeneratedColumn& column, double nulls) {
  if (chance(random, nulls)) return Cell{true, "NULL", "", 0};
  return kinds()[column.kind].make(random);
}

}  // namespace diffgate::test
