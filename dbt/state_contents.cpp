// What dbt compares of resources besides code and config: a source's freshness, an exposure's owner, …

#include <algorithm>
#include <cctype>

#include "dbt/state_compare.hpp"

namespace diffgate::dbt {
namespace {

const JsonValue& member(const JsonValue& object, std::string_view key) {
  static const JsonValue missing;
  const JsonValue* found = object.find(key);
  return found == nullptr ? missing : *found;
}

// An id of a source as dbt 2 makes it, whichever made it.
std::string without_punctuation(const std::string& id) {
  static constexpr std::string_view kSource = "source.";
  if (!id.starts_with(kSource)) return id;
  std::size_t table = 0;
  for (int dots = 0; dots < 3 && table != std::string::npos; ++dots) table = id.find('.', table) + 1;
  std::string plain = id.substr(0, table);
  for (const char c : id.substr(table)) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') {
      plain += c;
    } else {
      plain += "__";
    }
  }
  return plain;
}

}  // namespace

bool StateComparison::same_typed(const Pair& pair, Field field) {
  const std::string_view before = base_.raw(pair.before, field);
  const std::string_view now = head_.raw(pair.now, field);
  if (before == now) return true;
  JsonValue a = read(before);
  JsonValue b = read(now);
  // Without quoting is quoting of which nothing is said.
  if (field == Field::quoting && a.is_null()) a.kind = JsonValue::Kind::object;
  if (field == Field::quoting && b.is_null()) b.kind = JsonValue::Kind::object;
  return equal_but_for_nulls(a, b);
}

bool StateComparison::same_member(const Pair& pair, Field field, std::string_view key) {
  const std::string_view before = base_.raw(pair.before, field);
  const std::string_view now = head_.raw(pair.now, field);
  if (before == now) return true;
  const JsonValue a = read(before);
  const JsonValue b = read(now);
  return equal_but_for_nulls(member(a, key), member(b, key));
}

bool StateComparison::same_other_contents(const Pair& pair) {
  const auto all_same = [&](std::initializer_list<Field> fields) {
    return std::all_of(fields.begin(), fields.end(), [&](Field field) { return same_typed(pair, field); });
  };
  switch (pair.now.type) {
    case ResourceType::source:
      return all_same({Field::quoting, Field::freshness, Field::loaded_at_field, Field::external});
    case ResourceType::exposure:
      return all_same({Field::type, Field::owner, Field::maturity, Field::url, Field::label}) &&
             same_text(pair, Field::description) && same_depends_on(pair);
    case ResourceType::metric:
      return all_same({Field::type, Field::label}) && same_text(pair, Field::description);
    case ResourceType::semantic_model:
      return all_same({Field::model, Field::description, Field::defaults, Field::entities, Field::dimensions,
                       Field::measures, Field::primary_entity, Field::group});
    case ResourceType::saved_query:
      return all_same({Field::description, Field::label, Field::group, Field::tags}) &&
             same_member(pair, Field::query_params, "metrics") &&
             same_member(pair, Field::query_params, "group_by") &&
             same_member(pair, Field::query_params, "where") && same_exports(pair);
    case ResourceType::unit_test:
      // dbt 2 hashes no unit tests.
      return writers_ == Writers::engines || same_value(pair, Field::checksum);
    case ResourceType::function:
      return all_same({Field::arguments, Field::returns}) && same_overloads(pair);
    case ResourceType::model:
    case ResourceType::analysis:
    case ResourceType::test:
    case ResourceType::snapshot:
    case ResourceType::seed:
    case ResourceType::operation:
    case ResourceType::other:
      return true;
  }
  return true;
}

bool StateComparison::same_exports(const Pair& pair) {
  const std::string_view before = base_.raw(pair.before, Field::exports);
  const std::string_view now = head_.raw(pair.now, Field::exports);
  if (before == now) return true;
  const auto a = read(before);
  const auto b = read(now);
  if (a.items.size() != b.items.size()) return false;
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!python_equal(member(a.items[i], "name"), member(b.items[i], "name"))) return false;
    const JsonValue& of_a = member(a.items[i], "unrendered_config");
    const JsonValue& of_b = member(b.items[i], "unrendered_config");
    for (const std::string_view key : {"export_as", "schema", "alias"}) {
      if (!python_equal(member(of_a, key), member(of_b, key))) return false;
    }
  }
  return true;
}

bool StateComparison::same_overloads(const Pair& pair) {
  const std::string_view before = base_.raw(pair.before, Field::overloads);
  const std::string_view now = head_.raw(pair.now, Field::overloads);
  if (before == now) return true;
  const auto a = read(before);
  const auto b = read(now);
  if (a.items.size() != b.items.size()) return false;
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    for (const std::string_view key : {"defined_in", "arguments", "returns", "raw_body"}) {
      if (!equal_but_for_nulls(member(a.items[i], key), member(b.items[i], key))) return false;
    }
  }
  return true;
}

bool StateComparison::same_depends_on(const Pair& pair) {
  const auto ids = [this](std::string_view raw) {
    const auto list = reader_.read(raw);
    std::set<std::string> ids;
    for (const std::string& id : list ? list->strings() : std::vector<std::string>())
      ids.insert(writers_ == Writers::engines ? without_punctuation(id) : id);
    return ids;
  };
  const std::string_view before = base_.raw(pair.before, Field::depends_on_nodes);
  const std::string_view now = head_.raw(pair.now, Field::depends_on_nodes);
  return before == now || ids(before) == ids(now);
}

}  // namespace diffgate::dbt
