#pragma once

// Results and rules to pass, warn or fail. Pure.

#include <functional>

#include "app/run_report.hpp"
#include "config/gates.hpp"
#include "config/rules.hpp"
#include "dbt/manifest.hpp"
#include "dbt/plan.hpp"

namespace diffgate::app {

// Tells whether a gate's `select` picks a model.
using GateSelection = std::function<bool(const config::Gate& gate, const dbt::UniqueId& model)>;

// Sets verdict, verdict_reasons and each model's gate findings, forgetting earlier ones. Fails: a gate of
// severity fail, a model that could not be compared, key problems on the PR side under
// `fail_on_primary_key_issues`. Gates are the rules' and those of the models' YAML. Warns: a gate of severity
// warn, a model that the PR's build did not build. With `report_errors_as_success` errors are named and do
// not count, and neither do gates and key problems of a result that was accepted.
//
// Without `selection`, a gate's `select` may be model names and globs ("orders stg_*"); any other selector
// makes the verdict warn, saying that the gate was not evaluated.
void judge(RunReport& report, const config::Rules& rules, const GateSelection& selection = {});

// Takes out of the plan the gates of models' YAML that can't be understood, with a warning for each that
// names model, key and file.
void drop_wrong_gates(dbt::Plan& plan);

// Resolves the selectors of the rules' gates once. Throws Error(configuration) naming the gate whose selector
// is wrong.
GateSelection gate_selection(const dbt::Manifest& base, const dbt::Manifest& head,
                             const config::Rules& rules);

// What gates may measure of one model, by the names of config::gate_measures(). A number that was not taken
// is absent.
config::Measurements measurements(const ModelResult& result);

}  // namespace diffgate::app
