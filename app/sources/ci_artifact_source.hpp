#pragma once

// Artifacts that the forge's own CI keeps of the pull request's head and of the base branch.

#include <memory>
#include <string>
#include <vector>

#include "app/artifact_reception.hpp"
#include "app/sources/artifact_source.hpp"
#include "config/server_config.hpp"
#include "vcs/ci_artifacts.hpp"

namespace diffgate::app {

class CiArtifactSource final : public ArtifactSource {
 public:
  // `artifacts` and `config` must outlive it.
  CiArtifactSource(vcs::CiArtifacts& artifacts, const config::CiArtifacts& config, Reception reception)
      : artifacts_(artifacts), config_(config), reception_(reception) {}

  Awaitable<SourceReport> pull_request(Run run) override;
  Awaitable<SourceReport> production(Run run, std::optional<vcs::Sha> commit) override;

 private:
  Awaitable<SourceReport> take(Run run, RunType type, vcs::CiArtifact artifact);
  Awaitable<bool> take_files(vcs::Repo repo, Artifact target, vcs::CiArtifact artifact);
  Awaitable<bool> take_zip(vcs::Repo repo, Artifact target, vcs::CiArtifact artifact);
  Awaitable<void> file_away(Artifact target, std::string path);
  std::vector<std::string> names_of(ArtifactKind kind) const;

  vcs::CiArtifacts& artifacts_;
  const config::CiArtifacts& config_;
  Reception reception_;
};

}  // namespace diffgate::app
