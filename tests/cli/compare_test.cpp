#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "run_binary.hpp"
#include "support/duckdb_file.hpp"

using namespace diffgate;
using test::run_diffgate;
using Json = nlohmann::json;

namespace {

class Tables {
 public:
  Tables() {
    file_.execute(
        "create table prod (id integer, name varchar, amount double, old_column integer);"
        "insert into prod values (1, 'a', 1.0, 0), (2, 'b', 2.0, 0), (3, 'c', 3.0, 0), (4, null, 4.0, 0), "
        "(5, 'e', 5.0, 0);"
        "create table pr (id bigint, name varchar, amount double, new_column date);"
        "insert into pr values (1, 'a', 1.0, null), (2, 'B', 2.001, null), (3, null, 3.0, null), (4, 'd', "
        "4.0, null), (6, 'f', 6.0, null);"
        "create table same as select * from prod;"
        "create table bad (id integer, name varchar, amount double, old_column integer);"
        "insert into bad values (1, 'a', 1.0, 0), (2, 'b', 2.0, 0), (2, 'b', 2.0, 0), (null, 'x', 0.0, 0), "
        "(3, 'c', 3.0, 0);"
        "create table twice as select * from bad;"
        "create table no_rows as select * from prod limit 0;"
        "create table no_rows_wider as select *, 1 as new_column from prod limit 0;"
        "create table reordered as select name, id, amount, old_column from prod;");
  }

  test::Ran compare(std::vector<std::string> more) const {
    std::vector<std::string> arguments = {"compare", "--warehouse", file_.url()};
    if (std::find(more.begin(), more.end(), "--prod") == more.end())
      arguments.insert(arguments.end(), {"--prod", "prod"});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_diffgate(arguments);
  }

 private:
  test::DuckDbFile file_;
};

}  // namespace

TEST_CASE("compare gives the agreed JSON of a keyed pair") {
  const Tables tables;
  const test::Ran ran = tables.compare({"--pr", "pr", "--key", "id", "--json"});
  CAPTURE(ran.err);
  REQUIRE(ran.code == 0);
  CHECK(ran.err.empty());
  const Json json = Json::parse(ran.out);
  CHECK(json.at("result") == "different");
  CHECK_FALSE(json.at("reason").get<std::string>().empty());
  CHECK(json.at("rows") ==
        Json{{"prod", 5}, {"pr", 5}, {"added", 1}, {"removed", 1}, {"changed", 3}, {"unchanged", 1}});
  CHECK(json.at("keys").at("columns") == Json{"id"});
  CHECK(json.at("keys").at("prod") == Json{{"null", 0}, {"duplicate", 0}, {"distinct", 5}});
  CHECK(json.at("keys").at("pr") == Json{{"null", 0}, {"duplicate", 0}, {"distinct", 5}});
  CHECK(json.at("schema").at("added") == Json{"new_column"});
  CHECK(json.at("schema").at("removed") == Json{"old_column"});
  CHECK(json.at("schema").at("retyped").at(0).at("name") == "id");
  CHECK(json.at("schema").at("reordered") == false);
  for (const Json& column : json.at("columns")) {
    if (column.at("name") == "name") {
      CHECK(column.at("changed") == 3);
      CHECK(column.at("became_null") == 1);
      CHECK(column.at("was_null") == 1);
      CHECK(column.at("not_compared").is_null());
    }
    if (column.at("name") == "amount") CHECK(column.at("changed") == 1);
  }
  CHECK(json.at("match_score").is_number());
  CHECK(json.at("plan").is_array());
  CHECK(json.at("seconds").is_number());
}

TEST_CASE("differences are exit code 1 only when that is asked for") {
  const Tables tables;
  CHECK(tables.compare({"--pr", "pr", "--key", "id"}).code == 0);
  CHECK(tables.compare({"--pr", "pr", "--key", "id", "--fail-on-difference"}).code == 1);
}

TEST_CASE(
    "what differs is rows, values, columns, types and keys that are not unique, with and without a key") {
  const Tables tables;
  struct Row {
    const char* prod;
    const char* pr;
    bool keyed;
    int code;
  };
  const Row rows[] = {
      {"prod", "same", true, 0},
      {"prod", "same", false, 0},
      {"prod", "pr", true, 1},
      {"prod", "pr", false, 1},
      {"prod", "reordered", true, 0},
      {"bad", "twice", true, 1},
      {"bad", "twice", false, 0},
      {"no_rows", "no_rows", true, 0},
      {"no_rows", "no_rows", false, 0},
      {"no_rows", "no_rows_wider", true, 1},
      {"no_rows", "no_rows_wider", false, 1},
      {"no_rows", "same", true, 1},
  };
  for (const Row& row : rows) {
    CAPTURE(row.prod);
    CAPTURE(row.pr);
    CAPTURE(row.keyed);
    std::vector<std::string> arguments = {"--prod", row.prod, "--pr", row.pr, "--fail-on-difference"};
    if (row.keyed) arguments.insert(arguments.end(), {"--key", "id"});
    CHECK(tables.compare(arguments).code == row.code);
  }
}

TEST_CASE("bad keys are counted apart") {
  const Tables tables;
  const Json json = Json::parse(tables.compare({"--pr", "bad", "--key", "id", "--json"}).out);
  CHECK(json.at("result") == "bad_pks");
  CHECK(json.at("keys").at("pr") == Json{{"null", 1}, {"duplicate", 2}, {"distinct", 3}});
  CHECK(json.at("rows") ==
        Json{{"prod", 5}, {"pr", 5}, {"added", 0}, {"removed", 2}, {"changed", 0}, {"unchanged", 2}});
}

TEST_CASE("without a key whole rows are compared and nothing is called changed") {
  const Tables tables;
  const Json json = Json::parse(tables.compare({"--pr", "bad", "--json"}).out);
  CHECK(json.at("rows") ==
        Json{{"prod", 5}, {"pr", 5}, {"added", 2}, {"removed", 2}, {"changed", nullptr}, {"unchanged", 3}});
  const Json same = Json::parse(tables.compare({"--pr", "same", "--json"}).out);
  CHECK(same.at("rows").at("unchanged") == 5);
  CHECK(json.at("keys").at("source") == "none");
  CHECK(json.at("keys").at("pr").at("null").is_null());
  for (const Json& column : json.at("columns")) CHECK(column.at("changed").is_null());
}

TEST_CASE("columns, a condition and a tolerance narrow what counts") {
  const Tables tables;
  const Json tolerant = Json::parse(tables
                                        .compare({"--pr", "pr", "--key", "id", "--tolerance",
                                                  "amount=abs:0.01", "--exclude", "name", "--json"})
                                        .out);
  CHECK(tolerant.at("rows").at("changed") == 0);
  const Json some =
      Json::parse(tables.compare({"--pr", "pr", "--key", "id", "--where", "id < 3", "--json"}).out);
  CHECK(some.at("rows").at("prod") == 2);
  CHECK(some.at("rows").at("changed") == 1);
}

TEST_CASE("the plain answer is on stdout, with samples if wanted") {
  const Tables tables;
  const test::Ran ran = tables.compare({"--pr", "pr", "--key", "id", "--samples", "5"});
  CHECK(ran.err.empty());
  CHECK(ran.out.starts_with("different: "));
  CHECK(ran.out.find("~ 2: ") != std::string::npos);
  CHECK(ran.out.find("- 5: ") != std::string::npos);
}

TEST_CASE("a table that is missing is one line that names it") {
  const Tables tables;
  const test::Ran ran = tables.compare({"--pr", "nowhere", "--key", "id"});
  CHECK(ran.code == 2);
  CHECK(ran.out.empty());
  CHECK(ran.err.find("nowhere") != std::string::npos);
  const test::Ran wrong_key = tables.compare({"--pr", "pr", "--key", "idd"});
  CHECK(wrong_key.code == 2);
  CHECK(wrong_key.err.find("idd") != std::string::npos);
}

TEST_CASE("a value that can't be read is shown on the terminal alone, and not if a column is masked") {
  const Tables tables;
  const std::vector<std::string> failing = {"--pr", "same",    "--key",
                                            "id",   "--where", "cast(name || '@x.example' as integer) > 0"};
  const test::Ran shown = tables.compare(failing);
  CHECK(shown.code == 3);
  CHECK(shown.err.find("@x.example") != std::string::npos);
  CHECK(shown.out.empty());
  std::vector<std::string> masked = failing;
  masked.insert(masked.end(), {"--mask", "name"});
  const test::Ran hidden = tables.compare(masked);
  CHECK(hidden.code == 3);
  CHECK(hidden.err.find("@x.example") == std::string::npos);
  CHECK(hidden.err.find("Conversion Error") != std::string::npos);
}

TEST_CASE("what is not UTF-8 is the caller's mistake, and said so") {
  const Tables tables;
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--pr", "pr", "--where", "name = '\xFF'"},
        {"--pr", "\"p\xFFr\""},
        {"--prod", "\"p\xFFr\"", "--pr", "pr"}}) {
    const test::Ran ran = tables.compare(arguments);
    CAPTURE(ran.err);
    CHECK(ran.code == 2);
    CHECK(ran.err.find("is not valid UTF-8 (write it in UTF-8)") != std::string::npos);
  }
  const test::Ran path =
      run_diffgate({"compare", "--warehouse", "duckdb:///no/such\xFF.duckdb", "--prod", "a", "--pr", "b"});
  CHECK(path.code == 2);
  CHECK(path.err.find("json") == std::string::npos);
}

TEST_CASE("a server that does not answer is exit code 3") {
  const test::Ran ran =
      run_diffgate({"compare", "--warehouse", "postgresql://u@127.0.0.1:1/db", "--prod", "a", "--pr", "b"});
  CHECK(ran.code == 3);
  CHECK(ran.out.empty());
  CHECK_FALSE(ran.err.empty());
}
