#pragma once

// Builders of the common kinds of fields; each takes the default from a default-constructed T.

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "config/description.hpp"
#include "net/did_you_mean.hpp"

namespace diffgate::config {

inline constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

// Field with a default: what a fresh T shows.
template <class T>
Field<T> with_default(Field<T> field) {
  if (field.show_as_json) field.property.default_json = field.show_as_json(T{});
  return field;
}

template <class T>
Field<T> required(Field<T> field) {
  field.property.is_required = true;
  field.property.shape.is_nullable = false;
  field.property.default_json.clear();
  field.clear = nullptr;
  return field;
}

template <class T>
Field<T> boolean_field(std::string name, bool T::* member, std::string doc) {
  Field<T> field;
  field.property = {std::move(name), std::move(doc), {.kind = Shape::Kind::boolean}, {}};
  field.read = [member](Reader& reader, const Place& at, T& into) {
    if (const auto value = reader.boolean(at)) into.*member = *value;
  };
  field.show_as_json = [member](const T& from) { return from.*member ? "true" : "false"; };
  return with_default(std::move(field));
}

// A text read by `read`, one of Reader's functions. An empty value in the file puts the default back.
template <class T>
Field<T> text_field(std::string name, std::string T::* member, std::string doc,
                    std::optional<std::string> (Reader::*read)(const Place&) = &Reader::nonempty_text) {
  Field<T> field;
  field.property = {std::move(name),
                    std::move(doc),
                    {.kind = Shape::Kind::text, .is_nullable = true, .is_nonempty = true},
                    {}};
  field.read = [member, read](Reader& reader, const Place& at, T& into) {
    if (auto value = (reader.*read)(at)) into.*member = std::move(*value);
  };
  field.clear = [member](T& into) { into.*member = T{}.*member; };
  field.show_as_json = [member](const T& from) { return json_text(from.*member); };
  return with_default(std::move(field));
}

template <class T, class Integer>
Field<T> integer_field(std::string name, Integer T::* member, std::string doc, std::int64_t least,
                       std::int64_t most = kNoLimit) {
  Field<T> field;
  Shape shape{.kind = Shape::Kind::integer, .least = static_cast<double>(least)};
  if (most != kNoLimit) shape.most = static_cast<double>(most);
  field.property = {std::move(name), std::move(doc), shape, {}};
  field.read = [member, least, most](Reader& reader, const Place& at, T& into) {
    if (const auto value = reader.integer(at, least, most)) into.*member = static_cast<Integer>(*value);
  };
  field.show_as_json = [member](const T& from) { return std::to_string(from.*member); };
  return with_default(std::move(field));
}

template <class T>
Field<T> optional_integer_field(std::string name, std::optional<int> T::* member, std::string doc, int least,
                                int most) {
  Field<T> field;
  const Shape shape{
      .kind = Shape::Kind::integer,
      .least = least,
      .most = most == std::numeric_limits<int>::max() ? std::nullopt : std::optional<double>(most),
      .is_nullable = true};
  field.property = {std::move(name), std::move(doc), shape, {}};
  field.read = [member, least, most](Reader& reader, const Place& at, T& into) {
    if (const auto value = reader.integer(at, least, most)) into.*member = static_cast<int>(*value);
  };
  field.clear = [member](T& into) { (into.*member).reset(); };
  field.show_as_json = [member](const T& from) {
    return from.*member ? std::to_string(*(from.*member)) : "null";
  };
  return with_default(std::move(field));
}

template <class Value>
using Choices = std::vector<std::pair<std::string, Value>>;

// The value of a word, or nullopt after a problem that lists the words.
template <class Value>
std::optional<Value> read_choice(Reader& reader, const Place& at, const Choices<Value>& choices) {
  const auto word = reader.text(at);
  if (!word) return std::nullopt;
  std::vector<std::string> words;
  std::string list;
  for (const auto& [name, value] : choices) {
    if (*word == name) return value;
    words.push_back(name);
    list += (list.empty() ? "" : ", ") + name;
  }
  const std::string near = at.node.is_substituted ? std::string() : did_you_mean(*word, words);
  reader.bad_value(at, "is not one of " + list, near);
  return std::nullopt;
}

template <class T, class Value>
Field<T> choice_field(std::string name, Value T::* member, std::string doc, Choices<Value> choices) {
  Field<T> field;
  Shape shape{.kind = Shape::Kind::text};
  for (const auto& choice : choices) shape.choices.push_back(choice.first);
  field.property = {std::move(name), std::move(doc), std::move(shape), {}};
  field.show_as_json = [member, choices](const T& from) {
    for (const auto& [word, value] : choices) {
      if (value == from.*member) return json_text(word);
    }
    return std::string("null");
  };
  field.read = [member, choices = std::move(choices)](Reader& reader, const Place& at, T& into) {
    if (const auto value = read_choice(reader, at, choices)) into.*member = *value;
  };
  return with_default(std::move(field));
}

enum class TextList {
  words,  // one text alone stands for a list of one
  lines,  // a block of text stands for its lines; empty lines are kept, so that their numbers stay true
};

struct TextListLimits {
  std::size_t most_items = 200;
  std::size_t longest_item = 1000;  // bytes
};

// The texts of a list, or of what may stand for one.
std::optional<std::vector<std::string>> read_text_list(Reader& reader, const Place& at, TextList form,
                                                       const TextListLimits& limits);
Shape text_list_shape();

template <class T>
Field<T> text_list_field(std::string name, std::vector<std::string> T::* member, std::string doc,
                         TextList form = TextList::words, TextListLimits limits = {}) {
  Field<T> field;
  field.property = {std::move(name), std::move(doc), text_list_shape(), {}};
  field.read = [member, form, limits](Reader& reader, const Place& at, T& into) {
    if (auto texts = read_text_list(reader, at, form, limits)) into.*member = std::move(*texts);
  };
  field.clear = [member](T& into) { (into.*member).clear(); };
  field.show_as_json = [member](const T& from) { return json_list(from.*member); };
  return with_default(std::move(field));
}

// A part with a table of its own, as a map below the key.
template <class T, class Part>
Field<T> map_field(std::string name, std::string doc, Table<Part> table, Part& (*part)(T&)) {
  Field<T> field;
  field.property = {std::move(name), std::move(doc), object_shape(table), {}};
  field.property.shape.is_nullable = true;
  field.read = [table = std::move(table), part](Reader& reader, const Place& at, T& into) {
    read_map(reader, at, table, part(into));
  };
  field.clear = [](T&) {};
  return field;
}

// The same for a part that is absent unless its key is there.
template <class T, class Part>
Field<T> optional_map_field(std::string name, std::optional<Part> T::* member, std::string doc,
                            Table<Part> table) {
  Field<T> field;
  field.property = {std::move(name), std::move(doc), object_shape(table), {}};
  field.read = [member, table = std::move(table)](Reader& reader, const Place& at, T& into) {
    read_map(reader, at, table, (into.*member).emplace());
  };
  return field;
}

// A list of maps, each read by the same table into one more element. What is wrong in an element leaves the
// element in place, so that positions in the file and in memory agree.
template <class T, class Element>
Field<T> map_list_field(std::string name, std::vector<Element> T::* member, std::string doc,
                        Table<Element> table, std::function<Element(const T&)> fresh) {
  Field<T> field;
  Shape shape{.kind = Shape::Kind::list, .is_nullable = true, .parts = {object_shape(table)}};
  field.property = {std::move(name), std::move(doc), std::move(shape), {}};
  field.read = [member, table = std::move(table), fresh = std::move(fresh)](Reader& reader, const Place& at,
                                                                            T& into) {
    if (!at.node.is_list()) {
      reader.wrong_type(at, "a list", at.node.is_map() ? "begin each entry with '- '" : "");
      return;
    }
    for (std::size_t i = 0; i < at.node.items.size(); ++i) {
      Element element = fresh(into);
      read_map(reader, at.item(i), table, element);
      (into.*member).push_back(std::move(element));
    }
  };
  field.clear = [member](T& into) { (into.*member).clear(); };
  return field;
}

}  // namespace diffgate::config
