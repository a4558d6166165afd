#pragma once

// The JSON body of a call, read field by field into what the call means. Whatever is wrong is an
// Error(caller) that names the field.

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace diffgate::app {

enum class UnknownFields {
  refused,  // our own calls: a misspelt field must not be taken for an absent one
  ignored,  // calls of others' clients, which send what we have no use for
};

// The body as a JSON value; nesting, and so the work of whoever reads it, is bounded.
nlohmann::json parse_json_body(const std::string& body);

class JsonFields {
 public:
  // `where` is the path of the object in the body, "" at its top; it is in the way of every message.
  // `json` outlives this.
  JsonFields(const nlohmann::json& json, std::string where, UnknownFields unknown);

  std::int64_t integer(const std::string& name, std::int64_t least, std::int64_t most);
  std::string text(const std::string& name, std::size_t most_bytes);
  // Absent or null: nullopt, and an empty list.
  std::optional<std::string> optional_text(const std::string& name, std::size_t most_bytes);
  std::vector<std::string> texts(const std::string& name, std::size_t most_items, std::size_t most_bytes);
  std::optional<std::int64_t> optional_integer(const std::string& name, std::int64_t least,
                                               std::int64_t most);
  std::optional<double> optional_number(const std::string& name, double least, double most);
  // Absent or null: false.
  bool flag(const std::string& name);
  // Whatever stands there; null if nothing does.
  const nlohmann::json* any(const std::string& name) { return find(name); }
  // A list of anything that has at least one item.
  const nlohmann::json& list(const std::string& name, std::size_t most_items);

  // Call when all fields have been asked for.
  void finish() const;

 private:
  const nlohmann::json* find(const std::string& name);
  const nlohmann::json& require(const std::string& name);
  [[noreturn]] void refuse(const std::string& name, const std::string& what) const;
  std::string text_of(const std::string& name, const nlohmann::json& value, std::size_t most_bytes) const;

  const nlohmann::json& json_;
  std::string where_;
  UnknownFields unknown_;
  std::vector<std::string> asked_;
};

}  // namespace diffgate::app
