#pragma once

// What each selector method picks: `tag:nightly`, `config.materialized:table`, `state:modified.body`.

#include <optional>
#include <string>
#include <vector>

#include "dbt/graph.hpp"
#include "dbt/json_value.hpp"
#include "dbt/manifest_data.hpp"
#include "dbt/selector_spec.hpp"
#include "dbt/state_compare.hpp"

namespace diffgate::dbt {

// What the methods look at. The state comparison runs at the first `state:` and is kept.
class MethodContext {
 public:
  MethodContext(const ManifestData& base, const ManifestData& head, const StateOptions& options,
                const StateFiles& files)
      : base_(base), head_(head), options_(options), files_(files) {}

  const ManifestData& head() const { return head_; }
  const ManifestData& base() const { return base_; }
  JsonReader& reader() { return reader_; }
  const StateFiles& files() const { return files_; }
  const std::vector<NodeChanges>& states();
  bool has_compared_states() const { return states_.has_value(); }
  const std::vector<std::string>& state_warnings() const { return state_warnings_; }

  // Why a node of head is modified, for people; empty if it is not, or no `state:` was asked for.
  std::vector<std::string> explain(NodeIndex node);

 private:
  const ManifestData& base_;
  const ManifestData& head_;
  StateOptions options_;
  const StateFiles& files_;
  JsonReader reader_;
  std::optional<StateComparison> comparison_;
  std::optional<std::vector<NodeChanges>> states_;
  std::vector<std::string> state_warnings_;
};

// Not for Method::selector, which names another definition. Throws SelectorError for a value that the method
// does not know, as dbt does, and for a method whose file is not there.
NodeSet select_by_method(const Criterion& criterion, MethodContext& context);

}  // namespace diffgate::dbt
