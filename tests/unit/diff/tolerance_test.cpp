// Numbers that may differ by so much and no more, on both engines.

#include <doctest/doctest.h>

#include <span>
#include <string>

#include "engine.hpp"

using namespace diffgate;
using namespace diffgate::diff;
using test::column;
using test::Engine;
using test::kEngines;
using test::request;

namespace {

struct Case {
  const char* prod_type;
  const char* pr_type;
  const char* prod;
  const char* pr;
  const char* tolerance;
  bool is_within;
};

void check_cases(std::span<const Case> cases) {
  for (const char* name : kEngines) {
    Engine engine(name);
    for (const Case& c : cases) {
      CAPTURE(name);
      CAPTURE(c.prod_type);
      CAPTURE(c.prod);
      CAPTURE(c.pr);
      CAPTURE(c.tolerance);
      engine.execute(
          std::string("DROP TABLE IF EXISTS a; DROP TABLE IF EXISTS b; CREATE TABLE a (id integer, v ") +
          c.prod_type + "); CREATE TABLE b (id integer, v " + c.pr_type + "); INSERT INTO a VALUES (1, " +
          c.prod + "); INSERT INTO b VALUES (1, " + c.pr + ")");
      TableDiffRequest options = request();
      options.tolerance["v"] = parse_tolerance(c.tolerance);
      const TableDiff diff = engine.diff(options);
      CHECK(diff.rows.changed == (c.is_within ? 0 : 1));
      CHECK(column(diff, "v").within_tolerance == (c.is_within ? 1 : 0));
    }
  }
}

}  // namespace

TEST_CASE("an absolute tolerance of floats is of the digits they are written with") {
  static constexpr Case kCases[] = {
      {"double precision", "double precision", "1.1", "1.0", "abs:0.1", true},
      {"double precision", "double precision", "1.0", "1.1", "abs:0.1", true},
      {"double precision", "double precision", "1.1000000000000003", "1.0", "abs:0.1", false},
      {"double precision", "double precision", "-0.1", "0.2", "abs:0.3", true},
      {"double precision", "double precision", "-0.1", "0.20000000000000004", "abs:0.3", false},
      {"double precision", "double precision", "1e22", "1.0000000000000003e22", "abs:3e6", true},
      {"double precision", "double precision", "1e22", "1.0000000000000003e22", "abs:1.9e6", false},
      {"double precision", "double precision", "1.5e-7", "1.6e-7", "abs:1e-8", true},
      {"double precision", "double precision", "1.5e-7", "1.6000000000000003e-7", "abs:1e-8", false},
      {"double precision", "double precision", "100000", "1e-20", "abs:100000", true},
      {"double precision", "double precision", "100000", "-1e-20", "abs:100000", false},
      {"double precision", "double precision", "1e308", "-1e308", "abs:1e300", false},
      {"double precision", "double precision", "1e-300", "3e-300", "abs:2e-300", true},
      {"double precision", "double precision", "1e-300", "3e-300", "abs:1.9e-300", false},
      {"double precision", "double precision", "0", "0.1", "abs:0.1", true},
      {"double precision", "double precision", "5", "7", "abs:0.1", false},
      {"double precision", "double precision", "5", "5.05", "abs:0.1", true},
      {"double precision", "double precision", "1.1", "1.0", "digits:2", false},
      {"double precision", "double precision", "12345", "12344.6", "digits:5", true},
      {"real", "real", "0.1", "0.2", "abs:0.1", true},
      {"real", "real", "0.1", "0.20001", "abs:0.1", false},
      {"real", "real", "16777216", "16777218", "abs:2", true},
      {"integer", "double precision", "1", "1.1", "abs:0.1", true},
      {"integer", "double precision", "1", "1.1000000000000003", "abs:0.1", false},
      {"double precision", "double precision", "'NaN'", "1", "abs:1e300", false},
      {"double precision", "double precision", "'Infinity'", "1", "abs:1e300", false},
      {"double precision", "double precision", "'Infinity'", "'-Infinity'", "abs:1e300", false},
  };
  check_cases(kCases);
}

TEST_CASE("the tolerance of decimals and integers is exact") {
  static constexpr Case kCases[] = {
      {"decimal(10,2)", "decimal(10,2)", "1.00", "1.01", "abs:0.01", true},
      {"decimal(10,2)", "decimal(10,2)", "1.00", "1.30", "abs:0.3", true},
      {"decimal(10,2)", "decimal(10,2)", "1.00", "1.02", "abs:0.01", false},
      {"decimal(10,2)", "decimal(10,2)", "-0.01", "0.01", "abs:0.02", true},
      {"decimal(10,2)", "decimal(10,2)", "-0.01", "0.02", "abs:0.02", false},
      {"decimal(10,2)", "decimal(10,2)", "1.00", "-1.00", "abs:0.01", false},
      {"decimal(10,2)", "decimal(10,2)", "1.00", "1.01", "abs:0.001", false},
      {"decimal(38,0)", "decimal(38,0)", "90071992547409930000", "90071992547409930002", "abs:1", false},
      {"decimal(38,0)", "decimal(38,0)", "90071992547409930000", "90071992547409930001", "abs:1", true},
      {"decimal(38,0)", "decimal(38,0)", "99999999999999999999999999999999999999",
       "-99999999999999999999999999999999999999", "abs:1", false},
      {"decimal(38,0)", "decimal(38,0)", "99999999999999999999999999999999999999",
       "-99999999999999999999999999999999999999", "abs:1e300", true},
      {"decimal(38,38)", "decimal(38,38)", "0.1", "-0.1", "abs:0.2", true},
      {"bigint", "bigint", "9223372036854775807", "-9223372036854775808", "abs:1", false},
      {"bigint", "bigint", "9007199254740993", "9007199254740995", "abs:1", false},
      {"bigint", "integer", "100", "99", "rel:0.01", true},
      {"bigint", "integer", "100", "98", "rel:0.01", false},
      {"decimal(38,0)", "decimal(38,0)", "10000000000000000000000000000000000000",
       "9999999999999999999999999999999999999", "rel:1e-37", true},
      {"decimal(38,0)", "decimal(38,0)", "10000000000000000000000000000000000000",
       "9999999999999999999999999999999999998", "rel:1e-37", false},
      {"decimal(10,2)", "integer", "12345.50", "12345", "digits:5", true},
      {"decimal(10,2)", "integer", "12345.51", "12345", "digits:5", false},
      {"decimal(10,2)", "decimal(10,2)", "1.01", "1.02", "digits:3", false},
      // Too long for one DECIMAL.
      {"decimal(38,0)", "decimal(38,9)", "7", "7.010000000", "abs:0.01", true},
      {"decimal(38,0)", "decimal(38,9)", "7", "7.010000001", "abs:0.01", false},
      {"decimal(38,0)", "decimal(38,9)", "90000000000000000000000000000000000000", "7.5", "abs:1", false},
  };
  check_cases(kCases);
}
