// Two consecutive real manifests of public projects and what dbt-core's own selectors pick
// (tests/data/state_pairs).

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "dbt/manifest.hpp"
#include "dbt/selection.hpp"
#include "dbt/state.hpp"

using namespace diffgate::dbt;

namespace {

using Ids = std::set<std::string>;

struct Setting {
  const char* name;
  MoreUnrendered more_unrendered;
};

constexpr Setting kSettings[] = {{"default", MoreUnrendered::off},
                                 {"compare_more_unrendered", MoreUnrendered::on}};

Ids select(const Manifest& base, const Manifest& head, const std::string& selector, MoreUnrendered setting) {
  SelectionOptions options;
  options.select = "state:" + selector;
  options.state.more_unrendered = setting;
  Ids ids;
  for (const UniqueId& id : select_nodes(base, head, options).ids) ids.insert(id.value());
  return ids;
}

// At most ten, so that a failure can be read.
Ids difference(const Ids& a, const Ids& b) {
  Ids result;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::inserter(result, result.begin()));
  while (result.size() > 10) result.erase(std::prev(result.end()));
  return result;
}

}  // namespace

TEST_CASE("every state selector picks of real manifest pairs what dbt picks") {
  std::size_t compared = 0;
  for (const auto& folder : std::filesystem::directory_iterator("tests/data/state_pairs")) {
    if (!folder.is_directory()) continue;
    const std::string path = folder.path().string();
    CAPTURE(path);
    std::ifstream file(path + "/expected.json");
    const auto expected = nlohmann::json::parse(file).at("expected");
    const Manifest base = load_manifest(path + "/base.json.gz");
    const Manifest head = load_manifest(path + "/head.json.gz");
    for (const Setting& setting : kSettings) {
      CAPTURE(setting.name);
      for (const auto& [selector, ids] : expected.at(setting.name).items()) {
        CAPTURE(selector);
        const Ids wanted = ids.get<Ids>();
        const Ids found = select(base, head, selector, setting.more_unrendered);
        CHECK(difference(wanted, found) == Ids{});
        CHECK(difference(found, wanted) == Ids{});
        ++compared;
      }
    }
  }
  CHECK(compared > 200);
}
