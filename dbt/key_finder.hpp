#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "dbt/graph.hpp"
#include "dbt/json_value.hpp"
#include "dbt/key_expression.hpp"
#include "dbt/node_meta.hpp"
#include "dbt/primary_key.hpp"

namespace diffgate::dbt {

// Finds the primary keys of one manifest's models; see primary_key.hpp for the order of the sources. Holds a
// reference: the manifest outlives it.
class KeyFinder {
 public:
  KeyFinder(const ManifestData& data, const Graph& graph, std::string_view tag);

  PrimaryKey find(NodeIndex node);

 private:
  // One uniqueness test: which columns it says are unique together.
  struct Candidate {
    std::vector<std::string> columns;
    KeySource source = KeySource::unique_test;
    bool only_warns = false;  // severity warn: it need not hold
    bool is_not_null = false;
    int rank() const;
  };

  struct Tests {
    std::vector<Candidate> unique;
    std::vector<Candidate> partial;            // tests of some rows alone, by `where`: these name no key
    std::unordered_set<std::string> not_null;  // columns
  };

  struct Model {
    const Node& node;
    NodeIndex index;
    JsonValue meta;
    std::vector<Column> columns;
    std::vector<std::string> column_names;
    const KnownColumns& known;
  };

  static PrimaryKey from_model_yaml(const Model& model);
  PrimaryKey from_model_meta(const Model& model) const;
  PrimaryKey from_column_meta(const Model& model) const;
  PrimaryKey from_column_tags(const Model& model) const;
  PrimaryKey from_tests(const Model& model);
  PrimaryKey from_unique_key(const Model& model);
  PrimaryKey from_constraints(const Model& model);
  PrimaryKey from_names(const Model& model) const;
  Tests tests_of(const Model& model);
  void read_test(const Node& test, const Model& model, Tests& tests);
  std::optional<NodeIndex> model_of(const Node& test);

  const ManifestData& data_;
  std::string tag_;
  JsonReader reader_;
  std::unordered_map<NodeIndex, std::vector<NodeIndex>> tests_;  // by model
};

}  // namespace diffgate::dbt
