#pragma once

// What a forge's own CI keeps of a build: artifacts of GitHub Actions, job artifacts of GitLab CI. Found by
// commit and fetched as files. Whoever wrote the commit decides what is in them.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/async.hpp"
#include "net/clock.hpp"
#include "net/http.hpp"
#include "vcs/forge.hpp"
#include "vcs/types.hpp"

namespace diffgate::vcs {

struct CiArtifactQuery {
  std::string name = {};  // of the artifact (GitHub) or of the job (GitLab)
  // Of this commit; without it, of the newest successful build of a push to `branch`.
  std::optional<Sha> sha = {};
  std::string branch = {};
  bool from_forks = false;  // also what a fork's run made
  // Whose head `sha` is: GitLab may build the merge request on a commit of its own, merged with the target.
  std::optional<PullNumber> pull_request = {};
};

struct CiArtifact {
  std::string id;     // the forge's number
  std::string title;  // "GitHub Actions artifact 99": the same for the same bytes
  std::string url;    // the build's page
  Sha sha;
  std::string branch;
  UtcTime finished_at;
  std::string digest;  // SHA-256 of the archive, hex, if the forge tells it
};

// What was found of a commit, the newest first in question.
struct CiArtifactSearch {
  enum class State {
    found,
    running,  // a build of the commit is still under way
    failed,   // builds have ended, and none of them has the artifact
    expired,  // deleted after its retention
    none,     // no build of the commit
  };
  State state = State::none;
  std::optional<CiArtifact> artifact;
  std::string url;  // of the build that `state` speaks of
};

// How the files of an artifact come.
enum class CiArtifactForm { zip, files };

// Every call has a deadline, is retried within bounds, and throws Error as vcs::Forge's do.
class CiArtifacts {
 public:
  virtual ~CiArtifacts() = default;

  virtual CiArtifactForm form() const = 0;
  virtual Awaitable<CiArtifactSearch> find(Repo repo, CiArtifactQuery query) = 0;

  // zip: writes the whole archive to `into_file`; `path` is not looked at. files: that one file of it. False
  // if there is no such thing (any more). Throws Error(remote_final) if it is larger than `max_bytes`.
  virtual Awaitable<bool> fetch(Repo repo, CiArtifact artifact, std::string path, std::string into_file,
                                std::size_t max_bytes) = 0;
};

std::unique_ptr<CiArtifacts> create_github_ci_artifacts(const asio::any_io_executor& executor,
                                                        net::HttpClient& client, Clock& clock,
                                                        GitHubOptions options);
std::unique_ptr<CiArtifacts> create_gitlab_ci_artifacts(const asio::any_io_executor& executor,
                                                        net::HttpClient& client, Clock& clock,
                                                        GitLabOptions options);

}  // namespace diffgate::vcs
