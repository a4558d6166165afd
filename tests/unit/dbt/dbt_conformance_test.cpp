// What the real `dbt ls` answers on a project with every resource type (tests/data/dbt_projects).

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "dbt/selection.hpp"
#include "net/error.hpp"

using namespace diffgate::dbt;

namespace {

IndirectSelection mode_of(const std::string& name) {
  if (name == "eager") return IndirectSelection::eager;
  if (name == "cautious") return IndirectSelection::cautious;
  if (name == "buildable") return IndirectSelection::buildable;
  return IndirectSelection::empty;
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  REQUIRE_MESSAGE(file, path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("select, exclude and indirect selection answer as the real dbt ls") {
  for (const std::string folder : {"more_unrendered_on", "more_unrendered_off"}) {
    CAPTURE(folder);
    const std::string path = "tests/data/dbt_projects/" + folder;
    const auto expected = nlohmann::json::parse(text_of(path + "/expected.json"));
    const Manifest base = load_manifest(path + "/base.json.gz");
    const Manifest head = load_manifest(path + "/head.json.gz");
    SelectionOptions options;
    options.files = {.base_run_results = text_of(path + "/base_run_results.json"),
                     .base_sources = text_of(path + "/base_sources.json"),
                     .head_sources = text_of(path + "/head_sources.json")};
    options.state.more_unrendered = expected.at("more_unrendered") ? MoreUnrendered::on : MoreUnrendered::off;
    for (const auto& entry : expected.at("cases")) {
      options.select = entry.at("select");
      options.exclude = entry.at("exclude");
      options.indirect = mode_of(entry.at("indirect"));
      CAPTURE(options.select);
      CAPTURE(options.exclude);
      CAPTURE(static_cast<int>(options.indirect));
      if (entry.contains("error")) {
        CHECK_THROWS_AS((void)select_nodes(base, head, options), diffgate::Error);
        continue;
      }
      std::set<std::string> found;
      for (const UniqueId& id : select_nodes(base, head, options).ids) found.insert(id.value());
      CHECK(found == entry.at("ids").get<std::set<std::string>>());
    }
    for (const auto& [id, name] : expected.at("names").items()) {
      CHECK(describe(head, UniqueId(id)).name == name.get<std::string>());
    }
  }
}
