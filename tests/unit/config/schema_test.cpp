// The schemas are made of the same tables as the reader; these tests hold them together from outside.

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "config/repository_config.hpp"
#include "config/rules.hpp"
#include "net/did_you_mean.hpp"
#include "support.hpp"

using namespace diffgate::config;
using nlohmann::json;

namespace {

json repository_schema() { return json::parse(repository_config_schema()); }
json server_schema() { return json::parse(server_config_schema()); }

}  // namespace

TEST_CASE("the repository's schema has every rule with its meaning and default, and nothing else") {
  const json schema = repository_schema();
  CHECK(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema");
  CHECK(schema["additionalProperties"] == false);
  const auto rules = rule_values(Rules{});
  CHECK(schema["properties"].size() == rules.size() + 1);  // and `projects`
  for (const RuleValue& rule : rules) {
    CAPTURE(rule.key);
    REQUIRE(schema["properties"].contains(rule.key));
    const json& property = schema["properties"][rule.key];
    CHECK(property["description"] == rule.doc);
    CHECK(property["default"] == json::parse(rule.default_json));
  }
  CHECK(schema["properties"]["projects"]["additionalProperties"]["properties"].size() == rules.size());
}

TEST_CASE("constraints of the reader are in the schema") {
  const json properties = repository_schema()["properties"];
  CHECK(properties["comment"]["enum"] == json{"always", "never", "on_difference"});
  CHECK(properties["timestamp_precision"]["minimum"] == 0);
  CHECK(properties["timestamp_precision"]["maximum"] == 6);
  CHECK(properties["timestamp_precision"]["type"] == json{"integer", "null"});
  CHECK(properties["enabled"]["type"] == "boolean");
  CHECK(properties["gates"]["items"]["required"] == json{"when"});
  CHECK(properties["gates"]["items"]["properties"]["severity"]["enum"] == json{"note", "warn", "fail"});
}

TEST_CASE("the server's schema names every key, required ones and those that exclude each other") {
  const json schema = server_schema();
  CHECK(schema["required"] == json{"public_url", "warehouses", "projects"});
  const json github = schema["properties"]["github"]["items"];
  CHECK(github["allOf"][0]["oneOf"] ==
        json::parse(R"([{"required":["private_key"]},{"required":["private_key_file"]}])"));
  const json warehouses = schema["properties"]["warehouses"]["additionalProperties"]["anyOf"];
  CHECK(warehouses.size() == 4);
  const json project = schema["properties"]["projects"]["items"]["properties"];
  for (const RuleValue& rule : rule_values(Rules{})) CHECK(project.contains(rule.key));
  CHECK(project.contains("upload_keys"));
  // A number may be given by a variable.
  CHECK(project["id"]["anyOf"][1]["pattern"] == "\\$\\{");
}

TEST_CASE("what is near is meant, what is far is not guessed") {
  const std::vector<std::string> known{"slim_diff", "select", "samples", "sampling", "id"};
  struct Case {
    std::string word;
    std::string answer;
  };
  const Case cases[] = {
      {"slim_dif", "did you mean 'slim_diff'?"},
      {"slim-diff", "did you mean 'slim_diff'?"},
      {"SLIM_DIFF", "did you mean 'slim_diff'?"},
      {"silm_diff", "did you mean 'slim_diff'?"},
      {"sample", "did you mean 'samples'?"},
      {"samplng", "did you mean 'sampling'?"},
      {"idd", "did you mean 'id'?"},
      {"xyz", ""},
      {"", ""},
      {"slim", ""},
      {std::string(10'000, 'a'), ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.word);
    CHECK(diffgate::did_you_mean(c.word, known) == c.answer);
  }
}
