#include "config/reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <limits>
#include <tuple>

#include <fmt/format.h>

#include "config/quote.hpp"
#include "net/url.hpp"

namespace diffgate::config {
namespace {

constexpr std::size_t kMostProblems = 200;

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array kDurationUnits{Unit{"s", 1}, Unit{"m", 60}, Unit{"h", 3600}, Unit{"d", 86400}};
constexpr std::array kSizeUnits{Unit{"B", 1},
                                Unit{"KB", 1ULL << 10U},
                                Unit{"kB", 1ULL << 10U},
                                Unit{"MB", 1ULL << 20U},
                                Unit{"GB", 1ULL << 30U},
                                Unit{"TB", 1ULL << 40U},
                                Unit{"KiB", 1ULL << 10U},
                                Unit{"MiB", 1ULL << 20U},
                                Unit{"GiB", 1ULL << 30U},
                                Unit{"TiB", 1ULL << 40U}};

template <std::size_t N>
std::optional<std::uint64_t> parse_with_unit(std::string_view text, const std::array<Unit, N>& units) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end == text.data()) return std::nullopt;
  std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (unit.starts_with(' ')) unit.remove_prefix(1);
  for (const Unit& known : units) {
    if (unit != known.name) continue;
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / known.factor)
      return std::nullopt;
    return number * known.factor;
  }
  return std::nullopt;
}

bool is_any_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

bool is_true(std::string_view text) { return is_any_of(text, {"true", "True", "TRUE"}); }
bool is_false(std::string_view text) { return is_any_of(text, {"false", "False", "FALSE"}); }

// A scalar that YAML reads as a number, a boolean: bare, or from the environment, which knows no quotes.
bool may_be_typed(const YamlNode& node) { return node.is_scalar() && (node.is_plain || node.is_substituted); }

}  // namespace

Place Place::item(std::size_t index) const { return {node.items[index], fmt::format("{}[{}]", path, index)}; }

Place Place::entry(const YamlEntry& entry) const {
  return {entry.value, path.empty() ? entry.key : path + "." + entry.key};
}

void Reader::problem(const Place& at, std::string message, std::string suggestion) {
  if (at.node.is_reported) return;
  problem(at.node.line, at.node.column, at.path, std::move(message), std::move(suggestion));
}

void Reader::problem(int line, int column, std::string path, std::string message, std::string suggestion) {
  if (is_full()) {
    ++dropped_;
    return;
  }
  problems_.push_back({file_, line, column, std::move(path), std::move(message), std::move(suggestion)});
}

void Reader::check_selector(const Place& at) {
  if (!selector_check_ || !at.node.is_scalar()) return;
  std::optional<SelectorProblem> found = selector_check_(at.node.text);
  if (!found) return;
  if (at.node.is_substituted) {
    problem(at, "the value from the environment is not a dbt selector");
    return;
  }
  // A text over several lines, or with escapes, has its columns elsewhere than in the file.
  const bool is_in_place = at.node.text.find_first_of("\n\\\"'") == std::string::npos;
  const std::size_t quote = at.node.is_plain ? 0 : 1;
  const auto column =
      is_in_place ? at.node.column + static_cast<int>(quote + found->column - 1) : at.node.column;
  problem(at.node.line, column, at.path, std::move(found->message), std::move(found->suggestion));
}

void Reader::bad_value(const Place& at, std::string_view is_not, std::string suggestion) {
  const std::string shown =
      at.node.is_substituted ? "the value from the environment" : in_quotes(at.node.text);
  problem(at, fmt::format("{} {}", shown, is_not), std::move(suggestion));
}

void Reader::wrong_type(const Place& at, std::string_view expected, std::string suggestion) {
  problem(at, fmt::format("expected {}, found {}", expected, kind_of(at.node)), std::move(suggestion));
}

std::optional<std::string> Reader::text(const Place& at) {
  const YamlNode& node = at.node;
  if (!node.is_scalar()) {
    wrong_type(at, "a text");
    return std::nullopt;
  }
  if (node.is_plain && !node.is_substituted && (is_true(node.text) || is_false(node.text))) {
    wrong_type(at, "a text", "put it in quotes if it is meant as a text");
    return std::nullopt;
  }
  return node.text;
}

std::optional<std::string> Reader::nonempty_text(const Place& at) {
  auto value = text(at);
  if (value && value->empty()) {
    problem(at, "the text is empty");
    return std::nullopt;
  }
  return value;
}

std::optional<bool> Reader::boolean(const Place& at) {
  if (may_be_typed(at.node)) {
    if (is_true(at.node.text)) return true;
    if (is_false(at.node.text)) return false;
  }
  const bool other_word =
      at.node.is_scalar() && !at.node.is_substituted &&
      is_any_of(at.node.text, {"yes", "no", "on", "off", "Yes", "No", "On", "Off", "true", "false"});
  wrong_type(at, "true or false",
             other_word ? (is_any_of(at.node.text, {"yes", "on", "Yes", "On", "true"}) ? "write true"
                                                                                       : "write false")
                        : "");
  return std::nullopt;
}

std::optional<std::int64_t> Reader::integer(const Place& at, std::int64_t least, std::int64_t most) {
  std::int64_t value = 0;
  const std::string& text = at.node.text;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  const bool is_number =
      may_be_typed(at.node) && !text.empty() && end == last && error != std::errc::invalid_argument;
  if (!is_number) {
    wrong_type(at, "a whole number");
    return std::nullopt;
  }
  if (error == std::errc::result_out_of_range || value < least || value > most) {
    bad_value(at, most == std::numeric_limits<std::int64_t>::max()
                      ? fmt::format("is out of range: at least {}", least)
                      : fmt::format("is out of range: from {} to {}", least, most));
    return std::nullopt;
  }
  return value;
}

std::optional<std::chrono::seconds> Reader::duration(const Place& at) {
  if (!at.node.is_scalar()) {
    wrong_type(at, "a duration", "write 90s, 60m, 2h or 1d");
    return std::nullopt;
  }
  const auto value = parse_duration(at.node.text);
  if (!value) bad_value(at, "is not a duration", "write 90s, 60m, 2h or 1d");
  return value;
}

std::optional<std::uint64_t> Reader::size(const Place& at) {
  if (!at.node.is_scalar()) {
    wrong_type(at, "a size", "write 512MB or 2GB");
    return std::nullopt;
  }
  const auto value = parse_size(at.node.text);
  if (!value) bad_value(at, "is not a size", "write 512MB or 2GB");
  return value;
}

std::optional<std::string> Reader::url(const Place& at) {
  auto value = text(at);
  if (!value) return std::nullopt;
  while (value->ends_with('/')) value->pop_back();
  const bool has_more = value->find_first_of("?#") != std::string::npos;
  if (value->find('@') != std::string::npos) {
    problem(at, "a URL must not hold a user or a password", "give the secret under its own key");
    return std::nullopt;
  }
  if (has_more || !net::parse_url(*value)) {
    bad_value(at, "is not an absolute http or https URL", "write https://host");
    return std::nullopt;
  }
  return value;
}

std::optional<std::string> Reader::path(const Place& at) {
  const auto value = nonempty_text(at);
  if (!value) return std::nullopt;
  const std::filesystem::path given(*value);
  if (given.is_absolute() || folder_.empty()) return *value;
  return (std::filesystem::path(folder_) / given).lexically_normal().string();
}

bool Reader::is_full() const { return problems_.size() >= kMostProblems; }

std::vector<Problem> Reader::take_problems() {
  if (dropped_ > 0) {
    problems_.push_back(
        {file_, std::numeric_limits<int>::max(), 0, "", fmt::format("{} more problems", dropped_), ""});
    dropped_ = 0;
  }
  std::ranges::sort(problems_, {},
                    [](const Problem& p) { return std::tie(p.line, p.column, p.key, p.message); });
  if (!problems_.empty() && problems_.back().line == std::numeric_limits<int>::max())
    problems_.back().line = 0;
  return std::move(problems_);
}

void Reader::add(std::vector<Problem> problems) {
  for (Problem& p : problems) {
    problem(p.line, p.column, std::move(p.key), std::move(p.message), std::move(p.suggestion));
  }
}

std::string_view kind_of(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return "nothing";
    case YamlNode::Kind::list:
      return "a list";
    case YamlNode::Kind::map:
      return "a map";
    case YamlNode::Kind::scalar:
      break;
  }
  if (node.is_substituted) return "a value from the environment";
  if (!node.is_plain) return "a text";
  if (is_true(node.text) || is_false(node.text)) return "true or false";
  double number = 0;
  const char* const last = node.text.data() + node.text.size();
  const auto [end, error] = std::from_chars(node.text.data(), last, number);
  return end == last && error == std::errc{} ? "a number" : "a text";
}

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  const auto seconds = parse_with_unit(text, kDurationUnits);
  if (!seconds) return std::nullopt;
  return std::chrono::seconds(static_cast<std::int64_t>(*seconds));
}

std::optional<std::uint64_t> parse_size(std::string_view text) { return parse_with_unit(text, kSizeUnits); }

}  // namespace diffgate::config
