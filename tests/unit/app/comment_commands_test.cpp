#include "app/pipeline/comment_commands.hpp"

#include <doctest/doctest.h>

namespace diffgate::app {
namespace {

Request only(const std::string& comment) {
  const std::vector<Request> requests = parse_commands(comment, "ada");
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].actor == "ada");
  return requests[0];
}

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("each command is read from a line of a comment") {
  CHECK(only("/diffgate run").kind == RequestKind::run);
  CHECK(only("/diffgate run").models.empty());
  CHECK(only("Looks odd.\r\n/diffgate run orders  stg_orders\r\nThanks").models ==
        Strings{"orders", "stg_orders"});
  CHECK(only("/datafold run").kind == RequestKind::run);
  CHECK(only("/diffgate downstream").kind == RequestKind::downstream);
  CHECK(only("/diffgate cancel").kind == RequestKind::cancel);
  CHECK(only("/diffgate accept").text.empty());
  CHECK(only("/diffgate accept orders the backfill ").text == "orders the backfill");
  CHECK(only("/diffgate help").kind == RequestKind::help);
  CHECK(only("/diffgate").kind == RequestKind::help);
  CHECK(only("/diffgate rum").kind == RequestKind::unknown);
  const Request remap = only("/diffgate remap amount amount_usd fct_*");
  CHECK(remap.kind == RequestKind::remap);
  CHECK(remap.rename == RenameDirective{"amount", "amount_usd", "fct_*"});
  CHECK(only("/diffgate remap amount").kind == RequestKind::unknown);
}

TEST_CASE("commands come in the order in which they stand") {
  const std::vector<Request> requests =
      parse_commands("/diffgate remap a b\n\n/diffgate run\n/diffgate accept orders", "ada");
  REQUIRE(requests.size() == 3);
  CHECK(requests[0].kind == RequestKind::remap);
  CHECK(requests[1].kind == RequestKind::run);
  CHECK(requests[2].line == "/diffgate accept orders");
}

TEST_CASE("what is quoted, fenced, indented or only mentioned is no command") {
  for (const char* comment :
       {"> /diffgate run", "`/diffgate run` does it", "```\n/diffgate run\n```", "~~~ sh\n/diffgate run",
        "    /diffgate run", "see /diffgate run", "/diffgater run", "", "\n\n"}) {
    CAPTURE(comment);
    CHECK(parse_commands(comment, "ada").empty());
  }
}

TEST_CASE("a comment of any length and content is read within bounds") {
  std::string many;
  for (int i = 0; i < 500; ++i) many += "/diffgate run\n";
  CHECK(parse_commands(many, "eve").size() == 20);
  std::string wide = "/diffgate run";
  for (int i = 0; i < 5'000; ++i) wide += " m" + std::to_string(i);
  CHECK(only(wide.substr(0, 900)).models.size() <= 50);
  CHECK(parse_commands(std::string(100'000, '`'), "eve").empty());
}

}  // namespace diffgate::app
