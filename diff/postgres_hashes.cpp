#include "diff/postgres_hashes.hpp"

#include <cstdint>
#include <string_view>
#include <utility>

#include "diff/dialect_parts.hpp"

namespace diffgate::diff {
namespace {

using Kind = CommonType::Kind;

// Hash functions of 8-byte types fold them to 4 bytes first. The wire form of a time is hashed in full; of a
// bigint, the upper half is hashed beside.
Sql sent(const Sql& function, const Sql& value) { return function + "("_sql + value + ")"_sql; }

bool is_numeric(const ColumnType& from, const CommonType& to) {
  return to.kind == Kind::decimal || to.kind == Kind::number_text ||
         (to.kind == Kind::same && from.base == "numeric");
}

// Numbers in the text without the zeros that do not count; strings that look so are told apart by the jsonb
// itself.
Sql json_digits(const Sql& value) {
  return "regexp_replace(regexp_replace("_sql + cast(value, "text"_sql) +
         ", '(\\.[0-9]*?)0+([^0-9]|$)', '\\1\\2', 'g'), '\\.([^0-9]|$)', '\\1', 'g')"_sql;
}

// Texts of an array's elements that are equal where the elements are, and where it begins and ends.
std::vector<Sql> hashed_list(const Sql& value, std::string_view element) {
  Sql canonical;
  if (element == "numeric") canonical = "trim_scale(e)"_sql;
  if (element == "real" || element == "double precision") canonical = "e + 0"_sql;
  if (canonical.empty()) return {cast(value, "text"_sql)};
  return {cast("array_dims("_sql + value + ")"_sql, "text"_sql),
          "(SELECT string_agg(coalesce("_sql + cast(canonical, "text"_sql) +
              ", 'null'), ',' ORDER BY i) FROM unnest("_sql + value + ") WITH ORDINALITY u(e, i))"_sql,
          "("_sql + value + " IS NULL)"_sql};
}

// PostgreSQL's limit of a ROW is 1,664 fields.
constexpr std::size_t kFieldsPerRow = 1'000;

std::vector<std::vector<Sql>> rows_of_fields(const std::vector<Sql>& values) {
  std::vector<std::vector<Sql>> out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i % kFieldsPerRow == 0) out.emplace_back();
    out.back().push_back(values[i]);
  }
  return out;
}

// Seeds that have nothing in common, so that equal values of two columns do not cancel out.
class Seeds {
 public:
  Sql next() { return Sql::number(static_cast<std::int64_t>(++used_ * 0x9E3779B97F4A7C15ULL)); }

 private:
  std::uint64_t used_ = 0;
};

// A date has no hash function that can be called, but its number of days has.
Sql date_hash(const Sql& value, Seeds& seeds) {
  const Sql epoch = "DATE '2000-01-01'"_sql;
  return "CASE WHEN isfinite("_sql + value + ") THEN hashint4extended("_sql + value + " - "_sql + epoch +
         ", "_sql + seeds.next() + ") WHEN "_sql + value + " > "_sql + epoch + " THEN "_sql + seeds.next() +
         " WHEN "_sql + value + " < "_sql + epoch + " THEN "_sql + seeds.next() + " ELSE 0 END"_sql;
}

// Of the microseconds since 2000, timestamp_hash_extended sees the lower 32 bits XOR the upper ones, which
// are inverted if negative. It is given the time, and the time without its lower 32 bits, of which it sees
// the upper ones; with seeds of its own for what is negative, these tell all.
Sql timestamp_hash(const Sql& value, Seeds& seeds) {
  const Sql epoch = "TIMESTAMP '2000-01-01'"_sql;
  // A multiple of 2^32 microseconds: some releases of date_bin err before its origin.
  const Sql early = epoch + " - INTERVAL '210453397504 seconds'"_sql;
  const auto hash = [&](const Sql& time) {
    return "timestamp_hash_extended("_sql + time + ", "_sql + seeds.next() + ")"_sql;
  };
  const auto upper = [&](const Sql& origin) {
    return hash("date_bin(INTERVAL '4294.967296 seconds', "_sql + value + ", "_sql + origin + ")"_sql);
  };
  const Sql whole = hash(value);
  const Sql negative = upper(early);
  const Sql positive = upper(epoch);
  return "coalesce("_sql + whole + " # CASE WHEN "_sql + value + " < "_sql + epoch + " THEN "_sql + negative +
         " ELSE "_sql + positive + " END, "_sql + seeds.next() + ")"_sql;
}

// Hashes of 64 bits, none of them NULL, which together tell all that `postgres_hashed` tells. What has no
// hash function that can be called goes to `others`, into a record. As many seeds are used for both sides'
// types.
void add_hashes(const HashedValue& value, Seeds& seeds, std::vector<Sql>& hashes, std::vector<Sql>& others) {
  const auto add = [&](const Sql& function, const Sql& hashed) {
    const Sql seed = seeds.next();
    const Sql null = seeds.next();
    hashes.push_back("coalesce("_sql + function + "("_sql + hashed + ", "_sql + seed + "), "_sql + null +
                     ")"_sql);
  };
  const bool is_same = value.to.kind == Kind::same;
  if (is_numeric(value.from, value.to)) {
    add("hash_numeric_extended"_sql, value.form);
    const Sql infinity = "'Infinity'::numeric"_sql;
    hashes.push_back("CASE WHEN "_sql + value.form + " < 0 THEN "_sql + seeds.next() + " WHEN "_sql +
                     value.form + " >= "_sql + infinity + " THEN CASE WHEN "_sql + value.form + " > "_sql +
                     infinity + " THEN "_sql + seeds.next() + " ELSE "_sql + seeds.next() +
                     " END ELSE 0 END"_sql);
    return;
  }
  if (value.to.kind == Kind::integer || (is_same && value.from.base == "bigint")) {
    add("hashint8extended"_sql, value.form);
    add("hashint4extended"_sql, "CAST("_sql + value.form + " >> 32 AS integer)"_sql);
    return;
  }
  if (is_same && value.to.family == Family::integer) return add("hashint4extended"_sql, value.form);
  if (value.to.kind == Kind::floating || (is_same && value.to.family == Family::floating))
    return add("hashfloat8extended"_sql, value.form);
  if (value.to.kind == Kind::text || value.to.kind == Kind::integer_floating ||
      (is_same && (value.to.family == Family::text || value.to.family == Family::as_text))) {
    return add("hashtextextended"_sql, value.form);
  }
  if (is_same && value.to.family == Family::boolean) {
    const Sql yes = seeds.next();
    const Sql no = seeds.next();
    hashes.push_back("CASE WHEN "_sql + value.form + " THEN "_sql + yes + " WHEN NOT "_sql + value.form +
                     " THEN "_sql + no + " ELSE 0 END"_sql);
    return;
  }
  if (is_same && value.to.family == Family::date) {
    hashes.push_back(date_hash(value.form, seeds));
    return;
  }
  if (value.to.family == Family::timestamp) {
    hashes.push_back(timestamp_hash(value.form, seeds));
    return;
  }
  for (Sql& part : postgres_hashed(value.form, value.from, value.to)) others.push_back(std::move(part));
}

}  // namespace

std::vector<Sql> postgres_hashed(const Sql& value, const ColumnType& from, const CommonType& to) {
  if (is_numeric(from, to)) {
    // The hash of a numeric leaves out its sign and which of the special values it is, and that of 0 is
    // nearly that of NaN. NaN is above infinity.
    return {value, "("_sql + value + " < 0)"_sql, "("_sql + value + " >= 'Infinity'::numeric)"_sql,
            "("_sql + value + " > 'Infinity'::numeric)"_sql};
  }
  if (to.kind == Kind::integer || (to.kind == Kind::same && from.base == "bigint"))
    return {value, "CAST("_sql + value + " >> 32 AS integer)"_sql};
  switch (to.family) {
    case Family::timestamp:
      return {sent("timestamp_send"_sql, value)};
    case Family::timestamp_tz:
      return {to.timestamp_precision && *to.timestamp_precision < 6 ? sent("timestamp_send"_sql, value)
                                                                    : sent("timestamptz_send"_sql, value)};
    case Family::json:
      return {value, json_digits(value)};
    case Family::list:
      // An array's own hash leaves its dimensions out, and its elements' hashes what theirs leave out.
      return hashed_list(value, from.element);
    case Family::native:
      if (from.base == "time without time zone") return {sent("time_send"_sql, value)};
      if (from.base == "time with time zone") return {sent("timetz_send"_sql, value)};
      return {value};
    default:
      return {value};
  }
}

// The hash of a record is linear in the hashes of its fields (31·h + next, modulo 2^64), so that sums over
// rows could cancel out: hash the hash once more, as a double, because the hash of a bigint would keep 32
// bits of it.
Sql postgres_row_hash(const std::vector<Sql>& values, int seed) {
  if (values.size() > kFieldsPerRow) {
    std::vector<Sql> hashes;
    for (const std::vector<Sql>& fields : rows_of_fields(values))
      hashes.push_back(cast(postgres_row_hash(fields, seed), "double precision"_sql));
    return postgres_row_hash(hashes, seed);
  }
  return "hashfloat8extended(CAST(hash_record_extended(ROW("_sql + join(values, ", "_sql) + "), "_sql +
         Sql::number(seed) + ") AS double precision), "_sql + Sql::number(seed + 1) + ")"_sql;
}

Sql postgres_key_hash(const std::vector<HashedValue>& values) {
  Seeds seeds;
  std::vector<Sql> hashes;
  std::vector<Sql> others;
  for (const HashedValue& value : values) add_hashes(value, seeds, hashes, others);
  for (const std::vector<Sql>& fields : rows_of_fields(others))
    hashes.push_back("hash_record_extended(ROW("_sql + join(fields, ", "_sql) + "), "_sql + seeds.next() +
                     ")"_sql);
  return join(hashes, " # "_sql);
}

// To make a record of all values, as postgres_row_hash does, takes longer than to hash them. Hashed once more
// for the same reason as there.
Sql postgres_quick_row_hash(const std::vector<HashedValue>& values) {
  return "hashfloat8extended(CAST("_sql + postgres_key_hash(values) + " AS double precision), 1)"_sql;
}

}  // namespace diffgate::diff
