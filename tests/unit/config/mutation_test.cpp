// Random damage to valid files: whatever comes out, it is an answer. Problems have places within the file,
// and no secret of the file is shown.

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "config/repository_config.hpp"
#include "config/server_config.hpp"
#include "support.hpp"

using namespace diffgate::config;

namespace {

constexpr std::string_view kPieces[] = {
    "\t",   "  ",   "\n",    ":",     ": ",    "- ", "[",    "]",   "{",  "}",   "*",
    "&a ",  "*a",   "!",     "!!x ",  "|",     ">",  "'",    "\"",  "\\", "#",   "%",
    "@",    "? ",   "---\n", "...\n", "<<: ",  "~",  "null", "${",  "}",  "$${", "\xEF\xBB\xBF",
    "\xC3", "\x01", ",",     "true",  "1e999", "-1", "é",    "\r\n"};

class Mutator {
 public:
  explicit Mutator(unsigned seed) : random_(seed) {}

  std::string mutate(std::string text) {
    for (std::size_t n = random_() % 4 + 1; n > 0; --n) change(text);
    return text;
  }

 private:
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

  void change(std::string& text) {
    const std::size_t at = below(text.size());
    const std::size_t length = std::min(below(30) + 1, text.size() - at);
    const std::string_view piece = kPieces[below(std::size(kPieces))];
    switch (below(5)) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(at, piece);
        break;
      case 2:
        text.replace(at, length, piece);
        break;
      case 3:
        text.insert(below(text.size()), text.substr(at, length));
        break;
      default:
        text.resize(at);
    }
  }

  std::mt19937 random_;
};

void check_problems(const std::vector<Problem>& problems, const std::string& text) {
  const auto lines = static_cast<int>(std::ranges::count(text, '\n')) + 2;
  for (const Problem& problem : problems) {
    CAPTURE(to_line(problem));
    REQUIRE(problem.line >= 0);
    REQUIRE(problem.line <= lines);
    REQUIRE(problem.column >= 0);
    REQUIRE_FALSE(problem.message.empty());
  }
}

}  // namespace

TEST_CASE("a damaged file of a repository is answered, never a crash") {
  const std::string valid = test::file_text("config/examples/repository.diffgate.yml");
  Mutator mutator(1);
  std::size_t refused = 0;
  for (int round = 0; round < 1000; ++round) {
    const std::string text = mutator.mutate(valid);
    CAPTURE(text);
    const auto parsed = parse_repository_config(text, "f", Rules{}, "marketing");
    check_problems(parsed.problems, text);
    refused += parsed.ok() ? 0 : 1;
  }
  CHECK(refused > 150);
  CHECK(refused < 1000);
}

TEST_CASE("a damaged file of the server is answered, and no value of the environment is shown") {
  const std::string valid = test::file_text("config/examples/diffgate.yml");
  Mutator mutator(2);
  std::size_t refused = 0;
  for (int round = 0; round < 1000; ++round) {
    const std::string text = mutator.mutate(valid);
    CAPTURE(text);
    const auto parsed = parse_server_config(text, "config/examples/f", test::example_environment());
    check_problems(parsed.problems, text);
    const std::string shown = test::joined(parsed.problems);
    for (const std::string secret : {"s3cret", "MIIB", "whsec_c2"})
      REQUIRE(shown.find(secret) == std::string::npos);
    refused += parsed.ok() ? 0 : 1;
  }
  CHECK(refused > 150);
  CHECK(refused < 1000);
}

TEST_CASE("random bytes are answered") {
  std::mt19937 random(3);
  for (int round = 0; round < 1000; ++round) {
    std::string text;
    for (std::size_t n = random() % 60; n > 0; --n) text += kPieces[random() % std::size(kPieces)];
    CAPTURE(text);
    check_problems(parse_repository_config(text, "f", Rules{}, "a").problems, text);
  }
}
