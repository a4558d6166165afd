#include "dbt/json_value.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <numeric>
#include <tuple>

namespace diffgate::dbt {
namespace {

using simdjson::dom::element_type;

// One step of the walk below: a decoded value and where it goes.
struct Pending {
  simdjson::dom::element element;
  JsonValue* into;
};

// Of equal keys the last in the text comes last. Empty for a small object.
std::vector<std::uint32_t> order_by_key(const std::vector<JsonMember>& members) {
  constexpr std::size_t kLarge = 32;
  std::vector<std::uint32_t> order;
  if (members.size() < kLarge) return order;
  order.resize(members.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return std::tie(members[a].key, a) < std::tie(members[b].key, b);
  });
  return order;
}

// Without recursion; the parser has already refused what is too deep.
JsonValue convert(simdjson::dom::element root) {
  JsonValue result;
  std::vector<Pending> pending{{root, &result}};
  while (!pending.empty()) {
    const auto [element, into] = pending.back();
    pending.pop_back();
    switch (element.type()) {
      case element_type::NULL_VALUE:
        break;
      case element_type::BOOL:
        into->kind = JsonValue::Kind::boolean;
        into->boolean = bool(element);
        break;
      case element_type::INT64:
        into->kind = JsonValue::Kind::integer;
        into->integer = std::int64_t(element);
        into->number = static_cast<double>(into->integer);
        break;
      case element_type::UINT64:
        into->kind = JsonValue::Kind::number;
        into->number = static_cast<double>(std::uint64_t(element));
        break;
      case element_type::DOUBLE:
        into->kind = JsonValue::Kind::number;
        into->number = double(element);
        break;
      case element_type::STRING:
        into->kind = JsonValue::Kind::string;
        into->string = std::string_view(element);
        break;
      case element_type::ARRAY: {
        into->kind = JsonValue::Kind::list;
        const simdjson::dom::array array = element;
        for (const auto item : array) {
          (void)item;
          into->items.emplace_back();
        }
        std::size_t at = 0;
        for (const auto item : array) pending.push_back({item, &into->items[at++]});
        break;
      }
      case element_type::OBJECT: {
        into->kind = JsonValue::Kind::object;
        const simdjson::dom::object object = element;
        for (const auto field : object) into->members.push_back({std::string(field.key), {}});
        into->by_key = order_by_key(into->members);
        std::size_t at = 0;
        for (const auto field : object) pending.push_back({field.value, &into->members[at++].value});
        break;
      }
    }
  }
  return result;
}

bool is_numeric(const JsonValue& value) {
  return value.kind == JsonValue::Kind::boolean || value.kind == JsonValue::Kind::integer ||
         value.kind == JsonValue::Kind::number;
}

JsonValue as_number(const JsonValue& value) {
  if (value.kind != JsonValue::Kind::boolean) return value;
  JsonValue number;
  number.kind = JsonValue::Kind::integer;
  number.integer = value.boolean ? 1 : 0;
  number.number = static_cast<double>(number.integer);
  return number;
}

bool numbers_equal(const JsonValue& left, const JsonValue& right) {
  const JsonValue a = as_number(left);
  const JsonValue b = as_number(right);
  if (a.kind == JsonValue::Kind::integer && b.kind == JsonValue::Kind::integer) return a.integer == b.integer;
  return a.number == b.number;
}

using Members = std::vector<std::pair<std::string_view, const JsonValue*>>;

// Sorted by key; of several with the same key the last one counts, as for Python's json.
Members sorted_members(const JsonValue& object, bool without_nulls) {
  Members members;
  members.reserve(object.members.size());
  for (const auto& [key, value] : object.members) members.emplace_back(key, &value);
  // By address second: the order of the text among equal keys.
  std::sort(members.begin(), members.end());
  Members result;
  result.reserve(members.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i + 1 < members.size() && members[i + 1].first == members[i].first) continue;
    if (without_nulls && members[i].second->is_null()) continue;
    result.push_back(members[i]);
  }
  return result;
}

bool equal(const JsonValue& left, const JsonValue& right, bool without_nulls) {
  std::vector<std::pair<const JsonValue*, const JsonValue*>> pending{{&left, &right}};
  while (!pending.empty()) {
    const auto [a, b] = pending.back();
    pending.pop_back();
    if (is_numeric(*a) && is_numeric(*b)) {
      if (!numbers_equal(*a, *b)) return false;
      continue;
    }
    if (a->kind != b->kind) return false;
    if (a->is_string() && a->string != b->string) return false;
    if (a->is_list()) {
      if (a->items.size() != b->items.size()) return false;
      for (std::size_t i = 0; i < a->items.size(); ++i) pending.emplace_back(&a->items[i], &b->items[i]);
    }
    if (a->is_object()) {
      const Members of_a = sorted_members(*a, without_nulls);
      const Members of_b = sorted_members(*b, without_nulls);
      if (of_a.size() != of_b.size()) return false;
      for (std::size_t i = 0; i < of_a.size(); ++i) {
        if (of_a[i].first != of_b[i].first) return false;
        pending.emplace_back(of_a[i].second, of_b[i].second);
      }
    }
  }
  return true;
}

}  // namespace

const JsonValue* JsonValue::find(std::string_view key) const {
  if (!by_key.empty() && by_key.size() == members.size()) {
    const auto after = std::upper_bound(
        by_key.begin(), by_key.end(), key,
        [this](std::string_view wanted, std::uint32_t i) { return wanted < members[i].key; });
    if (after == by_key.begin()) return nullptr;
    const JsonMember& last = members[*std::prev(after)];
    return last.key == key ? &last.value : nullptr;
  }
  for (auto member = members.rbegin(); member != members.rend(); ++member) {
    if (member->key == key) return &member->value;
  }
  return nullptr;
}

bool JsonValue::is_truthy() const {
  switch (kind) {
    case Kind::null:
      return false;
    case Kind::boolean:
      return boolean;
    case Kind::integer:
      return integer != 0;
    case Kind::number:
      return number != 0;
    case Kind::string:
      return !string.empty();
    case Kind::list:
      return !items.empty();
    case Kind::object:
      return !members.empty();
  }
  return false;
}

std::string JsonValue::string_or(std::string_view otherwise) const {
  return is_string() ? string : std::string(otherwise);
}

std::vector<std::string> JsonValue::strings() const {
  if (is_string()) return {string};
  std::vector<std::string> result;
  for (const JsonValue& item : items) {
    if (item.is_string()) result.push_back(item.string);
  }
  return result;
}

std::string JsonValue::scalar_text() const {
  switch (kind) {
    case Kind::boolean:
      return boolean ? "True" : "False";
    case Kind::integer:
      return std::to_string(integer);
    case Kind::number:
      return number == std::floor(number) ? fmt::format("{:.1f}", number) : fmt::format("{}", number);
    case Kind::string:
      return string;
    case Kind::null:
    case Kind::list:
    case Kind::object:
      return {};
  }
  return {};
}

std::string_view JsonValue::kind_in_words() const {
  switch (kind) {
    case Kind::null:
      return "nothing";
    case Kind::boolean:
      return "true or false";
    case Kind::integer:
    case Kind::number:
      return "a number";
    case Kind::string:
      return "text";
    case Kind::list:
      return "a list";
    case Kind::object:
      return "a mapping";
  }
  return "nothing";
}

bool python_equal(const JsonValue& a, const JsonValue& b) { return equal(a, b, false); }

bool equal_but_for_nulls(const JsonValue& a, const JsonValue& b) { return equal(a, b, true); }

namespace {

void append_quoted(std::string_view text, std::string& into) {
  into += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') into += '\\';
    into += c;
  }
  into += '"';
}

// Recurses at most JsonReader::kMaximumDepth deep.
void append_canonical(const JsonValue& value, std::string& into) {
  switch (value.kind) {
    case JsonValue::Kind::null:
      into += "null";
      break;
    case JsonValue::Kind::boolean:
      into += value.boolean ? "true" : "false";
      break;
    case JsonValue::Kind::integer:
      into += std::to_string(value.integer);
      break;
    case JsonValue::Kind::number:
      into += fmt::format("{}", value.number);
      break;
    case JsonValue::Kind::string:
      append_quoted(value.string, into);
      break;
    case JsonValue::Kind::list:
      into += '[';
      for (const JsonValue& item : value.items) {
        append_canonical(item, into);
        into += ',';
      }
      into += ']';
      break;
    case JsonValue::Kind::object:
      into += '{';
      for (const auto& [key, member] : sorted_members(value, false)) {
        append_quoted(key, into);
        into += ':';
        append_canonical(*member, into);
        into += ',';
      }
      into += '}';
      break;
  }
}

}  // namespace

std::string canonical_text(const JsonValue& value) {
  std::string text;
  append_canonical(value, text);
  return text;
}

struct JsonReader::Parser {
  simdjson::dom::parser dom;
  std::unique_ptr<char[]> text;
  std::size_t capacity = 0;

  // A copy, since simdjson reads a little past the end of a text, and a text in a mapped file may change
  // while it is read.
  bool parse(std::string_view raw, simdjson::dom::element& root) {
    const std::size_t wanted = raw.size() + simdjson::SIMDJSON_PADDING;
    if (wanted > capacity) {
      capacity = std::max<std::size_t>(wanted, 4096);
      text.reset(new char[capacity]);
    }
    std::memcpy(text.get(), raw.data(), raw.size());
    std::memset(text.get() + raw.size(), ' ', simdjson::SIMDJSON_PADDING);
    if (dom.max_depth() != kMaximumDepth && dom.allocate(capacity, kMaximumDepth) != simdjson::SUCCESS) {
      return false;
    }
    return dom.parse(text.get(), raw.size(), false).get(root) == simdjson::SUCCESS;
  }
};

JsonReader::JsonReader() : parser_(std::make_unique<Parser>()) {}

JsonReader::~JsonReader() = default;

std::optional<JsonValue> JsonReader::read(std::string_view raw) {
  if (raw.empty()) return std::nullopt;
  simdjson::dom::element root;
  if (!parser_->parse(raw, root)) return std::nullopt;
  return convert(root);
}

bool JsonReader::read_strings(std::string_view raw, std::vector<std::string_view>& into) {
  if (raw.empty()) return true;
  simdjson::dom::element root;
  simdjson::dom::array array;
  if (!parser_->parse(raw, root) || root.get(array) != simdjson::SUCCESS) return false;
  bool all_strings = true;
  for (const auto item : array) {
    std::string_view text;
    if (item.get(text) == simdjson::SUCCESS) {
      into.push_back(text);
    } else {
      all_strings = false;
    }
  }
  return all_strings;
}

}  // namespace diffgate::dbt
