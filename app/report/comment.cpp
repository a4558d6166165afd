#include "app/report/comment.hpp"

#include <algorithm>
#include <string_view>

#include "app/report/bounded.hpp"
#include "app/report/run_markdown.hpp"

namespace diffgate::app {
namespace {

constexpr std::string_view legend =
    "<sub>Changed: rows whose key is on both sides and whose values differ; percentages are shares of such "
    "rows.</sub>\n";

// What is left of the comment's length. Parts are given room in the order of their worth, not of their place.
class Room {
 public:
  explicit Room(std::size_t bytes) : left_(bytes) {}

  std::size_t all() const { return left_; }
  std::size_t share(std::size_t percent) const { return left_ / 100 * percent; }

  std::string take(std::string part) {
    if (part.size() > left_) return {};
    left_ -= part.size();
    return part;
  }

 private:
  std::size_t left_;
};

}  // namespace

std::string comment_markdown(const RunReport& report, const CommentOptions& options) {
  const std::string title = heading(report);
  if (title.size() > options.max_characters) return cut_utf8(title, options.max_characters);
  Room room(options.max_characters);
  std::string out = room.take(title);

  const std::string context = room.take(context_line(report));
  const std::string reasons = room.take(verdict_list(report, room.share(20)));
  const std::string table = room.take(models_table(report, room.share(60)));
  const std::string foot = room.take(table.empty() ? std::string() : std::string(legend));
  const std::string since = room.take(since_section(report, room.share(20)));
  const std::string warnings = room.take(warnings_list(report, room.share(15)));
  const std::string assets = room.take(assets_table(report, room.share(20)));
  const std::string lineage = room.take(lineage_fold(report, room.share(30)));
  const std::string keys = room.take(keys_fold(report, room.share(15)));
  const std::string identical = room.take(identical_fold(report, room.share(15)));
  const std::string skipped = room.take(skipped_fold(report, room.share(15)));
  const std::string details = room.take(details_folds(report, options.with_samples, room.all()));

  return out + context + reasons + since + table + warnings + assets + lineage + details + keys + identical +
         skipped + foot;
}

}  // namespace diffgate::app
