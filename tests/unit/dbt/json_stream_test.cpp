// The window slides over the text at arbitrary places: whatever its size, the same values come out, and the
// same texts are refused, as when a reader of whole documents (nlohmann's) looks at them.

#include "dbt/json_stream.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "net/error.hpp"

using diffgate::Error;
using diffgate::dbt::ByteSource;
using diffgate::dbt::JsonStream;
using diffgate::dbt::TextWindow;
using diffgate::dbt::window_over;
using Json = nlohmann::ordered_json;
using Random = std::mt19937;

namespace {

constexpr std::size_t kWindowSizes[] = {64, 65, 71, 100, 257, 4096};

std::size_t below(Random& random, std::size_t limit) {
  return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
}

// What makes a reader of windows stumble: ends of strings that look like their insides and the other way
// round.
constexpr const char* kPieces[] = {
    ",",        ", ",           "\\\"", "\\\\",    ", \\\"",           "{", "}", "[",   "]", ":",    "a",
    "\xc3\xa9", "\xe2\x82\xac", " ",    "\\u0041", "\xf0\x9f\x98\x80", "/", "'", "\\n", "0", "true",
};

std::string random_string(Random& random, std::size_t pieces) {
  std::string text = "\"";
  for (std::size_t i = 0; i < pieces; ++i) text += kPieces[below(random, std::size(kPieces))];
  return text + "\"";
}

std::string space(Random& random) {
  constexpr const char* kSpaces[] = {"", "", "", " ", "\n", "\t ", "                                  "};
  return kSpaces[below(random, std::size(kSpaces))];
}

std::string random_value(Random& random, std::size_t levels) {
  constexpr const char* kWords[] = {"true", "false", "null", "0", "-1", "12.5e3", "123456789012345678",
                                    "-0.0"};
  const std::size_t kind = below(random, levels == 0 ? 2 : 4);
  if (kind == 0) return kWords[below(random, std::size(kWords))];
  if (kind == 1) return random_string(random, below(random, 20) == 0 ? 300 : below(random, 12));
  std::string text = kind == 2 ? "[" : "{";
  const std::size_t size = below(random, 6);
  for (std::size_t i = 0; i < size; ++i) {
    text += (i == 0 ? "" : ",") + space(random);
    if (kind == 3) text += random_string(random, below(random, 8)) + space(random) + ":" + space(random);
    text += random_value(random, levels - 1) + space(random);
  }
  return text + (kind == 2 ? "]" : "}");
}

// Gives its text a few bytes at a time, as a pipe would.
class Trickle final : public ByteSource {
 public:
  explicit Trickle(std::string text) : text_(std::move(text)) {}
  std::size_t read(char* into, std::size_t size) override {
    const std::size_t count = std::min({size, text_.size() - at_, std::size_t{7}});
    text_.copy(into, count, at_);
    at_ += count;
    return count;
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

// The outermost value's text as the stream gives it back: entered to `levels`, below that taken whole.
std::string read_back(JsonStream& stream, std::size_t levels) {
  const char first = stream.peek();
  if (levels == 0 || (first != '{' && first != '[')) return std::string(stream.take());
  std::string text(1, first);
  stream.enter();
  if (first == '{') {
    while (stream.next_member()) {
      if (text.size() > 1) text += ',';
      text += '"' + std::string(stream.key()) + "\":";
      text += read_back(stream, levels - 1);
    }
    return text + '}';
  }
  while (stream.next_item()) {
    if (text.size() > 1) text += ',';
    text += read_back(stream, levels - 1);
  }
  return text + ']';
}

std::string read_back(TextWindow& window, std::size_t levels) {
  static const std::string name = "text";
  JsonStream stream(window, name);
  std::string text = read_back(stream, levels);
  stream.expect_end();
  return text;
}

bool is_stepped_over(TextWindow& window) {
  static const std::string name = "text";
  try {
    JsonStream stream(window, name);
    stream.skip();
    stream.expect_end();
    return true;
  } catch (const Error&) {
    return false;
  }
}

std::string error_of(const std::string& text, std::size_t window_size) {
  try {
    (void)read_back(*window_over(text, window_size), 2);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("whatever the window's size, the values are those that a reader of the whole text finds") {
  Random random(20261125);
  for (int round = 0; round < 1500; ++round) {
    const std::string text = space(random) + random_value(random, 5) + space(random);
    const Json expected = Json::parse(text);
    CAPTURE(round);
    CAPTURE(text);
    const std::size_t size = kWindowSizes[below(random, std::size(kWindowSizes))];
    CAPTURE(size);
    for (const std::size_t levels : {0U, 1U, 3U, 9U}) {
      CHECK(Json::parse(read_back(*window_over(text, size), levels)) == expected);
      CHECK(Json::parse(read_back(*window_over(std::make_unique<Trickle>(text), size), levels)) == expected);
    }
    CHECK(is_stepped_over(*window_over(text, size)));
  }
}

TEST_CASE("a text is refused if and only if it is no JSON, stepped over or not") {
  constexpr std::string_view kBytes = "{}[]\",: \n01-.tfnrualsx\x01\xff";
  Random random(20261126);
  std::size_t valid = 0;
  constexpr int kRounds = 20'000;
  for (int round = 0; round < kRounds; ++round) {
    std::string text = random_value(random, 3);
    // What an escape means is nobody's business here, nor is (nlohmann's) how large a number is.
    std::erase(text, '\\');
    const std::size_t damages = below(random, 3);
    for (std::size_t i = 0; i < damages && !text.empty(); ++i) {
      const std::size_t at = below(random, text.size());
      if (below(random, 2) == 0) {
        text.insert(at, 1, kBytes[below(random, kBytes.size())]);
      } else {
        text.erase(at, 1 + below(random, 3));
      }
    }
    const bool is_json = Json::accept(text);
    valid += is_json;
    CAPTURE(round);
    CAPTURE(text);
    const std::size_t size = kWindowSizes[below(random, std::size(kWindowSizes))];
    CAPTURE(size);
    CHECK(is_stepped_over(*window_over(text, size)) == is_json);
    CHECK((error_of(text, size) == "no error") == is_json);
  }
  CHECK(valid > kRounds / 10);
  CHECK(valid < kRounds * 9 / 10);
}

TEST_CASE("an error tells the byte where the text goes wrong, in whatever window that is") {
  struct Row {
    const char* wrong;
    std::size_t at;  // from the start of `wrong`
    const char* message;
  };
  const Row rows[] = {
      {"tru", 0, "is not valid JSON"},
      {"01", 0, "is not valid JSON"},
      {"\"a\" \"b\"", 4, "is not valid JSON"},
      {"{\"a\": 1,}", 8, "is not valid JSON"},
      {"{\"a\" 1}", 5, "is not valid JSON"},
      {"[1 2]", 3, "is not valid JSON"},
      {"[1}", 2, "is not valid JSON"},
      {"\"a\xff\"", 2, "is not UTF-8"},
      {"\"\xc3\x28\"", 1, "is not UTF-8"},
      {"\"\xed\xa0\x80\"", 1, "is not UTF-8"},
      {"\"a\x01\"", 2, "is not valid JSON: a control character inside a string"},
      {"\"a\\\"\n\"", 4, "is not valid JSON: a control character inside a string"},
  };
  const std::string before = "[\"" + std::string(500, 'x') + "\", {\"a, \": \", \"}, ";
  for (const Row& row : rows) {
    for (const std::size_t size : kWindowSizes) {
      const std::string error = error_of(before + row.wrong + ", 1]", size);
      CAPTURE(row.wrong);
      CAPTURE(size);
      CHECK(error == "text: " + std::string(row.message) + ", at byte " +
                         std::to_string(before.size() + row.at) + " (was it copied in full?)");
    }
  }
}

TEST_CASE("a text that ends early is called cut off, wherever it ends") {
  const std::string text = R"({"a": [1, true, {"b": "c, \"d"}], "e": -12.5e3, "f": null})";
  for (std::size_t size = 1; size < text.size(); ++size) {
    for (const std::size_t window : {64U, 4096U}) {
      CAPTURE(text.substr(0, size));
      CHECK(error_of(text.substr(0, size), window) == "text: is cut off: the JSON does not end by byte " +
                                                          std::to_string(size) + " (was it copied in full?)");
    }
  }
  CHECK(error_of(text, 64) == "no error");
}

TEST_CASE("the reader looks at each byte a bounded number of times, whatever is in its way") {
  // Counts what it is shown: every look at the text begins with a look at the window.
  class Counting final : public TextWindow {
   public:
    Counting(std::string_view text, std::size_t size) : inner_(window_over(text, size)) { show(); }
    void advance(std::size_t count) override {
      inner_->advance(count);
      show();
    }
    std::size_t shown = 0;

   private:
    void show() {
      view_ = inner_->view();
      offset_ = inner_->offset();
      is_last_ = inner_->is_last();
      shown += view_.size();
    }
    std::unique_ptr<TextWindow> inner_;
  };
  constexpr std::size_t kSize = 200'000;
  std::string commas;
  std::string quotes;
  std::string items;
  while (commas.size() < kSize) commas += ", ";
  while (quotes.size() < kSize) quotes += ", \\\"";
  while (items.size() < kSize) items += "\", \",";
  items.pop_back();
  const std::string texts[] = {
      "[\"" + std::string(kSize, 'x') + "\"]",
      "[\"" + commas + "\", 1]",
      "[\"" + quotes + "\", 1]",
      "[" + items + "]",
      "[" + std::string(kSize, '1') + ", 1]",
      "[" + std::string(kSize, ' ') + "1]",
      "[\"" + std::string(kSize, '\\') + "\", 1]",
      "{\"" + std::string(kSize, 'k') + "\": \"" + commas + "\"}",
  };
  static const std::string name = "text";
  for (const std::string& text : texts) {
    for (const bool is_taken : {false, true}) {
      Counting window(text, 256);
      JsonStream stream(window, name);
      if (is_taken) {
        CHECK(stream.take().size() == text.size());
      } else {
        stream.skip();
      }
      stream.expect_end();
      CAPTURE(text.substr(0, 20));
      CHECK(window.shown < 6 * text.size());
    }
  }
}
