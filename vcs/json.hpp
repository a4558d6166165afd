#pragma once

// JSON from outside, read into our structs: bounded before it is parsed, and typed, so that an error says
// which field is missing or of another type. The parser itself is seen by json.cpp alone.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/error.hpp"
#include "vcs/types.hpp"

namespace diffgate::vcs {

// What a document may be at most. The forges send 25 MiB of payload and a handful of levels.
struct JsonLimits {
  std::size_t bytes = 32U << 20U;
  std::size_t depth = 200;
  std::size_t values = 1'000'000;
};

// A value within a document, with its path. The plain readers throw Error naming the path when the field is
// missing, null or of another type; the optional ones give nullopt for missing and null, and still throw for
// another type. Valid as long as its JsonDocument.
class JsonView {
 public:
  bool is_array() const;

  JsonView object(std::string_view key) const;
  std::optional<JsonView> optional_object(std::string_view key) const;

  std::string text(std::string_view key) const;
  std::optional<std::string> optional_text(std::string_view key) const;

  std::int64_t integer(std::string_view key) const;
  std::optional<std::int64_t> optional_integer(std::string_view key) const;

  std::optional<bool> optional_boolean(std::string_view key) const;

  Sha sha(std::string_view key) const;  // a full commit id; all zeros is one
  std::optional<Sha> optional_sha(std::string_view key) const;

  // The elements of a member that is an array; none if it is missing or null.
  std::vector<JsonView> elements(std::string_view key) const;
  // The elements of this value, which must be an array.
  std::vector<JsonView> elements() const;
  // This value, which must be a text.
  std::string as_text() const;

  // This value as JSON again.
  std::string dump() const;

  // Throws the error of a field that is there but makes no sense.
  [[noreturn]] void refuse(std::string_view key, const std::string& expected) const;

 private:
  friend class JsonDocument;
  struct Origin {
    ErrorClass error_class;
    std::string where;
  };

  JsonView(const nlohmann::json& value, std::string path, const Origin& origin)
      : value_(&value), path_(std::move(path)), origin_(&origin) {}
  const nlohmann::json* member(std::string_view key) const;
  const nlohmann::json& required(std::string_view key) const;
  std::string path_of(std::string_view key) const;
  JsonView at(std::string_view key, const nlohmann::json& value) const;
  std::vector<JsonView> elements_of(const nlohmann::json& array, const std::string& path) const;
  [[noreturn]] void fail(const std::string& path, const std::string& expected,
                         const std::string& found) const;

  const nlohmann::json* value_;
  std::string path_;
  const Origin* origin_;
};

class JsonDocument {
 public:
  // `where` names the document in errors ("GET /repos/acme/dbt/pulls/7"), `error_class` says whose fault a
  // wrong one is.
  JsonDocument(std::string_view text, ErrorClass error_class, std::string where, JsonLimits limits = {});
  ~JsonDocument();
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;

  JsonView root() const;

 private:
  JsonView::Origin origin_;
  std::unique_ptr<nlohmann::json> value_;
};

// Why `text` is beyond the limits, or nullopt. One pass without recursion; the text need not be valid JSON.
std::optional<std::string> beyond_limits(std::string_view text, const JsonLimits& limits);

// A field of a JSON object as text, or empty if `text` is no such thing: for a server's error message.
std::string message_of(std::string_view text, std::string_view key);

}  // namespace diffgate::vcs
