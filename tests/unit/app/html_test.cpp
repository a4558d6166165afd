#include "app/report/html.hpp"

#include <doctest/doctest.h>

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
