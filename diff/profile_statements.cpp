#include "diff/profile_statements.hpp"

#include "diff/column_profile.hpp"

namespace diffgate::diff {
namespace {

constexpr int kValueText = 100;      // characters of a value that is shown
constexpr int kValueSeed = 3;        // hashes of values, apart from those of keys
constexpr std::size_t kHashed = 20;  // columns that tell rows without a key apart, for the sample
constexpr double kTooLarge = 1e290;  // sums of such numbers overflow

Sql numbered(const Sql& prefix, std::size_t i) { return prefix + Sql::number(static_cast<std::int64_t>(i)); }

Sql null_of(const Sql& type) { return "CAST(NULL AS "_sql + type + ")"_sql; }

Sql where(const Sql& one, const Sql& other) {
  if (one.empty() && other.empty()) return {};
  if (one.empty() || other.empty()) return " WHERE "_sql + (one.empty() ? other : one);
  return " WHERE "_sql + one + " AND "_sql + other;
}

std::vector<Sql> hashed(const Comparison& comparison, const ComparedColumn& column, Side side) {
  const ColumnType& from = side == Side::prod ? column.prod_type : column.pr_type;
  return comparison.dialect->hashed(form_of(comparison, column, side), from, column.common);
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
  const Sql moment = dialect.typed(name_in(comparison, target.column, side), Family::timestamp);
  return "CAST("_sql + dialect.seconds_of(moment) + " AS "_sql + dialect.double_type + ")"_sql;
}

Sql as_number(const Comparison& comparison, const ProfileTarget& target, Side side) {
  return target.is_time() ? time_as_number(comparison, target, side) : finite(comparison, target, side);
}

Sql text_of_value(const Comparison& comparison, const ProfileTarget& target, Side side, const Sql& value) {
  const Dialect& dialect = *comparison.dialect;
  return dialect.cut_text(dialect.text(value, target.type(side)), kValueText);
}

// A value as people read it; of both sides alike if the types differ.
Sql shown(const Comparison& comparison, const ProfileTarget& target, Side side) {
  const bool is_same = target.column.common.kind == CommonType::Kind::same;
  const Sql value =
      is_same ? name_in(comparison, target.column, side) : form_of(comparison, target.column, side);
  return text_of_value(comparison, target, side, value);
}

void add_distinct(const Comparison& comparison, const std::vector<ProfileTarget>& targets,
                  const ProfileTarget& target, Side side, const ProfileSample& sample,
                  std::vector<Sql>& out) {
  const Dialect& dialect = *comparison.dialect;
  const Sql name = name_in(comparison, target.column, side);
  if (dialect.approx_distinct != nullptr) {
    out.push_back(dialect.approx_distinct(form_of(comparison, target.column, side)));
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
  for (const Sql& function : {"min"_sql, "max"_sql}) {
    // By bytes, whatever the collation.
    const Sql value = target.is_text() ? form_of(comparison, target.column, side) : name;
    out.push_back(has_order ? text_of_value(comparison, target, side, function + "("_sql + value + ")"_sql)
                            : no_text);
  }
  for (const Sql& function : {"avg"_sql, "sum"_sql}) {
    out.push_back(target.is_number()
                      ? as_text(dialect, function + "("_sql + finite(comparison, target, side) + ")"_sql)
                      : no_text);
  }
  out.push_back(target.is_boolean() ? dialect.count + "(CASE WHEN "_sql + name + " THEN 1 END)"_sql
                                    : no_number);
  const Sql length = "length("_sql + form_of(comparison, target.column, side) + ")"_sql;
  out.push_back(target.is_text() ? "min("_sql + length + ")"_sql : no_number);
  out.push_back(target.is_text() ? "max("_sql + length + ")"_sql : no_number);
  out.push_back(target.is_text()
                    ? as_text(dialect, "avg(CAST("_sql + length + " AS "_sql + dialect.double_type + "))"_sql)
                    : no_text);
  for (const Sql& function : {"min"_sql, "max"_sql}) {
    out.push_back(target.is_number() || target.is_time()
                      ? as_text(dialect, function + "("_sql + as_number(comparison, target, side) + ")"_sql)
                      : no_text);
  }
}

Sql sample_side(const Comparison& comparison, const std::vector<ProfileTarget>& targets, Side side,
                const ProfileSample& sample, const std::vector<bool>& wants_values) {
  const Dialect& dialect = *comparison.dialect;
  std::vector<Sql> list = {Sql::number(side == Side::prod ? 0 : 1) + " AS side"_sql};
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
  return "SELECT "_sql + join(list, ", "_sql) + " FROM "_sql + comparison.from(side) +
         where(comparison.rows(side), row_in_sample(comparison, targets, side, sample));
}

Sql quantiles(const Dialect& dialect, std::size_t target, const Sql& side) {
  const Sql value = numbered("n"_sql, target);
  std::vector<Sql> picks;
  for (const double quantile : kQuantiles) {
    picks.push_back(
        "coalesce("_sql +
        as_text(dialect, "min(CASE WHEN o.r >= "_sql + number(quantile) + " * o.n THEN o.v END)"_sql) +
        ", '')"_sql);
  }
  Sql joined = picks[0];
  for (std::size_t i = 1; i < picks.size(); ++i)
    joined = dialect.concat(dialect.concat(joined, "','"_sql), picks[i]);
  return "SELECT 'quantiles', "_sql + Sql::number(static_cast<std::int64_t>(target)) + ", "_sql + side +
         ", 0, "_sql + joined + " FROM (SELECT "_sql + value + " AS v, row_number() OVER (ORDER BY "_sql +
         value + ") AS r, "_sql + dialect.count + "(*) OVER () AS n FROM s WHERE side = "_sql + side +
         " AND "_sql + value + " IS NOT NULL) o"_sql;
}

Sql bars(const Dialect& dialect, std::size_t target, const BarRange& range) {
  const Sql value = numbered("n"_sql, target);
  const double width = range.high / kHistogramBars - range.low / kHistogramBars;
  const Sql last = Sql::number(kHistogramBars - 1);
  const auto real = [&](double x) {
    return "CAST("_sql + number(x) + " AS "_sql + dialect.double_type + ")"_sql;
  };
  const Sql bar = width > 0 ? "CASE WHEN "_sql + value + " >= "_sql + real(range.high) + " THEN "_sql + last +
                                  " ELSE CAST(floor(("_sql + value + " - "_sql + real(range.low) +
                                  ") / "_sql + real(width) + ") AS "_sql + dialect.integer_type + ") END"_sql
                            : "0"_sql;
  return "SELECT 'bar', "_sql + Sql::number(static_cast<std::int64_t>(target)) + ", side, "_sql +
         dialect.count + "(*), "_sql + as_text(dialect, "o.bar"_sql) + " FROM (SELECT side, "_sql + bar +
         " AS bar FROM s WHERE "_sql + value + " IS NOT NULL) o GROUP BY side, bar"_sql;
}

Sql frequent_values(const Dialect& dialect, std::size_t target) {
  const Sql value = numbered("t"_sql, target);
  const auto on = [&](const Sql& side) {
    return dialect.count + "(CASE WHEN side = "_sql + side + " THEN 1 END)"_sql;
  };
  return "SELECT * FROM (SELECT 'value' AS label, "_sql + Sql::number(static_cast<std::int64_t>(target)) +
         " AS target, "_sql + on("0"_sql) + " AS a, "_sql + on("1"_sql) + " AS b, "_sql + value +
         " AS t FROM s GROUP BY "_sql + value + " ORDER BY "_sql + dialect.count + "(*) DESC, "_sql + value +
         dialect.limit(kFrequentValues) + ")"_sql + numbered(" f"_sql, target);
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
  return "SELECT "_sql + join(cells, ", "_sql) + " FROM "_sql + comparison.from(side) +
         where(comparison.rows(side), {});
}

Sql sample_statement(const Comparison& comparison, const std::vector<ProfileTarget>& targets,
                     const ProfileSample& sample, const std::vector<std::optional<BarRange>>& ranges,
                     const std::vector<bool>& wants_values) {
  const Dialect& dialect = *comparison.dialect;
  std::vector<Sql> parts = {"SELECT 'rows' AS label, 0 AS target, side AS a, "_sql + dialect.count +
                            "(*) AS b, "_sql + null_of(dialect.text_type) + " AS t FROM s GROUP BY side"_sql};
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].is_number()) {
      parts.push_back(quantiles(dialect, i, "0"_sql));
      parts.push_back(quantiles(dialect, i, "1"_sql));
    }
    if (ranges[i]) parts.push_back(bars(dialect, i, *ranges[i]));
    if (wants_values[i]) parts.push_back(frequent_values(dialect, i));
  }
  return "WITH s AS"_sql + dialect.materialized + " ("_sql +
         sample_side(comparison, targets, Side::prod, sample, wants_values) + " UNION ALL "_sql +
         sample_side(comparison, targets, Side::pr, sample, wants_values) + ") "_sql +
         join(parts, " UNION ALL "_sql);
}

}  // namespace diffgate::diff
