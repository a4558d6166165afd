// What a diff must say, by comparing every value with every rule in memory.

#include <algorithm>
#include <cmath>

#include "generated_tables.hpp"

namespace diffgate::test {
namespace {

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

std::string key_of(const GeneratedCase& generated, const Row& row) {
  std::string out;
  for (const std::size_t i : generated.key) {
    if (row[i].is_null) return {};
    out += std::to_string(row[i].canonical.size()) + ":" + row[i].canonical;
  }
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
