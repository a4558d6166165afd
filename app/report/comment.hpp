#pragma once

#include <cstddef>
#include <string>

#include "app/run_report.hpp"

namespace diffgate::app {

struct CommentOptions {
  std::size_t max_characters =
      65'536;                 // the forge's limit less what the caller puts in front (its hidden marker)
  bool with_samples = false;  // the rule `samples: comment`: differing rows, already masked by the diff
};

// The pull request's comment: verdict first, then the models worst first, then the detail, folded. Everything
// from outside is escaped. Never longer than `max_characters` (counted in bytes, which is the safe side of
// every forge's count); cut by whole rows and whole blocks, each cut named with a count, so that it stays
// valid Markdown.
std::string comment_markdown(const RunReport& report, const CommentOptions& options);

}  // namespace diffgate::app
