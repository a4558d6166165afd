#pragma once

// As much of git as a forge's API shows: commits with parents, whole trees, merge bases, changed files. In
// memory.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace diffgate::app::stand_in {

using Tree = std::map<std::string, std::string>;                      // path to content
using TreeEdits = std::map<std::string, std::optional<std::string>>;  // nullopt removes the file

struct Commit {
  std::string sha;
  std::vector<std::string> parents;
  std::string message;
  Tree tree;
};

struct FileChange {
  std::string path;
  std::string previous_path;  // of a rename
  std::string status;         // GitHub's words: added, modified, removed, renamed
  std::size_t additions = 0;  // lines, counted over whole files
  std::size_t deletions = 0;
};

class Git {
 public:
  // `parent` empty: a root commit. Every call makes a commit of its own id.
  std::string commit(const std::string& parent, const std::string& message, const TreeEdits& edits);

  const Commit* find(const std::string& sha) const;

  // The nearest commit that both descend from.
  std::optional<std::string> merge_base(const std::string& a, const std::string& b) const;

  // Commits reachable from `head` and not from `base`, oldest first.
  std::vector<const Commit*> between(const std::string& base, const std::string& head) const;

  // From one commit's tree to another's, by path. A removed file whose very content turns up under a new
  // path is a rename.
  std::vector<FileChange> changes(const std::string& from, const std::string& to) const;

 private:
  std::vector<std::string> ancestors(const std::string& sha) const;  // nearest first, itself included

  std::map<std::string, Commit> commits_;
};

}  // namespace diffgate::app::stand_in
