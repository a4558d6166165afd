#pragma once

// A file type is described once, as tables of fields: name, meaning, shape, default, and how to read it. The
// reader's known keys, the printed defaults and the JSON Schema all come from these tables.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/reader.hpp"

namespace diffgate::config {

struct ObjectShape;

// Of several keys at most one may be given, or exactly one if `is_required`.
struct OneOf {
  std::vector<std::string> keys;
  bool is_required = false;
};

// What a value may look like, as far as a JSON Schema can say it.
struct Shape {
  enum class Kind { boolean, integer, number, text, list, map, object, any_of };

  Kind kind = Kind::text;
  std::vector<std::string> choices{};  // of a text
  std::string pattern{};               // of a text
  std::optional<double> least{};       // of a number
  std::optional<double> most{};
  bool is_open_range = false;  // the limits themselves are not allowed
  bool is_nullable = false;
  bool is_nonempty = false;                     // of a text, list or map
  std::vector<Shape> parts{};                   // list: the item; map: the value; any_of: the alternatives
  std::shared_ptr<const ObjectShape> object{};  // of an object
};

struct Property {
  std::string name;
  std::string doc;  // one or two sentences
  Shape shape;
  std::string default_json;  // empty: none
  bool is_required = false;
};

struct ObjectShape {
  std::vector<Property> properties;
  std::vector<OneOf> one_of;
};

template <class T>
struct Field {
  Property property;
  std::function<void(Reader&, const Place&, T&)> read;
  std::function<void(T&)> clear;                      // what an empty value does; empty: it is a problem
  std::function<std::string(const T&)> show_as_json;  // empty for secrets
};

template <class T>
struct Table {
  std::vector<Field<T>> fields;
  std::vector<OneOf> one_of;
};

// The parts of read_map that do not depend on T: unknown, missing and excluding keys.
void check_keys(Reader& reader, const Place& at, const std::vector<Property>& properties,
                const std::vector<OneOf>& one_of, const std::vector<std::string>& also_known);

// JSON texts for `show_as_json` and `default_json`.
std::string json_text(std::string_view text);
std::string json_list(const std::vector<std::string>& texts);
std::string json_number(double number);

template <class T>
std::vector<Property> properties_of(const Table<T>& table) {
  std::vector<Property> result;
  for (const Field<T>& field : table.fields) result.push_back(field.property);
  return result;
}

template <class T>
Shape object_shape(const Table<T>& table) {
  return {.kind = Shape::Kind::object,
          .object = std::make_shared<const ObjectShape>(ObjectShape{properties_of(table), table.one_of})};
}

// Reads the fields in the table's order, whatever the file's, then tells what is unknown, missing or too
// much. `also_known` are keys that the caller reads by itself.
template <class T>
void read_map(Reader& reader, const Place& at, const Table<T>& table, T& into,
              const std::vector<std::string>& also_known = {}) {
  if (at.node.is_null()) {
    check_keys(reader, at, properties_of(table), table.one_of, also_known);
    return;
  }
  if (!at.node.is_map()) {
    reader.wrong_type(at, "a map of keys and values");
    return;
  }
  for (const Field<T>& field : table.fields) {
    for (const YamlEntry& entry : at.node.entries) {
      if (entry.key != field.property.name) continue;
      const Place value = at.entry(entry);
      if (!entry.value.is_null()) {
        field.read(reader, value, into);
      } else if (field.clear) {
        field.clear(into);
      } else {
        reader.problem(value, "the value is missing");
      }
    }
  }
  check_keys(reader, at, properties_of(table), table.one_of, also_known);
}

// The fields of a part, as fields of the whole: `part` gives the part of a whole.
template <class Whole, class Part, class Access>
void append_lifted(Table<Whole>& whole, const Table<Part>& part, Access access) {
  for (const Field<Part>& field : part.fields) {
    Field<Whole> lifted;
    lifted.property = field.property;
    lifted.read = [read = field.read, access](Reader& reader, const Place& at, Whole& into) {
      read(reader, at, access(into));
    };
    if (field.clear) lifted.clear = [clear = field.clear, access](Whole& into) { clear(access(into)); };
    whole.fields.push_back(std::move(lifted));
  }
  whole.one_of.insert(whole.one_of.end(), part.one_of.begin(), part.one_of.end());
}

}  // namespace diffgate::config
