// What `compare` may be told of keys, rows, equality and more, through the built program.

#include <doctest/doctest.h>

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
        "create table prod (\"a,b\" integer, \"key=2\" integer, name varchar, amount double, seen timestamp, "
        "old_total "
        "integer);"
        "insert into prod select n, 1, 'Name ' || n, n, timestamp '2024-01-01' + to_days(n::integer), n * 3 "
        "from range(40) "
        "t(n);"
        "create table pr as select \"a,b\", \"key=2\", case when \"a,b\" < 5 then upper(name) else name end "
        "as name, case "
        "when \"a,b\" = 7 then amount + 0.001 else amount end as amount, seen, old_total as total from prod "
        "where \"a,b\" >= 30 or \"a,b\" < 10;");
  }

  test::Ran compare(std::vector<std::string> more) const {
    std::vector<std::string> arguments = {"compare", "--warehouse", file_.url(), "--prod",
                                          "prod",    "--pr",        "pr"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_diffgate(arguments);
  }

  Json json(std::vector<std::string> more) const {
    more.emplace_back("--json");
    const test::Ran ran = compare(more);
    CAPTURE(ran.err);
    REQUIRE(ran.code == 0);
    return Json::parse(ran.out);
  }

 private:
  test::DuckDbFile file_;
};

Json column(const Json& diff, const std::string& name) {
  for (const Json& found : diff.at("columns")) {
    if (found.at("name") == name) return found;
  }
  return {};
}

}  // namespace

TEST_CASE("a key's name with a comma is quoted, and the option may be repeated") {
  const Tables tables;
  for (const std::vector<std::string>& key :
       {std::vector<std::string>{"--key", "\"a,b\",key=2"}, {"--key", "\"a,b\"", "--key", "key=2"}}) {
    CHECK(tables.json(key).at("keys").at("columns") == Json{"a,b", "key=2"});
  }
  struct Mistake {
    const char* key;
    const char* words;
  };
  const Mistake mistakes[] = {{"\"a,b", "not closed"},
                              {"a,b", "no column 'a'"},
                              {"\"a,b\",", "a name is empty"},
                              {"\"a,b\"x", "something follows"}};
  for (const Mistake& mistake : mistakes) {
    const test::Ran ran = tables.compare({"--key", mistake.key});
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(ran.err.find(mistake.words) != std::string::npos);
  }
}

TEST_CASE("an option that names a column which is not there is refused with the nearest name") {
  const Tables tables;
  for (const std::vector<std::string>& option : {std::vector<std::string>{"--tolerance", "amout=abs:1"},
                                                 {"--ignore-case", "amout"},
                                                 {"--trim", "amout"},
                                                 {"--null-equals-empty", "amout"},
                                                 {"--exclude", "amout"},
                                                 {"--include", "amout"},
                                                 {"--mask", "amout"},
                                                 {"--overlap", "amout"},
                                                 {"--timeline", "amout"}}) {
    std::vector<std::string> arguments = {"--key", "\"a,b\""};
    arguments.insert(arguments.end(), option.begin(), option.end());
    const test::Ran ran = tables.compare(arguments);
    CAPTURE(option[0]);
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(ran.err.find("did you mean 'amount'?") != std::string::npos);
  }
  for (const std::vector<std::string>& option : {std::vector<std::string>{"--tolerance", "amount=near"},
                                                 {"--sample", "all"},
                                                 {"--sample", "0"},
                                                 {"--sample", "100%"},
                                                 {"--rename", "old_total"},
                                                 {"--rename", "=total"},
                                                 {"--timestamp-precision", "7"},
                                                 {"--prod-time-travel", "-60"}}) {
    std::vector<std::string> arguments = {"--key", "\"a,b\""};
    arguments.insert(arguments.end(), option.begin(), option.end());
    CAPTURE(option[1]);
    CHECK(tables.compare(arguments).code == 2);
  }
}

TEST_CASE("what counts as equal is told by options, and what they hide is in the answer") {
  const Tables tables;
  const std::vector<std::string> key = {"--key", "\"a,b\"", "--where", "\"a,b\" < 10"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), key.begin(), key.end());
    return tables.json(more);
  };
  CHECK(with({}).at("rows").at("changed") == 6);
  const Json no_case = with({"--ignore-case"});
  CHECK(no_case.at("rows").at("changed") == 1);
  CHECK(column(no_case, "name").at("within_tolerance") == 5);
  CHECK(column(no_case, "name").at("rule") == "case ignored");
  CHECK(with({"--ignore-case", "name", "--tolerance", "amount=abs:0.01"}).at("rows").at("changed") == 0);
  CHECK(with({"--tolerance", "*=abs:0.01"}).at("rows").at("changed") == 5);
  CHECK(with({"--exact", "--trim", "--null-equals-empty"}).at("rows").at("changed") == 6);
  const test::Ran text = tables.compare({"--key", "\"a,b\"", "--ignore-case"});
  CHECK(text.out.find("5 values of name differ but count as equal (case ignored)") != std::string::npos);
}

TEST_CASE("a likely rename is proposed, and one that is told is compared") {
  const Tables tables;
  const Json guessed = tables.json({"--key", "\"a,b\""});
  CHECK(guessed.at("schema").at("likely_renames").at(0).at("prod") == "old_total");
  CHECK(guessed.at("schema").at("likely_renames").at(0).at("pr") == "total");
  const Json told = tables.json({"--key", "\"a,b\"", "--rename", "old_total=total"});
  CHECK(told.at("schema").at("renamed") == Json::parse(R"([{"prod": "old_total", "pr": "total"}])"));
  CHECK(told.at("schema").at("added").empty());
  CHECK(told.at("schema").at("removed").empty());
  CHECK(column(told, "total").at("changed") == 0);
}

TEST_CASE("a part of the rows is compared by a sample, by the time both cover, or by a condition a side") {
  const Tables tables;
  const Json overlap = tables.json({"--key", "\"a,b\"", "--pr-where", "\"a,b\" >= 30", "--overlap", "seen"});
  CHECK(overlap.at("rows").at("removed") == 0);
  CHECK(overlap.at("rows").at("prod") == 10);
  CHECK(overlap.at("overlap").at("left_out").at("prod").at("before") == 30);
  CHECK(overlap.at("sampled").is_null());
  const Json sample = tables.json({"--key", "\"a,b\"", "--sample", "50%"});
  CHECK(sample.at("rows").at("prod") == 40);
  CHECK(sample.at("sampled").at("share") == 0.5);
  CHECK(sample.at("sampled").at("removed").at("low") <= 20);
  CHECK(sample.at("sampled").at("removed").at("high") >= 20);
  const test::Ran text = tables.compare({"--key", "\"a,b\"", "--sample", "20"});
  CHECK(text.out.find("50% of the keys were compared") != std::string::npos);
  const Json sides =
      tables.json({"--key", "\"a,b\"", "--prod-where", "\"a,b\" < 3", "--pr-where", "\"a,b\" < 2"});
  CHECK(sides.at("rows").at("removed") == 1);
}

TEST_CASE("profiles and a timeline are shown as text and as JSON, without the values of masked columns") {
  const Tables tables;
  const std::vector<std::string> options = {"--key",  "\"a,b\"", "--column-profiles", "--timeline", "seen",
                                            "--mask", "name"};
  const Json json = tables.json(options);
  CHECK(json.at("profiles").at("columns").size() == 7);
  for (const Json& profiled : json.at("profiles").at("columns")) {
    if (profiled.at("name") == "amount") CHECK(profiled.at("prod").at("max") == "39.0");
    if (profiled.at("name") == "name") CHECK(profiled.at("pr").at("max").is_null());
  }
  CHECK(json.at("timeline").at("unit") == "day");
  CHECK(json.at("timeline").at("points").at(0).at("match_rate") == 0);
  const test::Ran text = tables.compare(options);
  CHECK(text.code == 0);
  CHECK(text.out.find("Match by day of seen") != std::string::npos);
  CHECK(text.out.find("greatest") != std::string::npos);
  CHECK(text.out.find("NAME 1") == std::string::npos);
}
