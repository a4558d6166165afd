#include "dbt/config_call.hpp"

#include <cctype>

namespace diffgate::dbt {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::string_view without_space(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

// What follows the opening parenthesis of the first call of `config`.
std::optional<std::string_view> arguments_of_config(std::string_view code) {
  static constexpr std::string_view kName = "config";
  for (std::size_t at = code.find(kName); at != std::string_view::npos; at = code.find(kName, at + 1)) {
    if (at > 0 && (is_word(code[at - 1]) || code[at - 1] == '.')) continue;
    std::string_view after = without_space(code.substr(at + kName.size()));
    if (after.starts_with('(')) return after.substr(1);
  }
  return std::nullopt;
}

// The length of the argument at the start of `text`: up to a comma or the closing parenthesis outside of
// strings and brackets. nullopt if neither comes.
std::optional<std::size_t> argument_length(std::string_view text) {
  std::size_t depth = 0;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == '\\') {
        ++i;
      } else if (c == quote) {
        quote = 0;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '(' || c == '[' || c == '{') {
      ++depth;
    } else if (c == ')' || c == ']' || c == '}') {
      if (depth == 0) return i;
      --depth;
    } else if (c == ',' && depth == 0) {
      return i;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> config_argument(std::string_view raw_code, std::string_view keyword) {
  auto arguments = arguments_of_config(raw_code);
  while (arguments) {
    const auto length = argument_length(*arguments);
    if (!length) return std::nullopt;
    const std::string_view argument = without_space(arguments->substr(0, *length));
    const std::size_t equals = argument.find('=');
    if (equals != std::string_view::npos && without_space(argument.substr(0, equals)) == keyword) {
      return std::string(without_space(argument.substr(equals + 1)));
    }
    if ((*arguments)[*length] != ',') return std::nullopt;
    arguments->remove_prefix(*length + 1);
  }
  return std::nullopt;
}

}  // namespace diffgate::dbt
