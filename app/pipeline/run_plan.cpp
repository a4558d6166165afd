#include "app/pipeline/run_plan.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "app/state_options.hpp"
#include "app/table_plan.hpp"
#include "dbt/manifest.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t kLineageCharacters = 8'000;

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorClass::internal, "an artifact is missing on disk", path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

dbt::PlanOptions plan_options(const RunInput& input) {
  dbt::PlanOptions options;
  options.state = state_options(input.rules, input.changed_files);
  options.slim_diff = input.rules.slim_diff;
  options.diff_all_downstream = input.all_downstream || asks_for_all_downstream(input.labels);
  options.also_downstream = input.also_downstream;
  options.select = input.rules.select;
  options.exclude = input.rules.exclude;
  options.primary_key_tag = input.rules.primary_key_tag;
  options.masking_tags = {input.rules.masking_tags.begin(), input.rules.masking_tags.end()};
  return options;
}

}  // namespace

bool asks_for_all_downstream(const std::vector<std::string>& labels) {
  return std::any_of(labels.begin(), labels.end(), [](const std::string& label) {
    return label == "diffgate:diff-all-downstream" || label == "datafold:diff-all-downstream";
  });
}

RunPlan make_run_plan(const RunInput& input, const ManifestPair& pair, const RunManifestFiles& files) {
  if (!pair.tables.empty()) {
    RunPlan planned;
    planned.plan = plan_of_tables(pair.tables);
    return planned;
  }
  // Stored files are never written to again, so they can be mapped; errors name them by side and commit.
  const auto [base, head] = dbt::load_manifests(
      {files.production, "production manifest of " + short_sha(pair.production.sha)},
      {files.pull_request, "manifest of " + short_sha(pair.pull_request.sha)}, dbt::FileAccess::map);
  dbt::PlanOptions options = plan_options(input);
  if (!files.run_results.empty()) options.run_results_json = read_file(files.run_results);
  RunPlan planned;
  planned.plan = dbt::make_plan(base, head, options);
  drop_wrong_gates(planned.plan);
  apply_renames(planned.plan, input.renames);
  planned.gates = gate_selection(base, head, input.rules);
  planned.lineage = dbt::mermaid_lineage(planned.plan, kLineageCharacters);
  return planned;
}

}  // namespace diffgate::app
