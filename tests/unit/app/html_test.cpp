#include "app/report/html.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <stack>

#include "sample_reports.hpp"

using namespace diffgate;
using namespace diffgate::app;

namespace {

// Whether every tag is one of ours and closed in its turn.
bool is_balanced(const std::string& html) {
  std::stack<std::string> open;
  const std::regex tag("<(/?)([a-zA-Z!][a-zA-Z0-9]*)[^<>]*>");
  for (std::sregex_iterator it(html.begin(), html.end(), tag), end; it != end; ++it) {
    const std::string name = (*it)[2];
    if (name == "!doctype" || name == "meta" || name == "br") continue;
    if ((*it)[1].length() == 0) {
      open.push(name);
    } else if (open.empty() || open.top() != name) {
      return false;
    } else {
      open.pop();
    }
  }
  return open.empty();
}

}  // namespace

TEST_CASE("the page is whole and needs nothing from elsewhere") {
  const std::string page = report_html(test::ordinary_report());
  CHECK(is_balanced(page));
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find(" src=") == std::string::npos);
  CHECK(page.find("@import") == std::string::npos);
  CHECK(page.find("1,204,350") != std::string::npos);
  CHECK(page.find("href=\"#m0\"") != std::string::npos);
}

TEST_CASE("names on the page stay text") {
  const std::string page = report_html(test::hostile_report(66));
  CHECK(is_balanced(page));
  for (const char* tag : {"<script", "<img", "</table></"}) {
    CAPTURE(tag);
    CHECK(page.find(std::string(tag) + ">") == std::string::npos);
  }
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find("<img") == std::string::npos);
  CHECK(page.find("href=\"javascript") == std::string::npos);
}

TEST_CASE("profiles and a timeline are on the page, whole and escaped") {
  RunReport report = test::ordinary_report();
  const auto measured = std::find_if(report.models.begin(), report.models.end(),
                                     [](const ModelResult& result) { return result.diff.has_value(); });
  REQUIRE(measured != report.models.end());
  measured->kind = ModelResultKind::different;
  diff::ProfiledColumn column;
  column.name = diff::Identifier("<script>");
  column.prod_type = "integer";
  column.pr_type = "bigint";
  column.prod.emplace();
  column.prod->rows = 10;
  column.prod->nulls = 5;
  column.prod->min = "<b>";
  column.histogram = diff::Histogram{.low = 0, .high = 9, .prod = {1, 2}, .pr = {0, 4}};
  column.frequent = {{.value = "</table>", .prod = 2, .pr = 1}, {.value = {}, .prod = 5, .pr = 0}};
  measured->profiles =
      diff::TableProfiles{.columns = {column}, .prod_sampled = 10, .pr_sampled = 4, .plan = {}};
  diff::Timeline timeline;
  timeline.column = diff::Identifier("day");
  timeline.unit = "day";
  timeline.points = {{.start = "2024-01-01 00:00:00", .changed = 1, .unchanged = 3, .columns = {}}};
  measured->timeline = timeline;
  const std::string page = report_html(report);
  CHECK(is_balanced(page));
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find("integer -&gt; bigint") != std::string::npos);
  CHECK(page.find("5 (50%)") != std::string::npos);
  CHECK(page.find("<svg class=\"bars\"") != std::string::npos);
  CHECK(page.find("by day of day") != std::string::npos);
  CHECK(page.find("75%") != std::string::npos);
}
