#include "diff/running_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "diff/dialect.hpp"
#include "diff/statements.hpp"
#include "diff/value_out_of_range.hpp"
#include "net/error.hpp"

namespace diffgate::diff {

namespace {

// "amount (numeric to double precision)": what is cast to a type that both sides share.
std::string retyped_columns(const SchemaDiff& schema) {
  constexpr std::size_t kMost = 5;
  std::string out;
  for (std::size_t i = 0; i < std::min(kMost, schema.retyped.size()); ++i) {
    const RetypedColumn& column = schema.retyped[i];
    out += fmt::format("{}{} ({} to {})", i == 0 ? "" : ", ", column.name.value(), column.prod, column.pr);
  }
  return schema.retyped.size() > kMost ? out + ", …" : out;
}

}  // namespace

Awaitable<ResultSet> RunningDiff::query(std::string name, Sql sql) {
  out.plan.push_back(std::move(name));
  Statement statement;
  statement.sql = (sql + dialect.settings).text();
  if (statement.sql.size() > dialect.max_statement_bytes) {
    throw Error(ErrorClass::configuration, "a statement of the diff is longer than the warehouse takes",
                request.pr.sql, "leave columns out with exclude_columns");
  }
  statement.tag = request.tag;
  statement.timeout = request.timeout;
  try {
    co_return co_await session->query(std::move(statement));
  } catch (const ValueOutOfRange& error) {
    const std::string retyped = retyped_columns(comparison.schema);
    if (retyped.empty()) throw;
    throw ValueOutOfRange(
        error.problem(), error.where(),
        fmt::format(
            "a value does not fit into the type in which a retyped column is compared: {}; leave it out "
            "with exclude_columns, or its rows by a filter",
            retyped));
  }
}

Awaitable<std::vector<std::vector<Column>>> RunningDiff::look_up_columns(std::string name) {
  out.plan.push_back(std::move(name));
  std::vector<Relation> relations = {request.prod, request.pr};
  co_return co_await describe(*session, dialect, std::move(relations), request.tag, request.timeout);
}

Awaitable<std::vector<Fingerprint>> RunningDiff::both_sides(std::string name, Sql statement) {
  const ResultSet result = co_await query(std::move(name), std::move(statement));
  std::vector<Fingerprint> prints(2);
  for (const auto& row : result.rows)
    prints.at(static_cast<std::size_t>(integer_of(row.at(0)))) = read_fingerprint(row, 1);
  co_return prints;
}

Awaitable<std::vector<Fingerprint>> RunningDiff::fingerprints() {
  if (!dialect.sides_apart) co_return co_await both_sides("fingerprint", fingerprint_statement(comparison));
  std::vector<Fingerprint> prints;
  for (const Side side : {Side::prod, Side::pr}) {
    const ResultSet result = co_await query("fingerprint", fingerprint_statement(comparison, side));
    prints.push_back(read_fingerprint(result.rows.at(0), 0));
  }
  co_return prints;
}

void RunningDiff::set_row_counts(const Fingerprint& prod, const Fingerprint& pr) {
  out.rows.prod = prod.rows;
  out.rows.pr = pr.rows;
  out.prod_key.null_rows = prod.rows - prod.whole_keys;
  out.pr_key.null_rows = pr.rows - pr.whole_keys;
  has_row_counts = true;
}

bool RunningDiff::is_large() const {
  return std::min(out.rows.prod, out.rows.pr) >= dialect.large_table && !comparison.columns.empty();
}

}  // namespace diffgate::diff
