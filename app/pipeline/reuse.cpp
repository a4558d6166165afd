#include "app/pipeline/reuse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "app/measurement.hpp"
#include "app/pipeline/texts.hpp"
#include "app/version.hpp"
#include "net/crypto.hpp"

namespace diffgate::app {
namespace {

constexpr std::array<std::string_view, 6> kProjectSettings = {
    "dbt_project.yml", "packages.yml", "dependencies.yml", "package-lock.yml", "profiles.yml", "vars.yml"};

bool touches_settings(const std::vector<std::string>& files) {
  return std::any_of(files.begin(), files.end(), [](const std::string& file) {
    const std::string_view name = std::string_view(file).substr(file.find_last_of('/') + 1);
    return std::find(kProjectSettings.begin(), kProjectSettings.end(), name) != kProjectSettings.end();
  });
}

bool may_reuse(const RunInput& input) {
  return input.rules.reuse_results && input.changed_files_complete && !input.run.measures_all &&
         !touches_settings(input.changed_files);
}

std::string when(UtcTime time) {
  const std::string text = iso8601(time);  // 2026-05-04T01:14:52Z
  return text.substr(0, 10) + " " + text.substr(11, 5) + " UTC";
}

}  // namespace

ReuseKeys reuse_keys(const RunInput& input, const ManifestPair& pair, const dbt::Plan& plan) {
  ReuseKeys keys;
  if (!may_reuse(input)) return keys;
  const std::string scope = fmt::format("{}\n{}\n{}\n{}\n", version(), input.project->warehouse,
                                        pair.production.content_hash, config::canonical_text(input.rules));
  for (const dbt::PlannedModel& model : plan.models) {
    if (model.fingerprint.empty()) continue;
    // Directives stand in no manifest.
    std::string renames;
    for (const auto& [from, to] : model.yaml.rename) renames += fmt::format("{}\t{}\n", from, to);
    keys.emplace(model.id,
                 net::sha256_hex(scope + model.id.value() + "\n" + model.fingerprint + "\n" + renames));
  }
  return keys;
}

Awaitable<std::map<dbt::UniqueId, ModelResult>> carried_over(Services& services,
                                                             std::shared_ptr<const RunInput> input,
                                                             std::shared_ptr<const dbt::Plan> plan,
                                                             ReuseKeys keys) {
  std::map<dbt::UniqueId, ModelResult> results;
  if (keys.empty()) co_return results;
  std::vector<std::string> wanted;
  wanted.reserve(keys.size());
  for (const auto& [id, key] : keys) wanted.push_back(key);
  const RunKey& run = input->run.key;
  const std::vector<Measured> found =
      co_await services.store.measurements(run.project, PullKey{run.forge, run.repo, run.pull},
                                           std::move(wanted), services.clock.now() - kReuseLimit);
  std::map<std::string, const Measured*> by_key;
  for (const Measured& measured : found) by_key.emplace(measured.reuse_key, &measured);
  for (const dbt::PlannedModel& model : plan->models) {
    const auto key = keys.find(model.id);
    const auto stored = key == keys.end() ? by_key.end() : by_key.find(key->second);
    if (stored == by_key.end()) continue;
    const Measured& measured = *stored->second;
    ModelResult result;
    result.model = model;
    if (!read_measurement(measured.text, result)) continue;
    // What this very commit measured before a crash is its own.
    if (measured.head_sha != run.head_sha) {
      result.carried_over = CarriedOver{measured.head_sha.value(), measured.measured_at};
      result.notes.push_back(fmt::format("measured at {} on {}; nothing that it depends on has changed since",
                                         short_sha(measured.head_sha), when(measured.measured_at)));
    }
    results.emplace(model.id, std::move(result));
  }
  co_return results;
}

}  // namespace diffgate::app
