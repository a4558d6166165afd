#include <algorithm>
#include <optional>
#include <utility>

#include "diff/statement_parts.hpp"
#include "diff/statements.hpp"

namespace diffgate::diff {
namespace {

constexpr std::size_t kBitsPerColumn = 3;
constexpr std::size_t kColumnsPerMask = kColumnsByChange;

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

Sql duplicate_keys(const Comparison& comparison) {
  std::vector<Sql> sides;
  for (const Side side : {Side::prod, Side::pr}) {
    const std::vector<Sql> keys = names("k"_sql, comparison.key.size());
    const Sql inner = side_select(comparison, side, JoinOptions{});
    sides.push_back("SELECT "_sql + join(keys, ", "_sql) + " FROM ("_sql + inner + ") d GROUP BY "_sql +
                    join(keys, ", "_sql) + " HAVING "_sql + rows_of(*comparison.dialect) + " > 1"_sql);
  }
  return kRepeated + " AS"_sql + comparison.dialect->materialized + " ("_sql +
         join(sides, " UNION ALL "_sql) + "), "_sql;
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

// At least one, which tells rows that only one side has.
std::size_t mask_count(const JoinOptions& options) {
  return std::max<std::size_t>(1, (position_count(options) + kColumnsPerMask - 1) / kColumnsPerMask);
}

std::size_t mask_end(const JoinOptions& options, std::size_t mask) {
  return std::min(position_count(options), (mask + 1) * kColumnsPerMask);
}

// What happened at up to kColumnsPerMask positions as one integer, NULL if nothing did. Most rows are equal:
// whether anything differs is asked first, and what it is only of the others.
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
  if (terms.empty()) return wide_integer(dialect, "NULL"_sql);
  return "CASE WHEN "_sql + join(differs, " OR "_sql) + " THEN "_sql + join(terms, " + "_sql) + " END"_sql;
}

// The first mask of a row of a full join says as well that only one side has it.
constexpr std::int64_t kOnlyProd = -1;
constexpr std::int64_t kOnlyPr = -2;

Sql found_at(const Comparison& comparison, const JoinOptions& options, std::size_t mask, const Sql& differs) {
  if (options.inner) return differs;
  const Dialect& dialect = *comparison.dialect;
  const auto exclusive = [&](std::int64_t side) {
    return wide_integer(dialect, mask == 0 ? Sql::number(side) : "NULL"_sql);
  };
  return "CASE WHEN b.k0 IS NULL THEN "_sql + exclusive(kOnlyProd) + " WHEN a.k0 IS NULL THEN "_sql +
         exclusive(kOnlyPr) + " ELSE "_sql + differs + " END"_sql;
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
                 std::optional<Half> half) {
  const auto side = [&](Side which) {
    const SomeRows rows{.from = {}, .condition = half ? in_half(comparison, which, *half) : Sql()};
    return "("_sql + side_select(comparison, which, options, rows) + ")"_sql;
  };
  const Sql prod = side(Side::prod) + " a"_sql;
  const Sql pr = side(Side::pr) + " b"_sql;
  const Sql on = " ON "_sql + keys_equal("a"_sql, "b"_sql, comparison.key.size(), "k"_sql);
  const Sql select = "SELECT "_sql + join(list, ", "_sql) + " FROM "_sql;
  const Sql& once = comparison.dialect->evaluated_once;
  if (options.inner) return select + prod + " JOIN "_sql + pr + on + once;
  if (comparison.dialect->has_full_join) return select + prod + " FULL JOIN "_sql + pr + on + once;
  return select + prod + " LEFT JOIN "_sql + pr + on + " UNION ALL "_sql + select + pr + " LEFT JOIN "_sql +
         prod + on + " WHERE a.k0 IS NULL"_sql;
}

// The names under which joined rows hold the addresses of their two sides.
std::vector<Sql> addresses(const JoinOptions& options) {
  if (!options.by_address) return {};
  return {"ra"_sql, "rb"_sql};
}

// The masks of a joined row, as the row has them.
std::vector<Sql> found_names(std::size_t masks) { return names("f"_sql, masks); }

bool has_samples(const Comparison& comparison, const JoinOptions& options) {
  return options.with_samples && comparison.samples > 0;
}

// Of rows with the masks `found`: 0 if both sides have the key, 1 if only production, 2 if only the PR.
Sql kind_of(const JoinOptions& options) {
  if (options.inner) return "0"_sql;
  return "CASE f0 WHEN "_sql + Sql::number(kOnlyProd) + " THEN 1 WHEN "_sql + Sql::number(kOnlyPr) +
         " THEN 2 ELSE 0 END"_sql;
}

// Keys, kind, masks, addresses and number of rows of each group of `groups`, which has the masks as found.
Sql read_groups(const Comparison& comparison, const JoinOptions& options, std::size_t masks, const Sql& n,
                const Sql& groups) {
  const Dialect& dialect = *comparison.dialect;
  std::vector<Sql> list = names("k"_sql, comparison.key.size());
  list.push_back(kind_of(options) + " AS kind"_sql);
  for (std::size_t i = 0; i < masks; ++i) {
    list.push_back("CASE WHEN "_sql + numbered("f"_sql, i) + " > 0 THEN "_sql + numbered("f"_sql, i) +
                   " ELSE "_sql + wide_integer(dialect, "0"_sql) + numbered(" END AS m"_sql, i));
  }
  for (const Sql& address : addresses(options)) list.push_back(address);
  return "SELECT "_sql + join(list, ", "_sql) + ", "_sql + n + " FROM ("_sql + groups + ") g"_sql;
}

// The joined rows j, grouped: those that are equal fall into one group, without a key, the others into one a
// key. So a single pass gives both the counts and the keys of what differs. Where a key is repeated, a group
// mixes its rows; the counts show that, and nobody reads it then.
Sql grouped(const Comparison& comparison, const JoinOptions& options, std::size_t masks, const Sql& joined) {
  const Dialect& dialect = *comparison.dialect;
  const std::vector<Sql> keys = names("k"_sql, comparison.key.size());
  const std::vector<Sql> found = found_names(masks);
  std::vector<Sql> conditions;
  for (const Sql& mask : found) conditions.push_back(mask + " IS NOT NULL"_sql);
  const Sql differs = join(conditions, " OR "_sql);
  std::vector<Sql> inner;
  std::vector<Sql> outer = keys;
  const auto take = [&](const Sql& value) { outer.push_back("max("_sql + value + ") AS "_sql + value); };
  const auto if_differs = [&](const Sql& value) {
    inner.push_back("CASE WHEN "_sql + differs + " THEN "_sql + value + " END AS "_sql + value);
  };
  for (const Sql& key : keys) if_differs(key);
  for (const Sql& mask : found) {
    inner.push_back(mask);
    take(mask);
  }
  for (const Sql& address : addresses(options)) {
    if_differs(address);
    take(address);
  }
  return read_groups(comparison, options, masks, "n"_sql,
                     "SELECT "_sql + join(outer, ", "_sql) + ", "_sql + rows_of(dialect) +
                         " AS n FROM (SELECT "_sql + join(inner, ", "_sql) + " FROM ("_sql + joined +
                         ") j) d GROUP BY "_sql + join(keys, ", "_sql));
}

// The joined rows as they are, each a group of its own.
Sql ungrouped(const Comparison& comparison, const JoinOptions& options, std::size_t masks,
              const Sql& joined) {
  const Dialect& dialect = *comparison.dialect;
  return read_groups(comparison, options, masks, wide_integer(dialect, "1"_sql) + " AS n"_sql, joined);
}

// The joined rows j in groups by what happened to them: each with its number of rows, how many rows of one
// side's keys are not the first of their key, and its smallest keys ks.
Sql grouped_by_change(const Comparison& comparison, const JoinOptions& options, const Sql& joined) {
  const Dialect& dialect = *comparison.dialect;
  const std::vector<Sql> keys = names("k"_sql, comparison.key.size());
  const Sql rows = rows_of(dialect);
  std::vector<Sql> inner = {"f0"_sql, rows + " AS n"_sql};
  // A row of keys is never NULL, its parts are not, either.
  const Sql key = keys.size() == 1 ? keys[0] : "row("_sql + join(keys, ", "_sql) + ")"_sql;
  inner.push_back(dialect.count + "(DISTINCT "_sql + key + ") FILTER (WHERE f0 < 0) AS nd"_sql);
  if (has_samples(comparison, options)) {
    inner.push_back(dialect.smallest_keys(keys, comparison.samples) +
                    " FILTER (WHERE f0 IS NOT NULL) AS ks"_sql);
  }
  const Sql mask = "CASE WHEN f0 > 0 THEN f0 ELSE "_sql + wide_integer(dialect, "0"_sql) + " END AS m0"_sql;
  std::vector<Sql> outer = {kind_of(options) + " AS kind"_sql, mask, "n"_sql,
                            "CASE WHEN f0 < 0 THEN n - nd END AS repeated"_sql};
  if (has_samples(comparison, options)) outer.push_back("ks"_sql);
  return "SELECT "_sql + join(outer, ", "_sql) + " FROM (SELECT "_sql + join(inner, ", "_sql) +
         " FROM ("_sql + joined + ") j GROUP BY f0) g"_sql;
}

Sql coalesced_key(const Sql& key) { return "coalesce(a."_sql + key + ", b."_sql + key + ") AS "_sql + key; }

// g: groups of joined rows with their masks.
Sql groups_of_rows(const Comparison& comparison, const JoinOptions& options) {
  const std::size_t masks = mask_count(options);
  std::vector<Sql> list;
  for (const Sql& key : names("k"_sql, comparison.key.size())) list.push_back(coalesced_key(key));
  for (std::size_t i = 0; i < masks; ++i) {
    list.push_back(found_at(comparison, options, i, mask_expression(comparison, options, i)) +
                   numbered(" AS f"_sql, i));
  }
  if (options.by_address) {
    list.push_back("a.r AS ra"_sql);
    list.push_back("b.r AS rb"_sql);
  }
  const auto of = [&](std::optional<Half> half) {
    const Sql joined = joined_sides(comparison, options, list, half);
    if (options.by_change) return grouped_by_change(comparison, options, joined);
    return options.apart ? ungrouped(comparison, options, masks, joined)
                         : grouped(comparison, options, masks, joined);
  };
  const Sql groups = options.halves ? "SELECT * FROM ("_sql + of(Half::lower) + " UNION ALL "_sql +
                                          of(Half::upper) + ") u"_sql
                                    : of(std::nullopt);
  return kGroups + " AS"_sql + comparison.dialect->materialized + " ("_sql + groups + ")"_sql;
}

Sql sum_where(const Sql& condition) { return "sum(CASE WHEN "_sql + condition + " THEN total END)"_sql; }

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

Sql totals(const Comparison& comparison, Side side, const Sql& alias) {
  return "(SELECT "_sql + count_list(comparison, side) + from_side(comparison, side) +
         where({comparison.rows(side)}) + ") "_sql + alias;
}

// The picked keys s joined back to one side: label, order, key texts, cell texts. Texts are made only of
// the rows that were picked, so outside of what is joined.
Sql sample_rows(const Comparison& comparison, Side side, const Sql& label, const Sql& condition,
                bool by_address) {
  const std::size_t keys = comparison.key.size();
  const Dialect& dialect = *comparison.dialect;
  std::vector<Sql> inner;
  std::vector<Sql> outer = {label, as_text(dialect, "s.ord"_sql)};
  const auto add = [&](const ComparedColumn& column, const Sql& name) {
    inner.push_back(name_in(comparison, column, side) + " AS "_sql + name);
    outer.push_back(sample_cell(comparison, column, side, "r."_sql + name));
  };
  for (std::size_t i = 0; i < keys; ++i) {
    if (!by_address) inner.push_back(form_of(comparison, comparison.key[i], side) + numbered(" AS k"_sql, i));
    add(comparison.key[i], numbered("t"_sql, i));
  }
  for (std::size_t i = 0; i < comparison.columns.size(); ++i)
    add(comparison.columns[i], numbered("c"_sql, i));
  if (by_address) inner.push_back(dialect.row_address + " AS r"_sql);
  const Sql on = !by_address          ? keys_equal("s"_sql, "r"_sql, keys, "k"_sql)
                 : side == Side::prod ? "s.ra = r.r"_sql
                                      : "s.rb = r.r"_sql;
  return "SELECT "_sql + join(outer, ", "_sql) + " FROM "_sql + kPicked + " s JOIN (SELECT "_sql +
         join(inner, ", "_sql) + from_side(comparison, side) +
         where({comparison.rows(side), key_is_whole(comparison, side)}) + ") r ON "_sql + on + " WHERE "_sql +
         condition;
}

// The groups g for counting: how many rows, in `total`, have which kind and masks, and how many keys of an
// exclusive row are repeated. Groups that are alike are taken together first, while a row has one mask: of
// many masks nearly every row has its own.
Sql changes(const Comparison& comparison, const JoinOptions& options) {
  const Dialect& dialect = *comparison.dialect;
  if (options.by_change) return "(SELECT kind, m0, n AS total, repeated FROM "_sql + kGroups + ") w"_sql;
  const bool is_narrow = mask_count(options) <= 1;
  std::vector<Sql> same = {"kind"_sql};
  for (const Sql& mask : names("m"_sql, mask_count(options))) same.push_back(mask);
  std::vector<Sql> list = same;
  list.push_back(is_narrow ? "sum(n) AS total"_sql : "n AS total"_sql);
  const Sql repeated = "CASE WHEN n > 1 THEN 1 END"_sql;
  if (!options.apart)
    list.push_back((is_narrow ? dialect.count + "("_sql + repeated + ")"_sql : repeated) +
                   " AS repeated"_sql);
  const Sql out = "(SELECT "_sql + join(list, ", "_sql) + " FROM "_sql + kGroups +
                  (is_narrow ? " GROUP BY "_sql + join(same, ", "_sql) : Sql()) + ") w"_sql;
  if (!options.apart) return out;
  const Sql keys = join(names("k"_sql, comparison.key.size()), ", "_sql);
  return out + ", (SELECT "_sql + rows_of(dialect) + " AS repeated FROM (SELECT "_sql + keys + " FROM "_sql +
         kGroups + " WHERE kind <> 0 GROUP BY "_sql + keys + " HAVING "_sql + rows_of(dialect) +
         " > 1) e) t"_sql;
}

// The smallest keys of each kind, numbered in their order.
Sql picked_keys(const Comparison& comparison, const JoinOptions& options) {
  const Sql keys = join(names("k"_sql, comparison.key.size()), ", "_sql);
  std::vector<Sql> list = names("k"_sql, comparison.key.size());
  for (const Sql& address : addresses(options)) list.push_back(address);
  const Sql picked = join(list, ", "_sql);
  const Sql limit = comparison.dialect->limit(static_cast<std::int64_t>(comparison.samples));
  const auto pick = [&](const Sql& kind, const Sql& condition) {
    const Sql groups = options.by_change
                           ? "(SELECT "_sql +
                                 comparison.dialect->listed_keys("ks"_sql, comparison.key.size()) +
                                 " FROM "_sql + kGroups + " WHERE "_sql + condition + ") e"_sql
                           : kGroups + " WHERE "_sql + condition;
    return "SELECT * FROM (SELECT "_sql + kind + " AS kind, "_sql + picked + " FROM "_sql + groups +
           " ORDER BY "_sql + keys + limit + ") o"_sql;
  };
  const std::vector<Sql> picks = {
      pick("0"_sql, "kind = 0 AND "_sql + is_changed(*comparison.dialect, options)),
      pick("1"_sql, "kind = 1"_sql), pick("2"_sql, "kind = 2"_sql)};
  return kPicked + " AS"_sql + comparison.dialect->materialized + " (SELECT kind, "_sql + picked +
         ", row_number() OVER (ORDER BY kind, "_sql + keys + ") AS ord FROM ("_sql +
         join(picks, " UNION ALL "_sql) + ") p)"_sql;
}

}  // namespace

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
      options.apart ? "max(t.repeated)"_sql : "sum(CASE WHEN kind <> 0 THEN repeated END)"_sql};
  for (Sql& sum : column_counts(dialect, options.columns)) sums.push_back(std::move(sum));
  std::vector<Sql> head = {"'counts'"_sql, "'0'"_sql, "c.v"_sql};
  Sql from = " FROM (SELECT "_sql + packed(dialect, sums) + " AS v FROM "_sql + changes(comparison, options) +
             ") c"_sql;
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
            groups_of_rows(comparison, options);
  if (has_samples(comparison, options)) out += ", "_sql + picked_keys(comparison, options);
  out += " SELECT "_sql + join(head, ", "_sql) + from;
  if (!has_samples(comparison, options)) return out;
  const Sql in_prod = "CASE s.kind WHEN 0 THEN 'changed:prod' ELSE 'removed:prod' END"_sql;
  const Sql in_pr = "CASE s.kind WHEN 0 THEN 'changed:pr' ELSE 'added:pr' END"_sql;
  return out + " UNION ALL "_sql +
         sample_rows(comparison, Side::prod, in_prod, "s.kind <> 2"_sql, options.by_address) +
         " UNION ALL "_sql + sample_rows(comparison, Side::pr, in_pr, "s.kind <> 1"_sql, options.by_address);
}

}  // namespace diffgate::diff
