#include "generated_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>

namespace diffgate::test {
namespace {

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t end) {
  return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
}
bool chance(Random& random, double p) { return std::uniform_real_distribution<>(0, 1)(random) < p; }

template <class T, std::size_t N>
const T& pick(Random& random, const std::array<T, N>& values) {
  return values[below(random, N)];
}

std::string quote(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + "'";
}

std::string quoted_name(const std::string& name) {
  std::string out = "\"";
  for (const char c : name) {
    out += c;
    if (c == '"') out += c;
  }
  return out + "\"";
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

Cell duckdb_struct(Random& random) {
  const std::string a = small_number(random);
  const std::string b = chance(random, 0.3) ? "NULL" : pick(random, std::array<std::string, 2>{"'x'", "'X'"});
  return cell(fmt::format("{{'a': CAST({} AS INTEGER), 'b': CAST({} AS VARCHAR)}}", a, b), a + "/" + b);
}

// Entries in any order.
Cell duckdb_map(Random& random) {
  const std::string x = small_number(random);
  const std::string y = small_number(random);
  return cell(chance(random, 0.5) ? fmt::format("MAP {{'x': {}, 'y': {}}}", x, y)
                                  : fmt::format("MAP {{'y': {}, 'x': {}}}", y, x),
              x + "/" + y);
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
      {"", "INTEGER[]", "", "", duckdb_list},
      {"", "STRUCT(a INTEGER, b VARCHAR)", "", "", duckdb_struct},
      {"", "MAP(VARCHAR, INTEGER)", "", "", duckdb_map},
      {"point", "", "", "", point},
      {"", "HUGEINT", "", "", hugeint},
      // Retyped, with a common type:
      {"integer", "INTEGER", "bigint", "BIGINT", small_integer, true, true},
      {"integer", "INTEGER", "numeric(12,3)", "DECIMAL(12,3)", small_integer, true, true},
      {"numeric(10,2)", "DECIMAL(10,2)", "numeric(14,4)", "DECIMAL(14,4)", money_decimal, true, true},
      {"numeric(38,10)", "DECIMAL(38,10)", "numeric(38,12)", "DECIMAL(38,12)", money_decimal, false, true},
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

const std::array<std::string, 20>& column_names() {
  static const std::array<std::string, 20> kNames = {
      "id",  "select", "Group By", "über", "a\"b",
      "x",   "k0",     "v1",       "m0",   "kind",
      "n",   "s",      "ord",      "日本", "UPPER",
      "a.b", "it's",   "p0; drop", "dup",  "c0_a_name_of_sixty_three_bytes_which_is_as_long_as_it_can_be___"};
  return kNames;
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

GeneratedColumn make_column(Random& random, EngineKind engine, const std::string& name, bool must_be_key) {
  while (true) {
    const std::size_t kind = below(random, kinds().size());
    const KindRule& rule = kinds()[kind];
    if (type_of(rule, engine, false).empty() || (must_be_key && !rule.is_key)) continue;
    GeneratedColumn out;
    out.name = name;
    out.kind = kind;
    out.prod_type = type_of(rule, engine, false);
    out.pr_type = type_of(rule, engine, true);
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

Row make_row(Random& random, const GeneratedCase& generated, double nulls) {
  Row row;
  for (const GeneratedColumn& column : generated.columns) row.push_back(make_cell(random, column, nulls));
  return row;
}

// Production's rows with edits of every kind.
void edit(Random& random, GeneratedCase& generated, double nulls) {
  const double rate = pick(random, std::array<double, 4>{0.0, 0.05, 0.3, 0.9});
  for (const Row& row : generated.prod) {
    if (chance(random, rate / 4)) continue;
    generated.pr.push_back(row);
    if (chance(random, rate / 8)) generated.pr.push_back(row);
    if (!chance(random, rate)) continue;
    const std::size_t column = below(random, generated.columns.size());
    generated.pr.back()[column] = make_cell(random, generated.columns[column], nulls);
  }
  if (chance(random, rate)) generated.pr.push_back(make_row(random, generated, nulls));
  if (rate > 0 && generated.pr.size() > 1 && chance(random, 0.3)) {
    const std::size_t column = below(random, generated.columns.size());
    std::swap(generated.pr[below(random, generated.pr.size())][column],
              generated.pr[below(random, generated.pr.size())][column]);
  }
  std::shuffle(generated.pr.begin(), generated.pr.end(), random);
}

void add_tolerances(Random& random, GeneratedCase& generated) {
  for (std::size_t i = 0; i < generated.columns.size(); ++i) {
    const bool is_key = std::find(generated.key.begin(), generated.key.end(), i) != generated.key.end();
    if (!generated.columns[i].is_number || is_key || !chance(random, 0.4)) continue;
    diff::Tolerance tolerance;
    switch (below(random, 3)) {
      case 0:
        tolerance.absolute = 0.6;
        break;
      case 1:
        tolerance.relative = 1e-6;
        break;
      default:
        tolerance.significant_digits = 4;
    }
    generated.tolerance[generated.columns[i].name] = tolerance;
  }
}

bool is_within(const Cell& a, const Cell& b, const diff::Tolerance& tolerance) {
  if (!std::isfinite(a.number) || !std::isfinite(b.number)) return false;
  const long double x = a.number;
  const long double y = b.number;
  const long double larger = std::max(std::fabs(x), std::fabs(y));
  long double allowance = std::max<long double>(tolerance.absolute, tolerance.relative * larger);
  if (tolerance.significant_digits > 0) {
    allowance = std::max(
        allowance, 0.5L * std::pow(10.0L, std::floor(std::log10(larger)) + 1 - tolerance.significant_digits));
  }
  return std::fabs(x - y) <= allowance;
}

void add_rules(Random& random, GeneratedCase& generated) {
  diff::TextRule everywhere;
  const auto some = [&] {
    return diff::TextRule{.ignore_case = chance(random, 0.5),
                          .trim = chance(random, 0.5),
                          .null_equals_empty = chance(random, 0.5)};
  };
  if (chance(random, 0.5)) everywhere = some();
  if (!everywhere.is_exact()) generated.text[""] = everywhere;
  for (std::size_t i = 0; i < generated.columns.size(); ++i) {
    const bool is_key = std::find(generated.key.begin(), generated.key.end(), i) != generated.key.end();
    if (generated.columns[i].is_text && !is_key && chance(random, 0.4))
      generated.text[generated.columns[i].name] = some();
  }
  if (chance(random, 0.5)) generated.timestamp_precision = static_cast<int>(below(random, 7));
}

// The value as the rules of its column leave it: equal to another exactly if the rules take them for equal.
// Tolerances aside.
Cell by_rules(const GeneratedCase& generated, std::size_t index, Cell value) {
  const GeneratedColumn& column = generated.columns[index];
  if (column.is_text && column.is_comparable) {
    auto rule = generated.text.find(column.name);
    if (rule == generated.text.end()) rule = generated.text.find("");
    if (rule == generated.text.end()) return value;
    std::string plain = value.is_null ? "" : value.canonical.substr(1);
    if (value.is_null && !rule->second.null_equals_empty) return value;
    if (rule->second.ignore_case) {
      // ASCII is all that the generated texts have two cases of.
      for (char& c : plain) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    if (rule->second.trim) {
      while (plain.starts_with(' ')) plain.erase(0, 1);
      while (plain.ends_with(' ')) plain.pop_back();
    }
    value.is_null = false;
    value.canonical = "s" + plain;
  }
  if (column.is_timestamp && column.is_comparable && generated.timestamp_precision && !value.is_null) {
    const std::size_t point = value.canonical.find('.');
    if (point != std::string::npos) {
      const auto digits_kept = static_cast<std::size_t>(*generated.timestamp_precision);
      value.canonical = value.canonical.substr(0, point + 1 + digits_kept);
      while (value.canonical.ends_with('0')) value.canonical.pop_back();
      if (value.canonical.ends_with('.')) value.canonical.pop_back();
    }
  }
  return value;
}

std::string key_of(const GeneratedCase& generated, const Row& row) {
  std::string out;
  for (const std::size_t i : generated.key) {
    if (row[i].is_null) return {};
    out += std::to_string(row[i].canonical.size()) + ":" + row[i].canonical;
  }
  return out;
}

std::string whole_row(const GeneratedCase& generated, const Row& row) {
  std::string out;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (!generated.columns[i].is_comparable) continue;
    const Cell value = by_rules(generated, i, row[i]);
    out += value.is_null ? "-" : std::to_string(value.canonical.size()) + ":" + value.canonical;
  }
  return out;
}

using Groups = std::map<std::string, std::vector<const Row*>>;

Groups grouped(const GeneratedCase& generated, const std::vector<Row>& rows, diff::KeyHealth& health) {
  Groups out;
  for (const Row& row : rows) {
    const std::string key = key_of(generated, row);
    if (key.empty()) {
      ++health.null_rows;
    } else {
      out[key].push_back(&row);
    }
  }
  health.distinct = static_cast<std::int64_t>(out.size());
  for (const auto& [key, members] : out) {
    if (members.size() > 1) health.duplicate_rows += static_cast<std::int64_t>(members.size());
  }
  return out;
}

void compare_rows(const GeneratedCase& generated, const Row& prod, const Row& pr, Oracle& out) {
  bool is_changed = false;
  for (std::size_t i = 0; i < prod.size(); ++i) {
    const GeneratedColumn& column = generated.columns[i];
    if (std::find(generated.key.begin(), generated.key.end(), i) != generated.key.end() ||
        !column.is_comparable)
      continue;
    diff::ColumnDiff& count = out.columns[column.name];
    if (prod[i].is_null && pr[i].is_null) continue;
    const bool is_same = prod[i].is_null == pr[i].is_null && prod[i].canonical == pr[i].canonical;
    const Cell a = by_rules(generated, i, prod[i]);
    const Cell b = by_rules(generated, i, pr[i]);
    if (!is_same && !a.is_null && !b.is_null && a.canonical == b.canonical) {
      ++count.within_tolerance;
      continue;
    }
    if (prod[i].is_null != pr[i].is_null) {
      ++(prod[i].is_null ? count.was_null : count.became_null);
    } else if (prod[i].canonical == pr[i].canonical) {
      continue;
    } else if (const auto found = generated.tolerance.find(column.name);
               found != generated.tolerance.end() && is_within(prod[i], pr[i], found->second)) {
      ++count.within_tolerance;
      continue;
    }
    const bool has_tolerance = generated.tolerance.contains(column.name);
    if (column.is_floating && !has_tolerance && !prod[i].is_null && !pr[i].is_null &&
        is_within(prod[i], pr[i], {.absolute = 0, .relative = 1e-9, .significant_digits = 0})) {
      ++count.negligible;
    }
    ++count.changed;
    is_changed = true;
  }
  ++(is_changed ? *out.rows.changed : *out.rows.unchanged);
}

void compare_keyed(const GeneratedCase& generated, Oracle& out) {
  const Groups prod = grouped(generated, generated.prod, out.prod_key);
  const Groups pr = grouped(generated, generated.pr, out.pr_key);
  out.rows.changed = 0;
  out.rows.unchanged = 0;
  for (const auto& [key, members] : prod) {
    const auto other = pr.find(key);
    if (members.size() > 1 || (other != pr.end() && other->second.size() > 1)) continue;
    if (other == pr.end()) {
      ++out.rows.removed;
    } else {
      compare_rows(generated, *members[0], *other->second[0], out);
    }
  }
  for (const auto& [key, members] : pr) {
    if (members.size() == 1 && !prod.contains(key)) ++out.rows.added;
  }
}

void compare_keyless(const GeneratedCase& generated, Oracle& out) {
  std::map<std::string, std::int64_t> balance;
  for (const Row& row : generated.prod) --balance[whole_row(generated, row)];
  for (const Row& row : generated.pr) ++balance[whole_row(generated, row)];
  for (const auto& [row, count] : balance) {
    if (count > 0) out.rows.added += count;
    if (count < 0) out.rows.removed -= count;
  }
  out.rows.unchanged = static_cast<std::int64_t>(generated.prod.size()) - out.rows.removed;
}

}  // namespace

GeneratedCase generate_case(std::mt19937_64& random, EngineKind engine) {
  GeneratedCase out;
  std::vector<std::string> names(column_names().begin(), column_names().end());
  std::shuffle(names.begin(), names.end(), random);
  const std::size_t keys = pick(random, std::array<std::size_t, 6>{0, 1, 1, 1, 2, 3});
  const std::size_t values = 1 + below(random, 6);
  for (std::size_t i = 0; i < keys + values; ++i) {
    out.columns.push_back(make_column(random, engine, names[i], i < keys));
    if (i < keys) out.key.push_back(i);
  }
  // A keyless diff needs something to compare.
  if (keys == 0) {
    while (!out.columns[0].is_comparable) out.columns[0] = make_column(random, engine, names[0], false);
  }
  if (chance(random, 0.15)) out.prod_only.push_back(names[15]);
  if (chance(random, 0.15)) out.pr_only.push_back(names[16]);
  const double nulls = pick(random, std::array<double, 3>{0.0, 0.05, 0.3});
  const std::size_t rows = pick(random, std::array<std::size_t, 5>{0, 1, 5, 12, 30});
  for (std::size_t i = 0; i < rows; ++i) out.prod.push_back(make_row(random, out, nulls));
  if (chance(random, 0.5)) {
    // Mostly whole, unique keys, as real ones are.
    std::set<std::string> seen;
    std::erase_if(out.prod, [&](const Row& row) {
      return keys > 0 && (key_of(out, row).empty() || !seen.insert(key_of(out, row)).second);
    });
  }
  edit(random, out, nulls);
  if (keys > 0 && chance(random, 0.4)) add_tolerances(random, out);
  if (chance(random, 0.4)) add_rules(random, out);
  return out;
}

GeneratedCase in_engine(const GeneratedCase& generated, EngineKind engine) {
  GeneratedCase out = generated;
  for (GeneratedColumn& column : out.columns) {
    column.prod_type = type_of(kinds()[column.kind], engine, false);
    column.pr_type = type_of(kinds()[column.kind], engine, true);
  }
  return out;
}

std::string create_statements(const GeneratedCase& generated, const std::string& table, bool is_pr) {
  std::vector<std::string> columns;
  for (const GeneratedColumn& column : generated.columns) {
    columns.push_back(quoted_name(column.name) + " " + (is_pr ? column.pr_type : column.prod_type));
  }
  const std::vector<std::string>& more = is_pr ? generated.pr_only : generated.prod_only;
  for (const std::string& name : more) columns.push_back(quoted_name(name) + " integer DEFAULT 7");
  std::vector<std::string> rows;
  for (const Row& row : is_pr ? generated.pr : generated.prod) {
    std::vector<std::string> cells;
    for (const Cell& value : row) cells.push_back(value.sql);
    for (std::size_t i = 0; i < more.size(); ++i) cells.emplace_back("7");
    rows.push_back(fmt::format("({})", fmt::join(cells, ",")));
  }
  std::string out = fmt::format("CREATE TABLE {} ({});\n", table, fmt::join(columns, ", "));
  for (const std::string& row : rows) out += fmt::format("INSERT INTO {} VALUES {};\n", table, row);
  return out;
}

bool has_retyped(const GeneratedCase& generated) {
  return std::any_of(generated.columns.begin(), generated.columns.end(),
                     [](const GeneratedColumn& c) { return c.is_retyped; });
}

GeneratedCase swapped(const GeneratedCase& generated) {
  GeneratedCase out = generated;
  std::swap(out.prod, out.pr);
  std::swap(out.prod_only, out.pr_only);
  return out;
}

Oracle brute_force(const GeneratedCase& generated) {
  Oracle out;
  out.rows.prod = static_cast<std::int64_t>(generated.prod.size());
  out.rows.pr = static_cast<std::int64_t>(generated.pr.size());
  for (std::size_t i = 0; i < generated.columns.size(); ++i) {
    if (std::find(generated.key.begin(), generated.key.end(), i) == generated.key.end())
      out.columns[generated.columns[i].name];
  }
  if (generated.key.empty()) {
    compare_keyless(generated, out);
  } else {
    compare_keyed(generated, out);
  }

  std::int64_t shared = 0;
  std::int64_t apart = 0;
  std::int64_t values = 0;
  for (const GeneratedColumn& column : generated.columns) ++(column.is_comparable ? shared : apart);
  for (const auto& [name, count] : out.columns) values += count.changed;
  const auto prod_extra = apart + static_cast<std::int64_t>(generated.prod_only.size());
  const auto pr_extra = apart + static_cast<std::int64_t>(generated.pr_only.size());
  const std::int64_t cells = out.rows.prod * (shared + prod_extra) + out.rows.pr * (shared + pr_extra);
  const std::int64_t wrong = 2 * values + (out.rows.added + out.rows.removed) * shared +
                             prod_extra * out.rows.prod + pr_extra * out.rows.pr;
  out.match_score =
      cells == 0 ? 0 : std::max(0.0, static_cast<double>(cells - wrong) / static_cast<double>(cells));

  const bool is_schema_changed =
      !generated.prod_only.empty() || !generated.pr_only.empty() || has_retyped(generated);
  const bool bad_keys = out.prod_key.null_rows + out.prod_key.duplicate_rows + out.pr_key.null_rows +
                            out.pr_key.duplicate_rows >
                        0;
  if (out.rows.prod == 0 && out.rows.pr == 0) {
    out.result = diff::Result::empty;
  } else if (generated.key.empty()) {
    out.result = diff::Result::missing_pks;
  } else if (bad_keys) {
    out.result = diff::Result::bad_pks;
  } else if (is_schema_changed || out.rows.added + out.rows.removed + *out.rows.changed > 0) {
    out.result = diff::Result::different;
  }
  return out;
}

}  // namespace diffgate::test
