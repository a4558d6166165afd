#pragma once

// Small pieces of JSON, decoded: a node's config, a test's arguments. Never a whole manifest.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diffgate::dbt {

struct JsonMember;

struct JsonValue {
  enum class Kind { null, boolean, integer, number, string, list, object };

  Kind kind = Kind::null;
  bool boolean = false;
  std::int64_t integer = 0;
  double number = 0;  // also of an integer that is no int64
  std::string string;
  std::vector<JsonValue> items;
  std::vector<JsonMember> members;  // in the order of the text; of equal keys the last counts
  // Where the members are in the order of their keys, if this is a large object as JsonReader made it: find()
  // must not look through thousands of members for each of thousands of keys.
  std::vector<std::uint32_t> by_key;

  // The member's value, or nullptr if this is no object or has none. Null members are found.
  const JsonValue* find(std::string_view key) const;

  bool is_null() const { return kind == Kind::null; }
  bool is_string() const { return kind == Kind::string; }
  bool is_list() const { return kind == Kind::list; }
  bool is_object() const { return kind == Kind::object; }
  bool is_true() const { return kind == Kind::boolean && boolean; }

  // Python's truth: false are null, false, zero, and what is empty.
  bool is_truthy() const;

  std::string string_or(std::string_view otherwise) const;

  // The strings of a list; of a string, that one alone. Other items are left out.
  std::vector<std::string> strings() const;

  // As Python's str() would write a scalar: version 1 is "1", 1.5 is "1.5". Lists and objects give "".
  std::string scalar_text() const;

  // "a list", "text", for messages.
  std::string_view kind_in_words() const;
};

struct JsonMember {
  std::string key;
  JsonValue value;
};

// Equality as Python has it, which is what dbt compares with: the order of keys does not matter, that of
// lists does; true is 1 and 1 is 1.0.
bool python_equal(const JsonValue& a, const JsonValue& b);

// As python_equal, but a member that is null is one that is missing: what comparing two of dbt's typed
// objects comes to, whose absent fields are filled with None.
bool equal_but_for_nulls(const JsonValue& a, const JsonValue& b);

// One text for all spellings of one value: keys sorted, no space.
std::string canonical_text(const JsonValue& value);

// Decodes slices of a manifest's text. Keeps its memory between calls; one thread at a time.
class JsonReader {
 public:
  // Lists and objects within each other.
  static constexpr std::size_t kMaximumDepth = 128;

  JsonReader();
  ~JsonReader();
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  // nullopt if it is no JSON or deeper than kMaximumDepth.
  std::optional<JsonValue> read(std::string_view raw);

  // The strings of a list, appended to `into` (decoded into this reader's memory: valid
  // until the next call). False if it is no list of strings; what was read until then is kept.
  bool read_strings(std::string_view raw, std::vector<std::string_view>& into);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace diffgate::dbt
