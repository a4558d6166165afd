#include "dbt/merkle.hpp"

// Tarjan's strongly connected components with a stack of our own. A component is complete when all that it
// reaches is, so its digest can be made at once from the digests of the components below it.

#include <algorithm>

#include "net/crypto.hpp"

namespace diffgate::dbt {
namespace {

constexpr std::uint32_t kUnseen = 0xFFFFFFFF;

struct Visit {
  std::uint32_t node;
  std::vector<std::uint32_t> targets;
  std::size_t next = 0;
};

class Components {
 public:
  Components(std::size_t size, const std::function<std::vector<std::uint32_t>(std::uint32_t)>& edges,
             const std::function<std::string(std::uint32_t)>& own_digest)
      : edges_(edges),
        own_digest_(own_digest),
        order_(size, kUnseen),
        lowest_(size, 0),
        is_open_(size, 0),
        component_(size),
        digests_(size) {}

  void visit(std::uint32_t root) {
    if (order_[root] != kUnseen) return;
    enter(root);
    while (!visits_.empty()) {
      Visit& visit = visits_.back();
      if (visit.next < visit.targets.size()) {
        const std::uint32_t node = visit.node;
        const std::uint32_t target = visit.targets[visit.next++];
        if (order_[target] == kUnseen) {
          enter(target);
        } else if (is_open_[target]) {
          lowest_[node] = std::min(lowest_[node], order_[target]);
        }
        continue;
      }
      leave();
    }
  }

  std::vector<std::string> take() { return std::move(digests_); }

 private:
  void enter(std::uint32_t node) {
    order_[node] = lowest_[node] = count_++;
    is_open_[node] = 1;
    open_.push_back(node);
    visits_.push_back({node, edges_(node)});
  }

  void leave() {
    const std::uint32_t node = visits_.back().node;
    component_[node] = std::move(visits_.back().targets);
    visits_.pop_back();
    if (!visits_.empty()) {
      const std::uint32_t caller = visits_.back().node;
      lowest_[caller] = std::min(lowest_[caller], lowest_[node]);
    }
    if (lowest_[node] == order_[node]) close(node);
  }

  // All open nodes from `first` on are one component.
  void close(std::uint32_t first) {
    std::vector<std::uint32_t> members;
    do {
      members.push_back(open_.back());
      open_.pop_back();
    } while (members.back() != first);

    std::vector<std::string> parts;
    std::vector<std::string> own;
    for (const std::uint32_t member : members) {
      own.push_back(own_digest_(member));
      for (const std::uint32_t target : component_[member]) {
        if (!is_open_[target]) parts.push_back(digests_[target]);
      }
      component_[member].clear();
    }
    std::sort(parts.begin(), parts.end());
    parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
    std::vector<std::string> all_own = own;
    std::sort(all_own.begin(), all_own.end());
    std::string text;
    for (const std::string& digest : all_own) text += digest;
    text += '|';
    for (const std::string& digest : parts) text += digest;
    const std::string shared = net::sha256(text);
    for (std::size_t i = 0; i < members.size(); ++i) {
      is_open_[members[i]] = 0;
      digests_[members[i]] = net::sha256(own[i] + shared);
    }
  }

  const std::function<std::vector<std::uint32_t>(std::uint32_t)>& edges_;
  const std::function<std::string(std::uint32_t)>& own_digest_;
  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> lowest_;
  std::vector<char> is_open_;
  std::vector<std::vector<std::uint32_t>>
      component_;  // the targets of nodes whose component is not closed yet
  std::vector<std::string> digests_;
  std::vector<std::uint32_t> open_;
  std::vector<Visit> visits_;
  std::uint32_t count_ = 0;
};

}  // namespace

std::vector<std::string> merkle_digests(std::size_t size, std::span<const std::uint32_t> roots,
                                        const std::function<std::vector<std::uint32_t>(std::uint32_t)>& edges,
                                        const std::function<std::string(std::uint32_t)>& own_digest) {
  Components components(size, edges, own_digest);
  for (const std::uint32_t root : roots) components.visit(root);
  return components.take();
}

}  // namespace diffgate::dbt
