#include "app/report/comment.hpp"

#include <doctest/doctest.h>

#include <regex>

#include "app/report/check.hpp"
#include "golden.hpp"
#include "sample_reports.hpp"

using namespace diffgate;
using namespace diffgate::app;

namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

bool is_utf8(const std::string& text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::size_t length = c < 0x80 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC2 ? 2 : 0;
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0U) != 0x80U) return false;
    }
    i += length;
  }
  return true;
}

// Reads the Markdown as a forge does, roughly: fences first, then tags and table rows outside of them.
struct Markdown {
  int open_details = 0;
  int lowest_details = 0;
  bool is_fence_open = false;
  std::vector<std::string> table_rows;
  std::string outside_code;  // with fences and inline code taken out

  explicit Markdown(const std::string& text) {
    std::string fence;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      const auto ticks = line.find_first_not_of('`');
      const std::size_t run = ticks == std::string::npos ? line.size() : ticks;
      if (!fence.empty()) {
        if (run >= fence.size() && run == line.size()) fence.clear();
        continue;
      }
      if (run >= 3) {
        fence.assign(run, '`');
        continue;
      }
      if (line == "<details>") ++open_details;
      if (line == "</details>") --open_details;
      lowest_details = std::min(lowest_details, open_details);
      if (line.starts_with("|")) table_rows.push_back(line);
      outside_code += std::regex_replace(std::regex_replace(line, std::regex("`[^`]*`"), ""),
                                         std::regex("<code>[^<]*</code>"), "") +
                      "\n";
    }
    is_fence_open = !fence.empty();
  }
};

// Cells of a row, as GFM splits them: a backslash takes the pipe behind it out of play.
std::size_t cells(const std::string& row) {
  std::size_t pipes = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (row[i] == '\\') {
      ++i;
    } else if (row[i] == '|') {
      ++pipes;
    }
  }
  return pipes - 1;
}

void check_is_sound(const std::string& text, std::size_t limit) {
  CHECK(text.size() <= limit);
  CHECK(is_utf8(text));
  const Markdown markdown(text);
  CHECK(markdown.open_details == 0);
  CHECK(markdown.lowest_details == 0);
  CHECK_FALSE(markdown.is_fence_open);
  CHECK(count(text, "<details>") == count(text, "<summary>"));
  CHECK(count(markdown.outside_code, "<script") == 0);
  CHECK(count(markdown.outside_code, "<img") == 0);
  CHECK(count(markdown.outside_code, "<!--") == 0);
  CHECK(count(markdown.outside_code, "-->") == 0);
  CHECK_FALSE(std::regex_search(markdown.outside_code, std::regex(R"([^\\]\]\(javascript:)")));
  CHECK_FALSE(std::regex_search(markdown.outside_code, std::regex("(^|[^A-Za-z0-9])@[A-Za-z0-9]")));
  CHECK_FALSE(std::regex_search(markdown.outside_code, std::regex(R"((^|[^(])https://evil)")));
  std::size_t expected = 0;
  for (const std::string& row : markdown.table_rows) {
    CAPTURE(row);
    const bool starts_table = row.starts_with("| Model |") || row.starts_with("| Column |") ||
                              row.starts_with("| Schema |") || row.starts_with("| Key |") ||
                              row.starts_with("| Asset |") || row.starts_with("| Sample |");
    if (starts_table) expected = cells(row);
    CHECK(cells(row) == expected);
  }
}

}  // namespace

TEST_CASE("the comment of an ordinary pull request reads as agreed") {
  const std::string text = comment_markdown(test::ordinary_report(), {});
  CHECK(text == test::golden("comment.md", text));
  check_is_sound(text, 65'536);
}

TEST_CASE("samples go into the comment only when the rule allows it") {
  RunReport report = test::ordinary_report();
  CHECK(comment_markdown(report, {}).find("1204351") == std::string::npos);
  CommentOptions options;
  options.with_samples = true;
  const std::string text = comment_markdown(report, options);
  CHECK(text.find("| changed | `18` | `amount`: `7.50` \u2192 *null*<br>`status`: `open` \u2192 `paid` |") !=
        std::string::npos);
  check_is_sound(text, 65'536);
}

TEST_CASE("a report without differences has no table") {
  RunReport report;
  report.project = "shop";
  report.models = {test::identical_model("orders", 10), test::identical_model("customers", 20)};
  const std::string text = comment_markdown(report, {});
  CHECK(text == test::golden("comment_identical.md", text));
}

TEST_CASE("a comment stays within its limit and balanced, whatever the names and however many") {
  for (const std::size_t models : {0UL, 1UL, 23UL, 3'000UL}) {
    const RunReport report = test::hostile_report(models);
    for (const std::size_t limit :
         {1'000'000UL, 65'536UL, 65'000UL, 20'000UL, 5'000UL, 1'000UL, 300UL, 40UL, 0UL}) {
      CAPTURE(models);
      CAPTURE(limit);
      CommentOptions options;
      options.max_characters = limit;
      options.with_samples = limit % 2 == 0;
      check_is_sound(comment_markdown(report, options), limit);
      const CheckText check = check_text(report, limit);
      check_is_sound(check.summary, limit);
      check_is_sound(check.text, limit);
    }
  }
}

TEST_CASE("a comment tells what the last push changed, or that it changed nothing") {
  RunReport report = test::ordinary_report();
  report.since = SinceLastPush{"0123456789abcdef", {{"orders", "12 rows added", "identical"}}, 7};
  std::string text = comment_markdown(report, {});
  CHECK(text.find("**Since the last push** (`0123456`): 1 result has changed, 7 stayed.\n\n"
                  "| Model | Before | Now |\n|:--|:--|:--|\n| `orders` | 12 rows added | identical |\n") !=
        std::string::npos);
  check_is_sound(text, 65'536);
  report.since->changes = {{"orders", "", "12 rows added"}, {"stg_old", "identical", ""}};
  text = comment_markdown(report, {});
  CHECK(text.find("| `orders` | *not in the diff* | 12 rows added |\n"
                  "| `stg_old` | identical | *not in the diff any more* |\n") != std::string::npos);
  report.since->changes.clear();
  text = comment_markdown(report, {});
  CHECK(text.find("**Since the last push** (`0123456`): no result has changed.\n") != std::string::npos);
}

TEST_CASE("an accepted model says so in its row and who accepted it in its details") {
  RunReport report = test::ordinary_report();
  report.models[0].accepted = Acceptance{"ada", "the backfill", "0123456789abcdef", {}};
  const std::string text = comment_markdown(report, {});
  CHECK(text.find("`orders` (accepted) | ") != std::string::npos);
  CHECK(text.find("- accepted by ada at `0123456`: the backfill\n") != std::string::npos);
}

TEST_CASE("the comment lists each key and how it was found, those without one first") {
  const std::string text = comment_markdown(test::ordinary_report(), {});
  const std::size_t fold = text.find("Keys and how they were found: 1 model has none</summary>");
  REQUIRE(fold != std::string::npos);
  const std::size_t without =
      text.find("| `fct_payments` | none | whole rows were compared; name it under", fold);
  const std::size_t with = text.find("| `orders` | `orders_id` | a unique test |", fold);
  CHECK(without != std::string::npos);
  CHECK(with != std::string::npos);
  CHECK(without < with);
}

TEST_CASE("what is cut is counted") {
  RunReport report = test::ordinary_report();
  const ModelResult pattern = report.models[0];
  report.models.assign(2'000, pattern);
  CommentOptions options;
  options.max_characters = 10'000;
  const std::string text = comment_markdown(report, options);
  const auto rows = count(text, "| \U0001F7E0\u00a0`orders` |");
  CHECK(rows > 10);
  const std::string more = "\u2026 1," + std::to_string(1'000 - rows) +
                           " more models: [full report](https://diffgate.example.com/runs/42)";
  CAPTURE(text);
  CHECK(text.find(more) != std::string::npos);
}

TEST_CASE("a check has a title, texts and annotations at the models' files") {
  RunReport report = test::ordinary_report();
  report.project_dir = "transform";
  const CheckText check = check_text(report, 65'535);
  CHECK(
      check.title ==
      "9 diffs: 1 error, 2 different, 1 key problem, 1 new, 4 identical; 1 not built, 1 removed, 2 skipped");
  CHECK(check.summary.find("| Model | Rows |") != std::string::npos);
  CHECK(check.text.find("<details>") != std::string::npos);
  REQUIRE(check.annotations.size() == 6);
  CHECK(check.annotations[0].level == vcs::Annotation::Level::failure);
  CHECK(check.annotations[0].path == "transform/models/stg_events.sql");
  CHECK(check.annotations[1].path == "transform/models/orders.sql");
  CHECK(check.annotations[1].message == "rows_changed_pct is 19.9, limit: > 5");
  CHECK(check.annotations[2].path == "transform/models/schema.yml");
  CHECK(check.annotations[2].title == "dim_customers: primary key");
}

TEST_CASE("annotations are on the lines that the files at hand tell, and at the first of others") {
  const RunReport report = test::ordinary_report();
  const std::vector<std::string> files = annotated_files(report);
  REQUIRE(files.size() >= 3);
  CHECK(files[0] == "models/stg_events.sql");
  const auto line_of = [](const CheckText& check, const std::string& title) {
    for (const vcs::Annotation& annotation : check.annotations) {
      if (annotation.title == title) return annotation.line;
    }
    return 0;
  };
  const CheckText check = check_text(
      report, 65'535, {{"models/schema.yml", "models:\n  - name: other\n  - name: dim_customers\n"}});
  CHECK(line_of(check, "dim_customers: primary key") == 3);
  CHECK(line_of(check_text(report, 65'535), "dim_customers: primary key") == 1);
}

TEST_CASE("no annotation points outside of the repository, and there are at most two hundred") {
  RunReport report = test::ordinary_report();
  const ModelResult pattern = report.models[0];
  report.models.assign(500, pattern);
  CHECK(check_text(report, 65'535).annotations.size() == 200);
  for (const char* path : {"../../etc/passwd", "/etc/passwd", "models/a\nb.sql", ""}) {
    CAPTURE(path);
    report.models.assign(1, pattern);
    report.models[0].model.sql_file = path;
    CHECK(check_text(report, 65'535).annotations.empty());
  }
}
