#include "diff/profile_statements.hpp"

#include "diff/column_profile.hpp"
#include "diff/dialect_parts.hpp"
#include "diff/statement_parts.hpp"

namespace diffgate::diff {
namespace {

constexpr int kValueText = 100;      // characters of a value that is shown
constexpr int kValueSeed = 3;        // hashes of values, apart from those of keys
constexpr std::size_t kHashed = 20;  // columns that tell rows without a key apart, for the sample
constexpr double kTooLarge = 1e290;  // sums of such numbers overflow

Sql null_of(const Sql& type) { return "CAST(NULL AS "_sql + type + ")"_sql; }

std::vector<Sql> hashed(const Comparison& comparison, const ComparedColumn& column, Side side) {
  std::vector<Sql> out;
  append_hashed(comparison, column, side, out);
  return out;
}

// Empty if every row is in the sample.
Sql row_in_sample(const Comparison& comparison, const std::vector<ProfileTarget>& targets, Side side,
                  const ProfileSample& sample) {
  if (sample.parts >= kSampleParts) return {};
  std::vector<Sql> values;
  for (const ComparedColumn& column : comparison.key) {
    for (Sql& part : hashed(comparison, column, side)) values.push_back(std::move(part));
  }
  for (std::size_t i = 0; comparison.key.empty() && i < targets.size() && values.size() < kHashed; ++i) {
    if (!targets[i].on(side)) continue;
    for (Sql& part : hashed(comparison, targets[i].column, side)) values.push_back(std::move(part));
  }
  return in_sample(*comparison.dialect, comparison.dialect->row_hash(values, kValueSeed), sample.parts);
}

// A number to calculate with: without infinities and what would make a sum overflow.
Sql finite(const Comparison& comparison, const ProfileTarget& target, Side side) {
  const Dialect& dialect = *comparison.dialect;
  const Sql name = name_in(comparison, target.column, side);
  const Sql real = "CAST("_sql + name + " AS "_sql + dialect.double_type + ")"_sql;
  if (target.type(side).family == Family::integer) return real;
  return "CASE WHEN abs("_sql + name + ") < "_sql + number(kTooLarge) + " THEN "_sql + real + " END"_sql;
}

Sql time_as_number(const Comparison& comparison, const ProfileTarget& target, Side side) {
  const Dialect& dialect = *comparison.dialect;
  const Sql moment = moment_of(comparison, target.column, side);
  return "CAST("_sql + dialect.seconds_of(moment) + " AS "_sql + dialect.double_type + ")"_sql;
}

Sql as_number(const Comparison& comparison, const ProfileTarget& target, Side side) {
  return target.is_time() ? time_as_number(comparison, target, side) : finite(comparison, target, side);
}

Sql text_of_value(const Dialect& dialect, const Sql& value, const ColumnType& type) {
  return dialect.cut_text(dialect.text(value, type), kValueText);
}

// The type that a form has which is not the column's own.
ColumnType type_of_form(const CommonType& common) {
  using Kind = CommonType::Kind;
  const bool is_text =
      common.kind == Kind::text || common.kind == Kind::number_text || common.kind == Kind::integer_floating;
  ColumnType out;
  out.family = is_text ? Family::text : common.family;
  return out;
}

// A value as people read it; of both sides alike if the types differ.
Sql shown(const Comparison& comparison, const ProfileTarget& target, Side side) {
  const Dialect& dialect = *comparison.dialect;
  const CommonType& common = target.column.common;
  if (common.kind == CommonType::Kind::same)
    return text_of_value(dialect, name_in(comparison, target.column, side), target.type(side));
  return text_of_value(dialect, form_of(comparison, target.column, side), type_of_form(common));
}

void add_distinct(const Comparison& comparison, const std::vector<ProfileTarget>& targets,
                  const ProfileTarget& target, Side side, const ProfileSample& sample,
                  std::vector<Sql>& out) {
  const Dialect& dialect = *comparison.dialect;
  const Sql name = name_in(comparison, target.column, side);
  if (dialect.approx_distinct != nullptr) {
    // To ClickHouse, the two zeros are two values.
    out.push_back(dialect.approx_distinct(
        without_negative_zero(form_of(comparison, target.column, side), target.column.common)));
    out.push_back(null_of(dialect.integer_type));
    return;
  }
  const Sql hash = dialect.row_hash(hashed(comparison, target.column, side), kValueSeed);
  const auto count = [&](const Sql& condition) {
    return dialect.count + "(DISTINCT CASE WHEN "_sql + name + " IS NOT NULL"_sql +
           (condition.empty() ? Sql() : " AND "_sql + condition) + " THEN "_sql + hash + " END)"_sql;
  };
  const bool is_whole = sample.parts >= kSampleParts;
  out.push_back(count(is_whole ? Sql() : in_sample(dialect, hash, sample.parts)));
  out.push_back(is_whole ? null_of(dialect.integer_type)
                         : count(row_in_sample(comparison, targets, side, sample)));
}

void add_cells(const Comparison& comparison, const std::vector<ProfileTarget>& targets,
               const ProfileTarget& target, Side side, const ProfileSample& sample, std::vector<Sql>& out) {
  const Dialect& dialect = *comparison.dialect;
  const Sql name = name_in(comparison, target.column, side);
  const Sql no_text = null_of(dialect.text_type);
  const Sql no_number = null_of(dialect.integer_type);
  out.push_back(dialect.count + "("_sql + name + ")"_sql);
  add_distinct(comparison, targets, target, side, sample, out);
  const bool has_order = target.is_number() || target.is_time() || target.is_text();
  // By bytes, whatever the collation.
  const Sql value = target.is_text() ? form_of(comparison, target.column, side) : name;
  const bool has_nan = target.type(side).family == Family::floating && dialect.max_floating != nullptr;
  for (const Sql& extreme :
       {"min("_sql + value + ")"_sql, has_nan ? dialect.max_floating(value) : "max("_sql + value + ")"_sql})
    out.push_back(has_order ? text_of_value(dialect, extreme, target.type(side)) : no_text);
  for (const Sql& function : {"avg"_sql, "sum"_sql}) {
    out.push_back(target.is_number()
                      ? real_text(dialect, function + "("_sql + finite(comparison, target, side) + ")"_sql)
                      : no_text);
  }
  out.push_back(target.is_boolean()
                    ? dialect.count + "(CASE WHEN "_sql + dialect.is_true(name) + " THEN 1 END)"_sql
                    : no_number);
  const Sql length = dialect.text_length(form_of(comparison, target.column, side));
  out.push_back(target.is_text() ? "min("_sql + length + ")"_sql : no_number);
  out.push_back(target.is_text() ? "max("_sql + length + ")"_sql : no_number);
  out.push_back(target.is_text() ? real_text(dialect, "avg(CAST("_sql + length + " AS "_sql +
                                                          dialect.double_type + "))"_sql)
                                 : no_text);
  for (const Sql& function : {"min"_sql, "max"_sql}) {
    out.push_back(target.is_number() || target.is_time()
                      ? real_text(dialect, function + "("_sql + as_number(comparison, target, side) + ")"_sql)
                      : no_text);
  }
}

Sql sample_side(const Comparison& comparison, const std::vector<ProfileTarget>& targets, Side side,
                const ProfileSample& sample, const std::vector<bool>& wants_values) {
  const Dialect& dialect = *comparison.dialect;
  std::vector<Sql> list = {integer(side == Side::prod ? 0 : 1) + " AS side"_sql};
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const ProfileTarget& target = targets[i];
    if (target.is_number() || target.is_time()) {
      list.push_back((target.on(side) ? as_number(comparison, target, side) : null_of(dialect.double_type)) +
                     numbered(" AS n"_sql, i));
    }
    if (wants_values[i]) {
      list.push_back((target.on(side) ? shown(comparison, target, side) : null_of(dialect.text_type)) +
                     numbered(" AS t"_sql, i));
    }
  }
  return "SELECT "_sql + join(list, ", "_sql) + from_side(comparison, side) +
         where({comparison.rows(side), row_in_sample(comparison, targets, side, sample)});
}

// One of the columns that stand side by side in the sample s, for each of `rows`, a list of targets with
// their number in `target`: so that a statement reads s a few times, not once a column.
Sql one_by_one(const std::vector<Sql>& rows, const std::vector<std::size_t>& targets, const Sql& prefix) {
  std::vector<Sql> cases;
  for (const std::size_t i : targets)
    cases.push_back(" WHEN "_sql + integer(static_cast<std::int64_t>(i)) + " THEN s."_sql +
                    numbered(prefix, i));
  return "SELECT s.side, c.*, CASE c.target"_sql + join(cases, Sql()) + " END AS v FROM "_sql + kPicked +
         " s CROSS JOIN ("_sql + join(rows, " UNION ALL "_sql) + ") c"_sql;
}

Sql target_row(std::size_t target) {
  return "SELECT "_sql + integer(static_cast<std::int64_t>(target)) + " AS target"_sql;
}

Sql quantiles(const Dialect& dialect, const std::vector<std::size_t>& targets) {
  std::vector<Sql> rows;
  for (const std::size_t target : targets) rows.push_back(target_row(target));
  std::vector<Sql> picks;
  for (const double quantile : kQuantiles) {
    picks.push_back(
        "coalesce("_sql +
        real_text(dialect, "min(CASE WHEN r >= "_sql + number(quantile) + " * n THEN v END)"_sql) +
        ", '')"_sql);
  }
  Sql joined = picks[0];
  for (std::size_t i = 1; i < picks.size(); ++i)
    joined = dialect.concat(dialect.concat(joined, "','"_sql), picks[i]);
  return "SELECT 'quantiles', target, side, 0, "_sql + joined +
         " FROM (SELECT side, target, v, row_number() OVER (PARTITION BY side, target ORDER BY v) AS r, "_sql +
         rows_of(dialect) + " OVER (PARTITION BY side, target) AS n FROM ("_sql +
         one_by_one(rows, targets, "n"_sql) + ") l WHERE v IS NOT NULL) o GROUP BY target, side"_sql;
}

Sql bars(const Dialect& dialect, const std::vector<std::size_t>& targets,
         const std::vector<std::optional<BarRange>>& ranges) {
  const auto real = [&](double x) {
    return "CAST("_sql + number(x) + " AS "_sql + dialect.double_type + ")"_sql;
  };
  std::vector<Sql> rows;
  for (const std::size_t target : targets) {
    const BarRange& range = *ranges[target];
    const double width = range.high / kHistogramBars - range.low / kHistogramBars;
    // Of one value alone, all are in the first bar.
    rows.push_back(target_row(target) + ", "_sql + real(range.low) + " AS low, "_sql +
                   (width > 0 ? real(range.high) : null_of(dialect.double_type)) + " AS high, "_sql +
                   real(width > 0 ? width : 1) + " AS width"_sql);
  }
  return "SELECT 'bar', target, side, "_sql + rows_of(dialect) + ", "_sql + as_text(dialect, "bar"_sql) +
         " FROM (SELECT side, target, CASE WHEN v >= high THEN "_sql + integer(kHistogramBars - 1) +
         " ELSE CAST(floor((v - low) / width) AS "_sql + dialect.integer_type + ") END AS bar FROM ("_sql +
         one_by_one(rows, targets, "n"_sql) + ") l WHERE v IS NOT NULL) o GROUP BY target, side, bar"_sql;
}

// Of a side that does not have the column, no row counts.
Sql frequent_values(const Dialect& dialect, const std::vector<ProfileTarget>& targets,
                    const std::vector<std::size_t>& wanted) {
  std::vector<Sql> rows;
  for (const std::size_t target : wanted) {
    rows.push_back(target_row(target) + ", "_sql + integer(targets[target].on_prod ? 0 : 1) +
                   " AS first_side, "_sql + integer(targets[target].on_pr ? 1 : 0) + " AS last_side"_sql);
  }
  const auto on = [&](std::int64_t side) {
    return dialect.count + "(CASE WHEN side = "_sql + integer(side) + " THEN 1 END)"_sql;
  };
  return "SELECT 'value', target, a, b, v FROM (SELECT target, v, a, b, row_number() OVER (PARTITION BY "
         "target "
         "ORDER BY a + b DESC, v) AS place FROM (SELECT target, v, "_sql +
         on(0) + " AS a, "_sql + on(1) + " AS b FROM ("_sql + one_by_one(rows, wanted, "t"_sql) +
         ") l WHERE side >= first_side AND side <= last_side GROUP BY target, v"_sql +
         (dialect.grouped_by == nullptr ? Sql() : ", "_sql + dialect.grouped_by("v"_sql)) +
         ") g) f WHERE place <= "_sql + integer(kFrequentValues);
}

bool is_any(const ProfileTarget& target, bool (*test)(Family)) {
  if (target.column.is_masked) return false;
  return (!target.on_prod || test(target.column.prod_type.family)) &&
         (!target.on_pr || test(target.column.pr_type.family));
}

}  // namespace

bool ProfileTarget::is_number() const { return is_any(*this, diff::is_number); }

bool ProfileTarget::is_time() const {
  return is_any(*this, [](Family family) {
    return family == Family::date || family == Family::timestamp || family == Family::timestamp_tz;
  });
}

bool ProfileTarget::is_text() const {
  return is_any(*this, [](Family family) { return family == Family::text; });
}

bool ProfileTarget::is_boolean() const {
  return is_any(*this, [](Family family) { return family == Family::boolean; });
}

Sql profile_statement(const Comparison& comparison, const std::vector<ProfileTarget>& targets, Side side,
                      const ProfileSample& sample) {
  std::vector<Sql> cells;
  for (const ProfileTarget& target : targets) {
    if (target.on(side)) add_cells(comparison, targets, target, side, sample, cells);
  }
  return "SELECT "_sql + join(cells, ", "_sql) + from_side(comparison, side) + where({comparison.rows(side)});
}

Sql sample_statement(const Comparison& comparison, const std::vector<ProfileTarget>& targets,
                     const ProfileSample& sample, const std::vector<std::optional<BarRange>>& ranges,
                     const std::vector<bool>& wants_values) {
  const Dialect& dialect = *comparison.dialect;
  std::vector<Sql> parts = {"SELECT 'rows' AS label, 0 AS target, side AS a, "_sql + dialect.count +
                            "(*) AS b, "_sql + null_of(dialect.text_type) + " AS t FROM "_sql + kPicked +
                            " GROUP BY side"_sql};
  std::vector<std::size_t> numbers;
  std::vector<std::size_t> with_bars;
  std::vector<std::size_t> with_values;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].is_number()) numbers.push_back(i);
    if (ranges[i]) with_bars.push_back(i);
    if (wants_values[i]) with_values.push_back(i);
  }
  if (!numbers.empty()) parts.push_back(quantiles(dialect, numbers));
  if (!with_bars.empty()) parts.push_back(bars(dialect, with_bars, ranges));
  if (!with_values.empty()) parts.push_back(frequent_values(dialect, targets, with_values));
  return "WITH "_sql + kPicked + " AS"_sql + dialect.materialized + " ("_sql +
         sample_side(comparison, targets, Side::prod, sample, wants_values) + " UNION ALL "_sql +
         sample_side(comparison, targets, Side::pr, sample, wants_values) + ") "_sql +
         join(parts, " UNION ALL "_sql);
}

}  // namespace diffgate::diff
