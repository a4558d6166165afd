#include "config/json_schema.hpp"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace diffgate::config {
namespace {

// Keys in the order of the description, so that the file reads as the documentation does.
using Json = nlohmann::ordered_json;

Json schema_of(const Shape& shape, Variables variables);

Json number_text(double number) {
  if (number == std::floor(number) && std::abs(number) < 1e15) return static_cast<std::int64_t>(number);
  return number;
}

Json alternatives_of(const OneOf& group) {
  Json alternatives = Json::array();
  for (const std::string& key : group.keys) alternatives.push_back({{"required", {key}}});
  return alternatives;
}

// Exactly one of the keys, or at most one.
Json schema_of(const OneOf& group) {
  if (group.is_required) return {{"oneOf", alternatives_of(group)}};
  Json pairs = Json::array();
  for (std::size_t i = 0; i < group.keys.size(); ++i) {
    for (std::size_t j = i + 1; j < group.keys.size(); ++j)
      pairs.push_back({{"required", {group.keys[i], group.keys[j]}}});
  }
  return {{"not", {{"anyOf", pairs}}}};
}

void add_limits(Json& schema, const Shape& shape) {
  if (shape.least) schema[shape.is_open_range ? "exclusiveMinimum" : "minimum"] = number_text(*shape.least);
  if (shape.most) schema[shape.is_open_range ? "exclusiveMaximum" : "maximum"] = number_text(*shape.most);
}

void add_properties(Json& schema, const ObjectShape& shape, Variables variables) {
  Json required = Json::array();
  for (const Property& property : shape.properties) {
    Json one = schema_of(property.shape, variables);
    one["description"] = property.doc;
    if (!property.default_json.empty()) one["default"] = Json::parse(property.default_json);
    schema["properties"][property.name] = std::move(one);
    if (property.is_required) required.push_back(property.name);
  }
  schema["additionalProperties"] = false;
  if (!required.empty()) schema["required"] = std::move(required);
  for (const OneOf& group : shape.one_of) schema["allOf"].push_back(schema_of(group));
}

// A text in the file may be written as a bare number: app_id: 123456.
Json text_types(const Shape& shape) {
  return shape.choices.empty() && shape.pattern.empty() ? Json{"string", "number"} : Json("string");
}

Json schema_without_null(const Shape& shape, Variables variables) {
  Json schema = Json::object();
  switch (shape.kind) {
    case Shape::Kind::boolean:
      schema["type"] = "boolean";
      break;
    case Shape::Kind::integer:
      schema["type"] = "integer";
      break;
    case Shape::Kind::number:
      schema["type"] = "number";
      break;
    case Shape::Kind::text:
      schema["type"] = text_types(shape);
      break;
    case Shape::Kind::list:
      schema["type"] = "array";
      schema["items"] = schema_of(shape.parts.front(), variables);
      break;
    case Shape::Kind::map:
      schema["type"] = "object";
      schema["additionalProperties"] = schema_of(shape.parts.front(), variables);
      break;
    case Shape::Kind::object:
      schema["type"] = "object";
      add_properties(schema, *shape.object, variables);
      break;
    case Shape::Kind::any_of:
      for (const Shape& part : shape.parts) schema["anyOf"].push_back(schema_of(part, variables));
      break;
  }
  if (!shape.choices.empty()) schema["enum"] = shape.choices;
  if (!shape.pattern.empty()) schema["pattern"] = shape.pattern;
  if (shape.is_nonempty && shape.kind == Shape::Kind::text) schema["minLength"] = 1;
  if (shape.is_nonempty && shape.kind == Shape::Kind::list) schema["minItems"] = 1;
  if (shape.is_nonempty && shape.kind == Shape::Kind::map) schema["minProperties"] = 1;
  add_limits(schema, shape);
  return schema;
}

// Whether a variable's name would not pass as a value of this shape.
bool is_narrower_than_text(const Shape& shape) {
  const bool is_number = shape.kind == Shape::Kind::boolean || shape.kind == Shape::Kind::integer ||
                         shape.kind == Shape::Kind::number;
  return is_number || !shape.choices.empty() || !shape.pattern.empty();
}

// Shapes are nested by the tables alone, never by input.
Json schema_of(const Shape& shape, Variables variables) {
  Json schema = schema_without_null(shape, variables);
  if (variables == Variables::allowed && is_narrower_than_text(shape)) {
    schema = {{"anyOf", {schema, {{"type", "string"}, {"pattern", R"(\$\{)"}}}}};
  }
  if (!shape.is_nullable) return schema;
  if (schema.contains("anyOf")) {
    schema["anyOf"].push_back({{"type", "null"}});
    return schema;
  }
  Json types = schema["type"].is_array() ? schema["type"] : Json::array({schema["type"]});
  types.push_back("null");
  schema["type"] = std::move(types);
  if (schema.contains("enum")) schema["enum"].push_back(nullptr);
  return schema;
}

}  // namespace

std::string json_text(std::string_view text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string json_list(const std::vector<std::string>& texts) {
  return Json(texts).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string json_number(double number) { return Json(number).dump(); }

std::string json_schema(const Shape& root, const std::string& title, Variables variables) {
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title}};
  schema.update(schema_of(root, variables));
  return schema.dump(2) + "\n";
}

}  // namespace diffgate::config
