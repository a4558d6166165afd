#include "vcs/commit_chain.hpp"

#include <algorithm>
#include <map>

namespace diffgate::vcs {

std::vector<std::string> first_parent_messages(const std::vector<ListedCommit>& commits, const Sha& head) {
  std::map<Sha, const ListedCommit*> by_sha;
  for (const ListedCommit& commit : commits) by_sha.emplace(commit.sha, &commit);
  std::vector<std::string> messages;
  Sha next = head;
  for (auto found = by_sha.find(next); found != by_sha.end(); found = by_sha.find(next)) {
    const ListedCommit& commit = *found->second;
    by_sha.erase(found);  // a list that goes in a circle ends
    messages.push_back(commit.message);
    if (commit.parents.empty()) break;
    next = commit.parents.front();
  }
  std::reverse(messages.begin(), messages.end());
  return messages;
}

}  // namespace diffgate::vcs
