#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/clock.hpp"
#include "net/named.hpp"

namespace diffgate::vcs {

enum class ForgeKind { github, gitlab };

// A full commit id, lower-case hex, 40 or 64 digits.
using Sha = Named<std::string, struct ShaTag>;
// Number of a pull request (GitHub) or iid of a merge request (GitLab).
using PullNumber = Named<std::int64_t, struct PullNumberTag>;
// The forge's own number for a repository; stays the same over renames and transfers.
using RepoId = Named<std::int64_t, struct RepoIdTag>;
// GitHub App installation; 0 on GitLab.
using InstallationId = Named<std::int64_t, struct InstallationIdTag>;

// nullopt unless `text` is a full commit id.
std::optional<Sha> parse_sha(std::string_view text);

struct Repo {
  std::string forge;  // name of the forge's entry in the server file
  RepoId id;
  InstallationId installation;
  std::string full_name;  // "owner/name", or GitLab's path with namespace; may be outdated after a rename

  friend bool operator==(const Repo&, const Repo&) = default;
};

struct PullRequest {
  PullNumber number;
  std::string title;
  std::string url;
  std::string author;
  bool is_open = true;
  bool is_draft = false;
  bool is_fork = false;  // head in another repository, or in one that no longer exists
  std::string base_branch;
  Sha base_sha;  // tip of the base branch as the forge knows it; may be empty in a payload of GitLab
  std::string head_branch;
  Sha head_sha;
  RepoId base_repo;                 // where it is open; 0 if not told
  RepoId head_repo;                 // GitLab wants a fork's commit status there; 0 if deleted
  std::vector<std::string> labels;  // the current set
  UtcTime updated_at;
};

struct ChangedFile {
  std::string path;
  std::string previous_path;  // of a rename, else empty
  bool is_removed = false;
};

struct ChangedFiles {
  std::vector<ChangedFile> files;
  bool is_complete = true;  // false: the forge's limit was hit, so the list must not be used to skip anything
};

// What a person asks by a button on a check: GitHub's own "Re-run" or one of ours.
enum class CheckAction { rerun, accept, downstream };

}  // namespace diffgate::vcs
