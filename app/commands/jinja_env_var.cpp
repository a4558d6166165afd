// The one piece of Jinja that profiles.yml needs: env_var() with a default and type filters, anywhere in a
// value.

#include <array>
#include <optional>
#include <string_view>

#include "app/commands/profiles.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

// Reads what stands between "{{" and "}}": env_var ( 'NAME' [, 'default'] ) [ | filter ]…
class Expression {
 public:
  Expression(std::string_view text, const std::string& where) : rest_(text), where_(where) {}

  std::string evaluate(const Environment& environment) {
    if (word() != "env_var" || !accept('(')) refuse();
    const std::string name = literal();
    std::optional<std::string> fallback;
    if (accept(',')) fallback = literal();
    if (!accept(')')) refuse();
    while (accept('|')) check_filter();
    skip_blanks();
    if (!rest_.empty()) refuse();
    const auto found = environment.find(name);
    if (found != environment.end()) return found->second;
    if (fallback) return *fallback;
    throw Error(ErrorClass::configuration, "the environment variable '" + name + "' is not set", where_,
                "set it, or give env_var a default");
  }

 private:
  [[noreturn]] void refuse() const {
    throw Error(ErrorClass::configuration, "only {{ env_var('NAME'[, 'default']) }} is understood here",
                where_, "replace other Jinja by its value");
  }

  void skip_blanks() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t' || rest_.front() == '\n'))
      rest_.remove_prefix(1);
  }

  bool accept(char expected) {
    skip_blanks();
    if (rest_.empty() || rest_.front() != expected) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string_view word() {
    skip_blanks();
    const std::size_t end = std::min(rest_.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), rest_.size());
    const std::string_view found = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return found;
  }

  // A quoted text without escapes, or a plain number as a default may be.
  std::string literal() {
    skip_blanks();
    if (rest_.empty()) refuse();
    const char quote = rest_.front();
    if (quote == '\'' || quote == '"') {
      const std::size_t end = rest_.find(quote, 1);
      if (end == std::string_view::npos) refuse();
      std::string text(rest_.substr(1, end - 1));
      if (text.find('\\') != std::string::npos) refuse();
      rest_.remove_prefix(end + 1);
      return text;
    }
    const std::size_t end = std::min(rest_.find_first_not_of("0123456789."), rest_.size());
    if (end == 0) refuse();
    std::string number(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return number;
  }

  void check_filter() {
    constexpr std::array<std::string_view, 5> filters = {"as_number", "as_bool", "as_native", "as_text",
                                                         "int"};
    const std::string_view name = word();
    for (const std::string_view known : filters) {
      if (name == known) return;
    }
    refuse();
  }

  std::string_view rest_;
  const std::string& where_;
};

}  // namespace

std::string render_env_vars(const std::string& text, const Environment& environment,
                            const std::string& where) {
  if (text.find("{%") != std::string::npos || text.find("{#") != std::string::npos) {
    throw Error(ErrorClass::configuration, "Jinja statements and comments are not understood here", where,
                "only {{ env_var('NAME'[, 'default']) }} is");
  }
  std::string out;
  std::size_t at = 0;
  while (true) {
    const std::size_t open = text.find("{{", at);
    if (open == std::string::npos) return out + text.substr(at);
    const std::size_t close = text.find("}}", open);
    if (close == std::string::npos) throw Error(ErrorClass::configuration, "'{{' without '}}'", where);
    out += text.substr(at, open - at);
    out += Expression(std::string_view(text).substr(open + 2, close - open - 2), where).evaluate(environment);
    at = close + 2;
  }
}

}  // namespace diffgate::app
