// Manifests that nobody wrote in good faith: random damage to a good one, and shapes that make naive code
// slow.

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "dbt/plan.hpp"
#include "dbt/primary_key.hpp"
#include "dbt/selection.hpp"
#include "net/error.hpp"
#include "small_manifest.hpp"

using namespace diffgate::dbt;

namespace {

using Random = std::mt19937;

std::size_t below(Random& random, std::size_t limit) {
  return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
}

constexpr const char* kValues[] = {
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1e400",
    "18446744073709551616",
    "\"\"",
    "\"\\ud800\"",
    "\"a.b.c\"",
    "[]",
    "{}",
    "[null]",
    "[[[[]]]]",
    "{\"a\":{}}",
    "[1,\"x\",{}]",
    "{\"name\":5}",
    "\"model.shop.customers\"",
    "[\"model.shop.orders\",null]",
    "NaN",
    "tru",
    "{\"\":\"\"}",
};

constexpr const char* kBytes[] = {"{", "}", "[",  "]",    "\"",      "\\", ",",
                                  ":", " ", "\n", "\xff", "\\u0000", "x",  "0"};

// The range of a value in the text: from after a colon to the next comma or bracket outside of strings, or
// so. It need not be right: what comes out is damaged either way.
std::string damaged(std::string text, Random& random) {
  const std::size_t times = 1 + below(random, 3);
  for (std::size_t i = 0; i < times && !text.empty(); ++i) {
    const std::size_t at = below(random, text.size());
    const std::size_t colon = text.find(':', at);
    switch (below(random, 5)) {
      case 0:
        text.insert(at, kBytes[below(random, std::size(kBytes))]);
        break;
      case 1:
        text.erase(at, 1 + below(random, 40));
        break;
      case 2:
      case 3:
        if (colon != std::string::npos) {
          const std::size_t end = text.find_first_of(",}]", colon);
          if (end != std::string::npos)
            text.replace(colon + 1, end - colon - 1, kValues[below(random, std::size(kValues))]);
        }
        break;
      case 4: {
        // A piece of the text in another place.
        const std::string piece = text.substr(below(random, text.size()), below(random, 200));
        text.insert(at, piece);
        break;
      }
    }
  }
  return text;
}

// Everything that reads a manifest. Only Error may come out.
bool survives(const Manifest& base, const std::string& text) {
  try {
    const Manifest head = parse_manifest(text, "head");
    PlanOptions options;
    options.select =
        "state:modified+ tag:nightly config.enabled:true path:models/* version:latest selector:*";
    (void)audit_primary_keys(head, "primary-key");
    for (const bool is_selecting : {false, true}) {
      if (!is_selecting) options.select.clear();
      try {
        const Plan plan = make_plan(base, head, options);
        (void)mermaid_lineage(plan, 1000);
        (void)make_plan(head, base, options);
      } catch (const diffgate::Error&) {
      }
    }
    return true;
  } catch (const diffgate::Error&) {
    return false;
  }
}

std::string envelope(const std::string& nodes, const std::string& macros) {
  return R"({"metadata": {"dbt_schema_version": "x/manifest/v12.json", "project_name": "p"}, "nodes": {)" +
         nodes + R"(}, "macros": {)" + macros + "}}";
}

}  // namespace

TEST_CASE("random damage to a manifest ends in an error or an answer, never worse") {
  const std::string good = small_manifest_text();
  const Manifest base = small_manifest();
  Random random(20261121);
  std::size_t read = 0;
  constexpr std::size_t kRounds = 3000;
  for (std::size_t round = 0; round < kRounds; ++round) {
    CAPTURE(round);
    read += survives(base, damaged(good, random));
  }
  // Both outcomes are reached.
  CHECK(read > kRounds / 10);
  CHECK(read < kRounds);
}

TEST_CASE("long cycles of nodes and macros are planned to the end") {
  // Anything that recursed along them would run out of stack.
  constexpr std::size_t kSize = 40'000;
  const auto cycle = [](const std::string& code) {
    std::string nodes;
    std::string macros;
    for (std::size_t i = 0; i < kSize; ++i) {
      const std::string own = std::to_string(i);
      const std::string next = std::to_string((i + 1) % kSize);
      const std::string text = i == 0 ? code : "x";
      const std::string comma = i == 0 ? "" : ",";
      nodes += comma + "\"model.p.m" + own + R"(": {"resource_type": "model", "name": "m)" + own +
               R"(", "relation_name": "r", "raw_code": ")" + text +
               R"(", "depends_on": {"macros": ["macro.p.)" + own + R"("], "nodes": ["model.p.m)" + next +
               R"(", "model.p.m0", "source.p.dangling"]}})";
      macros += comma + "\"macro.p." + own + R"(": {"macro_sql": ")" + text +
                R"(", "depends_on": {"macros": ["macro.p.)" + next +
                R"(", "macro.p.0", "macro.p.dangling"]}})";
    }
    return envelope(nodes, macros);
  };
  PlanOptions options;
  options.select = "+m7+ @m9 state:modified+";
  const Plan plan =
      make_plan(parse_manifest(cycle("a"), "base"), parse_manifest(cycle("b"), "head"), options);
  CHECK(plan.models.size() == kSize);
}

TEST_CASE("many warnings come as a few and the number of the others") {
  std::string nodes;
  for (int i = 0; i < 3000; ++i) {
    nodes +=
        std::string(i == 0 ? "" : ",") + "\"model.p.m" + std::to_string(i) +
        R"(": {"resource_type": "model", "name": 5, "relation_name": "r", "config": {"materialized": "table",
                    "meta": {"diffgate": {"filter": 5}}}})";
  }
  const Plan plan =
      make_plan(parse_manifest(envelope("", ""), "base"), parse_manifest(envelope(nodes, ""), "head"), {});
  CHECK(plan.models.size() == 3000);
  CHECK(plan.warnings.size() == 201);
  CHECK(plan.warnings.back().find("more warnings") != std::string::npos);
}

TEST_CASE("selectors that multiply by referring to each other are evaluated once each") {
  std::string selectors = R"("s0": {"definition": {"method": "tag", "value": "a"}})";
  for (int i = 1; i < 40; ++i) {
    const std::string other = R"({"method": "selector", "value": "s)" + std::to_string(i - 1) + "\"}";
    selectors += ", \"s" + std::to_string(i) + R"(": {"definition": {"union": [)" + other + "," + other +
                 "," + other + "]}}";
  }
  const std::string text =
      R"({"metadata": {"dbt_schema_version": "x/manifest/v12.json"}, "nodes": {"model.p.m": {"resource_type": "model",
          "name": "m", "tags": ["a"]}}, "selectors": {)" +
      selectors + "}}";
  const Manifest manifest = parse_manifest(text, "m");
  SelectionOptions options;
  options.select = "selector:s39";
  CHECK(select_nodes(manifest, manifest, options).ids.size() == 1);
}
