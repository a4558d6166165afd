// Shapes of manifests that make a naive reader quadratic. Each is made in two sizes, one four times the
// other: the processor time for all that is done with a manifest must grow about as much, where a quadratic
// step would make it grow sixteen times.

#include <doctest/doctest.h>
#include <time.h>

#include <algorithm>
#include <string>

#include "dbt/plan.hpp"
#include "dbt/primary_key.hpp"
#include "dbt/selection.hpp"

using namespace diffgate::dbt;

namespace {

// `count` items, each made from its number.
template <class Item>
std::string listed(std::size_t count, Item item) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += ',';
    text += item(std::to_string(i));
  }
  return text;
}

std::string model(const std::string& name, const std::string& rest) {
  return "\"model.p." + name + R"(": {"resource_type": "model", "name": ")" + name + R"(", "fqn": ["p", ")" +
         name + R"("], "relation_name": "r", "config": {"materialized": "table"})" +
         (rest.empty() ? "" : ", ") + rest + "}";
}

std::string reading(const std::string& ids) { return R"("depends_on": {"nodes": [)" + ids + "]}"; }

std::string manifest(const std::string& nodes, const std::string& macros = "",
                     const std::string& exposures = "") {
  return R"({"metadata": {"dbt_schema_version": "x/manifest/v12.json", "project_name": "p"}, "nodes": {)" +
         nodes + R"(}, "macros": {)" + macros + R"(}, "exposures": {)" + exposures + "}}";
}

// `edit` differs between the two sides.
using Shape = std::string (*)(std::size_t size, const std::string& edit);

struct Trap {
  const char* name;
  Shape shape;
};

const Trap kTraps[] = {
    {"one long chain of models and one of macros, changed at its end",
     [](std::size_t size, const std::string& edit) {
       const auto next = [](const std::string& i) { return std::to_string(std::stoul(i) + 1); };
       return manifest(listed(size,
                              [&](const std::string& i) {
                                return model(i, R"("raw_code": "x", "depends_on": {"nodes": ["model.p.)" +
                                                    next(i) + R"("], "macros": ["macro.p.)" + i + "\"]}");
                              }),
                       listed(size, [&](const std::string& i) {
                         return "\"macro.p." + i + R"(": {"macro_sql": ")" +
                                (next(i) == std::to_string(size) ? edit : "") +
                                R"(", "depends_on": {"macros": ["macro.p.)" + next(i) + "\"]}}";
                       }));
     }},
    {"one id many times",
     [](std::size_t size, const std::string& edit) {
       return manifest(
           listed(size, [&](const std::string&) { return model("m", R"("raw_code": ")" + edit + "\""); }));
     }},
    {"one test over all models, which no node is attached to",
     [](std::size_t size, const std::string& edit) {
       return manifest(
           listed(size, [&](const std::string& i) { return model(i, R"("raw_code": ")" + edit + "\""); }) +
           R"(, "test.p.t": {"resource_type": "test", "name": "t", "test_metadata": {"name": "unique"}, )" +
           reading(listed(size, [](const std::string& i) { return "\"model.p." + i + "\""; })) + "}");
     }},
    {"one model of many columns, each with its test",
     [](std::size_t size, const std::string& edit) {
       const auto column = [](const std::string& i) { return "\"c" + i + R"(": {"name": "c)" + i + "\"}"; };
       const auto test = [](const std::string& i) {
         return "\"test.p." + i + R"(": {"resource_type": "test", "name": ")" + i +
                R"(", "attached_node": "model.p.m", "test_metadata": {"name": ")" +
                (i.back() < '5' ? "unique" : "not_null") + R"(", "kwargs": {"column_name": "c)" + i +
                R"("}}, )" + reading("\"model.p.m\"") + "}";
       };
       return manifest(
           model("m", R"("raw_code": ")" + edit + R"(", "columns": {)" + listed(size, column) + "}") + "," +
           listed(size, test));
     }},
    {"one unique key of many columns",
     [](std::size_t size, const std::string& edit) {
       const auto column = [](const std::string& i) { return "\"c" + i + R"(": {"name": "c)" + i + "\"}"; };
       return manifest(
           R"("model.p.m": {"resource_type": "model", "name": "m", "relation_name": "r", "raw_code": ")" +
           edit + R"(", "columns": {)" + listed(size, column) +
           R"(}, "config": {"materialized": "incremental", "unique_key": [)" +
           listed(size, [](const std::string& i) { return "\"C" + i + "\""; }) + "]}}");
     }},
    {"one config of many keys",
     [](std::size_t size, const std::string& edit) {
       const std::string keys = listed(size, [](const std::string& i) { return "\"k" + i + "\": " + i; });
       return manifest(
           model("m", R"("raw_code": "x", "unrendered_config": {)" + keys + R"(, "z": ")" + edit + "\"}"));
     }},
    {"one node of many tags and many fqn parts",
     [](std::size_t size, const std::string& edit) {
       const std::string words = listed(size, [](const std::string& i) { return "\"w" + i + "\""; });
       return manifest(
           R"("model.p.m": {"resource_type": "model", "name": "m", "relation_name": "r", "raw_code": ")" +
           edit + R"(", "tags": [)" + words + R"(], "fqn": [)" + words + "]}");
     }},
    {"many exposures over one long chain",
     [](std::size_t size, const std::string& edit) {
       const auto next = [](const std::string& i) { return std::to_string(std::stoul(i) + 1); };
       return manifest(
           listed(size,
                  [&](const std::string& i) {
                    return model(i,
                                 R"("raw_code": ")" + edit + "\", " + reading("\"model.p." + next(i) + "\""));
                  }),
           "", listed(size, [](const std::string& i) {
             return "\"exposure.p." + i + R"(": {"name": ")" + i + "\", " + reading("\"model.p.0\"") + "}";
           }));
     }},
    {"one model that all read, and one that reads all",
     [](std::size_t size, const std::string& edit) {
       return manifest(model("first", R"("raw_code": ")" + edit + "\"") + "," +
                       listed(size,
                              [](const std::string& i) {
                                return model(i, R"("raw_code": "x", )" + reading("\"model.p.first\""));
                              }) +
                       "," + model("last", reading(listed(size, [](const std::string& i) {
                                     return "\"model.p." + i + "\"";
                                   }))));
     }},
    {"code that says config many times",
     [](std::size_t size, const std::string& edit) {
       std::string code;
       for (std::size_t i = 0; i < size; ++i) code += "config ";
       return manifest(model("m", R"("raw_code": ")" + code + std::string(size, ' ') + edit +
                                      R"(", "unrendered_config": {"alias": "Keyword()" + edit + ")\"}"));
     }},
};

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double time_of_everything(const Trap& trap, std::size_t size) {
  const std::string before = trap.shape(size, "a");
  const std::string now = trap.shape(size, "b");
  double best = 1e9;
  for (int round = 0; round < 2; ++round) {
    const double start = cpu_seconds();
    const Manifest base = parse_manifest(before, "base");
    const Manifest head = parse_manifest(now, "head");
    CHECK(!make_plan(base, head, {}).models.empty());
    (void)audit_primary_keys(head, "primary-key");
    for (const IndirectSelection indirect : {IndirectSelection::cautious, IndirectSelection::buildable}) {
      SelectionOptions options;
      options.select = "state:modified+ @1 tag:w1 w0.* test_name:unique";
      options.indirect = indirect;
      (void)select_nodes(base, head, options);
    }
    best = std::min(best, cpu_seconds() - start);
  }
  return best;
}

}  // namespace

TEST_CASE("no shape of a manifest takes time that grows with the square of its size") {
  constexpr std::size_t kSize = 2'000;
  for (const Trap& trap : kTraps) {
    CAPTURE(trap.name);
    CHECK(time_of_everything(trap, 4 * kSize) < 7 * time_of_everything(trap, kSize));
  }
}
