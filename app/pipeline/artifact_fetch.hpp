#pragma once

// A waiting run asks its project's sources for what it lacks: at once, then at growing intervals, and
// whenever a webhook says that a build has moved.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "app/pipeline/services.hpp"
#include "app/run_report.hpp"
#include "app/sources/artifact_source.hpp"
#include "config/rules.hpp"

namespace diffgate::app {

// `automatic` resolved: the latest for a source that has no more than that, else the merge base's.
config::BaseArtifacts base_artifacts_of(const config::ProjectConfig& project, config::BaseArtifacts wanted);

class ArtifactFetch {
 public:
  // One attempt of one run. `services` and `project` outlive it.
  ArtifactFetch(Services& services, const config::ProjectConfig& project, config::BaseArtifacts base);

  // Asks where something is missing, if it is time or `is_woken`. A source that can't answer for now is asked
  // again later; throws Error if it never will.
  Awaitable<void> look(Run run, bool is_woken);

  // The pull request's build came to its end without artifacts.
  const SourceReport* ended() const;

  // Nothing more is expected from the sources: a production manifest that can't be had for a while is done
  // without.
  bool is_settled() const;

  bool has_sources() const { return pull_request_.source != nullptr || production_.source != nullptr; }

  // What is being waited for, one line each; the page of the build, if one is known.
  std::vector<std::string> waiting_for() const;
  std::string url() const;

  // For the report.
  std::vector<BuildNote> notes() const;

 private:
  struct Side {
    ArtifactSource* source = nullptr;
    std::optional<SourceReport> report;
    int failures = 0;  // in a row

    bool is_ready() const {
      return source == nullptr || (report && report->state == SourceReport::State::ready);
    }
    bool has_ended() const { return report && report->state == SourceReport::State::ended; }
  };

  Awaitable<void> ask(Side& side, Awaitable<SourceReport> question);
  Awaitable<bool> is_uploaded(Run run);
  Awaitable<std::optional<vcs::Sha>> wanted_commit(Run run);

  Services& services_;
  config::BaseArtifacts base_;
  Side pull_request_;
  Side production_;
  std::optional<std::optional<vcs::Sha>> commit_;
  UtcTime not_before_;
  std::size_t looks_ = 0;
};

}  // namespace diffgate::app
