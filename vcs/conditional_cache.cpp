#include "vcs/conditional_cache.hpp"

#include <utility>

namespace diffgate::vcs {
namespace {

std::size_t size_of(const std::string& key, const net::Response& response) {
  std::size_t bytes = key.size() + response.body.size();
  for (const auto& [name, value] : response.headers) bytes += name.size() + value.size();
  return bytes;
}

}  // namespace

std::shared_ptr<const net::Response> ConditionalCache::find(const std::string& key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->response;
}

void ConditionalCache::keep(const std::string& key, const net::Response& response) {
  constexpr std::size_t share = 16;
  const auto known = by_key_.find(key);
  if (known != by_key_.end()) drop(known->second);
  const std::size_t bytes = size_of(key, response);
  if (response.status != 200 || !response.headers.get("ETag") || bytes > max_bytes_ / share) return;
  entries_.push_front({key, std::make_shared<const net::Response>(response), bytes});
  by_key_[key] = entries_.begin();
  bytes_ += bytes;
  while (bytes_ > max_bytes_) drop(std::prev(entries_.end()));
}

void ConditionalCache::drop(std::list<Entry>::iterator entry) {
  bytes_ -= entry->bytes;
  by_key_.erase(entry->key);
  entries_.erase(entry);
}

}  // namespace diffgate::vcs
