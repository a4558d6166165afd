#pragma once

// Where a project's artifacts are fetched from, if nobody uploads them. A source brings what it finds into
// the store under the commit it belongs to; what a run compares is then read from the store alone.

#include <optional>
#include <string>

#include "app/store/records.hpp"
#include "net/async.hpp"

namespace diffgate::app {

// What a source says of the side that it was asked for.
struct SourceReport {
  enum class State {
    ready,    // in the store
    pending,  // not there yet, and worth asking again
    ended,    // the build came to an end without what is needed
  };
  State state = State::pending;
  std::string code;     // word for machines of an ended one: "build_failed", "build_cancelled"
  std::string line;     // for people, without a full stop: "dbt Cloud run 4711 is running"
  std::string url;      // page of the build, if there is one
  std::string detail;   // of an ended one: what the builder itself says
  std::string warning;  // of a ready one: for the report
};

class ArtifactSource {
 public:
  virtual ~ArtifactSource() = default;

  // Brings the artifacts of the run's head into the store. Throws Error as the builder's API does:
  // remote_transient if it may work later.
  virtual Awaitable<SourceReport> pull_request(Run run) = 0;

  // Brings a production manifest into the store: that of `commit` if it is given and has one, else the
  // latest.
  virtual Awaitable<SourceReport> production(Run run, std::optional<vcs::Sha> commit) = 0;
};

// A project's sources; a side without one is uploaded.
struct ProjectSources {
  ArtifactSource* pull_request = nullptr;
  ArtifactSource* production = nullptr;
};

}  // namespace diffgate::app
