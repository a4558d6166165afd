#include "dbt/config_call.hpp"

#include <algorithm>
#include <cctype>

namespace diffgate::dbt {
namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::string_view without_space(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// The length of the string at the start of `text`, quotes included; all of it if it does not end.
std::size_t string_length(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == text.front()) {
      return i + 1;
    }
  }
  return text.size();
}

// The arguments of the call of `config` in a piece of Jinja between its braces, from after the opening
// parenthesis on.
std::optional<std::string_view> arguments_in(std::string_view jinja) {
  static constexpr std::string_view kName = "config";
  for (std::size_t i = 0; i < jinja.size();) {
    if (jinja[i] == '\'' || jinja[i] == '"') {
      i += string_length(jinja.substr(i));
      continue;
    }
    if (!is_word(jinja[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < jinja.size() && is_word(jinja[end])) ++end;
    const bool is_member = i > 0 && jinja[i - 1] == '.';
    if (!is_member && jinja.substr(i, end - i) == kName) {
      const std::string_view after = without_space(jinja.substr(end));
      if (after.starts_with('(')) return after.substr(1);
    }
    i = end;
  }
  return std::nullopt;
}

// The same for a whole file, where SQL and comments may say "config(", too.
std::optional<std::string_view> arguments_of_config(std::string_view code) {
  while (true) {
    const std::size_t open = code.find('{');
    if (open == std::string_view::npos || open + 1 == code.size()) return std::nullopt;
    code.remove_prefix(open);
    const char kind = code[1];
    if (kind != '{' && kind != '%' && kind != '#') {
      code.remove_prefix(1);
      continue;
    }
    const char close[] = {kind == '{' ? '}' : kind, '}', 0};
    if (kind == '#') {
      const std::size_t end = code.find(close, 2);
      if (end == std::string_view::npos) return std::nullopt;
      code.remove_prefix(end + 2);
      continue;
    }
    std::size_t end = 2;
    while (end < code.size() && !code.substr(end).starts_with(close)) {
      end += code[end] == '\'' || code[end] == '"' ? string_length(code.substr(end)) : 1;
    }
    end = std::min(end, code.size());
    if (const auto arguments = arguments_in(code.substr(2, end - 2))) return arguments;
    code.remove_prefix(std::min(end + 2, code.size()));
  }
}

// The length of the argument at the start of `text`: up to a comma or the closing parenthesis outside of
// strings and brackets. nullopt if neither comes.
std::optional<std::size_t> argument_length(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '\'' || c == '"') {
      i += string_length(text.substr(i));
      continue;
    }
    if (c == '(' || c == '[' || c == '{') {
      ++depth;
    } else if (c == ')' || c == ']' || c == '}') {
      if (depth == 0) return i;
      --depth;
    } else if (c == ',' && depth == 0) {
      return i;
    }
    ++i;
  }
  return std::nullopt;
}

// The content of a string in quotes. Of escapes only quotes and backslashes are undone: enough to compare.
std::string unquoted(std::string_view quoted) {
  std::string text;
  quoted.remove_prefix(1);
  if (!quoted.empty()) quoted.remove_suffix(1);
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    const bool is_escape = quoted[i] == '\\' && i + 1 < quoted.size() &&
                           (quoted[i + 1] == '\\' || quoted[i + 1] == '\'' || quoted[i + 1] == '"');
    if (is_escape) ++i;
    text += quoted[i];
  }
  return text;
}

std::string normal_word(std::string_view word) {
  static constexpr std::string_view kConstants[][2] = {
      {"True", "true"}, {"False", "false"}, {"None", "none"}};
  for (const auto& [python, jinja] : kConstants) {
    if (word == python) return std::string(jinja);
  }
  return std::string(word);
}

std::vector<std::string> tokens_of(std::string_view text) {
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (is_space(c) || c == '(' || c == ')') {
      ++i;
    } else if (c == '\'' || c == '"') {
      const std::size_t length = string_length(text.substr(i));
      tokens.push_back("'" + unquoted(text.substr(i, length)));
      i += length;
    } else if (is_word(c)) {
      std::size_t end = i;
      while (end < text.size() && (is_word(text[end]) || text[end] == '.')) ++end;
      tokens.push_back(normal_word(text.substr(i, end - i)));
      i = end;
    } else {
      const bool closes = c == ']' || c == '}';
      if (closes && !tokens.empty() && tokens.back() == ",") tokens.pop_back();
      tokens.emplace_back(1, c);
      ++i;
    }
  }
  return tokens;
}

}  // namespace

std::vector<ConfigArgument> config_arguments(std::string_view raw_code) {
  std::vector<ConfigArgument> found;
  auto rest = arguments_of_config(raw_code);
  while (rest) {
    const auto length = argument_length(*rest);
    if (!length) return {};
    const std::string_view argument = without_space(rest->substr(0, *length));
    std::size_t name = 0;
    while (name < argument.size() && is_word(argument[name])) ++name;
    const std::string_view after = without_space(argument.substr(name));
    const bool is_keyword = name > 0 && after.starts_with('=') && !after.starts_with("==");
    if (is_keyword) found.push_back({argument.substr(0, name), without_space(after.substr(1))});
    if ((*rest)[*length] != ',') break;
    rest->remove_prefix(*length + 1);
  }
  return found;
}

std::optional<std::string> string_constant(std::string_view expression) {
  const bool is_quoted = expression.size() >= 2 && (expression.front() == '\'' || expression.front() == '"');
  if (!is_quoted || string_length(expression) != expression.size() || expression.back() != expression.front())
    return std::nullopt;
  return unquoted(expression);
}

bool same_expression(std::string_view a, std::string_view b) {
  return a == b || tokens_of(a) == tokens_of(b);
}

}  // namespace diffgate::dbt
