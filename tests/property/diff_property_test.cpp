// Random tables of every type through real engines: each result has to be what comparing every value in
// memory gives. DIFFGATE_PROPERTY_SEED and DIFFGATE_PROPERTY_CASES repeat or widen a run.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "diff/dialect.hpp"
#include "generated_tables.hpp"
#include "support/duckdb_file.hpp"
#include "support/postgres_server.hpp"
#include "support/warehouse_runner.hpp"

namespace {

using namespace diffgate;
using namespace diffgate::test;
using diff::TableDiff;
using diff::TableDiffRequest;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

// All diffs of a test in one session, and any dialect: to start an engine for each would be most of the time.
class OneSession final : public diff::Warehouse {
 public:
  OneSession(diff::Session& session, diff::Dialect dialect)
      : dialect_(std::move(dialect)), session_(session) {}
  const diff::Dialect& dialect() const override { return dialect_; }
  Awaitable<std::unique_ptr<diff::Session>> open_session(std::string) override {
    co_return std::make_unique<Proxy>(session_);
  }

 private:
  struct Proxy final : diff::Session {
    explicit Proxy(diff::Session& the_session) : session(the_session) {}
    Awaitable<diff::ResultSet> query(diff::Statement statement) override {
      return session.query(std::move(statement));
    }
    diff::Session& session;
  };
  diff::Dialect dialect_;
  diff::Session& session_;
};

TableDiffRequest request_for(const GeneratedCase& generated, const std::string& prod, const std::string& pr) {
  TableDiffRequest request;
  request.prod = diff::parse_relation(prod);
  request.pr = diff::parse_relation(pr);
  for (const std::size_t i : generated.key) request.key.emplace_back(generated.columns[i].name);
  request.tolerance = generated.tolerance;
  request.text = generated.text;
  request.timestamp_precision = generated.timestamp_precision;
  request.samples = 3;
  return request;
}

void check_equal(const TableDiff& diff, const Oracle& oracle) {
  CHECK(diff.result == oracle.result);
  CHECK(diff.rows.prod == oracle.rows.prod);
  CHECK(diff.rows.pr == oracle.rows.pr);
  CHECK(diff.rows.added == oracle.rows.added);
  CHECK(diff.rows.removed == oracle.rows.removed);
  CHECK(diff.rows.changed == oracle.rows.changed);
  CHECK(diff.rows.unchanged == oracle.rows.unchanged);
  const auto check_keys = [](const diff::KeyHealth& is, const diff::KeyHealth& expected) {
    CHECK(is.null_rows == expected.null_rows);
    CHECK(is.duplicate_rows == expected.duplicate_rows);
    CHECK(is.distinct == expected.distinct);
  };
  check_keys(diff.prod_key, oracle.prod_key);
  check_keys(diff.pr_key, oracle.pr_key);
  CHECK(diff.columns.size() == oracle.columns.size());
  for (const diff::ColumnDiff& column : diff.columns) {
    CAPTURE(column.name.value());
    const diff::ColumnDiff& expected = oracle.columns.at(column.name.value());
    CHECK(column.changed == expected.changed);
    CHECK(column.became_null == expected.became_null);
    CHECK(column.was_null == expected.was_null);
    CHECK(column.within_tolerance == expected.within_tolerance);
    CHECK(column.negligible == expected.negligible);
  }
  CHECK(diff.match_score == doctest::Approx(oracle.match_score).epsilon(1e-12));
  const auto at_most_three = [](std::int64_t count) {
    return static_cast<std::size_t>(std::min<std::int64_t>(count, 3));
  };
  CHECK(diff.samples.changed.size() == at_most_three(oracle.rows.changed.value_or(0)));
  if (!diff.key.empty()) {
    CHECK(diff.samples.added.size() == at_most_three(oracle.rows.added));
    CHECK(diff.samples.removed.size() == at_most_three(oracle.rows.removed));
  }
}

// DuckDB's documents are read as texts before they are read as documents.
bool may_be_written_otherwise(const GeneratedCase& generated) {
  return std::ranges::any_of(generated.columns,
                             [](const GeneratedColumn& column) { return column.prod_type == "JSON"; });
}

// Equal tables with sound keys have equal fingerprints, however their values are written; that other tables
// have others is seen in what their diffs say.
void check_spared_join(const TableDiff& diff, const Oracle& oracle) {
  const auto is_sound = [](const diff::KeyHealth& key) {
    return key.null_rows == 0 && key.duplicate_rows == 0;
  };
  bool is_equal = !diff.key.empty() && is_sound(oracle.prod_key) && is_sound(oracle.pr_key) &&
                  oracle.rows.added == 0 && oracle.rows.removed == 0 && oracle.rows.changed == 0;
  for (const auto& [name, column] : oracle.columns)
    is_equal = is_equal && column.within_tolerance == 0 && column.negligible == 0;
  if (!is_equal) return;
  CHECK(std::count(diff.plan.begin(), diff.plan.end(), "join") == 0);
  CHECK(std::count(diff.plan.begin(), diff.plan.end(), "inner join") == 0);
}

void check_engine(EngineKind engine, const std::string& url, const diff::Dialect& dialect,
                  const std::function<void(const std::string&)>& execute) {
  const std::uint64_t seed = number_from("DIFFGATE_PROPERTY_SEED", 20260504);
  const std::uint64_t count = number_from("DIFFGATE_PROPERTY_CASES", 300);
  std::mt19937_64 random(seed);
  std::vector<GeneratedCase> cases;
  std::string script = "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');\nBEGIN;\n";
  for (std::uint64_t i = 0; i < count; ++i) {
    cases.push_back(generate_case(random, engine));
    script += create_statements(cases.back(), fmt::format("a{}", i), false);
    script += create_statements(cases.back(), fmt::format("b{}", i), true);
  }
  execute(script + "COMMIT;");

  WarehouseRunner runner(url);
  diff::Dialect narrow = dialect;
  narrow.max_columns = 2;
  narrow.wide_table = 0;
  // As if every table were large: looks at a sample, counts distinct keys, on PostgreSQL joins in halves.
  diff::Dialect large = dialect;
  large.large_table = 1;
  diff::Dialect large_by_key = large;  // a group for every key that differs
  large_by_key.smallest_keys = nullptr;
  large_by_key.compact = nullptr;
  large_by_key.fingerprint_of_keys = true;
  diff::Dialect large_by_values = large_by_key;
  large_by_values.fingerprint_names_columns = true;
  large_by_values.has_full_join = false;
  diff::Dialect large_by_hash = large;
  large_by_hash.wide_table = 0;
  const std::unique_ptr<diff::Session> session = runner.run(runner.warehouse().open_session("test"));
  OneSession usual(*session, dialect);
  OneSession chunked(*session, narrow);
  OneSession in_large(*session, large);
  OneSession by_key(*session, large_by_key);
  OneSession by_values(*session, large_by_values);
  OneSession by_hash(*session, large_by_hash);
  std::int64_t joined_by_hashes = 0;
  const auto run = [&](diff::Warehouse& warehouse, TableDiffRequest request) {
    return runner.run(diff::diff_tables(warehouse, std::move(request)));
  };
  for (std::uint64_t i = 0; i < count; ++i) {
    CAPTURE(seed);
    CAPTURE(i);
    const GeneratedCase& generated = cases[i];
    const std::string a = fmt::format("a{}", i);
    const std::string b = fmt::format("b{}", i);
    INFO(create_statements(generated, a, false));
    INFO(create_statements(generated, b, true));
    const Oracle oracle = brute_force(generated);
    const TableDiff diff = run(usual, request_for(generated, a, b));
    check_equal(diff, oracle);
    if (!may_be_written_otherwise(generated)) check_spared_join(diff, oracle);

    check_equal(run(in_large, request_for(generated, a, b)), oracle);
    check_equal(run(by_key, request_for(generated, a, b)), oracle);
    check_equal(run(by_values, request_for(generated, a, b)), oracle);
    const TableDiff of_hashes = run(by_hash, request_for(generated, a, b));
    check_equal(of_hashes, oracle);
    if (oracle.prod_key.is_sound() && oracle.pr_key.is_sound())
      CHECK(std::ranges::count(of_hashes.plan, "join without duplicates") == 0);
    joined_by_hashes += std::ranges::count(of_hashes.plan, "join by hashes");

    TableDiffRequest join = request_for(generated, a, b);
    join.may_skip_join = false;
    check_equal(run(usual, join), oracle);
    if (generated.columns.size() > generated.key.size() + 2) {
      check_equal(run(chunked, join), oracle);
      check_equal(run(chunked, request_for(generated, a, b)), oracle);
    }

    if (has_retyped(generated)) continue;
    check_equal(run(usual, request_for(generated, b, a)), brute_force(swapped(generated)));
    if (!generated.prod_only.empty()) continue;
    GeneratedCase same = generated;
    same.pr = same.prod;
    same.pr_only.clear();
    check_equal(run(usual, request_for(generated, a, a)), brute_force(same));
    check_equal(run(by_key, request_for(generated, a, a)), brute_force(same));
  }
  CHECK(joined_by_hashes > static_cast<std::int64_t>(count) / 10);
}

}  // namespace

TEST_CASE("PostgreSQL's diff of random tables is what comparing them in memory gives") {
  PostgresServer server;
  check_engine(EngineKind::postgres, server.url(), diff::postgres_dialect(),
               [&](const std::string& sql) { server.execute(sql); });
}

TEST_CASE("DuckDB's diff of random tables is what comparing them in memory gives") {
  DuckDbFile file;
  check_engine(EngineKind::duckdb, file.url(), diff::duckdb_dialect(),
               [&](const std::string& sql) { file.execute(sql); });
}

TEST_CASE("the same tables give the same report in either engine") {
  const std::uint64_t seed = number_from("DIFFGATE_PROPERTY_SEED", 20260505);
  const std::uint64_t count = number_from("DIFFGATE_PROPERTY_CASES", 200);
  std::mt19937_64 random(seed);
  std::vector<GeneratedCase> cases;
  std::string postgres_script = "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');\nBEGIN;\n";
  std::string duckdb_script = postgres_script;
  for (std::uint64_t i = 0; i < count; ++i) {
    cases.push_back(generate_case(random, EngineKind::both));
    for (const auto& [engine, script] :
         {std::pair(EngineKind::postgres, &postgres_script), std::pair(EngineKind::duckdb, &duckdb_script)}) {
      const GeneratedCase generated = in_engine(cases.back(), engine);
      *script += create_statements(generated, fmt::format("a{}", i), false);
      *script += create_statements(generated, fmt::format("b{}", i), true);
    }
  }
  PostgresServer server;
  server.execute(postgres_script + "COMMIT;");
  DuckDbFile file;
  file.execute(duckdb_script + "COMMIT;");
  WarehouseRunner postgres(server.url());
  WarehouseRunner duckdb(file.url());
  const auto postgres_session = postgres.run(postgres.warehouse().open_session("test"));
  const auto duckdb_session = duckdb.run(duckdb.warehouse().open_session("test"));
  OneSession in_postgres(*postgres_session, diff::postgres_dialect());
  OneSession in_duckdb(*duckdb_session, diff::duckdb_dialect());
  for (std::uint64_t i = 0; i < count; ++i) {
    CAPTURE(seed);
    CAPTURE(i);
    const TableDiffRequest request = request_for(cases[i], fmt::format("a{}", i), fmt::format("b{}", i));
    const TableDiff a = postgres.run(diff::diff_tables(in_postgres, request));
    const TableDiff b = duckdb.run(diff::diff_tables(in_duckdb, request));
    CHECK(a.reason == b.reason);
    Oracle as_oracle;
    as_oracle.result = b.result;
    as_oracle.rows = b.rows;
    as_oracle.prod_key = b.prod_key;
    as_oracle.pr_key = b.pr_key;
    for (const diff::ColumnDiff& column : b.columns) as_oracle.columns[column.name.value()] = column;
    as_oracle.match_score = b.match_score;
    check_equal(a, as_oracle);
    CHECK(a.notes == b.notes);
    CHECK(a.schema.added.size() == b.schema.added.size());
    CHECK(a.schema.removed.size() == b.schema.removed.size());
    CHECK(a.schema.retyped.size() == b.schema.retyped.size());
    CHECK(a.schema.reordered == b.schema.reordered);
    for (std::size_t c = 0; c < a.columns.size(); ++c) {
      CHECK(a.columns[c].rule == b.columns[c].rule);
      CHECK(a.columns[c].not_compared.empty() == b.columns[c].not_compared.empty());
    }
  }
}
