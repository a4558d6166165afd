#pragma once

// What the statements of a diff are written with.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "diff/statements.hpp"

namespace diffgate::diff {

// The type of a hash.
inline const CommonType kHash{.kind = CommonType::Kind::integer, .family = Family::integer};

// The names of common table expressions, which stand where a table of that name could be meant: joined rows
// in groups, keys of rows that differ, rows picked to be shown, keys that are repeated.
inline const Sql kGroups = "dg__groups"_sql;
inline const Sql kDiffering = "dg__differing"_sql;
inline const Sql kPicked = "dg__picked"_sql;
inline const Sql kRepeated = "dg__repeated"_sql;

// "v" and 3 are "v3".
Sql numbered(const Sql& prefix, std::size_t i);
std::vector<Sql> names(const Sql& prefix, std::size_t count);

Sql integer(std::int64_t value);

// count(*), in a type that does not overflow.
Sql rows_of(const Dialect& dialect);

Sql from_side(const Comparison& comparison, Side side);

// The condition that no part of the key is null; empty without a key.
Sql key_is_whole(const Comparison& comparison, Side side);

// Conditions that are empty are left out.
Sql where(const std::vector<Sql>& conditions);

// Adds what a hash over this column takes.
void append_hashed(const Comparison& comparison, const ComparedColumn& column, Side side,
                   std::vector<Sql>& out);

// A value as joins carry it, for `is_distinct`: its form, or itself if the form is a late one.
Sql as_carried(const Comparison& comparison, const ComparedColumn& column, Side side);

// A hash of a row's values in these columns as they are carried, 64 bits: the cheapest that the dialect has.
// Equal hashes are of equal rows; of late forms, equal rows may have different ones.
Sql hash_of_row(const Comparison& comparison, const std::vector<ComparedColumn>& columns, Side side);

// What a hash over these columns takes.
std::vector<Sql> hashed(const Comparison& comparison, const std::vector<ComparedColumn>& columns, Side side);

// The same of all columns, without what their rules ignore.
std::vector<Sql> hashed_by_rules(const Comparison& comparison, Side side);

// "a.k0 = b.k0 AND a.k1 = b.k1"
Sql keys_equal(const Sql& left, const Sql& right, std::size_t count, const Sql& prefix);

// The counts of rows as n, and of rows with a whole key as nk.
Sql count_list(const Comparison& comparison, Side side);

// The rows of a side by the hash of their key.
enum class Half { lower, upper };

// Only where the dialect has `key_hash`.
Sql in_half(const Comparison& comparison, Side side, Half half);

// Not all of a side's rows, or more of them.
struct SomeRows {
  Sql from = {};       // stands after FROM, under the table's name; empty: the table
  Sql condition = {};  // that a row must meet
  Sql more = {};       // selected beside keys and columns
};

// The selected keys k0…, of rows whose key is whole, with the columns v… to compare.
Sql side_select(const Comparison& comparison, Side side, const JoinOptions& options,
                const SomeRows& rows = {});

// Numbers as one text, separated by commas; NULL is 0.
Sql packed(const Dialect& dialect, const std::vector<Sql>& numbers);

// NULLs to fill a row of a UNION up to `width` values.
void pad(const Dialect& dialect, std::vector<Sql>& list, std::size_t width);

// The text of a cell that stands in `value`.
Sql sample_cell(const Comparison& comparison, const ComparedColumn& column, Side side, const Sql& value);

}  // namespace diffgate::diff
