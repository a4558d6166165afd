// PostgreSQL 14 and newer (hash_record_extended).

#include <array>
#include <string>

#include "diff/dialect.hpp"
#include "diff/table_diff.hpp"
#include "diff/type_name.hpp"

namespace diffgate::diff {
namespace {

using Kind = CommonType::Kind;

struct TypeRule {
  std::string_view base;
  Family family;
};

// format_type's spellings. What is not here is compared by its text, which every type has: point, box and
// polygon (whose = compares areas or does not exist), interval (whose = says that 30 days are a month), xml,
// ranges, inet, …
constexpr auto kTypes = std::to_array<TypeRule>({
    {"boolean", Family::boolean},
    {"smallint", Family::integer},
    {"integer", Family::integer},
    {"bigint", Family::integer},
    {"numeric", Family::decimal},
    {"real", Family::floating},
    {"double precision", Family::floating},
    {"text", Family::text},
    {"character varying", Family::text},
    {"character", Family::text},
    {"bpchar", Family::text},
    {"\"char\"", Family::text},
    {"name", Family::text},
    {"citext", Family::text},
    {"enum", Family::text},
    {"date", Family::date},
    {"timestamp without time zone", Family::timestamp},
    {"timestamp with time zone", Family::timestamp_tz},
    {"time without time zone", Family::native},
    {"time with time zone", Family::native},
    {"uuid", Family::native},
    {"bytea", Family::native},
    {"json", Family::json},
    {"jsonb", Family::json},
});

// Arrays of these compare natively; others by their text.
constexpr auto kPlainElements = std::to_array<std::string_view>(
    {"boolean", "smallint", "integer", "bigint", "numeric", "real", "double precision", "date",
     "timestamp without time zone", "timestamp with time zone", "uuid", "bytea"});

Family family_of(std::string_view base) {
  for (const TypeRule& rule : kTypes) {
    if (rule.base == base) return rule.family;
  }
  return Family::as_text;
}

Family list_family(std::string_view element) {
  for (const std::string_view plain : kPlainElements) {
    if (plain == element) return Family::list;
  }
  return Family::as_text;
}

ColumnType classify(const Column& column) {
  ColumnType out;
  out.name = column.type;
  const TypeName parsed = parse_type_name(column.storage.empty() ? column.type : column.storage);
  out.base = parsed.base;
  if (parsed.base.size() > 2 && parsed.base.ends_with("[]")) {
    out.element = parsed.base.substr(0, parsed.base.size() - 2);
    out.family = list_family(out.element);
    return out;
  }
  out.family = family_of(parsed.base);
  out.is_padded = parsed.base == "character" || parsed.base == "bpchar";
  if (out.family == Family::decimal) {
    out.precision = std::max(parsed.first, 0);
    out.scale = std::max(parsed.second, 0);
  }
  return out;
}

Sql cast(const Sql& value, const Sql& type) { return "CAST("_sql + value + " AS "_sql + type + ")"_sql; }

// Byte order and byte equality, whatever the column's collation; char(n) loses its padding in the cast.
Sql text_form(const Sql& value, const ColumnType& from) {
  const bool is_text = from.base == "text" || from.base == "character varying";
  return "("_sql + (is_text ? value : cast(value, "text"_sql)) + " COLLATE \"C\")"_sql;
}

// jsonb knows no \u0000, no half of a surrogate pair, and no number of more than 131,072 digits; a text that
// holds one is compared as text, inside a JSON string.
Sql json_form(const Sql& value, const ColumnType& from) {
  if (from.base == "jsonb") return value;
  const Sql text = cast(value, "text"_sql);
  const Sql escapes =
      R"('(^|[^\\])(\\\\)*\\u(0000|[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..\\u)[dD][c-fC-F])')"_sql;
  return "(CASE WHEN position('\\u' in "_sql + text + ") > 0 AND "_sql + text + " ~ "_sql + escapes +
         " OR "_sql + text + " ~ '[eE][+-]?[0-9]{5}' THEN to_jsonb("_sql + text + ") ELSE "_sql +
         cast(value, "jsonb"_sql) + " END)"_sql;
}

// Digits of the value, so that an integer beyond 2^53 never meets a rounded one.
Sql integer_or_float_text(const Sql& value, const ColumnType& from) {
  if (from.family == Family::integer) return "("_sql + cast(value, "text"_sql) + " COLLATE \"C\")"_sql;
  return "(CASE WHEN "_sql + value + " = floor("_sql + value + ") AND "_sql + value +
         " >= -9223372036854775808 AND "_sql + value + " < 9223372036854775808 THEN "_sql +
         cast(cast(value, "bigint"_sql), "text"_sql) + " ELSE "_sql + cast(value, "text"_sql) +
         " END COLLATE \"C\")"_sql;
}

Sql cut(const Sql& value, int digits) {
  static const std::array<Sql, 6> kUnits = {"1 second"_sql,         "100 milliseconds"_sql,
                                            "10 milliseconds"_sql,  "1 millisecond"_sql,
                                            "100 microseconds"_sql, "10 microseconds"_sql};
  if (digits >= static_cast<int>(kUnits.size())) return value;
  return "date_bin(INTERVAL '"_sql + kUnits[static_cast<std::size_t>(std::max(digits, 0))] + "', "_sql +
         value + ", TIMESTAMP '2000-01-01')"_sql;
}

Sql form(const Sql& value, const ColumnType& from, const CommonType& to) {
  Sql out = value;
  switch (to.kind) {
    case Kind::integer:
      out = cast(value, "bigint"_sql);
      break;
    case Kind::decimal:
    case Kind::number_text:
      out = cast(value, "numeric"_sql);
      break;
    case Kind::floating:
      out = cast(value, "double precision"_sql);
      break;
    case Kind::integer_floating:
      return integer_or_float_text(value, from);
    case Kind::text:
      return text_form(value, from);
    case Kind::timestamp:
      out = cast(value, "timestamp"_sql);
      break;
    case Kind::same:
      break;
  }
  switch (to.family) {
    case Family::text:
      return text_form(value, from);
    case Family::json:
      return json_form(value, from);
    case Family::as_text:
      return "("_sql + cast(value, "text"_sql) + " COLLATE \"C\")"_sql;
    case Family::timestamp:
      return to.timestamp_precision ? cut(out, *to.timestamp_precision) : out;
    case Family::timestamp_tz:
      // As an instant in UTC, which the session's time zone is.
      return to.timestamp_precision ? cut(cast(out, "timestamp"_sql), *to.timestamp_precision) : out;
    default:
      return out;
  }
}

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

// What equal values have in common whatever type each side has: both sides' hashes are made of as many parts.
std::vector<Sql> hashed(const Sql& value, const ColumnType& from, const CommonType& to) {
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

// The hash of a record is linear in the hashes of its fields (31·h + next, modulo 2^64), so that sums over
// rows could cancel out: hash the hash once more, as a double, because the hash of a bigint would keep 32
// bits of it.
Sql row_hash(const std::vector<Sql>& values, int seed) {
  if (values.size() > kFieldsPerRow) {
    std::vector<Sql> hashes;
    for (const std::vector<Sql>& fields : rows_of_fields(values))
      hashes.push_back(cast(row_hash(fields, seed), "double precision"_sql));
    return row_hash(hashes, seed);
  }
  return "hashfloat8extended(CAST(hash_record_extended(ROW("_sql + join(values, ", "_sql) + "), "_sql +
         Sql::number(seed) + ") AS double precision), "_sql + Sql::number(seed + 1) + ")"_sql;
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

// Hashes of 64 bits, none of them NULL, which together tell all that `hashed` tells. What has no hash
// function that can be called goes to `others`, into a record. As many seeds are used for both sides' types.
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
  for (Sql& part : hashed(value.form, value.from, value.to)) others.push_back(std::move(part));
}

// The hashes of the values, each with a seed of its own, as one.
Sql mixed(const std::vector<HashedValue>& values) {
  Seeds seeds;
  std::vector<Sql> hashes;
  std::vector<Sql> others;
  for (const HashedValue& value : values) add_hashes(value, seeds, hashes, others);
  for (const std::vector<Sql>& fields : rows_of_fields(others))
    hashes.push_back("hash_record_extended(ROW("_sql + join(fields, ", "_sql) + "), "_sql + seeds.next() +
                     ")"_sql);
  return join(hashes, " # "_sql);
}

// To make a record of all values, as row_hash does, takes longer than to hash them. Hashed once more for the
// same reason as there.
Sql quick_row_hash(const std::vector<HashedValue>& values) {
  return "hashfloat8extended(CAST("_sql + mixed(values) + " AS double precision), 1)"_sql;
}

Sql hash_sum(const Sql& hash) { return "sum("_sql + hash + ")"_sql; }

Sql text(const Sql& value, const ColumnType&) { return cast(value, "text"_sql); }

// In numeric, where nothing overflows, underflows or rounds; only rows that differ come here. Infinities and
// NaN are near nothing but themselves.
Sql is_within(const Sql& a, const Sql& b, std::optional<ExactDigits>, const Tolerance& tolerance) {
  const auto exact = [](const Sql& x) { return "CAST(CAST("_sql + x + " AS text) AS numeric)"_sql; };
  const Sql larger = "greatest(abs("_sql + exact(a) + "), abs("_sql + exact(b) + "))"_sql;
  std::vector<Sql> allowances;
  if (tolerance.absolute > 0) allowances.push_back(cast(number(tolerance.absolute), "numeric"_sql));
  if (tolerance.relative > 0) {
    allowances.push_back(cast(number(tolerance.relative), "numeric"_sql) + " * "_sql + larger);
  }
  if (tolerance.significant_digits > 0) {
    // power() of numerics gives 16 digits behind the point.
    const Sql exponent = "greatest(floor(log("_sql + larger + ")) + "_sql +
                         Sql::number(1 - tolerance.significant_digits) + ", -16000)"_sql;
    allowances.push_back("0.5 * "_sql + cast("'1e' || "_sql + cast(exponent, "text"_sql), "numeric"_sql));
  }
  if (allowances.empty()) return "false"_sql;
  const auto finite = [&](const Sql& x) { return "abs("_sql + exact(x) + ") < 'Infinity'::numeric"_sql; };
  return "CASE WHEN "_sql + finite(a) + " AND "_sql + finite(b) + " THEN abs("_sql + exact(a) + " - "_sql +
         exact(b) + ") <= greatest("_sql + join(allowances, ", "_sql) + ") ELSE false END"_sql;
}

// "C" knows the letters of ASCII alone, and a database may have been made with it.
Sql fold_case(const Sql& text) { return "lower("_sql + text + " COLLATE \"und-x-icu\")"_sql; }

// Whether c has no other partitions, and these no other files, than the snapshot has. Nobody is kept from
// attaching a partition to a table that is being read, and if its rows are old enough the next statement sees
// them; who takes one away has to wait. The functions look at what is there now, and take no locks.
Sql has_its_partitions() {
  return "(c.relkind <> 'p' OR NOT (EXISTS (SELECT 1 FROM pg_class k WHERE k.relkind IN ('r', 'p', 'f') AND "
         "NOT k.relispartition AND k.oid <> pg_partition_root(c.oid) AND pg_partition_root(k.oid) = "
         "pg_partition_root(c.oid)) OR EXISTS (WITH RECURSIVE tree AS (SELECT c.oid UNION ALL SELECT "
         "i.inhrelid "
         "FROM pg_inherits i JOIN tree ON tree.oid = i.inhparent) SELECT 1 FROM tree JOIN pg_class k ON "
         "k.oid = "
         "tree.oid WHERE k.relfilenode <> 0 AND k.relfilenode IS DISTINCT FROM pg_relation_filenode(k.oid))))"_sql;
}

// Names and files are looked up as they are now, pg_class as the snapshot has it: a table that has been
// replaced or refilled since is not there.
Sql describe(const std::vector<Relation>& relations) {
  std::vector<Sql> sides;
  for (std::size_t i = 0; i < relations.size(); ++i) {
    sides.push_back("SELECT "_sql + Sql::number(static_cast<std::int64_t>(i)) + " AS side, to_regclass("_sql +
                    literal(postgres_dialect(), relations[i].sql) + ") AS relation"_sql);
  }
  return "SELECT s.side, a.attname::text, format_type(a.atttypid, a.atttypmod), "
         "CASE WHEN b.typtype = 'e' THEN 'enum' WHEN b.typtype = 'c' THEN 'composite' "
         "WHEN b.typtype IN ('r', 'm') THEN 'range' "
         "WHEN t.typtype = 'd' THEN format_type(b.oid, d.typtypmod) END, "
         "NOT a.attnotnull, c.reltuples::bigint, c.relkind::text FROM ("_sql +
         join(sides, " UNION ALL "_sql) +
         ") s JOIN pg_class c ON c.oid = s.relation AND (c.relfilenode = 0 OR c.relfilenode = "
         "pg_relation_filenode(c.oid)) AND "_sql +
         has_its_partitions() +
         " JOIN pg_attribute a ON a.attrelid = c.oid "
         "AND a.attnum > 0 AND NOT a.attisdropped JOIN pg_type t ON t.oid = a.atttypid, "
         // Down from a domain to the type that it is stored as.
         "LATERAL (WITH RECURSIVE down AS (SELECT t.oid, t.typtype, t.typbasetype, t.typtypmod UNION ALL "
         "SELECT "
         "n.oid, n.typtype, n.typbasetype, CASE WHEN n.typtype = 'd' THEN n.typtypmod ELSE down.typtypmod "
         "END "
         "FROM down JOIN pg_type n ON n.oid = down.typbasetype WHERE down.typtype = 'd') SELECT oid, "
         "typtypmod "
         "FROM down WHERE typtype <> 'd') d JOIN pg_type b ON b.oid = d.oid ORDER BY s.side, a.attnum"_sql;
}

Sql sampled(std::int64_t rows, std::int64_t wanted) {
  const double percent = 100.0 * static_cast<double>(wanted) / static_cast<double>(std::max(rows, wanted));
  return " TABLESAMPLE SYSTEM ("_sql + number(percent) + ") REPEATABLE (1)"_sql;
}

// An index over some of the key's columns that is unique, whole and in force. Children of a table that others
// inherit from are not in its index. Of a table that was never analyzed the number of rows is guessed from
// its size, at 100 bytes a row.
Sql facts(const std::vector<Relation>& relations, const std::vector<std::vector<Identifier>>& keys) {
  std::vector<Sql> sides;
  for (std::size_t i = 0; i < relations.size(); ++i) {
    std::vector<Sql> names;
    for (const Identifier& name : keys[i]) names.push_back(literal(postgres_dialect(), name.value()));
    sides.push_back(
        "SELECT "_sql + Sql::number(static_cast<std::int64_t>(i)) +
        " AS side, c.relkind IN ('r', 'm', 'p') AS can_sample, (c.relkind = 'p' OR NOT c.relhassubclass) AND "
        "EXISTS ("
        "SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND "
        "i.indimmediate "
        "AND i.indpred IS NULL AND i.indexprs IS NULL AND NOT EXISTS (SELECT 1 FROM pg_attribute a "
        "WHERE a.attrelid = c.oid AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]) "
        "AND a.attname::text <> ALL (ARRAY["_sql +
        join(names, ", "_sql) +
        "]::text[]))) AS is_unique, CASE WHEN c.reltuples > 0 THEN c.reltuples::bigint WHEN c.relkind IN "
        "('r', 'm') "
        "THEN pg_relation_size(c.oid) / 100 ELSE 0 END AS about_rows, c.relkind IN ('r', 'm') AND NOT "
        "c.relhassubclass AS has_addresses, current_setting('max_parallel_workers_per_gather')::int > 0 AS "
        "is_parallel FROM pg_class c WHERE c.oid = to_regclass("_sql +
        literal(postgres_dialect(), relations[i].sql) + ")"_sql);
  }
  return join(sides, " UNION ALL "_sql);
}

Dialect make_postgres() {
  Dialect dialect;
  dialect.name = "postgres";
  dialect.lexis.has_at_operators = true;
  dialect.lexis.has_e_texts = true;
  dialect.max_decimal_precision = 0;
  dialect.sides_apart = true;
  dialect.fingerprint_names_columns = false;
  dialect.fingerprint_of_keys = false;
  dialect.new_tables_look_empty = true;
  dialect.materialized = " MATERIALIZED"_sql;
  // Not OFFSET 0, which keeps a query from running in parallel; the order of one value takes no sort.
  dialect.evaluated_once = " ORDER BY CAST(1 AS integer)"_sql;
  dialect.row_address = "ctid"_sql;
  dialect.text_type = "text"_sql;
  dialect.text = text;
  dialect.classify = classify;
  dialect.form = form;
  dialect.hashed = hashed;
  dialect.row_hash = row_hash;
  dialect.quick_row_hash = quick_row_hash;
  dialect.key_hash = mixed;
  dialect.hash_sum = hash_sum;
  dialect.is_within = is_within;
  dialect.sampled = sampled;
  dialect.samples_alike = true;
  dialect.facts = facts;
  dialect.fold_case = fold_case;
  dialect.describe = describe;
  return dialect;
}

}  // namespace

const Dialect& postgres_dialect() {
  static const Dialect kDialect = make_postgres();
  return kDialect;
}

}  // namespace diffgate::diff
