#pragma once

#include <string>
#include <vector>

#include "vcs/types.hpp"

namespace diffgate::vcs {

// A commit as a list of them shows it.
struct ListedCommit {
  Sha sha;
  std::vector<Sha> parents;
  std::string message;
};

// The messages along first parents from `head` for as long as the commits are in the list, oldest first. What
// a merge brought in from elsewhere is left out.
std::vector<std::string> first_parent_messages(const std::vector<ListedCommit>& commits, const Sha& head);

}  // namespace diffgate::vcs
