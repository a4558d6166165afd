#include "vcs/json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

namespace diffgate::vcs {
namespace {

using nlohmann::json;

std::string shown(const std::string& path) { return path.empty() ? "the top level" : path; }

}  // namespace

std::optional<std::string> beyond_limits(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes) return fmt::format("larger than {} bytes", limits.bytes);
  std::size_t depth = 0;
  std::size_t values = 1;
  bool in_string = false;
  bool is_escaped = false;
  for (const char c : text) {
    if (in_string) {
      if (is_escaped) {
        is_escaped = false;
      } else if (c == '\\') {
        is_escaped = true;
      } else if (c == '"') {
        in_string = false;
      }
      continue;
    }
    if (c == '"') in_string = true;
    if ((c == '[' || c == '{') && ++depth > limits.depth) {
      return fmt::format("nested deeper than {} levels", limits.depth);
    }
    if ((c == ']' || c == '}') && depth > 0) --depth;
    // Each value but the first follows a bracket or a comma.
    if ((c == ',' || c == '[' || c == '{') && ++values > limits.values) {
      return fmt::format("more than {} values", limits.values);
    }
  }
  return std::nullopt;
}

JsonDocument::JsonDocument(std::string_view text, ErrorClass error_class, std::string where,
                           JsonLimits limits)
    : origin_{error_class, std::move(where)} {
  // A server that answers with what is no JSON at all is most often a proxy or a maintenance page in its
  // place, and may answer next time.
  if (error_class == ErrorClass::remote_final) error_class = ErrorClass::remote_transient;
  if (const auto reason = beyond_limits(text, limits))
    throw Error(error_class, "the JSON is " + *reason, origin_.where);
  // JSON has no null byte anywhere, but the parser takes one for the end and would pass over what follows.
  if (const auto null = text.find('\0'); null != std::string_view::npos) {
    throw Error(error_class, fmt::format("not valid JSON at byte {}", null + 1), origin_.where);
  }
  try {
    value_ = std::make_unique<json>(json::parse(text));
  } catch (const json::parse_error& error) {
    // The parser's own text quotes the document; the position is enough.
    throw Error(error_class, fmt::format("not valid JSON at byte {}", error.byte), origin_.where);
  } catch (const json::exception&) {
    // Valid by the grammar, but no value of ours: a number such as 1e400.
    throw Error(error_class, "not readable JSON: a number in it is out of range", origin_.where);
  }
}

JsonDocument::~JsonDocument() = default;

JsonView JsonDocument::root() const { return {*value_, "", origin_}; }

bool JsonView::is_array() const { return value_->is_array(); }

std::string JsonView::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

void JsonView::fail(const std::string& path, const std::string& expected, const std::string& found) const {
  throw Error(origin_->error_class, fmt::format("expected {} at {}, found {}", expected, shown(path), found),
              origin_->where);
}

void JsonView::refuse(std::string_view key, const std::string& expected) const {
  fail(path_of(key), expected, "something else");
}

const json* JsonView::member(std::string_view key) const {
  if (!value_->is_object()) fail(path_, "an object", value_->type_name());
  const auto found = value_->find(key);
  return found == value_->end() || found->is_null() ? nullptr : &*found;
}

const json& JsonView::required(std::string_view key) const {
  const json* found = member(key);
  if (found == nullptr) fail(path_of(key), "a value", value_->contains(key) ? "null" : "nothing");
  return *found;
}

JsonView JsonView::at(std::string_view key, const json& value) const {
  return {value, path_of(key), *origin_};
}

JsonView JsonView::object(std::string_view key) const {
  const json& value = required(key);
  if (!value.is_object()) fail(path_of(key), "an object", value.type_name());
  return at(key, value);
}

std::optional<JsonView> JsonView::optional_object(std::string_view key) const {
  if (member(key) == nullptr) return std::nullopt;
  return object(key);
}

std::string JsonView::text(std::string_view key) const { return at(key, required(key)).as_text(); }

std::optional<std::string> JsonView::optional_text(std::string_view key) const {
  if (member(key) == nullptr) return std::nullopt;
  return text(key);
}

std::string JsonView::as_text() const {
  if (!value_->is_string()) fail(path_, "a text", value_->type_name());
  return value_->get<std::string>();
}

std::string JsonView::dump() const { return value_->dump(); }

std::int64_t JsonView::integer(std::string_view key) const {
  const json& value = required(key);
  // An unsigned value beyond the signed range would wrap around.
  const bool fits = value.is_number_integer() &&
                    (!value.is_number_unsigned() || value.get<std::uint64_t>() <= std::uint64_t{INT64_MAX});
  if (!fits) fail(path_of(key), "an integer", value.type_name());
  return value.get<std::int64_t>();
}

std::optional<std::int64_t> JsonView::optional_integer(std::string_view key) const {
  if (member(key) == nullptr) return std::nullopt;
  return integer(key);
}

std::optional<bool> JsonView::optional_boolean(std::string_view key) const {
  const json* value = member(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) fail(path_of(key), "true or false", value->type_name());
  return value->get<bool>();
}

Sha JsonView::sha(std::string_view key) const {
  std::optional<Sha> sha = parse_sha(text(key));
  if (!sha) fail(path_of(key), "a full commit id", "another text");
  return *std::move(sha);
}

std::optional<Sha> JsonView::optional_sha(std::string_view key) const {
  if (member(key) == nullptr) return std::nullopt;
  return sha(key);
}

std::vector<JsonView> JsonView::elements_of(const json& array, const std::string& path) const {
  if (!array.is_array()) fail(path, "a list", array.type_name());
  std::vector<JsonView> views;
  views.reserve(array.size());
  for (const json& element : array) {
    views.push_back(JsonView(element, fmt::format("{}[{}]", path, views.size()), *origin_));
  }
  return views;
}

std::vector<JsonView> JsonView::elements(std::string_view key) const {
  const json* array = member(key);
  if (array == nullptr) return {};
  return elements_of(*array, path_of(key));
}

std::vector<JsonView> JsonView::elements() const { return elements_of(*value_, path_); }

std::string message_of(std::string_view text, std::string_view key) {
  if (beyond_limits(text, JsonLimits{.bytes = 1U << 20U, .depth = 20, .values = 10'000})) return {};
  const json document = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return {};
  const auto found = document.find(key);
  if (found == document.end()) return {};
  return found->is_string() ? found->get<std::string>()
                            : found->dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace diffgate::vcs
