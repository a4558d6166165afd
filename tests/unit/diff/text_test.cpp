// What people write, read: relations, filters, URLs, tolerances; and the types of columns.

#include <doctest/doctest.h>

#include "diff/column_type.hpp"
#include "diff/connectors.hpp"
#include "diff/dialect.hpp"
#include "diff/filter.hpp"
#include "diff/match_score.hpp"
#include "diff/postgres_errors.hpp"
#include "diff/table_diff.hpp"
#include "diff/type_name.hpp"
#include "net/error.hpp"

namespace {

using namespace diffgate;
using namespace diffgate::diff;

std::vector<std::string> parts(const std::string& text) {
  std::vector<std::string> out;
  for (const Identifier& part : parts_of(parse_relation(text))) out.push_back(part.value());
  return out;
}

}  // namespace

TEST_CASE("a relation is one to three names, plain or quoted") {
  using Names = std::vector<std::string>;
  CHECK(parts("orders") == Names{"orders"});
  CHECK(parts("\"db\".\"Sche ma\".\"or\"\"ders\"") == Names{"db", "Sche ma", "or\"ders"});
  CHECK(parts("`p`.`d`.t$1") == Names{"p", "d", "t$1"});
  CHECK(parts("[a]]b].c") == Names{"a]b", "c"});
  CHECK(parts("m\xC3\xBCll") == Names{"m\xC3\xBCll"});
}

TEST_CASE("whatever is not a relation is refused") {
  static const std::string kRefused[] = {"",           "a.b.c.d",
                                         "a..b",       ".a",
                                         "a.",         "a b",
                                         "a;b",        "\"a",
                                         "\"a\"b",     "\"\"",
                                         "1a",         "a--",
                                         "(SELECT 1)", "a/**/",
                                         "a AS b",     "`a\\`b`",
                                         "[a",         "a'b",
                                         "a\nb",       std::string("\"a\0\"", 4),
                                         "f()",        std::string(2000, 'a')};
  for (const std::string& text : kRefused) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_relation(text), Error);
    CHECK_THROWS_AS(from_text(Relation{text}), Error);
  }
}

TEST_CASE("a filter that is one expression passes, in parentheses of its own") {
  static const std::string kGood[] = {
      "a > 1",
      "name = 'it''s; fine)'",
      "E'\\'' = x",
      "name LIKE 'a\\_%' ESCAPE '\\'",
      "\"odd ) name\" = 1",
      "a IN (1, (2), 3) AND b[1] = 2",
      "x = $$ ; ) $$ AND y = $tag$ $$ ( $tag$",
      "exists (SELECT 1)",
      "a::jsonb ? 'b'",
      "cost$ > 1",
  };
  for (const std::string& text : kGood) {
    CAPTURE(text);
    CHECK(checked_filter(text, postgres_dialect()).text() == "(" + text + "\n)");
  }
  CHECK(checked_filter("", postgres_dialect()).empty());
  CHECK(checked_filter(" \n\t", postgres_dialect()).empty());
}

TEST_CASE("a filter's comments stay with us: engines differ on where they end") {
  const auto sent = [](const std::string& filter) {
    return checked_filter(filter, postgres_dialect()).text();
  };
  CHECK(sent("a = 1 -- because") == "(a = 1 \n\n)");
  CHECK(sent("a = 1 /* ) ; */ AND b = 2") == "(a = 1   AND b = 2\n)");
  CHECK(sent("a -- it's\r\n= 1") == "(a \n\r\n= 1\n)");
  CHECK(sent("a/**/b = '--' AND c = '/*'") == "(a b = '--' AND c = '/*'\n)");
  // To Spark this comment goes on in the next line, to MySQL after the carriage return.
  CHECK(sent("a = 1 -- \\\n OR b = 2") == "(a = 1 \n\n OR b = 2\n)");
  CHECK(sent("a = 1 -- \r OR b = 2") == "(a = 1 \n\r OR b = 2\n)");
  CHECK(checked_filter("-- all rows", postgres_dialect()).empty());
}

TEST_CASE("a filter that could leave its parentheses is refused") {
  static const std::string kBad[] = {
      "a; b",
      "a)",
      "(a",
      "a) OR (b",
      "'a",
      "\"a",
      "a /* b",
      "a /* /* */",
      "$$ a",
      "$t$ a $$",
      "[a)",
      "a]",
      "E'a'\n'\\' OR 1=1 --'",
      "E'\\'",
      "` ) OR ( `",
      std::string("a\0b", 3),
      std::string(70000, 'a'),
      "\xC2\xA0$$ x",
  };
  for (const std::string& text : kBad) {
    CAPTURE(text);
    CHECK_THROWS_AS(checked_filter(text, postgres_dialect()), Error);
  }
}

TEST_CASE("a warehouse URL becomes options, its password a secret") {
  const auto postgres = std::get<PostgresOptions>(
      parse_warehouse_url("postgresql://us%40er:p%3Aw@db.example:6432/shop?sslmode=require"));
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  CHECK(postgres.parameters == Pairs{{"user", "us@er"},
                                     {"host", "db.example"},
                                     {"port", "6432"},
                                     {"dbname", "shop"},
                                     {"sslmode", "require"}});
  CHECK(postgres.password.expose() == "p:w");
  CHECK(std::get<PostgresOptions>(parse_warehouse_url("postgres://[::1]/d")).parameters ==
        Pairs{{"host", "::1"}, {"dbname", "d"}});
  CHECK(std::get<PostgresOptions>(parse_warehouse_url("postgresql:///d?host=/tmp")).parameters ==
        Pairs{{"dbname", "d"}, {"host", "/tmp"}});
  CHECK(std::get<DuckDbOptions>(parse_warehouse_url("duckdb:///data/a%20b.duckdb")).path ==
        "/data/a b.duckdb");
  const auto relative = std::get<DuckDbOptions>(
      parse_warehouse_url("duckdb://dev.duckdb?memory_limit=1GB&attach.prod=/p.duckdb"));
  CHECK(relative.path == "dev.duckdb");
  CHECK(relative.memory_limit == "1GB");
  REQUIRE(relative.attach.size() == 1);
  CHECK(relative.attach[0].alias == "prod");
}

TEST_CASE("anything else is not a warehouse URL, and the error does not repeat it") {
  for (const char* url :
       {"", "mysql://h/d", "duckdb://", "duckdb://:memory:", "postgresql://u:%zz@h/d", "duckdb://a?b=c"}) {
    CAPTURE(url);
    CHECK_THROWS_AS(parse_warehouse_url(url), Error);
  }
  for (const char* url :
       {"mysql://user:geheim@host/db", "postgresql://u:ge/heim@host/db", "postgresql://localhost:ge/heim@",
        "postgresql://u:a?geheim@host/db", "postgresql://u:a?x=1&geheim@host=1", "postgresql://h:geheim/db",
        "duckdb://md:shop?motherduck_token=geheim", "duckdb://ducklake:geheim",
        "duckdb://a?attach.b=s3://geheim"}) {
    CAPTURE(url);
    std::string said;
    try {
      parse_warehouse_url(url);
    } catch (const Error& error) {
      said = error.what();
    }
    CHECK_FALSE(said.empty());
    CHECK(said.find("heim") == std::string::npos);
  }
  CHECK(
      std::get<PostgresOptions>(parse_warehouse_url("postgresql://u:ge%2Fh%40@h/d%40b")).password.expose() ==
      "ge/h@");
}

TEST_CASE("tolerances are absolute, relative or in digits") {
  CHECK(parse_tolerance("abs:0.01").absolute == 0.01);
  CHECK(parse_tolerance("rel:1e-6").relative == 1e-6);
  CHECK(parse_tolerance("digits:6").significant_digits == 6);
  for (const char* text : {"", "abs", "abs:", "abs:x", "abs:-1", "abs:nan", "rel:2", "digits:0", "digits:1.5",
                           "0.1", "abs:1 "}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_tolerance(text), Error);
  }
}

TEST_CASE("the match score is the share of cells that match") {
  MatchScoreInput hundred{.prod_rows = 100, .pr_rows = 100, .shared_columns = 10};
  CHECK(match_score(hundred) == 1);
  hundred.changed_values = 4;
  CHECK(match_score(hundred) == doctest::Approx(0.996));
  // One column more on one side than the ten of the other.
  CHECK(match_score({.prod_rows = 100, .pr_rows = 100, .shared_columns = 10, .pr_only_columns = 1}) ==
        doctest::Approx(2000.0 / 2100));
  CHECK(match_score({.shared_columns = 3}) == 0);
  CHECK(match_score({.prod_rows = 1, .pr_rows = 1, .shared_columns = 2, .exclusive_rows = 2}) == 0);
}

TEST_CASE("a type's spelling is taken apart") {
  CHECK(parse_type_name("character varying(20)").base == "character varying");
  CHECK(parse_type_name("timestamp(3) without time zone").base == "timestamp without time zone");
  const TypeName decimal = parse_type_name("DECIMAL(18,2)");
  CHECK(decimal.base == "decimal");
  CHECK(decimal.first == 18);
  CHECK(decimal.second == 2);
}

TEST_CASE("types have a common one only where nothing is lost") {
  struct Case {
    const char* prod;
    const char* pr;
    bool has_common;
  };
  static constexpr Case kCases[] = {
      {"INTEGER", "BIGINT", true},
      {"INTEGER", "DECIMAL(10,2)", true},
      {"DECIMAL(38,0)", "DECIMAL(38,10)", true},
      {"BIGINT", "DOUBLE", true},
      {"VARCHAR", "ENUM('a')", true},
      {"DATE", "TIMESTAMP", true},
      {"TIMESTAMP", "TIMESTAMP_NS", true},
      {"TIMESTAMP", "TIMESTAMP WITH TIME ZONE", false},
      {"INTEGER", "VARCHAR", false},
      {"BOOLEAN", "INTEGER", false},
      {"UUID", "VARCHAR", false},
      {"INTEGER[]", "VARCHAR[]", false},
      {"DATE", "TIME", false},
  };
  for (const Case& c : kCases) {
    CAPTURE(c.prod);
    CAPTURE(c.pr);
    const Dialect& dialect = duckdb_dialect();
    const auto type = [&](const char* name) { return dialect.classify(Column{Identifier("c"), name}); };
    CHECK(std::holds_alternative<CommonType>(common_type(type(c.prod), type(c.pr), 38)) == c.has_common);
    CHECK(std::holds_alternative<CommonType>(common_type(type(c.pr), type(c.prod), 38)) == c.has_common);
  }
}

TEST_CASE("a tag can't end its comment") {
  Statement statement;
  statement.sql = "SELECT 1";
  statement.tag = "acme/shop#7 */ DROP";
  CHECK(with_tag(statement) == "SELECT 1\n/* acme/shop#7 _/ DROP */");
}

TEST_CASE("SQL states become classes of errors with what to do") {
  struct Case {
    const char* state;
    ErrorClass error_class;
  };
  const auto error_of = [](const PostgresFailure& failure) {
    try {
      throw_postgres_error(failure);
    } catch (const Error& error) {
      return error;
    }
  };
  static constexpr Case kCases[] = {
      {"42P01", ErrorClass::configuration},    {"42501", ErrorClass::configuration},
      {"28P01", ErrorClass::configuration},    {"42601", ErrorClass::caller},
      {"42703", ErrorClass::caller},           {"25006", ErrorClass::caller},
      {"57014", ErrorClass::remote_transient}, {"57P01", ErrorClass::remote_transient},
      {"53300", ErrorClass::remote_transient}, {"40001", ErrorClass::remote_transient},
      {"", ErrorClass::remote_transient},      {"22012", ErrorClass::remote_final},
      {"99999", ErrorClass::remote_final},     {"22003", ErrorClass::remote_final},
      {"22008", ErrorClass::remote_final},     {"55000", ErrorClass::configuration},
      {"55P03", ErrorClass::remote_transient}, {"42704", ErrorClass::caller},
  };
  for (const Case& c : kCases) {
    CAPTURE(c.state);
    CHECK(error_of({.sqlstate = c.state, .message = "m", .role = "r", .where = "w", .ends_connection = true})
              .error_class() == c.error_class);
  }
  for (const char* state : {"57P01", "57P02", "57P03", "08006", "53300", ""}) {
    CAPTURE(state);
    CHECK_THROWS_AS(
        throw_postgres_error(
            {.sqlstate = state, .message = "m", .role = {}, .where = {}, .ends_connection = true}),
        WarehouseLost);
  }
  CHECK(error_of(
            {.sqlstate = "42501", .message = "permission denied for schema shop", .role = "r", .where = {}})
            .hint() == "GRANT USAGE ON SCHEMA \"shop\" TO \"r\"");
}

TEST_CASE("a refused connection's SQL state is read out of libpq's text, in any language") {
  const auto error_of = [](const std::string& text) {
    try {
      throw_connection_error(text, "reader", "w");
    } catch (const Error& error) {
      return error;
    }
  };
  const Error login = error_of(
      "connection to server at \"h\", port 1 failed: FATAL:  28P01: Passwort-Authentifizierung "
      "fehlgeschlagen\n"
      "LOCATION:  auth_failed, auth.c:329\n");
  CHECK(login.error_class() == ErrorClass::configuration);
  CHECK(login.problem() ==
        "connection to server at \"h\", port 1 failed: FATAL:  Passwort-Authentifizierung fehlgeschlagen "
        "(SQL state "
        "28P01)");
  CHECK(error_of("FATAL:  57P03: the database system is starting up\n").error_class() ==
        ErrorClass::remote_transient);
  CHECK(error_of("FATAL:  22023: role \"x\" does not exist\n").hint().find("role") != std::string::npos);
  CHECK(
      error_of("FATAL:  42501: permission denied for database \"shop\"\nDETAIL:  User does not have CONNECT "
               "privilege.\nLOCATION:  x\n")
          .hint() == "GRANT CONNECT ON DATABASE \"shop\" TO \"reader\"");
  CHECK(error_of("timeout expired").error_class() == ErrorClass::remote_transient);
}
