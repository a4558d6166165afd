#include <algorithm>
#include <utility>

#include "diff/join_groups.hpp"
#include "diff/join_masks.hpp"
#include "diff/statement_parts.hpp"
#include "diff/statements.hpp"

namespace diffgate::diff {
namespace {

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

// Rows w: how many rows, in `total`, are in groups that are alike in these columns, and what `more` says of
// them.
Sql alike(const std::vector<Sql>& same, const Sql& more) {
  const Sql columns = join(same, ", "_sql);
  return "(SELECT "_sql + columns + ", sum(n) AS total"_sql + more + " FROM "_sql + kGroups +
         " GROUP BY "_sql + columns + ") w"_sql;
}

// How many rows are of which kind and have which masks, and how many keys of an exclusive row are repeated.
// Groups that are alike are taken together first, while a row has one mask: of many masks nearly every row
// has its own.
Sql changes(const Comparison& comparison, const JoinOptions& options) {
  const Dialect& dialect = *comparison.dialect;
  if (options.by_change) return "(SELECT kind, m0, n AS total, repeated FROM "_sql + kGroups + ") w"_sql;
  const Sql repeated = "CASE WHEN n > 1 THEN 1 END"_sql;
  const auto beside = [&](const Sql& value) {
    return options.apart ? Sql() : ", "_sql + value + " AS repeated"_sql;
  };
  std::vector<Sql> same = {"kind"_sql};
  for (const Sql& mask : names("m"_sql, mask_count(options))) same.push_back(mask);
  const Sql out = mask_count(options) == 1 ? alike(same, beside(dialect.count + "("_sql + repeated + ")"_sql))
                                           : "(SELECT "_sql + join(same, ", "_sql) + ", n AS total"_sql +
                                                 beside(repeated) + " FROM "_sql + kGroups + ") w"_sql;
  if (!options.apart) return out;
  const Sql keys = join(names("k"_sql, comparison.key.size()), ", "_sql);
  return out + ", (SELECT "_sql + rows_of(dialect) + " AS repeated FROM (SELECT "_sql + keys + " FROM "_sql +
         kGroups + " WHERE kind <> 0 GROUP BY "_sql + keys + " HAVING "_sql + rows_of(dialect) +
         " > 1) e) t"_sql;
}

// The counts as text, and what they are selected from. Of several masks, each is counted by itself, by the
// groups that are alike in it: to ask every row of a hundred columns takes longer than the join. Not where
// the groups may be made anew each time that they are read.
struct Counts {
  Sql text;
  Sql from;
};
Counts counts(const Comparison& comparison, const JoinOptions& options) {
  const Dialect& dialect = *comparison.dialect;
  std::vector<Sql> sums = {
      sum_where("kind <> 2"_sql),
      sum_where("kind <> 1"_sql),
      sum_where("kind = 0"_sql),
      sum_where("kind = 1"_sql),
      sum_where("kind = 2"_sql),
      sum_where("kind = 0 AND "_sql + is_changed(dialect, options)),
      options.apart ? "max(t.repeated)"_sql : "sum(CASE WHEN kind <> 0 THEN repeated END)"_sql};
  const auto selected = [&](const std::vector<Sql>& values, const Sql& rows, const Sql& alias) {
    return "(SELECT "_sql + packed(dialect, values) + " AS v FROM "_sql + rows + ") "_sql + alias;
  };
  const std::size_t masks = mask_count(options);
  const bool is_one_pass = masks == 1 || dialect.materialized.empty();
  for (std::size_t mask = 0; is_one_pass && mask < masks; ++mask) {
    for (Sql& sum : column_counts(dialect, options, mask)) sums.push_back(std::move(sum));
  }
  Counts out{.text = "c.v"_sql, .from = selected(sums, changes(comparison, options), "c"_sql)};
  for (std::size_t mask = 0; !is_one_pass && mask < masks; ++mask) {
    const std::vector<Sql> of_columns = column_counts(dialect, options, mask);
    if (of_columns.empty()) break;
    const Sql alias = numbered("c"_sql, mask);
    out.from += ", "_sql + selected(of_columns, alike({numbered("m"_sql, mask)}, {}), alias);
    out.text = dialect.concat(dialect.concat(out.text, "','"_sql), alias + ".v"_sql);
  }
  return out;
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
  const Counts counted = counts(comparison, options);
  std::vector<Sql> head = {"'counts'"_sql, "'0'"_sql, counted.text};
  Sql from = " FROM "_sql + counted.from;
  if (options.with_totals) {
    head[2] = dialect.concat(
        dialect.concat(packed(dialect, {"ta.n"_sql, "ta.nk"_sql, "tb.n"_sql, "tb.nk"_sql}), "','"_sql),
        counted.text);
    from += ", "_sql + totals(comparison, Side::prod, "ta"_sql) + ", "_sql +
            totals(comparison, Side::pr, "tb"_sql);
  } else {
    head[2] = dialect.concat("'0,0,0,0,'"_sql, counted.text);
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
