#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "net/http.hpp"

namespace diffgate::vcs {

// Answers to GETs by their ETag. GitHub docs, "Best practices for using the REST API": a 304 does not count
// against the primary rate limit. The least recently used go first.
class ConditionalCache {
 public:
  // Answers larger than a sixteenth of `max_bytes` are not kept.
  explicit ConditionalCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // What is kept under `key`, or null; stays good however the cache goes on.
  std::shared_ptr<const net::Response> find(const std::string& key);

  // Keeps a 200 that has an ETag.
  void keep(const std::string& key, const net::Response& response);

  std::size_t bytes() const { return bytes_; }

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const net::Response> response;
    std::size_t bytes = 0;
  };

  void drop(std::list<Entry>::iterator entry);

  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  // the most recently used first
  std::map<std::string, std::list<Entry>::iterator> by_key_;
};

}  // namespace diffgate::vcs
