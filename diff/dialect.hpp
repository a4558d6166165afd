#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diff/column_type.hpp"
#include "diff/relation.hpp"
#include "diff/sql.hpp"

namespace diffgate::diff {

struct Moment;
struct Tolerance;

// How an engine reads names and texts: for quoting them, and for checking a filter.
struct Lexis {
  char name_open = '"';
  char name_close = '"';       // doubled inside a name
  bool escapes_names = false;  // by a backslash, rather than by doubling
  bool escapes_texts = false;  // a backslash in '…' begins an escape
  bool double_quotes_are_texts = false;
  bool has_e_texts = false;            // E'…' reads backslashes as escapes
  bool has_triple_quotes = false;      // '''…''' is a text
  bool substitutes_variables = false;  // ${…} is replaced before a statement is read
  bool has_dollar_quotes = true;       // $$…$$ is a text
  bool has_hash_comments = false;      // # …
  bool has_slash_comments = false;     // // …
  bool has_dash_operators = false;     // --1 is minus minus one: a comment needs a space after the dashes
  bool has_executed_comments = false;  // /*! … */ is run
  bool has_at_operators = false;       // @> is one; elsewhere @ is a variable, or a stage full of files
};

// The digits of two exact numbers that are compared.
struct ExactDigits {
  int precision = 0;  // in all; 0 if unbounded
  int scale = 0;      // after the point
};

// As most engines write it: left(text, length), a || b, a & b, LIMIT rows, a IS DISTINCT FROM b,
// EXTRACT(EPOCH FROM …), date_trunc('day', …), lower(text), TRIM(BOTH ' ' FROM text), length(text), and a
// condition that is just the boolean.
Sql cut_by_left(const Sql& text, int length);
Sql concat_by_operator(const Sql& a, const Sql& b);
Sql and_by_operator(const Sql& a, const Sql& b);
Sql limit_behind(std::int64_t rows);
Sql is_distinct_from(const Sql& a, const Sql& b, const CommonType& common);
Sql extract_epoch(const Sql& timestamp);
Sql date_trunc(const Sql& timestamp, std::string_view unit);
Sql lower_case(const Sql& text);
Sql trim_blanks(const Sql& text);
Sql length_of(const Sql& text);
Sql condition_itself(const Sql& boolean);

// A value to hash: its form, and the types that the form comes from and has.
struct HashedValue {
  Sql form;
  ColumnType from;
  CommonType to;
};

// All that statements need to know about an engine: data, and small functions that write expressions. A new
// warehouse is a new value of this type and a connector. Expressions given to the functions are
// self-contained (a column, or in parentheses). The connector's session is in UTC.
struct Dialect {
  std::string_view name;
  Lexis lexis;
  std::size_t max_columns = 400;                 // compared in one statement; more are compared in several
  std::size_t max_statement_bytes = 16'000'000;  // that the engine takes
  int max_decimal_precision = 38;                // 0: unbounded
  bool sides_apart = false;  // fingerprint each side in a statement of its own: it runs in parallel there
  bool fingerprint_names_columns = true;  // a hash a column is worth it; otherwise one a row
  bool fingerprint_of_keys = true;        // that the keys are the same ones makes the join cheaper
  // A table that took its name after a session's snapshot seems to have no rows in it.
  bool new_tables_look_empty = false;
  // Reading rows in the order in which they are stored costs little there, far less than to count distinct
  // keys.
  bool reads_in_order = false;
  // Columns are named with their table: in a subquery, DuckDB reads a lone "user" as the function.
  bool qualifies_columns = false;
  // Tables of so many rows are worth a look at a sample before it is decided how to compare them.
  std::int64_t large_table = 50'000;
  // Of tables with more columns to compare, of which few rows seem to differ, hashes of the rows are joined
  // first: less is copied into the join's table. Empty: never.
  std::optional<std::size_t> wide_table = std::nullopt;
  bool has_full_join = true;                // otherwise it is written as a left join and an anti join
  bool wide_literals_are_decimals = false;  // an integer literal beyond 32 bits is no integer there
  Sql materialized;    // after "AS" of a common table expression that is read more than once
  Sql evaluated_once;  // after a subquery: its expressions are not written into the query around it
  Sql row_address;     // a column of every table by which a row is found at once; empty: none
  Sql settings;        // after a whole statement
  Sql text_type;       // what numbers can be cast to
  Sql integer_type = "bigint"_sql;  // of 64 bits, in a cast
  Sql double_type = "DOUBLE PRECISION"_sql;
  Sql date_type = "DATE"_sql;
  Sql timestamp_type = "TIMESTAMP"_sql;               // without a zone; the finest that holds all years
  Sql nanosecond_type;                                // of timestamps that are finer still; empty: none are
  Sql instant_type = "TIMESTAMP WITH TIME ZONE"_sql;  // takes a text without a zone for UTC
  Sql empty_text = "''"_sql;                          // in `form`
  Sql count = "count"_sql;                            // the function that does not overflow

  // The value as a lossless text; null stays null.
  Sql (*text)(const Sql& value, const ColumnType& type);

  // The first `length` characters of a text.
  Sql (*cut_text)(const Sql& text, int length) = cut_by_left;

  // Two texts, one behind the other; null if one is.
  Sql (*concat)(const Sql& a, const Sql& b) = concat_by_operator;

  Sql (*bit_and)(const Sql& a, const Sql& b) = and_by_operator;

  // After ORDER BY: no more than so many rows.
  Sql (*limit)(std::int64_t rows) = limit_behind;

  // Reads the engine's spelling of a type.
  ColumnType (*classify)(const Column& column);

  // A value in the form that is compared, hashed and joined on; NULL stays NULL.
  Sql (*form)(const Sql& value, const ColumnType& from, const CommonType& to);

  // A form of Kind::timestamp, a text there, as one that sorts as time does; and what it was. Null: the form
  // sorts.
  Sql (*sortable)(const Sql& form) = nullptr;
  Sql (*unsorted)(const Sql& sortable) = nullptr;

  // What to hash of a value in `form`, so that different values give different lists. Engines' own hash
  // functions leave things out: PostgreSQL's of a numeric its sign, of a bigint half its bits; DuckDB's of a
  // HUGEINT takes -1 for 0.
  std::vector<Sql> (*hashed)(const Sql& form, const ColumnType& from, const CommonType& to);

  // Whether a form takes so long to make that joins and fingerprints carry the values as they are, and
  // `is_distinct` makes forms of those that differ. Null: none does.
  bool (*has_late_form)(const CommonType& common) = nullptr;

  // What a join carries of a value if it asks only whether two of them differ: the value, or, if that is
  // long, a hash of it; NULL stays NULL. Null: the value always.
  Sql (*compact)(const HashedValue& value) = nullptr;

  // An aggregate: a list of the `count` smallest of the keys that are not NULL; and a list to select that
  // makes such a list rows of k0, k1, … Null: has none.
  Sql (*smallest_keys)(const std::vector<Sql>& key, std::size_t count) = nullptr;
  Sql (*listed_keys)(const Sql& list, std::size_t columns) = nullptr;

  // A 64-bit hash of the values in their order, NULL unlike every value, mixed so that sums of such hashes
  // can't cancel out (reference: "order-independent hashing"). Different seeds give independent hashes.
  Sql (*row_hash)(const std::vector<Sql>& values, int seed);

  // The same of one seed, where the engine has something cheaper. Null: it has not.
  Sql (*quick_row_hash)(const std::vector<HashedValue>& values) = nullptr;

  // A hash of 64 bits with a sign, the cheapest, of a key without NULLs: equal keys have equal ones. Null:
  // joining in halves gains nothing there.
  Sql (*key_hash)(const std::vector<HashedValue>& key) = nullptr;

  // The sum of a hash over all rows, in a type that can't overflow.
  Sql (*hash_sum)(const Sql& hash);

  // A condition, true or false, never NULL, NULL being equal to NULL and NaN to NaN. `common`: of both forms,
  // or values if the form is a late one.
  Sql (*is_distinct)(const Sql& a, const Sql& b, const CommonType& common) = is_distinct_from;

  // A condition: whether two different non-null numbers are close enough. `exact` if both are integers or
  // decimals, which are to be compared without rounding.
  Sql (*is_within)(const Sql& a, const Sql& b, std::optional<ExactDigits> exact, const Tolerance& tolerance);

  // After a table's name: about `wanted` of its `rows` at random, cheaper than reading all. Null: can't.
  Sql (*sampled)(std::int64_t rows, std::int64_t wanted) = nullptr;

  // Whether samples of two tables are of the same blocks of their files: tables built alike then show mostly
  // the same rows, without a look at all of either.
  bool samples_alike = false;

  // A condition: whether a row is stored in these places of a table, counted from 0, which is found out
  // without a look at the others. Only of tables whose rows have addresses. Null: none.
  Sql (*stretch)(std::int64_t first, std::int64_t last) = nullptr;

  // What the catalog knows of two tables: one row a side with whether it can be sampled, whether a constraint
  // or index keeps exactly this key unique, about how many rows there are (0: unknown), whether its rows have
  // addresses, and whether a statement may run on several cores. Null: nothing.
  Sql (*facts)(const std::vector<Relation>& relations,
               const std::vector<std::vector<Identifier>>& keys) = nullptr;

  // Of a value of `timestamp_type`: its seconds since 1970, and the beginning of its hour, day, week (a
  // Monday), month or year, in the same type.
  Sql (*seconds_of)(const Sql& timestamp) = extract_epoch;
  Sql (*truncate_time)(const Sql& timestamp, std::string_view unit) = date_trunc;

  // How many characters a text in `form` has.
  Sql (*text_length)(const Sql& text) = length_of;

  // A condition: whether a column of the boolean type is true.
  Sql (*is_true)(const Sql& boolean) = condition_itself;

  // How many different integers there are from `first` to `last`, by a bit for each. Null: can't.
  Sql (*count_by_bits)(const Sql& value, std::int64_t first, std::int64_t last) = nullptr;

  // What texts are grouped by besides themselves, where equality passes over blanks at their end. Null:
  // nothing.
  Sql (*grouped_by)(const Sql& text) = nullptr;

  // The greatest of floating numbers, NaN being above all. Null: max() is that.
  Sql (*max_floating)(const Sql& value) = nullptr;

  // About how many different values there are; null if the engine has no such function.
  Sql (*approx_distinct)(const Sql& value) = nullptr;

  // A relation as it was at a moment; null if the engine keeps no older state. Throws Error(configuration)
  // for a version where the engine has none.
  Sql (*time_travel)(const Sql& relation, const Moment& moment) = nullptr;

  // A text with its letters made small, and without the blanks at its ends. Given texts in `form`.
  Sql (*fold_case)(const Sql& text) = lower_case;
  Sql (*trim)(const Sql& text) = trim_blanks;

  // Catalog columns of the relations in one statement: rows of side (0, 1, …), name, type, what the type
  // rests on (or NULL), whether it may be null (boolean, or the text YES), in catalog order.
  Sql (*describe)(const std::vector<Relation>& relations);
};

const Dialect& postgres_dialect();
const Dialect& redshift_dialect();
const Dialect& snowflake_dialect();
const Dialect& bigquery_dialect();
const Dialect& databricks_dialect();
const Dialect& trino_dialect();
const Dialect& duckdb_dialect();
const Dialect& clickhouse_dialect();
const Dialect& sqlserver_dialect();
const Dialect& mysql_dialect();

// All of the above.
const std::vector<const Dialect*>& dialects();

// Quotes a name. Throws Error(caller) for one that no engine can hold (empty, or with a NUL).
Sql quoted(const Dialect& dialect, const Identifier& name);

// A string literal.
Sql literal(const Dialect& dialect, std::string_view text);

// A number literal, the shortest that is `value`, so that 0.3 stays 0.3 in an exact type; `value` must be
// finite.
Sql number(double value);

// Dialect::has_late_form, false where it is null.
bool is_late(const Dialect& dialect, const CommonType& common);

// CAST(number AS text); NULL as a text, too.
Sql as_text(const Dialect& dialect, const Sql& number);

// Hashes are told apart by so many of their lowest values, for samples.
inline constexpr std::int64_t kSampleParts = 1 << 20;

// Whether a hash of `row_hash` falls into the first `parts` of kSampleParts.
Sql in_sample(const Dialect& dialect, const Sql& hash, std::int64_t parts);

// A literal or value of a date, timestamp, instant or whole number in the engine's type for it.
Sql typed(const Dialect& dialect, const Sql& value, Family family);

// A double as a text with all its digits; NULL stays NULL.
Sql real_text(const Dialect& dialect, const Sql& real);

// An integer in an integer type of 64 bits.
Sql wide_integer(const Dialect& dialect, const Sql& value);
Sql wide_integer(const Dialect& dialect, std::int64_t value);

}  // namespace diffgate::diff
