#include "diff/connectors.hpp"

#include <nlohmann/json.hpp>

#include "diff/value_out_of_range.hpp"

namespace diffgate::diff {

void throw_if_late(const Error& error) {
  const bool has_name = dynamic_cast<const WarehouseLost*>(&error) != nullptr ||
                        dynamic_cast<const WarehouseOverloaded*>(&error) != nullptr;
  if (has_name || error.error_class() != ErrorClass::remote_transient) return;
  throw WarehouseOverloaded(error.problem(), error.where(),
                            "raise the statement timeout, or narrow the rows by a filter");
}

void throw_shown(const WithheldError& error, const Statement& statement, const OnWithheldText& on_text) {
  if (on_text) on_text({.tag = statement.tag, .where = error.where(), .text = error.text()});
  if (error.is_out_of_range) throw ValueOutOfRange(error.problem(), error.where(), error.hint());
  throw Error(error.error_class(), error.problem(), error.where(), error.hint());
}

void check_encoding(const std::string& text) {
  try {
    static_cast<void>(nlohmann::json(text).dump());
  } catch (const nlohmann::json::type_error&) {
    throw Error(ErrorClass::caller, "a name, a path or a filter is not valid UTF-8", "", "write it in UTF-8");
  }
}

std::string plain_tag(const std::string& tag, std::size_t max_size) {
  std::string out;
  for (const char c : tag.substr(0, max_size)) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                          c == ' ' || c == '-' || c == '_' || c == '.' || c == '#' || c == '@' || c == ':' ||
                          c == '=' || c == ',' || c == '/';
    out += is_plain ? c : '_';
  }
  return out;
}

std::string with_tag(const Statement& statement) {
  constexpr std::size_t kMaxTag = 300;
  if (statement.tag.empty()) return statement.sql;
  return statement.sql + "\n/* " + plain_tag(statement.tag, kMaxTag) + " */";
}

}  // namespace diffgate::diff
