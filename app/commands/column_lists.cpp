#include "app/commands/column_lists.hpp"

#include "net/error.hpp"

namespace diffgate::app {
namespace {

// Reads one name from `at` on and stops at the separator or the end.
diff::Identifier read_name(const std::string& text, std::size_t& at, char separator) {
  const auto refuse = [&](const std::string& problem) {
    throw Error(ErrorClass::caller, "not a list of columns: " + problem, text,
                "write id,day; a name with a comma goes in double quotes: '\"a,b\",id'");
  };
  const auto skip_blanks = [&] {
    while (at < text.size() && text[at] == ' ') ++at;
  };
  std::string name;
  skip_blanks();
  if (at < text.size() && text[at] == '"') {
    for (++at;; ++at) {
      if (at >= text.size()) refuse("a double quote is not closed");
      if (text[at] != '"') {
        name += text[at];
      } else if (at + 1 < text.size() && text[at + 1] == '"') {
        name += text[++at];
      } else {
        break;
      }
    }
    ++at;
    skip_blanks();
    if (at < text.size() && text[at] != separator) refuse("something follows a quoted name");
  } else {
    while (at < text.size() && text[at] != separator) name += text[at++];
    while (name.ends_with(' ')) name.pop_back();
  }
  if (name.empty()) refuse("a name is empty");
  return diff::Identifier(name);
}

}  // namespace

std::vector<diff::Identifier> parse_columns(const std::vector<std::string>& texts) {
  std::vector<diff::Identifier> out;
  for (const std::string& text : texts) {
    std::size_t at = 0;
    do {
      out.push_back(read_name(text, at, ','));
    } while (at++ < text.size());
  }
  return out;
}

std::pair<diff::Identifier, diff::Identifier> parse_rename(const std::string& text) {
  std::size_t at = 0;
  diff::Identifier from = read_name(text, at, '=');
  if (at >= text.size()) {
    throw Error(ErrorClass::caller, "not a renamed column", text,
                "write OLD=NEW: production's name, the PR's");
  }
  ++at;
  diff::Identifier to = read_name(text, at, '\0');
  return {std::move(from), std::move(to)};
}

}  // namespace diffgate::app
