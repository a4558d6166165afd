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
  // `base_run_results` is the run_results.json beside the base manifest, for `result:`; may be nullptr.
  MethodContext(const ManifestData& base, const ManifestData& head, const StateOptions& options,
                const std::string* base_run_results = nullptr)
      : base_(base), head_(head), options_(options), base_run_results_(base_run_results) {}

  const ManifestData& head() const { return head_; }
  const ManifestData& base() const { return base_; }
  JsonReader& reader() { return reader_; }
  const std::string* base_run_results() const { return base_run_results_; }
  const std::vector<NodeChanges>& states();
  const std::vector<std::string>& state_warnings() const { return state_warnings_; }

 private:
  const ManifestData& base_;
  const ManifestData& head_;
  StateOptions options_;
  const std::string* base_run_results_;
  JsonReader reader_;
  std::optional<std::vector<NodeChanges>> states_;
  std::vector<std::string> state_warnings_;
};

// Not for Method::selector, which names another definition. Throws Error(caller) for a value that the method
// does not know, as dbt does.
NodeSet select_by_method(const Criterion& criterion, MethodContext& context);

}  // namespace diffgate::dbt
