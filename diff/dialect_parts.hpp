#pragma once

// What several dialects write alike, so that a dialect's own file holds only what is its own.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diff/dialect.hpp"

namespace diffgate::diff {

struct TypeRule {
  std::string_view base;
  Family family;
  int precision = 0;  // of an integer type, or of a decimal without digits of its own
  int scale = 0;
};

// Reads a spelling by a table of base types. What is not there is compared by its text.
ColumnType classify_by(std::span<const TypeRule> rules, const Column& column);

Sql cast(const Sql& value, const Sql& type);

// "DECIMAL(12, 2)", for engines that spell it so.
Sql decimal_type(int precision, int scale);

// For a value that compares as the engine has it.
Sql as_it_is(const Sql& value);

// How an engine brings values into the forms that are compared.
struct Forms {
  Sql integer_type;  // the widest
  Sql bigint_type;
  Sql floating_type;
  Sql timestamp_type;         // the finest without time zone
  Sql length = "LENGTH"_sql;  // the function
  Sql log10 = "LOG10("_sql;   // the function, up to the number
  Sql (*decimal_type)(int precision, int scale) = diff::decimal_type;
  int max_precision = 38;

  Sql (*text)(const Sql& value, const ColumnType& type);  // as Dialect::text
  // A value of a text type so that equality is equality of bytes.
  Sql (*exact_text)(const Sql& value, const ColumnType& type);
  // The same for a text made by `text`.
  Sql (*exact)(const Sql& text) = as_it_is;
  // json, list
  Sql (*nested)(const Sql& value, const ColumnType& type);
  // An instant, so that the same instant in two zones is one value.
  Sql (*instant)(const Sql& value) = as_it_is;
  // A timestamp or instant as a text that ends in `clock_digits` digits of a second.
  Sql (*clock)(const Sql& value, Family family);
  int clock_digits = 6;
};

// Dialect::form by these rules.
Sql form_by(const Forms& forms, const Sql& value, const ColumnType& from, const CommonType& to);

// A form as a text that is the same for equal values, for engines whose hash functions take a text.
Sql text_of_form(const Forms& forms, const Sql& form, const ColumnType& from, const CommonType& to);

// A form for an engine that hashes values: 0 and -0 are one.
Sql without_negative_zero(const Sql& form, const CommonType& to);

// Dialect::is_within by conditions. An absolute tolerance of exact numbers is exact, as long as their type
// has a digit to spare; everything else is compared as double.
Sql is_within_by(const Forms& forms, const Sql& a, const Sql& b, std::optional<ExactDigits> exact,
                 const Tolerance& tolerance);

// What a dialect with such forms does by them: form, is_within, and hashed as texts.
template <const Forms& (*forms)()>
void use_forms(Dialect& dialect) {
  dialect.form = [](const Sql& value, const ColumnType& from, const CommonType& to) {
    return form_by(forms(), value, from, to);
  };
  dialect.hashed = [](const Sql& form, const ColumnType& from, const CommonType& to) {
    return std::vector{text_of_form(forms(), form, from, to)};
  };
  dialect.is_within = [](const Sql& a, const Sql& b, std::optional<ExactDigits> exact,
                         const Tolerance& tolerance) {
    return is_within_by(forms(), a, b, exact, tolerance);
  };
}

// Dialect::hashed of an engine whose function hashes values of every type, NULL among them.
std::vector<Sql> hashed_as_value(const Sql& form, const ColumnType& from, const CommonType& to);

// Null-safe without IS DISTINCT FROM.
Sql is_distinct_by_case(const Sql& a, const Sql& b, const CommonType& common);

// How an engine stores a name that stands without quotes, or, the last, any name.
enum class Fold { as_written, upper, lower, lower_always };

// A relation's parts as the catalog stores them, empty where the relation leaves them out.
struct StoredName {
  std::string database;
  std::string schema;
  std::string table;
};
StoredName stored_name(const Relation& relation, Fold fold);

// What Dialect::describe selects of a catalog for one relation.
struct CatalogColumns {
  Sql name = "column_name"_sql;
  Sql type;
  Sql null_text;  // NULL as a text
  Sql nullable = "is_nullable"_sql;
  Sql place = "ordinal_position"_sql;
  Sql from;
  Sql where;
};

// The database's name and a point, or nothing: before a catalog that each database has of its own.
Sql in_database(const Dialect& dialect, const StoredName& name);

// Which rows of information_schema.columns are the relation's.
Sql is_of_table(const Dialect& dialect, const StoredName& name, const Sql& current_schema);

// Dialect::describe over such a catalog.
Sql describe_by(const std::vector<Relation>& relations, Fold fold,
                CatalogColumns (*columns)(const StoredName& name));

}  // namespace diffgate::diff
