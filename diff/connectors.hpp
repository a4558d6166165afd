#pragma once

// The warehouses behind create_warehouse, and what they share.

#include <memory>

#include "diff/warehouse.hpp"
#include "diff/withheld.hpp"

namespace diffgate::diff {

std::unique_ptr<Warehouse> create_postgres_warehouse(const asio::any_io_executor& executor,
                                                     BlockingPool& pool, PostgresOptions options);

std::unique_ptr<Warehouse> create_duckdb_warehouse(const asio::any_io_executor& executor, BlockingPool& pool,
                                                   DuckDbOptions options);

// To be called while `error` is handled, with which a statement ended under a limit of time: that it was late
// is thrown as WarehouseOverloaded. Returns for other errors.
void throw_if_late(const Error& error);

// The error without what it withholds, which goes to `on_text`.
[[noreturn]] void throw_shown(const WithheldError& error, const Statement& statement,
                              const OnWithheldText& on_text);

// The tag with everything replaced that is not plain text: no quote, no asterisk, no line break.
std::string plain_tag(const std::string& tag, std::size_t max_size);

// Throws Error(caller) for a statement or a path that is not UTF-8, for a name or a filter in it as it was
// given.
void check_encoding(const std::string& text);

// The statement with its tag as a comment behind it (leading comments are stripped by some engines). What
// could end a comment, or is not plain text, is taken out of the tag.
std::string with_tag(const Statement& statement);

}  // namespace diffgate::diff
