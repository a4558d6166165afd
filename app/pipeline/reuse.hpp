#pragma once

// Results that are carried over from earlier commits of the same pull request, so that a push that touches
// one model measures one model.
//
// A result holds as long as nothing that we can see may have changed one of the two tables:
// - code, macros, config, relation and key of the model, and the same of everything upstream, on both sides,
// what the
//   pull request's build made of each of them, and how many rows it reported
//   (dbt::PlannedModel::fingerprint);
// - the production manifest: another one may mean that production was built again;
// - the rules, the warehouse, and this program's version;
// - the project's own settings: if the pull request touches dbt_project.yml, packages or the like, variables
// may
//   differ from commit to commit without a trace in the manifest, and nothing is carried over.
// What nobody tells us is that the same code was run again over newer source data. So a result is carried
// over for a day at most, the report names the commit and the time of each, a run that somebody asks for
// again measures everything, and the rule `reuse_results: false` turns it off.

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "app/pipeline/manifests.hpp"
#include "app/pipeline/run_plan.hpp"
#include "app/pipeline/services.hpp"
#include "app/run_report.hpp"

namespace diffgate::app {

// How old a result may be and still be carried over.
inline constexpr std::chrono::hours kReuseLimit{24};

// The keys under which the store keeps results of one run, by model. A model without one is measured each
// time.
using ReuseKeys = std::map<dbt::UniqueId, std::string>;

// Pure.
ReuseKeys reuse_keys(const RunInput& input, const ManifestPair& pair, const dbt::Plan& plan);

// The results that need not be measured again, complete with the plan's models.
Awaitable<std::map<dbt::UniqueId, ModelResult>> carried_over(Services& services,
                                                             std::shared_ptr<const RunInput> input,
                                                             std::shared_ptr<const dbt::Plan> plan,
                                                             ReuseKeys keys);

}  // namespace diffgate::app
