#include "diff/statement_parts.hpp"

#include <utility>

namespace diffgate::diff {
namespace {

constexpr int kSampleText = 1000;  // characters of one cell

}  // namespace

Sql numbered(const Sql& prefix, std::size_t i) { return prefix + Sql::number(static_cast<std::int64_t>(i)); }

Sql integer(std::int64_t value) { return Sql::number(value); }

Sql rows_of(const Dialect& dialect) { return dialect.count + "(*)"_sql; }

Sql from_side(const Comparison& comparison, Side side) { return " FROM "_sql + comparison.from(side); }

Sql key_is_whole(const Comparison& comparison, Side side) {
  std::vector<Sql> parts;
  for (const ComparedColumn& column : comparison.key) {
    // To SQL, a row of columns is neither NULL nor NOT NULL if some of them are. Its text is one of the two.
    const bool may_be_row = column.common.family == Family::as_text;
    parts.push_back((may_be_row ? form_of(comparison, column, side) : name_in(comparison, column, side)) +
                    " IS NOT NULL"_sql);
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

Sql as_carried(const Comparison& comparison, const ComparedColumn& column, Side side) {
  return is_late(*comparison.dialect, column.common) ? name_in(comparison, column, side)
                                                     : form_of(comparison, column, side);
}

namespace {

HashedValue carried_value(const Comparison& comparison, const ComparedColumn& column, Side side) {
  return {.form = as_carried(comparison, column, side),
          .from = side == Side::prod ? column.prod_type : column.pr_type,
          .to = column.common};
}

HashedValue hashed_value(const Comparison& comparison, const ComparedColumn& column, Side side) {
  return {.form = form_of(comparison, column, side),
          .from = side == Side::prod ? column.prod_type : column.pr_type,
          .to = column.common};
}

// The number of rows with a whole key. Of one column, engines know how many values there are without a look.
Sql whole_keys(const Comparison& comparison, Side side) {
  const Dialect& dialect = *comparison.dialect;
  if (comparison.key.empty()) return rows_of(dialect);
  if (comparison.key.size() == 1)
    return dialect.count + "("_sql + name_in(comparison, comparison.key[0], side) + ")"_sql;
  return dialect.count + "(CASE WHEN "_sql + key_is_whole(comparison, side) + " THEN 1 END)"_sql;
}

// What the join carries of a column: only whether two values differ is asked of it, but by a rule.
Sql carried(const Comparison& comparison, const ComparedColumn& column, Side side,
            const JoinOptions& options) {
  if (!options.compact || has_rule(column)) return as_carried(comparison, column, side);
  return comparison.dialect->compact(carried_value(comparison, column, side));
}

}  // namespace

Sql hash_of_row(const Comparison& comparison, const std::vector<ComparedColumn>& columns, Side side) {
  const Dialect& dialect = *comparison.dialect;
  std::vector<HashedValue> values;
  for (const ComparedColumn& column : columns) values.push_back(carried_value(comparison, column, side));
  if (dialect.quick_row_hash != nullptr) return dialect.quick_row_hash(values);
  std::vector<Sql> parts;
  for (const HashedValue& value : values) {
    for (Sql& part : dialect.hashed(value.form, value.from, value.to)) parts.push_back(std::move(part));
  }
  return dialect.row_hash(parts, 0);
}

std::vector<Sql> hashed(const Comparison& comparison, const std::vector<ComparedColumn>& columns, Side side) {
  std::vector<Sql> out;
  for (const ComparedColumn& column : columns) append_hashed(comparison, column, side, out);
  return out;
}

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

Sql keys_equal(const Sql& left, const Sql& right, std::size_t count, const Sql& prefix) {
  std::vector<Sql> parts;
  for (const Sql& name : names(prefix, count))
    parts.push_back(left + "."_sql + name + " = "_sql + right + "."_sql + name);
  return join(parts, " AND "_sql);
}

Sql count_list(const Comparison& comparison, Side side) {
  const Sql rows = rows_of(*comparison.dialect);
  return rows + " AS n, "_sql + whole_keys(comparison, side) + " AS nk"_sql;
}

// A condition on the key, as both sides have it.
Sql in_half(const Comparison& comparison, Side side, Half half) {
  std::vector<HashedValue> keys;
  for (const ComparedColumn& column : comparison.key) keys.push_back(hashed_value(comparison, column, side));
  return comparison.dialect->key_hash(keys) + (half == Half::lower ? " < 0"_sql : " >= 0"_sql);
}

Sql side_select(const Comparison& comparison, Side side, const JoinOptions& options, const SomeRows& rows) {
  std::vector<Sql> list;
  for (std::size_t i = 0; i < comparison.key.size(); ++i) {
    list.push_back(form_of(comparison, comparison.key[i], side) + numbered(" AS k"_sql, i));
  }
  for (const std::size_t i : options.columns)
    list.push_back(carried(comparison, comparison.columns[i], side, options) + numbered(" AS v"_sql, i));
  for (std::size_t i = 0; i < options.groups.size(); ++i) {
    std::vector<Sql> values;
    for (const std::size_t column : options.groups[i])
      append_hashed(comparison, comparison.columns[column], side, values);
    list.push_back(comparison.dialect->row_hash(values, 0) + numbered(" AS p"_sql, i));
    list.push_back(comparison.dialect->row_hash(values, 1) + numbered(" AS q"_sql, i));
  }
  if (options.by_address) list.push_back(comparison.dialect->row_address + " AS r"_sql);
  if (!rows.more.empty()) list.push_back(rows.more);
  const Sql select = "SELECT "_sql + join(list, ", "_sql) +
                     (rows.from.empty() ? from_side(comparison, side) : " FROM "_sql + rows.from) +
                     where({comparison.rows(side), key_is_whole(comparison, side), rows.condition});
  if (!options.without_duplicates) return select;
  return "SELECT s.* FROM ("_sql + select + ") s WHERE NOT EXISTS (SELECT 1 FROM "_sql + kRepeated +
         " dup WHERE "_sql + keys_equal("dup"_sql, "s"_sql, comparison.key.size(), "k"_sql) + ")"_sql;
}

namespace {

// A tree of halves, because engines limit how deep an expression may be.
Sql packed(const Dialect& dialect, const std::vector<Sql>& numbers, std::size_t first, std::size_t last) {
  if (last - first == 1) return "coalesce("_sql + as_text(dialect, numbers[first]) + ", '0')"_sql;
  const std::size_t middle = first + (last - first) / 2;
  return dialect.concat(dialect.concat(packed(dialect, numbers, first, middle), "','"_sql),
                        packed(dialect, numbers, middle, last));
}

}  // namespace

Sql packed(const Dialect& dialect, const std::vector<Sql>& numbers) {
  return packed(dialect, numbers, 0, numbers.size());
}

void pad(const Dialect& dialect, std::vector<Sql>& list, std::size_t width) {
  while (list.size() < width) list.push_back(as_text(dialect, "NULL"_sql));
}

Sql sample_cell(const Comparison& comparison, const ComparedColumn& column, Side side, const Sql& value) {
  if (column.is_masked) return "CASE WHEN "_sql + value + " IS NOT NULL THEN '***' END"_sql;
  const Dialect& dialect = *comparison.dialect;
  return dialect.cut_text(dialect.text(value, side == Side::prod ? column.prod_type : column.pr_type),
                          kSampleText);
}

}  // namespace diffgate::diff
