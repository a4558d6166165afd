#include "config/api_keys.hpp"

#include <algorithm>

#include "config/fields.hpp"
#include "config/secret_fields.hpp"
#include "config/server_tables.hpp"

namespace diffgate::config {
namespace {

constexpr std::string_view kHashPrefix = "sha256:";
constexpr std::size_t kHashDigits = 64;
const Choices<Scope> kScopes = {
    {"read", Scope::read}, {"upload", Scope::upload}, {"run", Scope::run}, {"accept", Scope::accept}};

bool is_hash(std::string_view text) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (!text.starts_with(kHashPrefix)) return false;
  text.remove_prefix(kHashPrefix.size());
  return text.size() == kHashDigits && std::ranges::all_of(text, is_digit);
}

Field<ApiKey> hash_field() {
  Field<ApiKey> field;
  field.property = {"key_hash",
                    "The key's SHA-256, so that the key itself is not in this file: 'sha256:' and 64 digits, "
                    "as 'diffgate config new-key' prints it.",
                    {.kind = Shape::Kind::text, .pattern = "^sha256:[0-9a-f]{64}$"},
                    {}};
  field.read = [](Reader& reader, const Place& at, ApiKey& into) {
    const auto text = reader.text(at);
    if (!text) return;
    if (is_hash(*text)) {
      into.sha256 = text->substr(kHashPrefix.size());
    } else {
      // Not shown: somebody may have written the key itself.
      reader.problem(at, "is not the hash of a key: 'sha256:' and 64 lower-case hex digits",
                     "diffgate config new-key makes one");
    }
  };
  return field;
}

Field<ApiKey> scopes_field() {
  Field<ApiKey> field;
  Shape scope{.kind = Shape::Kind::text};
  for (const auto& choice : kScopes) scope.choices.push_back(choice.first);
  field.property = {
      "scopes",
      "What the key may be used for: read, upload, run (start, confirm and cancel runs), accept "
      "(declare a difference expected).",
      {.kind = Shape::Kind::list, .is_nonempty = true, .parts = {std::move(scope)}},
      json_list({"read", "upload", "run"})};
  field.read = [](Reader& reader, const Place& at, ApiKey& into) {
    if (!at.node.is_list()) {
      reader.wrong_type(at, "a list of scopes", "write [read, upload]");
      return;
    }
    if (at.node.items.empty()) reader.problem(at, "the list is empty");
    into.scopes.clear();
    for (std::size_t i = 0; i < at.node.items.size(); ++i) {
      if (const auto read = read_choice(reader, at.item(i), kScopes)) into.scopes.insert(*read);
    }
  };
  return field;
}

Table<ApiKey> make_api_key_table() {
  Table<ApiKey> table;
  table.fields.push_back(
      required(text_field<ApiKey>("name", &ApiKey::name, "Who uses the key; shown in the log.")));
  append_secret(table, "key", &ApiKey::key, "The key itself.", false);
  table.fields.push_back(hash_field());
  table.fields.push_back(scopes_field());
  table.one_of = {{{"key", "key_file", "key_hash"}, true}};
  return table;
}

}  // namespace

const Table<ApiKey>& api_key_table() {
  static const Table<ApiKey> table = make_api_key_table();
  return table;
}

}  // namespace diffgate::config
