#include "generated_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "column_kinds.hpp"
#include "random.hpp"

namespace diffgate::test {
namespace {

std::string quoted_name(const std::string& name) {
  std::string out = "\"";
  for (const char c : name) {
    out += c;
    if (c == '"') out += c;
  }
  return out + "\"";
}

const std::array<std::string, 20>& column_names() {
  static const std::array<std::string, 20> kNames = {
      "id",  "select", "Group By", "über", "a\"b",
      "x",   "k0",     "v1",       "m0",   "kind",
      "n",   "s",      "ord",      "日本", "UPPER",
      "a.b", "it's",   "p0; drop", "dup",  "c0_a_name_of_sixty_three_bytes_which_is_as_long_as_it_can_be___"};
  return kNames;
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
  for (GeneratedColumn& column : out.columns) set_types(column, engine);
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

}  // namespace diffgate::test
