#include "app/server/json_body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "net/did_you_mean.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

using Json = nlohmann::json;

constexpr int kMaxDepth = 16;  // no call's body is deeper than 4

std::string quoted(const std::string& name) { return "'" + name + "'"; }

}  // namespace

Json parse_json_body(const std::string& body) {
  if (body.empty()) throw Error(ErrorClass::caller, "the body is empty", {}, "send JSON");
  bool is_too_deep = false;
  const auto limit_depth = [&is_too_deep](int depth, Json::parse_event_t, Json&) {
    is_too_deep = is_too_deep || depth > kMaxDepth;
    return !is_too_deep;
  };
  Json json = Json::parse(body, limit_depth, false);
  if (is_too_deep) throw Error(ErrorClass::caller, "the body is nested too deeply");
  if (json.is_discarded()) throw Error(ErrorClass::caller, "the body is not JSON");
  return json;
}

JsonFields::JsonFields(const Json& json, std::string where, UnknownFields unknown)
    : json_(json), where_(std::move(where)), unknown_(unknown) {
  if (!json.is_object()) {
    throw Error(ErrorClass::caller, fmt::format("expected a JSON object, found {}", json.type_name()),
                where_);
  }
}

void JsonFields::refuse(const std::string& name, const std::string& what) const {
  throw Error(ErrorClass::caller, what, where_.empty() ? name : where_ + "." + name);
}

const Json* JsonFields::find(const std::string& name) {
  asked_.push_back(name);
  const auto found = json_.find(name);
  if (found == json_.end() || found->is_null()) return nullptr;
  return &*found;
}

const Json& JsonFields::require(const std::string& name) {
  const Json* value = find(name);
  if (value == nullptr) refuse(name, "is missing");
  return *value;
}

std::int64_t JsonFields::integer(const std::string& name, std::int64_t least, std::int64_t most) {
  const Json& value = require(name);
  const bool is_in_range = value.is_number_unsigned()
                               ? value.get<std::uint64_t>() <= static_cast<std::uint64_t>(most)
                               : value.is_number_integer();
  if (!is_in_range || value.get<std::int64_t>() < least || value.get<std::int64_t>() > most) {
    refuse(name, fmt::format("is not a whole number from {} to {}", least, most));
  }
  return value.get<std::int64_t>();
}

std::optional<std::int64_t> JsonFields::optional_integer(const std::string& name, std::int64_t least,
                                                         std::int64_t most) {
  if (find(name) == nullptr) return std::nullopt;
  return integer(name, least, most);
}

std::optional<double> JsonFields::optional_number(const std::string& name, double least, double most) {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number() || value->get<double>() < least || value->get<double>() > most)
    refuse(name, fmt::format("is not a number from {} to {}", least, most));
  return value->get<double>();
}

bool JsonFields::flag(const std::string& name) {
  const Json* value = find(name);
  if (value == nullptr) return false;
  if (!value->is_boolean()) refuse(name, fmt::format("is {}, not true or false", value->type_name()));
  return value->get<bool>();
}

std::string JsonFields::text_of(const std::string& name, const Json& value, std::size_t most_bytes) const {
  if (!value.is_string()) refuse(name, fmt::format("is {}, not a text", value.type_name()));
  auto text = value.get<std::string>();
  if (text.size() > most_bytes) refuse(name, fmt::format("is longer than {} bytes", most_bytes));
  if (text.find('\0') != std::string::npos) refuse(name, "holds a zero byte");
  return text;
}

std::string JsonFields::text(const std::string& name, std::size_t most_bytes) {
  std::string text = text_of(name, require(name), most_bytes);
  if (text.empty()) refuse(name, "is empty");
  return text;
}

std::optional<std::string> JsonFields::optional_text(const std::string& name, std::size_t most_bytes) {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  return text_of(name, *value, most_bytes);
}

std::vector<std::string> JsonFields::texts(const std::string& name, std::size_t most_items,
                                           std::size_t most_bytes) {
  std::vector<std::string> texts;
  const Json* value = find(name);
  if (value == nullptr) return texts;
  if (!value->is_array()) refuse(name, fmt::format("is {}, not a list of texts", value->type_name()));
  if (value->size() > most_items) refuse(name, fmt::format("has more than {} items", most_items));
  for (const Json& item : *value) texts.push_back(text_of(name, item, most_bytes));
  return texts;
}

const Json& JsonFields::list(const std::string& name, std::size_t most_items) {
  const Json& value = require(name);
  if (!value.is_array()) refuse(name, fmt::format("is {}, not a list", value.type_name()));
  if (value.empty()) refuse(name, "is empty");
  if (value.size() > most_items) refuse(name, fmt::format("has more than {} items", most_items));
  return value;
}

void JsonFields::finish() const {
  if (unknown_ == UnknownFields::ignored) return;
  for (const auto& [name, value] : json_.items()) {
    if (std::find(asked_.begin(), asked_.end(), name) != asked_.end()) continue;
    throw Error(ErrorClass::caller, "there is no field " + quoted(name), where_, did_you_mean(name, asked_));
  }
}

}  // namespace diffgate::app
