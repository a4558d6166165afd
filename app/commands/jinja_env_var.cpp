// The part of Jinja that profiles.yml is written in: env_var() with a default, texts, "~", "or" and the
// filters that make sense of a variable, anywhere in a value. dbt renders more (var(), whole templates); what
// is not understood here is refused rather than guessed.

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "app/commands/profiles.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

constexpr std::string_view kUnderstood =
    "only {{ env_var('NAME'[, 'default']) }} is understood here, with texts, '~', 'or' and simple filters";

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

template <class Change>
std::string each(std::string text, Change change) {
  std::transform(text.begin(), text.end(), text.begin(), change);
  return text;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

std::optional<double> number_of(std::string_view text) {
  const std::string_view digits = trimmed(text);
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || digits.empty() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

// Reads what stands behind "{{": an expression and "}}".
class Expression {
 public:
  Expression(std::string_view text, const Environment& environment, const std::string& where)
      : rest_(text), environment_(environment), where_(where) {}

  // The value; `rest()` then begins behind the "}}".
  std::string evaluate() {
    std::string value = alternatives();
    if (!accept("}}")) refuse();
    return value;
  }
  std::string_view rest() const { return rest_; }

 private:
  using Arguments = std::vector<std::string>;

  [[noreturn]] void refuse() const {
    throw NotUnderstood(ErrorClass::configuration, std::string(kUnderstood), where_,
                        "replace other Jinja by its value");
  }

  // Without the value, which may be a secret.
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorClass::configuration, what, where_, "check the variable");
  }

  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }

  bool accept(std::string_view expected) {
    skip_blanks();
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }

  std::string_view word() {
    skip_blanks();
    const std::size_t end =
        std::min(rest_.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789"),
                 rest_.size());
    const std::string_view found = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return found;
  }

  std::string alternatives() {
    std::string value = concatenation();
    while (true) {
      const std::string_view before = rest_;
      if (word() != "or") {
        rest_ = before;
        return value;
      }
      std::string other = concatenation();
      if (value.empty()) value = std::move(other);
    }
  }

  std::string concatenation() {
    std::string value = filtered();
    while (accept("~")) value += filtered();
    return value;
  }

  std::string filtered() {
    std::string value = primary();
    while (accept("|")) value = filter(std::string(word()), std::move(value));
    return value;
  }

  std::string primary() {
    skip_blanks();
    if (rest_.empty()) refuse();
    if (rest_.front() == '\'' || rest_.front() == '"') return quoted();
    if (accept("(")) {
      std::string value = alternatives();
      if (!accept(")")) refuse();
      return value;
    }
    if (rest_.front() == '-' || (rest_.front() >= '0' && rest_.front() <= '9')) return digits();
    const std::string_view name = word();
    if (name == "true" || name == "True") return "true";
    if (name == "false" || name == "False") return "false";
    if (name != "env_var") refuse();
    return env_var();
  }

  std::string env_var() {
    if (!accept("(")) refuse();
    const std::string name = primary();
    std::optional<std::string> otherwise;
    if (accept(",")) {
      skip_keyword("default");
      otherwise = fallback();
    }
    if (!accept(")")) refuse();
    const auto found = environment_.find(name);
    if (found != environment_.end()) return found->second;
    if (otherwise) return *otherwise;
    throw Error(ErrorClass::configuration, "the environment variable '" + name + "' is not set", where_,
                "set it, or give env_var a default");
  }

  void skip_keyword(std::string_view keyword) {
    const std::string_view before = rest_;
    if (word() != keyword || !accept("=")) rest_ = before;
  }

  // To dbt, None as a default is no default.
  std::optional<std::string> fallback() {
    const std::string_view before = rest_;
    const std::string_view name = word();
    if (name == "none" || name == "None") return std::nullopt;
    rest_ = before;
    return alternatives();
  }

  std::string quoted() {
    const char quote = rest_.front();
    std::string text;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == quote) {
        rest_.remove_prefix(i + 1);
        return text;
      }
      if (rest_[i] != '\\') {
        text += rest_[i];
        continue;
      }
      constexpr std::string_view escapes = "\\'\"nt";
      constexpr std::string_view meanings = "\\'\"\n\t";
      const std::size_t known = ++i < rest_.size() ? escapes.find(rest_[i]) : std::string_view::npos;
      if (known == std::string_view::npos) refuse();
      text += meanings[known];
    }
    refuse();
  }

  std::string digits() {
    const std::size_t end = std::min(rest_.find_first_not_of("-0123456789."), rest_.size());
    std::string number(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return number;
  }

  Arguments arguments() {
    Arguments out;
    if (!accept("(")) return out;
    if (accept(")")) return out;
    do out.push_back(alternatives());
    while (accept(","));
    if (!accept(")")) refuse();
    return out;
  }

  std::string filter(const std::string& name, std::string value) {
    const Arguments given = arguments();
    const auto is = [&](std::string_view wanted, std::size_t least, std::size_t most) {
      return name == wanted && given.size() >= least && given.size() <= most;
    };
    if (is("as_text", 0, 0) || is("as_native", 0, 0) || is("string", 0, 0)) return value;
    if (is("trim", 0, 0)) return std::string(trimmed(value));
    if (is("lower", 0, 0)) return each(std::move(value), lower);
    if (is("upper", 0, 0)) return each(std::move(value), upper);
    if (is("replace", 2, 2)) return replaced(std::move(value), given[0], given[1]);
    if (is("default", 1, 2) || is("d", 1, 2)) return value.empty() && given.size() == 2 ? given[0] : value;
    if (is("as_number", 0, 0) || is("float", 0, 0)) {
      if (!number_of(value)) fail("is not a number");
      return std::string(trimmed(value));
    }
    if (is("int", 0, 1)) return whole(value, given);
    if (is("as_bool", 0, 0) || is("bool", 0, 0)) return truth(std::move(value));
    refuse();
  }

  std::string whole(const std::string& value, const Arguments& given) const {
    const std::optional<double> number = number_of(value);
    if (!number && given.empty()) fail("is not a number");
    constexpr double kMost = 9e15;
    if (!number) return given[0];
    if (*number > kMost || *number < -kMost) fail("is too large a number");
    return std::to_string(static_cast<std::int64_t>(*number));
  }

  std::string truth(std::string value) const {
    const std::string text = each(std::string(trimmed(value)), lower);
    if (text != "true" && text != "false") fail("is neither true nor false");
    return text;
  }

  static std::string replaced(std::string value, const std::string& from, const std::string& to) {
    if (from.empty()) return value;
    for (std::size_t at = 0; (at = value.find(from, at)) != std::string::npos; at += to.size())
      value.replace(at, from.size(), to);
    return value;
  }

  std::string_view rest_;
  const Environment& environment_;
  const std::string& where_;
};

}  // namespace

std::string render_env_vars(const std::string& text, const Environment& environment,
                            const std::string& where) {
  std::string out;
  std::string_view rest = text;
  while (true) {
    const std::size_t open = rest.find('{');
    if (open == std::string_view::npos || open + 1 >= rest.size()) return out + std::string(rest);
    out += rest.substr(0, open);
    rest.remove_prefix(open);
    if (rest[1] == '{') {
      Expression expression(rest.substr(2), environment, where);
      out += expression.evaluate();
      rest = expression.rest();
    } else if (rest[1] == '#') {
      const std::size_t close = rest.find("#}");
      if (close == std::string_view::npos) {
        throw NotUnderstood(ErrorClass::configuration, "'{#' without '#}'", where, "close the comment");
      }
      rest.remove_prefix(close + 2);
    } else if (rest[1] == '%') {
      throw NotUnderstood(ErrorClass::configuration, "Jinja statements are not understood", where,
                          std::string(kUnderstood));
    } else {
      out += rest.front();
      rest.remove_prefix(1);
    }
  }
}

}  // namespace diffgate::app
