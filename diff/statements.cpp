#include "diff/statements.hpp"

#include <algorithm>
#include <optional>

namespace diffgate::diff {
namespace {

constexpr int kSampleText = 1000;  // characters of one cell
constexpr std::size_t kBitsPerColumn = 3;
constexpr std::size_t kColumnsPerMask = 20;  // of a 64-bit integer

// What happened to a cell, as kBitsPerColumn bits of a mask. All but `within` are changes and have one of the
// two lower bits set. `negligible`: floats that differ no more than those do that were summed in another
// order.
enum class Change : std::int64_t {
  none = 0,
  changed = 1,
  became_null = 2,
  was_null = 3,
  within = 4,
  negligible = 5,
};
constexpr std::int64_t kAnyChange = 3;
constexpr std::int64_t kAllBits = 7;

const CommonType kHash{.kind = CommonType::Kind::integer, .family = Family::integer};

Sql numbered(const Sql& prefix, std::size_t i) { return prefix + Sql::number(static_cast<std::int64_t>(i)); }

Sql integer(std::int64_t value) { return Sql::number(value); }

Sql rows_of(const Dialect& dialect) { return dialect.count + "(*)"_sql; }

Sql from_side(const Comparison& comparison, Side side) { return " FROM "_sql + comparison.from(side); }

Sql key_is_whole(const Comparison& comparison, Side side) {
  std::vector<Sql> parts;
  for (const ComparedColumn& column : comparison.key) {
    parts.push_back(name_in(comparison, column, side) + " IS NOT NULL"_sql);
  }
  return join(parts, " AND "_sql);
}

Sql where(const std::vector<Sql>& conditions) {
  std::vector<Sql> present;
  for (const Sql& condition : conditions) {
    if (!condition.empty()) present.push_back(condition);
  }
  return present.empty() ? Sql() : " WHERE "_sql + join(present, " AND "_sql);
}

void append_hashed(const Comparison& comparison, const ComparedColumn& column, Side side,
                   std::vector<Sql>& out) {
  const ColumnType& from = side == Side::prod ? column.prod_type : column.pr_type;
  for (Sql& part : comparison.dialect->hashed(form_of(comparison, column, side), from, column.common)) {
    out.push_back(std::move(part));
  }
}

// What a hash over these columns takes.
std::vector<Sql> hashed(const Comparison& comparison, const std::vector<ComparedColumn>& columns, Side side) {
  std::vector<Sql> out;
  for (const ComparedColumn& column : columns) append_hashed(comparison, column, side, out);
  return out;
}

// The same without what the columns' rules ignore.
std::vector<Sql> hashed_by_rules(const Comparison& comparison, Side side) {
  std::vector<Sql> out;
  for (const ComparedColumn& column : comparison.columns) {
    const ColumnType& from = side == Side::prod ? column.prod_type : column.pr_type;
    CommonType to = column.common;
    to.timestamp_precision = column.timestamp_precision;
    for (Sql& part : comparison.dialect->hashed(loose_form(comparison, column, side), from, to))
      out.push_back(std::move(part));
  }
  return out;
}

std::vector<Sql> names(const Sql& prefix, std::size_t count) {
  std::vector<Sql> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(numbered(prefix, i));
  return out;
}

// "a.k0 = b.k0 AND a.k1 = b.k1"
Sql keys_equal(const Sql& left, const Sql& right, std::size_t count, const Sql& prefix) {
  std::vector<Sql> parts;
  for (const Sql& name : names(prefix, count))
    parts.push_back(left + "."_sql + name + " = "_sql + right + "."_sql + name);
  return join(parts, " AND "_sql);
}

Sql count_list(const Comparison& comparison, Side side) {
  const Sql rows = rows_of(*comparison.dialect);
  const Sql whole = comparison.key.empty() ? rows
                                           : comparison.dialect->count + "(CASE WHEN "_sql +
                                                 key_is_whole(comparison, side) + " THEN 1 END)"_sql;
  return rows + " AS n, "_sql + whole + " AS nk"_sql;
}

// A sum over no rows is NULL; as text it must not be, or two empty tables would differ.
Sql hash_total(const Comparison& comparison, const std::vector<Sql>& values) {
  const Dialect& dialect = *comparison.dialect;
  return "coalesce("_sql + as_text(dialect, dialect.hash_sum(dialect.row_hash(values, 0))) + ", '0')"_sql;
}

// What rows take along into a join: the forms v… of the columns to compare, or one hash h of them all.
enum class Carries { values, hash };

// The selected keys k0…, of rows whose key is whole, with what they carry.
Sql side_select(const Comparison& comparison, Side side, const JoinOptions& options,
                Carries carries = Carries::values) {
  std::vector<Sql> list = {"1 AS x"_sql};
  for (std::size_t i = 0; i < comparison.key.size(); ++i) {
    list.push_back(form_of(comparison, comparison.key[i], side) + numbered(" AS k"_sql, i));
  }
  if (carries == Carries::hash) {
    std::vector<Sql> values;
    for (const std::size_t i : options.columns)
      append_hashed(comparison, comparison.columns[i], side, values);
    list.push_back(comparison.dialect->row_hash(values, 0) + " AS h"_sql);
  }
  for (const std::size_t i : options.columns) {
    if (carries != Carries::values) break;
    list.push_back(form_of(comparison, comparison.columns[i], side) + numbered(" AS v"_sql, i));
  }
  for (std::size_t i = 0; i < options.groups.size(); ++i) {
    std::vector<Sql> values;
    for (const std::size_t column : options.groups[i])
      append_hashed(comparison, comparison.columns[column], side, values);
    list.push_back(comparison.dialect->row_hash(values, 0) + numbered(" AS p"_sql, i));
    list.push_back(comparison.dialect->row_hash(values, 1) + numbered(" AS q"_sql, i));
  }
  const Sql select = "SELECT "_sql + join(list, ", "_sql) + from_side(comparison, side) +
                     where({comparison.rows(side), key_is_whole(comparison, side)});
  if (!options.without_duplicates) return select;
  return "SELECT s.* FROM ("_sql + select + ") s WHERE NOT EXISTS (SELECT 1 FROM dup WHERE "_sql +
         keys_equal("dup"_sql, "s"_sql, comparison.key.size(), "k"_sql) + ")"_sql;
}

Sql duplicate_keys(const Comparison& comparison) {
  std::vector<Sql> sides;
  for (const Side side : {Side::prod, Side::pr}) {
    const std::vector<Sql> keys = names("k"_sql, comparison.key.size());
    const Sql inner = side_select(comparison, side, JoinOptions{});
    sides.push_back("SELECT "_sql + join(keys, ", "_sql) + " FROM ("_sql + inner + ") d GROUP BY "_sql +
                    join(keys, ", "_sql) + " HAVING "_sql + rows_of(*comparison.dialect) + " > 1"_sql);
  }
  return "dup AS"_sql + comparison.dialect->materialized + " ("_sql + join(sides, " UNION ALL "_sql) +
         "), "_sql;
}

// Not for a column with a tolerance of its own.
Sql negligible_case(const Comparison& comparison, const ComparedColumn& column, const Sql& a, const Sql& b) {
  constexpr Tolerance kNegligible{.absolute = 0, .relative = 1e-9, .significant_digits = 0};
  const bool is_floating =
      column.prod_type.family == Family::floating || column.pr_type.family == Family::floating;
  if (!is_floating || has_rule(column)) return {};
  return " WHEN "_sql + comparison.dialect->is_within(a, b, std::nullopt, kNegligible) + " THEN 5"_sql;
}

Sql cell_change(const Comparison& comparison, std::size_t column) {
  const Sql a = numbered("a.v"_sql, column);
  const Sql b = numbered("b.v"_sql, column);
  const ComparedColumn& compared = comparison.columns[column];
  // Before the nulls: to a rule, null may equal an empty text.
  const Sql by_rule =
      has_rule(compared) ? " WHEN "_sql + equal_by_rule(comparison, compared, a, b) + " THEN 4"_sql : Sql();
  return "CASE WHEN NOT ("_sql + comparison.dialect->is_distinct(a, b, compared.common) + ") THEN 0"_sql +
         by_rule + " WHEN "_sql + b + " IS NULL THEN 2 WHEN "_sql + a + " IS NULL THEN 3"_sql +
         negligible_case(comparison, compared, a, b) + " ELSE 1 END"_sql;
}

std::int64_t at_column(std::int64_t bits, std::size_t position) {
  return bits << static_cast<std::int64_t>((position % kColumnsPerMask) * kBitsPerColumn);
}

Sql group_change(const Comparison& comparison, std::size_t group) {
  const Dialect& dialect = *comparison.dialect;
  const auto differs = [&](const Sql& name) {
    return "("_sql + dialect.is_distinct("a."_sql + name, "b."_sql + name, kHash) + ")"_sql;
  };
  return "CASE WHEN "_sql + differs(numbered("p"_sql, group)) + " OR "_sql +
         differs(numbered("q"_sql, group)) + " THEN 1 ELSE 0 END"_sql;
}

// Columns first, then groups: each has a position in the masks.
std::size_t position_count(const JoinOptions& options) {
  return options.columns.size() + options.groups.size();
}

std::size_t mask_count(const JoinOptions& options) {
  return (position_count(options) + kColumnsPerMask - 1) / kColumnsPerMask;
}

std::size_t mask_end(const JoinOptions& options, std::size_t mask) {
  return std::min(position_count(options), (mask + 1) * kColumnsPerMask);
}

// What happened at up to kColumnsPerMask positions as one integer. Most rows are equal: whether anything
// differs is asked first, and what it is only of the others.
Sql mask_expression(const Comparison& comparison, const JoinOptions& options, std::size_t mask) {
  const Dialect& dialect = *comparison.dialect;
  std::vector<Sql> terms;
  std::vector<Sql> differs;
  const auto add_difference = [&](const Sql& name, const CommonType& common) {
    differs.push_back("("_sql + dialect.is_distinct("a."_sql + name, "b."_sql + name, common) + ")"_sql);
  };
  for (std::size_t i = mask * kColumnsPerMask; i < mask_end(options, mask); ++i) {
    const bool is_column = i < options.columns.size();
    const std::size_t group = i - options.columns.size();
    const Sql change =
        is_column ? cell_change(comparison, options.columns[i]) : group_change(comparison, group);
    terms.push_back(wide_integer(dialect, change) + " * "_sql + wide_integer(dialect, at_column(1, i)));
    if (is_column) {
      const std::size_t column = options.columns[i];
      add_difference(numbered("v"_sql, column), comparison.columns[column].common);
    } else {
      add_difference(numbered("p"_sql, group), kHash);
      add_difference(numbered("q"_sql, group), kHash);
    }
  }
  return "CASE WHEN "_sql + join(differs, " OR "_sql) + " THEN "_sql + join(terms, " + "_sql) + " ELSE "_sql +
         wide_integer(dialect, "0"_sql) + " END"_sql;
}

// Whether any mask holds a change.
Sql is_changed(const Dialect& dialect, const JoinOptions& options) {
  std::vector<Sql> parts;
  for (std::size_t mask = 0; mask < mask_count(options); ++mask) {
    std::int64_t bits = 0;
    for (std::size_t i = mask * kColumnsPerMask; i < mask_end(options, mask); ++i)
      bits |= at_column(kAnyChange, i);
    parts.push_back(dialect.bit_and(numbered("m"_sql, mask), wide_integer(dialect, bits)) + " <> 0"_sql);
  }
  return parts.empty() ? "1 = 0"_sql : "("_sql + join(parts, " OR "_sql) + ")"_sql;
}

// "p a JOIN q b ON …" of the kind that the options and the engine want, each row as `list` says.
Sql joined_sides(const Comparison& comparison, const JoinOptions& options, const std::vector<Sql>& list,
                 Carries carries) {
  const Sql prod = "("_sql + side_select(comparison, Side::prod, options, carries) + ") a"_sql;
  const Sql pr = "("_sql + side_select(comparison, Side::pr, options, carries) + ") b"_sql;
  const Sql on = " ON "_sql + keys_equal("a"_sql, "b"_sql, comparison.key.size(), "k"_sql);
  const Sql select = "SELECT "_sql + join(list, ", "_sql) + " FROM "_sql;
  if (options.inner) return select + prod + " JOIN "_sql + pr + on;
  if (comparison.dialect->has_full_join) return select + prod + " FULL JOIN "_sql + pr + on;
  return select + prod + " LEFT JOIN "_sql + pr + on + " UNION ALL "_sql + select + pr + " LEFT JOIN "_sql +
         prod + on + " WHERE a.x IS NULL"_sql;
}

// 0: both sides have the key; 1: only production; 2: only the PR.
Sql kind_of_row(const JoinOptions& options) {
  return options.inner ? "0"_sql : "CASE WHEN b.x IS NULL THEN 1 WHEN a.x IS NULL THEN 2 ELSE 0 END"_sql;
}

// The joined rows j, grouped: those that are equal fall into one group, without a key, the others into one a
// key. So a single pass gives both the counts and the keys of what differs. Where a key is repeated, `taken`
// mixes its rows; the counts show that, and nobody reads it then.
Sql grouped(const Comparison& comparison, const Sql& name, const Sql& joined, const Sql& differs,
            const std::vector<Sql>& taken) {
  const Dialect& dialect = *comparison.dialect;
  const std::vector<Sql> keys = names("k"_sql, comparison.key.size());
  std::vector<Sql> inner;
  std::vector<Sql> outer = keys;
  for (const Sql& key : keys)
    inner.push_back("CASE WHEN "_sql + differs + " THEN "_sql + key + " END AS "_sql + key);
  for (const Sql& value : taken) {
    inner.push_back(value);
    outer.push_back("max("_sql + value + ") AS "_sql + value);
  }
  return name + " AS"_sql + dialect.materialized + " (SELECT "_sql + join(outer, ", "_sql) + ", "_sql +
         rows_of(dialect) + " AS n FROM (SELECT "_sql + join(inner, ", "_sql) + " FROM ("_sql + joined +
         dialect.evaluated_once + ") j) d GROUP BY "_sql + join(keys, ", "_sql) + ")"_sql;
}

// The joined rows as they are, each a group of its own.
Sql ungrouped(const Comparison& comparison, const Sql& joined, const std::vector<Sql>& taken) {
  const Dialect& dialect = *comparison.dialect;
  std::vector<Sql> list = names("k"_sql, comparison.key.size());
  list.insert(list.end(), taken.begin(), taken.end());
  return "g AS"_sql + dialect.materialized + " (SELECT "_sql + join(list, ", "_sql) + ", "_sql +
         wide_integer(dialect, "1"_sql) + " AS n FROM ("_sql + joined + dialect.evaluated_once + ") j)"_sql;
}

// g: groups of joined rows with their masks.
Sql groups_by_values(const Comparison& comparison, const JoinOptions& options) {
  std::vector<Sql> list = {kind_of_row(options) + " AS kind"_sql};
  for (const Sql& key : names("k"_sql, comparison.key.size()))
    list.push_back("coalesce(a."_sql + key + ", b."_sql + key + ") AS "_sql + key);
  for (std::size_t i = 0; i < mask_count(options); ++i) {
    const Sql mask = mask_expression(comparison, options, i);
    list.push_back(
        (options.inner ? mask : "CASE WHEN a.x IS NULL OR b.x IS NULL THEN 0 ELSE "_sql + mask + " END"_sql) +
        numbered(" AS m"_sql, i));
  }
  std::vector<Sql> taken = {"kind"_sql};
  std::vector<Sql> differs = {"kind <> 0"_sql};
  for (const Sql& mask : names("m"_sql, mask_count(options))) {
    taken.push_back(mask);
    differs.push_back(mask + " <> 0"_sql);
  }
  const Sql joined = joined_sides(comparison, options, list, Carries::values);
  if (options.apart) return ungrouped(comparison, joined, taken);
  return grouped(comparison, "g"_sql, joined, join(differs, " OR "_sql), taken);
}

// The same by way of a join that carries one hash a row; only rows whose hashes differ are joined again, with
// their values.
Sql groups_by_hash(const Comparison& comparison, const JoinOptions& options) {
  const std::vector<Sql> keys = names("k"_sql, comparison.key.size());
  const Sql differ = comparison.dialect->is_distinct("a.h"_sql, "b.h"_sql, kHash);
  std::vector<Sql> list = {kind_of_row(options) + " AS kind"_sql,
                           "CASE WHEN "_sql + differ + " THEN 1 ELSE 0 END AS d"_sql};
  for (const Sql& key : keys) list.push_back("coalesce(a."_sql + key + ", b."_sql + key + ") AS "_sql + key);
  const Sql hashed = grouped(comparison, "h"_sql, joined_sides(comparison, options, list, Carries::hash),
                             "d <> 0"_sql, {"kind"_sql});
  std::vector<Sql> settled = keys;
  std::vector<Sql> again;
  for (const Sql& key : keys) again.push_back("t."_sql + key);
  settled.push_back("kind"_sql);
  again.push_back("0"_sql);
  for (std::size_t i = 0; i < mask_count(options); ++i) {
    settled.push_back(wide_integer(*comparison.dialect, "0"_sql) + numbered(" AS m"_sql, i));
    again.push_back(mask_expression(comparison, options, i));
  }
  settled.push_back("n"_sql);
  again.push_back("1"_sql);
  const auto joined_again = [&](Side side, const Sql& alias) {
    return " JOIN ("_sql + side_select(comparison, side, options) + ") "_sql + alias + " ON "_sql +
           keys_equal("t"_sql, alias, keys.size(), "k"_sql);
  };
  return hashed + ", t AS"_sql + comparison.dialect->materialized + " (SELECT "_sql + join(keys, ", "_sql) +
         " FROM h WHERE kind = 0 AND k0 IS NOT NULL), g AS"_sql + comparison.dialect->materialized +
         " (SELECT "_sql + join(settled, ", "_sql) +
         " FROM h WHERE kind <> 0 OR k0 IS NULL UNION ALL SELECT "_sql + join(again, ", "_sql) +
         " FROM t"_sql + joined_again(Side::prod, "a"_sql) + joined_again(Side::pr, "b"_sql) + ")"_sql;
}

Sql sum_where(const Sql& condition) { return "sum(CASE WHEN "_sql + condition + " THEN n END)"_sql; }

std::vector<Sql> column_counts(const Dialect& dialect, const std::vector<std::size_t>& columns) {
  std::vector<Sql> out;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Sql mask = numbered("m"_sql, i / kColumnsPerMask);
    const auto bits_of = [&](std::int64_t bits) {
      return dialect.bit_and(mask, wide_integer(dialect, at_column(bits, i)));
    };
    const auto has = [&](std::int64_t bits, Change change) {
      return bits_of(bits) + " = "_sql +
             wide_integer(dialect, at_column(static_cast<std::int64_t>(change), i));
    };
    out.push_back(sum_where(bits_of(kAnyChange) + " <> 0"_sql));
    out.push_back(sum_where(has(kAllBits, Change::became_null)));
    out.push_back(sum_where(has(kAllBits, Change::was_null)));
    out.push_back(sum_where(has(kAllBits, Change::within)));
    out.push_back(sum_where(has(kAllBits, Change::negligible)));
  }
  return out;
}

// Numbers as one text, separated by commas. A tree of halves, because engines limit how deep an expression
// may be.
Sql packed(const Dialect& dialect, const std::vector<Sql>& numbers, std::size_t first, std::size_t last) {
  if (last - first == 1) return "coalesce("_sql + as_text(dialect, numbers[first]) + ", '0')"_sql;
  const std::size_t middle = first + (last - first) / 2;
  return dialect.concat(dialect.concat(packed(dialect, numbers, first, middle), "','"_sql),
                        packed(dialect, numbers, middle, last));
}

Sql packed(const Dialect& dialect, const std::vector<Sql>& numbers) {
  return packed(dialect, numbers, 0, numbers.size());
}

Sql totals(const Comparison& comparison, Side side, const Sql& alias) {
  return "(SELECT "_sql + count_list(comparison, side) + from_side(comparison, side) +
         where({comparison.rows(side)}) + ") "_sql + alias;
}

// NULLs to fill a row of a UNION up to `width` values.
void pad(const Dialect& dialect, std::vector<Sql>& list, std::size_t width) {
  while (list.size() < width) list.push_back(as_text(dialect, "NULL"_sql));
}

// The text of a cell that stands in `value`.
Sql sample_cell(const Comparison& comparison, const ComparedColumn& column, Side side, const Sql& value) {
  if (column.is_masked) return "CASE WHEN "_sql + value + " IS NOT NULL THEN '***' END"_sql;
  const Dialect& dialect = *comparison.dialect;
  return dialect.cut_text(dialect.text(value, side == Side::prod ? column.prod_type : column.pr_type),
                          kSampleText);
}

// The picked keys s joined back to one side: label, order, key texts, cell texts. Texts are made only of
// the rows that were picked, so outside of what is joined.
Sql sample_rows(const Comparison& comparison, Side side, const Sql& label, const Sql& condition) {
  const std::size_t keys = comparison.key.size();
  std::vector<Sql> inner;
  std::vector<Sql> outer = {label, as_text(*comparison.dialect, "s.ord"_sql)};
  const auto add = [&](const ComparedColumn& column, const Sql& name) {
    inner.push_back(name_in(comparison, column, side) + " AS "_sql + name);
    outer.push_back(sample_cell(comparison, column, side, "r."_sql + name));
  };
  for (std::size_t i = 0; i < keys; ++i) {
    inner.push_back(form_of(comparison, comparison.key[i], side) + numbered(" AS k"_sql, i));
    add(comparison.key[i], numbered("t"_sql, i));
  }
  for (std::size_t i = 0; i < comparison.columns.size(); ++i)
    add(comparison.columns[i], numbered("c"_sql, i));
  return "SELECT "_sql + join(outer, ", "_sql) + " FROM s JOIN (SELECT "_sql + join(inner, ", "_sql) +
         from_side(comparison, side) + where({comparison.rows(side), key_is_whole(comparison, side)}) +
         ") r ON "_sql + keys_equal("s"_sql, "r"_sql, keys, "k"_sql) + " WHERE "_sql + condition;
}

// The smallest keys of each kind, numbered in their order.
Sql picked_keys(const Comparison& comparison, const JoinOptions& options) {
  const Sql keys = join(names("k"_sql, comparison.key.size()), ", "_sql);
  const Sql limit = comparison.dialect->limit(static_cast<std::int64_t>(comparison.samples));
  const auto pick = [&](const Sql& kind, const Sql& condition) {
    return "SELECT * FROM (SELECT "_sql + kind + " AS kind, "_sql + keys + " FROM g WHERE "_sql + condition +
           " ORDER BY "_sql + keys + limit + ") o"_sql;
  };
  const std::vector<Sql> picks = {
      pick("0"_sql, "kind = 0 AND "_sql + is_changed(*comparison.dialect, options)),
      pick("1"_sql, "kind = 1"_sql), pick("2"_sql, "kind = 2"_sql)};
  return "s AS"_sql + comparison.dialect->materialized + " (SELECT kind, "_sql + keys +
         ", row_number() OVER (ORDER BY kind, "_sql + keys + ") AS ord FROM ("_sql +
         join(picks, " UNION ALL "_sql) + ") p)"_sql;
}

}  // namespace

Sql count_statement(const Comparison& comparison, Side side) {
  return "SELECT "_sql + count_list(comparison, side) + from_side(comparison, side) +
         where({comparison.rows(side)});
}

Sql fingerprint_statement(const Comparison& comparison, Side side) {
  std::vector<Sql> list = {count_list(comparison, side)};
  // Some engines want a name for every column of a subquery.
  const auto add_total = [&](const std::vector<Sql>& values) {
    list.push_back(hash_total(comparison, values) + numbered(" AS h"_sql, list.size()));
  };
  const std::vector<Sql> keys = hashed(comparison, comparison.key, side);
  if (!keys.empty()) add_total(keys);
  if (!keys.empty() && comparison.dialect->fingerprint_names_columns) {
    for (const ComparedColumn& column : comparison.columns) {
      std::vector<Sql> values = keys;
      append_hashed(comparison, column, side, values);
      add_total(values);
    }
  } else if (!comparison.columns.empty()) {
    std::vector<Sql> values = keys;
    for (const ComparedColumn& column : comparison.columns) append_hashed(comparison, column, side, values);
    add_total(values);
  }
  return "SELECT "_sql + join(list, ", "_sql) + from_side(comparison, side) + where({comparison.rows(side)});
}

namespace {

Sql both_sides(const Sql& prod, const Sql& pr) {
  return "SELECT 0 AS side, p.* FROM ("_sql + prod + ") p UNION ALL SELECT 1, p.* FROM ("_sql + pr +
         ") p"_sql;
}

}  // namespace

Sql count_statement(const Comparison& comparison) {
  return both_sides(count_statement(comparison, Side::prod), count_statement(comparison, Side::pr));
}

Sql fingerprint_statement(const Comparison& comparison) {
  return both_sides(fingerprint_statement(comparison, Side::prod),
                    fingerprint_statement(comparison, Side::pr));
}

Sql probe_statement(const Comparison& comparison, std::int64_t rows, std::int64_t wanted, bool alike) {
  const Dialect& dialect = *comparison.dialect;
  const auto carried = [&](Side side, const Sql& from) {
    std::vector<Sql> list;
    for (std::size_t i = 0; i < comparison.key.size(); ++i)
      list.push_back(form_of(comparison, comparison.key[i], side) + numbered(" AS k"_sql, i));
    list.push_back(dialect.row_hash(hashed(comparison, comparison.columns, side), 0) + " AS h"_sql);
    return "(SELECT "_sql + join(list, ", "_sql) + from +
           where({comparison.rows(side), key_is_whole(comparison, side)}) + ")"_sql;
  };
  const Sql differ = dialect.is_distinct("a.h"_sql, "b.h"_sql, kHash);
  const Sql sample = dialect.sampled(rows, wanted);
  return "SELECT "_sql + rows_of(dialect) + ", "_sql + dialect.count + "(b.k0), "_sql + dialect.count +
         "(CASE WHEN b.k0 IS NOT NULL AND "_sql + differ + " THEN 1 END) FROM "_sql +
         carried(Side::prod, from_side(comparison, Side::prod) + sample) + " a LEFT JOIN "_sql +
         carried(Side::pr, from_side(comparison, Side::pr) + (alike ? sample : Sql())) + " b ON "_sql +
         keys_equal("a"_sql, "b"_sql, comparison.key.size(), "k"_sql);
}

namespace {

bool is_one_column(const Comparison& comparison, Family family) {
  return comparison.key.size() == 1 && comparison.key[0].common.kind == CommonType::Kind::same &&
         comparison.key[0].common.family == family;
}

}  // namespace

Sql order_statement(const Comparison& comparison, Side side) {
  const Dialect& dialect = *comparison.dialect;
  std::vector<Sql> keys;
  for (const ComparedColumn& column : comparison.key) keys.push_back(form_of(comparison, column, side));
  const Sql key = keys.size() == 1 ? keys[0] : "row("_sql + join(keys, ", "_sql) + ")"_sql;
  const bool is_integer = is_one_column(comparison, Family::integer) && dialect.count_by_bits != nullptr &&
                          comparison.key[0].pr_type.precision <= 19;  // fits 64 bits
  const auto end = [&](const Sql& function) {
    return is_integer ? wide_integer(dialect, function + "(k)"_sql) : wide_integer(dialect, "NULL"_sql);
  };
  return "SELECT "_sql + dialect.count + "(CASE WHEN NOT (k > p) THEN 1 END), "_sql + end("min"_sql) +
         ", "_sql + end("max"_sql) + " FROM (SELECT "_sql + key + " AS k, lag("_sql + key +
         ") OVER () AS p"_sql + from_side(comparison, side) +
         where({comparison.rows(side), key_is_whole(comparison, side)}) + ") o"_sql;
}

Sql bits_statement(const Comparison& comparison, Side side, std::int64_t first, std::int64_t last) {
  const Sql key = form_of(comparison, comparison.key.at(0), side);
  return "SELECT "_sql + comparison.dialect->count_by_bits(key, first, last) + from_side(comparison, side) +
         where({comparison.rows(side), key_is_whole(comparison, side)});
}

Sql distinct_statement(const Comparison& comparison, Side side) {
  const Dialect& dialect = *comparison.dialect;
  // A key of one column is counted as it is unless that is slow; else its hash. If the hashes are distinct,
  // the keys are.
  const bool is_plain = is_one_column(comparison, Family::integer) || is_one_column(comparison, Family::date);
  const Sql key = is_plain ? form_of(comparison, comparison.key[0], side)
                           : dialect.row_hash(hashed(comparison, comparison.key, side), 0);
  return "SELECT "_sql + dialect.count + "(DISTINCT "_sql + key + ")"_sql + from_side(comparison, side) +
         where({comparison.rows(side), key_is_whole(comparison, side)});
}

Sql join_statement(const Comparison& comparison, const JoinOptions& options) {
  const Dialect& dialect = *comparison.dialect;
  const std::size_t width = std::max<std::size_t>(1, comparison.key.size() + comparison.columns.size());
  const Sql changed = is_changed(*comparison.dialect, options);
  std::vector<Sql> sums = {
      sum_where("kind <> 2"_sql),
      sum_where("kind <> 1"_sql),
      sum_where("kind = 0"_sql),
      sum_where("kind = 1"_sql),
      sum_where("kind = 2"_sql),
      sum_where("kind = 0 AND "_sql + changed),
      options.apart ? "max(t.twice)"_sql : dialect.count + "(CASE WHEN kind <> 0 AND n > 1 THEN 1 END)"_sql};
  for (Sql& sum : column_counts(dialect, options.columns)) sums.push_back(std::move(sum));
  std::vector<Sql> head = {"'counts'"_sql, "'0'"_sql, "c.v"_sql};
  const Sql keys = join(names("k"_sql, comparison.key.size()), ", "_sql);
  const Sql twice = ", (SELECT "_sql + rows_of(dialect) + " AS twice FROM (SELECT "_sql + keys +
                    " FROM g WHERE kind <> 0 GROUP BY "_sql + keys + " HAVING "_sql + rows_of(dialect) +
                    " > 1) e) t"_sql;
  Sql from = " FROM (SELECT "_sql + packed(dialect, sums) + " AS v FROM g"_sql +
             (options.apart ? twice : Sql()) + ") c"_sql;
  if (options.with_totals) {
    head[2] = dialect.concat(
        dialect.concat(packed(dialect, {"ta.n"_sql, "ta.nk"_sql, "tb.n"_sql, "tb.nk"_sql}), "','"_sql),
        "c.v"_sql);
    from += ", "_sql + totals(comparison, Side::prod, "ta"_sql) + ", "_sql +
            totals(comparison, Side::pr, "tb"_sql);
  } else {
    head[2] = dialect.concat("'0,0,0,0,'"_sql, "c.v"_sql);
  }
  pad(dialect, head, width + 2);
  Sql out = "WITH "_sql + (options.without_duplicates ? duplicate_keys(comparison) : Sql()) +
            (options.by_hash ? groups_by_hash(comparison, options) : groups_by_values(comparison, options));
  const bool has_samples = options.with_samples && comparison.samples > 0;
  if (has_samples) out += ", "_sql + picked_keys(comparison, options);
  out += " SELECT "_sql + join(head, ", "_sql) + from;
  if (!has_samples) return out;
  const Sql in_prod = "CASE s.kind WHEN 0 THEN 'changed:prod' ELSE 'removed:prod' END"_sql;
  const Sql in_pr = "CASE s.kind WHEN 0 THEN 'changed:pr' ELSE 'added:pr' END"_sql;
  return out + " UNION ALL "_sql + sample_rows(comparison, Side::prod, in_prod, "s.kind <> 2"_sql) +
         " UNION ALL "_sql + sample_rows(comparison, Side::pr, in_pr, "s.kind <> 1"_sql);
}

Sql key_health_statement(const Comparison& comparison, const std::vector<Side>& sides) {
  const Dialect& dialect = *comparison.dialect;
  std::vector<Sql> parts;
  const Sql keys = join(names("k"_sql, comparison.key.size()), ", "_sql);
  for (const Side side : sides) {
    parts.push_back("SELECT "_sql + integer(side == Side::prod ? 0 : 1) + " AS side, "_sql +
                    rows_of(dialect) + " AS distinct_keys, coalesce("_sql +
                    wide_integer(dialect, "sum(CASE WHEN n > 1 THEN n END)"_sql) +
                    ", 0) AS duplicate_rows FROM (SELECT "_sql + rows_of(dialect) + " AS n FROM ("_sql +
                    side_select(comparison, side, JoinOptions{}) + ") r GROUP BY "_sql + keys + ") h"_sql);
  }
  return join(parts, " UNION ALL "_sql);
}

Sql keyless_statement(const Comparison& comparison, bool by_rules) {
  const Dialect& dialect = *comparison.dialect;
  std::vector<Sql> sides;
  const auto hashes = [&](Side side) {
    const std::vector<Sql> values =
        by_rules ? hashed_by_rules(comparison, side) : hashed(comparison, comparison.columns, side);
    return dialect.row_hash(values, 0) + " AS h0, "_sql + dialect.row_hash(values, 1) + " AS h1"_sql;
  };
  for (const Side side : {Side::prod, Side::pr}) {
    sides.push_back("SELECT "_sql + hashes(side) + ", "_sql +
                    wide_integer(dialect, side == Side::prod ? "1"_sql : "0"_sql) + " AS a, "_sql +
                    wide_integer(dialect, side == Side::prod ? "0"_sql : "1"_sql) + " AS b"_sql +
                    from_side(comparison, side) + where({comparison.rows(side)}));
  }
  const Sql counted =
      packed(dialect, {"sum(na)"_sql, "sum(nb)"_sql, "sum(CASE WHEN na > nb THEN na - nb END)"_sql,
                       "sum(CASE WHEN nb > na THEN nb - na END)"_sql});
  std::vector<Sql> head = {"'counts'"_sql, "'0'"_sql, counted};
  pad(dialect, head, comparison.columns.size() + 2);
  Sql out = "WITH g AS"_sql + dialect.materialized +
            " (SELECT h0, h1, sum(a) AS na, sum(b) AS nb FROM ("_sql + join(sides, " UNION ALL "_sql) +
            ") u GROUP BY h0, h1)"_sql;
  const auto rows = [&](Side side, const Sql& label, const Sql& more, const Sql& fewer) {
    std::vector<Sql> inner = {hashes(side)};
    std::vector<Sql> cells = {label, as_text(dialect, "0"_sql)};
    for (std::size_t i = 0; i < comparison.columns.size(); ++i) {
      inner.push_back(name_in(comparison, comparison.columns[i], side) + numbered(" AS c"_sql, i));
      cells.push_back(sample_cell(comparison, comparison.columns[i], side, numbered("r.c"_sql, i)));
    }
    // Many copies of one row are shown once.
    return "SELECT "_sql + join(cells, ", "_sql) +
           " FROM (SELECT p.*, row_number() OVER (PARTITION BY p.h0, p.h1 ORDER BY p.h0) AS copy FROM (SELECT "_sql +
           join(inner, ", "_sql) + from_side(comparison, side) + where({comparison.rows(side)}) +
           ") p JOIN (SELECT h0, h1 FROM g WHERE "_sql + more + " > "_sql + fewer + " ORDER BY h0, h1"_sql +
           dialect.limit(static_cast<std::int64_t>(comparison.samples)) +
           ") s ON s.h0 = p.h0 AND s.h1 = p.h1) r WHERE r.copy = 1"_sql;
  };
  out += " SELECT "_sql + join(head, ", "_sql) + " FROM g"_sql;
  if (comparison.samples == 0) return out;
  return out + " UNION ALL "_sql + rows(Side::prod, "'removed:prod'"_sql, "na"_sql, "nb"_sql) +
         " UNION ALL "_sql + rows(Side::pr, "'added:pr'"_sql, "nb"_sql, "na"_sql);
}

}  // namespace diffgate::diff
