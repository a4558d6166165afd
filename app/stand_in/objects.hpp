#pragma once

// What both stand-ins speak of: a pull request (or merge request), its comments, and the webhooks that tell
// of them.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "app/stand_in/git.hpp"
#include "net/async.hpp"
#include "net/http.hpp"

namespace diffgate::app::stand_in {

// A webhook as it goes over the wire, signed.
struct Hook {
  int number = 0;  // of the pull request that it is about, if it is about one
  std::string event;
  net::Headers headers;
  std::string body;
};

// Posts it; the status of the answer.
Awaitable<int> deliver(net::HttpClient& client, std::string url, Hook hook);

struct StandInComment {
  std::int64_t id = 0;
  int number = 0;
  std::string author;
  std::string body;
  std::size_t edits = 0;
};

struct StandInPullRequest {
  int number = 0;
  std::string title;
  std::string author;
  bool is_open = true;
  bool is_merged = false;
  bool is_draft = false;
  bool is_fork = false;
  std::string base_branch;
  std::string base_sha;  // as GitHub notes it at the last push; GitLab's stand-in leaves it empty
  std::string head_branch;
  std::string head_sha;
  std::vector<std::string> labels;
  std::string updated_at;  // ISO 8601; empty: now
};

struct NewPullRequest {
  std::string title = "Count refunds";
  std::string author = "ada";
  std::string base_branch = "main";
  std::string head_branch = "count-refunds";
  std::string message = "Count refunds in revenue";
  TreeEdits edits = {};
  std::vector<std::string> labels = {};
  bool is_draft = false;
  bool is_fork = false;
};

}  // namespace diffgate::app::stand_in
