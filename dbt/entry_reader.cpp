#include "dbt/entry_reader.hpp"

#include <fmt/format.h>

#include <utility>

#include "dbt/sections.hpp"
#include "net/error.hpp"

namespace diffgate::dbt {
namespace {

constexpr std::size_t kMaximumWarnings = 100;
constexpr std::string_view kHint = "is it a manifest.json that dbt wrote?";

constexpr Wanted kDependsOnNodes{"depends_on.nodes", Field::depends_on_nodes, Expected::list};
constexpr Wanted kDependsOnMacros{"depends_on.macros", Field::depends_on_macros, Expected::list};

}  // namespace

bool EntryReader::enter_object(std::string_view where) {
  const char first = stream_.peek();
  if (first == 'n') {
    stream_.skip();
    return false;
  }
  if (first != '{') {
    const std::uint64_t at = stream_.offset();
    stream_.skip();
    throw Error(ErrorClass::caller,
                fmt::format("'{}' is {}, expected an object, at byte {}", where, kind_in_words(first), at),
                data_.name, std::string(kHint));
  }
  stream_.enter();
  return true;
}

std::string_view EntryReader::kept_key() {
  const std::string_view key = stream_.key();
  if (key.find('\\') == std::string_view::npos) return data_.text.keep(key);
  return data_.unescaped.emplace_back(decode_string(std::string_view(key.data() - 1, key.size() + 2)));
}

std::string_view EntryReader::kept_value() {
  const std::string_view value = stream_.take();
  return value == "null" ? std::string_view() : data_.text.keep(value);
}

void EntryReader::warn(std::string warning) {
  if (data_.warnings.size() < kMaximumWarnings) data_.warnings.push_back(std::move(warning));
}

void EntryReader::read_nodes(std::string_view section, ResourceType type) {
  if (!enter_object(section)) return;
  while (stream_.next_member()) read_node(kept_key(), type);
}

void EntryReader::read_macros() {
  if (!enter_object("macros")) return;
  while (stream_.next_member()) read_macro(kept_key());
}

void EntryReader::enter_entry(std::string_view id) {
  if (!enter_object(id)) {
    throw Error(ErrorClass::caller, fmt::format("'{}' is null, expected an object", id), data_.name,
                std::string(kHint));
  }
  found_.fill({});
}

void EntryReader::read_node(std::string_view id, ResourceType section_type) {
  enter_entry(id);
  Node node{.id = id, .type = section_type};
  bool has_type = section_type != ResourceType::other;
  while (stream_.next_member()) {
    const std::string_view key = stream_.key();
    if (key == "depends_on") {
      read_depends_on(id);
    } else if (key == "resource_type" && section_type == ResourceType::other) {
      node.type = type_in_nodes(plain_string(stream_.take()).value_or(""));
      has_type = true;
    } else if (const Wanted* wanted = find_wanted(key)) {
      note(id, *wanted);
    } else {
      stream_.skip();
    }
  }
  if (!has_type) node.type = type_in_nodes(id.substr(0, id.find('.')));
  node.enabled = !is_disabled_by(found(Field::config));
  add(node);
}

void EntryReader::read_macro(std::string_view id) {
  enter_entry(id);
  Macro macro{.id = id, .sql = {}, .depends_on_macros = {}};
  while (stream_.next_member()) {
    const std::string_view key = stream_.key();
    if (key == "macro_sql") {
      macro.sql = kept_value();
    } else if (key == "depends_on") {
      read_depends_on(id);
    } else {
      stream_.skip();
    }
  }
  macro.depends_on_macros = found(Field::depends_on_macros);
  const auto [place, is_first] =
      data_.macro_index.try_emplace(id, static_cast<MacroIndex>(data_.macros.size()));
  if (is_first) {
    data_.macros.push_back(macro);
  } else {
    data_.macros[place->second] = macro;
    warn(fmt::format("{} is there twice", id));
  }
}

void EntryReader::note(std::string_view id, const Wanted& wanted) {
  const std::string_view value = kept_value();
  if (!value.empty() && !is_kind(value.front(), wanted.expected)) {
    warn(fmt::format("{}: {} is {}", id, wanted.key, kind_in_words(value.front())));
  }
  found(wanted.field) = value;
}

void EntryReader::read_depends_on(std::string_view id) {
  // Of a key that is there twice the last counts.
  found(Field::depends_on_nodes) = {};
  found(Field::depends_on_macros) = {};
  const char first = stream_.peek();
  if (first != '{') {
    if (first != 'n') warn(fmt::format("{}: depends_on is no object", id));
    stream_.skip();
    return;
  }
  stream_.enter();
  while (stream_.next_member()) {
    const std::string_view key = stream_.key();
    if (key == "nodes") {
      note(id, kDependsOnNodes);
    } else if (key == "macros") {
      note(id, kDependsOnMacros);
    } else {
      stream_.skip();
    }
  }
}

// Most configs do not contain the words, so the search decides; only then is the object read.
bool EntryReader::is_disabled_by(std::string_view config) {
  static constexpr std::string_view kKey = "\"enabled\"";
  for (std::size_t at = config.find(kKey); at != std::string_view::npos; at = config.find(kKey, at + 1)) {
    std::size_t after = at + kKey.size();
    while (after < config.size() && (config[after] == ' ' || config[after] == ':')) ++after;
    if (!config.substr(after).starts_with("false")) continue;
    const auto value = reader_.read(config);
    const JsonValue* enabled = value ? value->find("enabled") : nullptr;
    return enabled != nullptr && enabled->kind == JsonValue::Kind::boolean && !enabled->boolean;
  }
  return false;
}

void EntryReader::add(Node node) {
  node.first_slice = static_cast<std::uint32_t>(data_.slices.size());
  for (std::size_t field = 0; field < kFields; ++field) {
    if (found_[field].empty()) continue;
    node.present |= std::uint64_t{1} << field;
    data_.slices.push_back(found_[field]);
  }
  const auto index = static_cast<NodeIndex>(data_.nodes.size());
  const auto [place, is_first] = data_.node_index.try_emplace(node.id, index);
  if (is_first) {
    data_.nodes.push_back(node);
    return;
  }
  // A key twice in one section: the last counts, as for Python's json. An id in two sections: dbt's order.
  Node& earlier = data_.nodes[place->second];
  if (section_rank(node.type) <= section_rank(earlier.type)) earlier = node;
  warn(fmt::format("{} is there twice", node.id));
}

}  // namespace diffgate::dbt
