#include "app/stand_in/git.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "net/crypto.hpp"

namespace diffgate::app::stand_in {
namespace {

constexpr std::size_t sha1_digits = 40;

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

std::string Git::commit(const std::string& parent, const std::string& message, const TreeEdits& edits) {
  Commit commit;
  if (!parent.empty()) {
    const Commit* before = find(parent);
    if (before == nullptr) throw std::invalid_argument("no such commit: " + parent);
    commit.parents.push_back(parent);
    commit.tree = before->tree;
  }
  commit.message = message;
  for (const auto& [path, content] : edits) {
    if (content) {
      commit.tree[path] = *content;
    } else {
      commit.tree.erase(path);
    }
  }
  commit.sha = net::sha256_hex(parent + "\n" + message + "\n" + std::to_string(commits_.size()))
                   .substr(0, sha1_digits);
  return commits_.emplace(commit.sha, commit).first->first;
}

const Commit* Git::find(const std::string& sha) const {
  auto found = commits_.find(sha);
  return found == commits_.end() ? nullptr : &found->second;
}

std::vector<std::string> Git::ancestors(const std::string& sha) const {
  std::vector<std::string> order;
  std::set<std::string> seen;
  std::vector<std::string> next = {sha};
  while (!next.empty()) {
    std::vector<std::string> level = std::move(next);
    next.clear();
    for (const std::string& each : level) {
      const Commit* commit = find(each);
      if (commit == nullptr || !seen.insert(each).second) continue;
      order.push_back(each);
      next.insert(next.end(), commit->parents.begin(), commit->parents.end());
    }
  }
  return order;
}

std::optional<std::string> Git::merge_base(const std::string& a, const std::string& b) const {
  const std::vector<std::string> of_b = ancestors(b);
  for (const std::string& candidate : ancestors(a)) {
    if (std::find(of_b.begin(), of_b.end(), candidate) != of_b.end()) return candidate;
  }
  return std::nullopt;
}

std::vector<const Commit*> Git::between(const std::string& base, const std::string& head) const {
  const std::vector<std::string> of_base = ancestors(base);
  std::vector<const Commit*> commits;
  for (const std::string& sha : ancestors(head)) {
    if (std::find(of_base.begin(), of_base.end(), sha) == of_base.end()) commits.push_back(find(sha));
  }
  std::reverse(commits.begin(), commits.end());
  return commits;
}

std::vector<FileChange> Git::changes(const std::string& from, const std::string& to) const {
  const Tree& before = commits_.at(from).tree;
  const Tree& after = commits_.at(to).tree;
  std::vector<FileChange> changed;
  std::set<std::string> renamed_from;
  for (const auto& [path, content] : after) {
    auto old = before.find(path);
    if (old != before.end()) {
      if (old->second != content) {
        changed.push_back({path, "", "modified", lines_of(content), lines_of(old->second)});
      }
      continue;
    }
    auto source = std::find_if(before.begin(), before.end(), [&](const auto& entry) {
      return entry.second == content && !after.contains(entry.first) && !renamed_from.contains(entry.first);
    });
    if (source == before.end()) {
      changed.push_back({path, "", "added", lines_of(content), 0});
    } else {
      renamed_from.insert(source->first);
      changed.push_back({path, source->first, "renamed", 0, 0});
    }
  }
  for (const auto& [path, content] : before) {
    if (!after.contains(path) && !renamed_from.contains(path)) {
      changed.push_back({path, "", "removed", 0, lines_of(content)});
    }
  }
  std::sort(changed.begin(), changed.end(),
            [](const FileChange& a, const FileChange& b) { return a.path < b.path; });
  return changed;
}

}  // namespace diffgate::app::stand_in
