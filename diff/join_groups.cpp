#include "diff/join_groups.hpp"

#include <optional>

#include "diff/join_masks.hpp"

namespace diffgate::diff {
namespace {

// "p a JOIN q b ON …" of the kind that the options and the engine want, each row as `list` says; `side`
// selects what is joined.
template <class SideSelect>
Sql joined_sides(const Comparison& comparison, const JoinOptions& options, const std::vector<Sql>& list,
                 SideSelect side) {
  const Sql prod = "("_sql + side(Side::prod) + ") a"_sql;
  const Sql pr = "("_sql + side(Side::pr) + ") b"_sql;
  const Sql on = " ON "_sql + keys_equal("a"_sql, "b"_sql, comparison.key.size(), "k"_sql);
  const Sql select = "SELECT "_sql + join(list, ", "_sql) + " FROM "_sql;
  const Sql& once = comparison.dialect->evaluated_once;
  if (options.inner) return select + prod + " JOIN "_sql + pr + on + once;
  if (comparison.dialect->has_full_join) return select + prod + " FULL JOIN "_sql + pr + on + once;
  return select + prod + " LEFT JOIN "_sql + pr + on + " UNION ALL "_sql + select + pr + " LEFT JOIN "_sql +
         prod + on + " WHERE a.k0 IS NULL"_sql;
}

// The masks of a joined row, as the row has them.
std::vector<Sql> found_names(std::size_t masks) { return names("f"_sql, masks); }

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

Sql coalesced(const Sql& key) { return "coalesce(a."_sql + key + ", b."_sql + key + ")"_sql; }

// The common table expression kDiffering: keys of rows whose hashes differ, and, without a key, how many rows
// n are equal.
Sql differing_keys(const Comparison& comparison, const JoinOptions& options) {
  const Dialect& dialect = *comparison.dialect;
  std::vector<ComparedColumn> columns;
  for (const std::size_t i : options.columns) columns.push_back(comparison.columns[i]);
  JoinOptions keys_alone = options;
  keys_alone.columns.clear();
  const auto side = [&](Side which) {
    const SomeRows with_hash{.more = hash_of_row(comparison, columns, which) + " AS h"_sql};
    return side_select(comparison, which, keys_alone, with_hash);
  };
  const Sql differs = dialect.is_distinct("a.h"_sql, "b.h"_sql, kHash);
  const std::vector<Sql> keys = names("k"_sql, comparison.key.size());
  std::vector<Sql> list;
  for (const Sql& key : keys)
    list.push_back("CASE WHEN "_sql + differs + " THEN "_sql + coalesced(key) + " END AS "_sql + key);
  const Sql all = join(keys, ", "_sql);
  return kDiffering + " AS"_sql + dialect.materialized + " (SELECT "_sql + all + ", "_sql + rows_of(dialect) +
         " AS n FROM ("_sql + joined_sides(comparison, options, list, side) + ") j GROUP BY "_sql + all +
         ")"_sql;
}

// Not EXISTS: a column of theirs may have the name of one in there.
Sql is_differing(const Comparison& comparison, Side side) {
  std::vector<Sql> key;
  for (const ComparedColumn& column : comparison.key) key.push_back(form_of(comparison, column, side));
  const Sql forms = key.size() == 1 ? key[0] : "("_sql + join(key, ", "_sql) + ")"_sql;
  return forms + " IN (SELECT "_sql + join(names("k"_sql, key.size()), ", "_sql) + " FROM "_sql + kDiffering +
         " WHERE k0 IS NOT NULL)"_sql;
}

// The rows that are equal by their hashes, as a group like those of read_groups.
Sql equal_rows(const Comparison& comparison, std::size_t masks) {
  const Dialect& dialect = *comparison.dialect;
  std::vector<Sql> list = names("k"_sql, comparison.key.size());
  list.push_back("0 AS kind"_sql);
  for (std::size_t i = 0; i < masks; ++i)
    list.push_back(wide_integer(dialect, "0"_sql) + numbered(" AS m"_sql, i));
  return "SELECT "_sql + join(list, ", "_sql) + ", n FROM "_sql + kDiffering + " WHERE k0 IS NULL"_sql;
}

// All rows by their groups, of which only those whose hashes differ have been looked at.
Sql groups_by_hash(const Comparison& comparison, const JoinOptions& options, const std::vector<Sql>& list) {
  const std::size_t masks = mask_count(options);
  const auto side = [&](Side which) {
    return side_select(comparison, which, options, {.condition = is_differing(comparison, which)});
  };
  const Sql joined = joined_sides(comparison, options, list, side);
  return grouped(comparison, options, masks, joined) + " UNION ALL "_sql + equal_rows(comparison, masks);
}

}  // namespace

bool has_samples(const Comparison& comparison, const JoinOptions& options) {
  return options.with_samples && comparison.samples > 0;
}

std::vector<Sql> addresses(const JoinOptions& options) {
  if (!options.by_address) return {};
  return {"ra"_sql, "rb"_sql};
}

Sql groups_of_rows(const Comparison& comparison, const JoinOptions& options) {
  const std::size_t masks = mask_count(options);
  std::vector<Sql> list;
  for (const Sql& key : names("k"_sql, comparison.key.size()))
    list.push_back(coalesced(key) + " AS "_sql + key);
  for (std::size_t i = 0; i < masks; ++i) {
    list.push_back(found_mask(comparison, options, i) + numbered(" AS f"_sql, i));
  }
  if (options.by_address) {
    list.push_back("a.r AS ra"_sql);
    list.push_back("b.r AS rb"_sql);
  }
  const auto of = [&](std::optional<Half> half) {
    const auto side = [&](Side which) {
      return side_select(comparison, which, options,
                         {.condition = half ? in_half(comparison, which, *half) : Sql()});
    };
    if (options.by_hash) return groups_by_hash(comparison, options, list);
    const Sql joined = joined_sides(comparison, options, list, side);
    if (options.by_change) return grouped_by_change(comparison, options, joined);
    return options.apart ? ungrouped(comparison, options, masks, joined)
                         : grouped(comparison, options, masks, joined);
  };
  const Sql groups = options.halves ? "SELECT * FROM ("_sql + of(Half::lower) + " UNION ALL "_sql +
                                          of(Half::upper) + ") u"_sql
                                    : of(std::nullopt);
  const Sql before = options.by_hash ? differing_keys(comparison, options) + ", "_sql : Sql();
  return before + kGroups + " AS"_sql + comparison.dialect->materialized + " ("_sql + groups + ")"_sql;
}

}  // namespace diffgate::diff
