#include "app/pipeline/manifests.hpp"

#include <fmt/format.h>

namespace diffgate::app {
namespace {

struct Chosen {
  std::optional<Artifact> manifest;
  std::vector<std::string> warnings;
};

Awaitable<Chosen> choose_production(Services& services, Run run, config::BaseArtifacts wanted) {
  Store& store = services.store;
  const ProjectId project = run.key.project;
  Chosen chosen;
  const bool is_exact = wanted != config::BaseArtifacts::latest;
  std::optional<vcs::Sha> commit;
  if (is_exact) {
    vcs::Forge& forge = services.forge(run.key.forge);
    commit = co_await forge.merge_base(run.repository, run.base_sha, run.key.head_sha);
    if (commit) {
      chosen.manifest =
          co_await store.artifact(project, RunType::production, *commit, ArtifactKind::manifest);
      if (chosen.manifest) co_return chosen;
    }
  }
  chosen.manifest = co_await store.latest_manifest(project, RunType::production, run.base_branch);
  const bool is_of_branch = chosen.manifest.has_value();
  if (!is_of_branch) {
    chosen.manifest = co_await store.latest_manifest(project, RunType::production, std::nullopt);
  }
  if (!chosen.manifest) co_return chosen;
  const std::string used = short_sha(chosen.manifest->sha);
  if (is_exact && commit) {
    chosen.warnings.push_back(
        fmt::format("no production manifest of the merge base {}; compared with the latest one, of {}",
                    short_sha(*commit), used));
  } else if (is_exact) {
    chosen.warnings.push_back(fmt::format(
        "the two branches have no common commit; compared with the latest production manifest, of {}", used));
  } else if (!is_of_branch && !chosen.manifest->branch.empty()) {
    chosen.warnings.push_back(fmt::format(
        "no production manifest of branch {}; compared with the latest one, of {}", run.base_branch, used));
  }
  co_return chosen;
}

}  // namespace

Awaitable<std::variant<ManifestPair, MissingArtifacts>> find_manifests(Services& services, Run run,
                                                                       config::BaseArtifacts wanted) {
  Store& store = services.store;
  ManifestPair pair;
  pair.tables = co_await store.tables(run.id);
  if (!pair.tables.empty()) co_return pair;
  // The store alone says whether something is missing; the forge is asked once nothing is.
  const auto head = co_await store.artifact(run.key.project, RunType::pull_request, run.key.head_sha,
                                            ArtifactKind::manifest);
  const auto any = co_await store.latest_manifest(run.key.project, RunType::production, std::nullopt);
  if (!head || !any) co_return MissingArtifacts{.pull_request = !head, .production = !any};
  Chosen production = co_await choose_production(services, run, wanted);
  pair.production = production.manifest.value_or(*any);
  pair.pull_request = *head;
  pair.warnings = std::move(production.warnings);
  // Each build's file is its own: it tells when it was made.
  if (pair.production.content_hash == pair.pull_request.content_hash) {
    pair.warnings.push_back(
        "production and the pull request have the same manifest, so that there is nothing to compare: one of "
        "them was uploaded as the other");
  }
  pair.run_results = co_await store.artifact(run.key.project, RunType::pull_request, run.key.head_sha,
                                             ArtifactKind::run_results);
  co_return pair;
}

}  // namespace diffgate::app
