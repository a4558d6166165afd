#include "app/renames.hpp"

#include <doctest/doctest.h>

#include <map>

namespace diffgate::app {
namespace {

using Map = std::map<std::string, std::string>;

dbt::PlannedModel model(const std::string& name) {
  dbt::PlannedModel model;
  model.name = name;
  model.pr_relation = "\"shop\".\"pr_7\".\"" + name + "\"";
  return model;
}

Map of_commits(const std::string& text, const std::string& name = "orders") {
  return renames_of({parse_renames(text), {}}, model(name));
}

}  // namespace

TEST_CASE("a rename directive is a prefix, a verb, two columns and perhaps a glob") {
  const RenameDirective plain{"amount", "amount_usd", ""};
  struct Row {
    const char* line;
    std::optional<RenameDirective> expected;
  };
  const Row rows[] = {
      {"diffgate remap amount amount_usd", plain},
      {"diffgate: renamed amount amount_usd\r", plain},
      {"X-Diffgate: rename amount amount_usd", plain},
      {"/diffgate remapped amount amount_usd", plain},
      {"  DATAFOLD remap amount amount_usd", plain},
      {"X-Datafold: REMAP amount amount_usd", plain},
      {"/datafold rename \"amount\" `amount_usd`", plain},
      {"datafold: remap amount amount_usd fct_*", RenameDirective{"amount", "amount_usd", "fct_*"}},
      {"please diffgate remap amount amount_usd", std::nullopt},
      {"diffgate remap amount", std::nullopt},
      {"diffgate remap amount to amount_usd in orders", std::nullopt},
      {"diffgate swap amount amount_usd", std::nullopt},
      {"", std::nullopt},
  };
  for (const Row& row : rows) {
    CAPTURE(row.line);
    CHECK(parse_rename(row.line) == row.expected);
  }
}

TEST_CASE("renames in commits apply in order, chains collapse and later ones win") {
  CHECK(of_commits("diffgate remap a b\nsome words\ndiffgate remap b c") == Map{{"a", "c"}});
  CHECK(of_commits("diffgate remap a b\ndiffgate remap A c") == Map{{"A", "c"}});
  CHECK(of_commits("diffgate remap a b\ndiffgate remap x y") == Map{{"a", "b"}, {"x", "y"}});
  CHECK(of_commits("diffgate remap a b\ndiffgate remap b a").empty());
}

TEST_CASE("a rename's glob picks models and tables, whatever their case") {
  CHECK(of_commits("diffgate remap a b ORD*") == Map{{"a", "b"}});
  CHECK(of_commits("diffgate remap a b shop.pr_7.*") == Map{{"a", "b"}});
  CHECK(of_commits("diffgate remap a b fct_*").empty());
}

TEST_CASE("what comments say of a column wins over what commits say") {
  RenameDirectives directives{parse_renames("diffgate remap a b\ndiffgate remap c d"),
                              parse_renames("/diffgate remap a z")};
  CHECK(renames_of(directives, model("orders")) == Map{{"a", "z"}, {"c", "d"}});
  directives.comments = parse_renames("/diffgate remap q b");
  CHECK(renames_of(directives, model("orders")) == Map{{"c", "d"}, {"q", "b"}});
  directives.comments = parse_renames("/diffgate remap a a");
  CHECK(renames_of(directives, model("orders")) == Map{{"c", "d"}});
}

TEST_CASE("renames go over what the model's YAML says of the same columns") {
  dbt::Plan plan;
  plan.models.push_back(model("orders"));
  plan.models.back().yaml.rename = {{"A", "x"}, {"k", "l"}};
  apply_renames(plan, {parse_renames("diffgate remap a b"), {}});
  CHECK(plan.models.back().yaml.rename == Map{{"a", "b"}, {"k", "l"}});
}

}  // namespace diffgate::app
