#include "dbt/manifest_parser.hpp"

// One pass over the text with simdjson's on-demand reader, which finds the structure of the whole text first
// (and checks its UTF-8) and then walks it forward. Values that nobody wants are stepped over; of those that
// are wanted only the place is noted (see manifest_data.hpp).

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "dbt/json_value.hpp"
#include "net/error.hpp"

namespace diffgate::dbt {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr int kNewestSchema = 12;
constexpr std::size_t kMaximumWarnings = 100;

// What a wanted value must be; a value of another kind is reported and kept, since it can still be compared.
enum class Expected : std::uint8_t { any, string, list, object };

struct Wanted {
  std::string_view key;
  Field field;
  Expected expected;
};

constexpr Wanted kWanted[] = {
    {"name", Field::name, Expected::string},
    {"package_name", Field::package_name, Expected::string},
    {"original_file_path", Field::original_file_path, Expected::string},
    {"patch_path", Field::patch_path, Expected::string},
    {"fqn", Field::fqn, Expected::list},
    {"tags", Field::tags, Expected::any},
    {"meta", Field::meta, Expected::object},
    {"description", Field::description, Expected::string},
    {"config", Field::config, Expected::object},
    {"unrendered_config", Field::unrendered_config, Expected::object},
    {"raw_code", Field::raw_code, Expected::string},
    {"raw_sql", Field::raw_code, Expected::string},  // until v6
    {"checksum", Field::checksum, Expected::any},    // an object; of unit tests a string
    {"columns", Field::columns, Expected::object},
    {"constraints", Field::constraints, Expected::list},
    {"contract", Field::contract, Expected::object},
    {"access", Field::access, Expected::string},
    {"group", Field::group, Expected::string},
    {"latest_version", Field::latest_version, Expected::any},
    {"version", Field::version, Expected::any},
    {"deprecation_date", Field::deprecation_date, Expected::any},
    {"database", Field::database, Expected::string},
    {"schema", Field::schema, Expected::string},
    {"alias", Field::alias, Expected::string},
    {"relation_name", Field::relation_name, Expected::string},
    {"test_metadata", Field::test_metadata, Expected::object},
    {"column_name", Field::column_name, Expected::string},
    {"attached_node", Field::attached_node, Expected::string},
    {"source_name", Field::source_name, Expected::string},
    {"identifier", Field::identifier, Expected::string},
    {"quoting", Field::quoting, Expected::object},
    {"freshness", Field::freshness, Expected::any},
    {"loaded_at_field", Field::loaded_at_field, Expected::string},
    {"external", Field::external, Expected::any},
    {"unrendered_database", Field::unrendered_database, Expected::any},
    {"unrendered_schema", Field::unrendered_schema, Expected::any},
    {"type", Field::type, Expected::any},
    {"owner", Field::owner, Expected::any},
    {"maturity", Field::maturity, Expected::any},
    {"url", Field::url, Expected::any},
    {"label", Field::label, Expected::any},
    {"model", Field::model, Expected::any},
    {"defaults", Field::defaults, Expected::any},
    {"entities", Field::entities, Expected::any},
    {"dimensions", Field::dimensions, Expected::any},
    {"measures", Field::measures, Expected::any},
    {"primary_entity", Field::primary_entity, Expected::any},
    {"query_params", Field::query_params, Expected::any},
    {"exports", Field::exports, Expected::any},
    {"arguments", Field::arguments, Expected::any},
    {"returns", Field::returns, Expected::any},
    {"overloads", Field::overloads, Expected::any},
};

// Finds a wanted key. By length first: a few comparisons, which is cheaper than a hash for a million keys a
// file.
class WantedKeys {
 public:
  WantedKeys() {
    for (const Wanted& wanted : kWanted) by_length_[wanted.key.size()].push_back(&wanted);
  }

  const Wanted* find(std::string_view key) const {
    if (key.size() >= by_length_.size()) return nullptr;
    for (const Wanted* wanted : by_length_[key.size()]) {
      if (wanted->key == key) return wanted;
    }
    return nullptr;
  }

 private:
  std::array<std::vector<const Wanted*>, 24> by_length_;
};

const WantedKeys& wanted_keys() {
  static const WantedKeys keys;
  return keys;
}

struct TypeName {
  std::string_view name;
  ResourceType type;
};

constexpr TypeName kTypesInNodes[] = {
    {"model", ResourceType::model},       {"test", ResourceType::test},
    {"seed", ResourceType::seed},         {"snapshot", ResourceType::snapshot},
    {"analysis", ResourceType::analysis}, {"operation", ResourceType::operation},
};

ResourceType type_in_nodes(std::string_view name) {
  for (const TypeName& known : kTypesInNodes) {
    if (known.name == name) return known.type;
  }
  return ResourceType::other;
}

// The sections that hold members of the graph besides `nodes`. Where an id stands in several sections, dbt
// takes the first of this order; `nodes` goes before all.
struct SectionName {
  std::string_view key;
  ResourceType type;
};

constexpr SectionName kSections[] = {
    {"sources", ResourceType::source},       {"exposures", ResourceType::exposure},
    {"metrics", ResourceType::metric},       {"semantic_models", ResourceType::semantic_model},
    {"unit_tests", ResourceType::unit_test}, {"saved_queries", ResourceType::saved_query},
    {"functions", ResourceType::function},
};

// Priority of the section of a node, lowest first.
int section_rank(ResourceType type) {
  int rank = 1;
  for (const SectionName& section : kSections) {
    if (section.type == type) return rank;
    ++rank;
  }
  return 0;
}

std::string_view trimmed(std::string_view raw) {
  while (!raw.empty() && static_cast<unsigned char>(raw.back()) <= ' ') raw.remove_suffix(1);
  return raw;
}

std::string_view in_words(char first) {
  switch (first) {
    case '{':
      return "an object";
    case '[':
      return "a list";
    case '"':
      return "a string";
    case 't':
    case 'f':
      return "true or false";
    case 'n':
      return "null";
    default:
      return "a number";
  }
}

bool is_kind(char first, Expected expected) {
  switch (expected) {
    case Expected::any:
      return true;
    case Expected::string:
      return first == '"';
    case Expected::list:
      return first == '[';
    case Expected::object:
      return first == '{';
  }
  return true;
}

std::size_t first_invalid_utf8(std::string_view text) {
  // The longest valid prefix, by halving; a prefix that ends inside a character counts as invalid, hence the
  // few bytes of slack that the message does not mind.
  std::size_t valid = 0;
  std::size_t invalid = text.size();
  while (valid + 1 < invalid) {
    std::size_t middle = valid + (invalid - valid) / 2;
    std::size_t cut = middle;
    while (cut > valid && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
    if (cut == valid) break;
    if (simdjson::validate_utf8(text.data(), cut)) {
      valid = cut;
    } else {
      invalid = cut;
    }
  }
  return valid;
}

class Parser {
 public:
  Parser(ManifestText text, std::string_view name) : data_(std::make_shared<ManifestData>(std::move(text))) {
    data_->name = name;
    // Windows editors and shells put a byte order mark in front.
    text_ = data_->text.view();
    if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
  }

  std::shared_ptr<const ManifestData> parse() {
    refuse_what_is_no_json();
    ondemand::document document;
    check(parser_.iterate(text_.data(), text_.size(), text_.size() + ManifestText::kPadding).get(document),
          nullptr);
    ondemand::object root;
    if (document.get_object().get(root) != simdjson::SUCCESS) {
      fail_at(&document, "is not a dbt manifest: it holds no JSON object", {});
    }
    for (auto field : root) {
      std::string_view key;
      ondemand::value value;
      take(field, key, value);
      read_section(key, value);
    }
    const char* rest = nullptr;
    if (document.current_location().get(rest) == simdjson::SUCCESS) {
      fail_at(&document, "is not JSON: something follows its end", {});
    }
    finish();
    return data_;
  }

 private:
  using Member = simdjson::simdjson_result<ondemand::field>;

  [[noreturn]] void fail(std::string what, std::string hint) const {
    throw Error(ErrorClass::caller, std::move(what), data_->name, std::move(hint));
  }

  [[noreturn]] void fail_at(ondemand::document* document, std::string_view what, std::string hint) const {
    std::size_t offset = text_.size();
    const char* location = nullptr;
    if (document != nullptr && document->current_location().get(location) == simdjson::SUCCESS) {
      offset = static_cast<std::size_t>(location - data_->text.view().data());
    }
    fail(fmt::format("{}, at byte {}", what, offset), std::move(hint));
  }

  void refuse_what_is_no_json() const {
    if (text_.size() > ManifestText::kMaximumBytes) fail("larger than 2048 MB", "is it a manifest.json?");
    const std::size_t start = text_.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos) fail("is empty, not a dbt manifest", {});
    if (text_.starts_with("\xff\xfe") || text_.starts_with("\xfe\xff")) {
      fail("is UTF-16, not a dbt manifest", "dbt writes UTF-8: was it saved by an editor or a shell?");
    }
    if (text_[start] != '{') fail(fmt::format("is not a dbt manifest: no JSON object at byte {}", start), {});
  }

  void check(simdjson::error_code error, ondemand::value* at) {
    if (error == simdjson::SUCCESS) return;
    std::size_t offset = text_.size();
    std::string_view what = "is not valid JSON";
    switch (error) {
      case simdjson::UTF8_ERROR:
        what = "is not UTF-8";
        offset = first_invalid_utf8(text_);
        break;
      case simdjson::UNCLOSED_STRING:
      case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
        fail(fmt::format("is cut off: the JSON does not end by byte {}", text_.size()),
             "was it copied in full?");
      case simdjson::UNESCAPED_CHARS:
        what = "is not valid JSON: a control character inside a string";
        break;
      case simdjson::MEMALLOC:
        fail("is too large for this machine's memory", {});
      default:
        break;
    }
    const char* location = nullptr;
    if (at != nullptr && at->current_location().get(location) == simdjson::SUCCESS) {
      offset = static_cast<std::size_t>(location - text_.data());
    } else if (last_place_ != nullptr && error != simdjson::UTF8_ERROR) {
      offset = static_cast<std::size_t>(last_place_ - text_.data());
      fail(fmt::format("{}, after byte {}", what, offset), "was it copied in full?");
    }
    fail(fmt::format("{}, at byte {}", what, offset), "was it copied in full?");
  }

  // The next member of an object, or the error where the text goes wrong.
  void take(Member& member, std::string_view& key, ondemand::value& value) {
    check(member.error(), nullptr);
    key = key_of(member);
    last_place_ = key.data();
    check(member.value().get(value), nullptr);
  }

  std::string_view key_of(Member& member) {
    ondemand::raw_json_string raw;
    check(member.key().get(raw), nullptr);
    const char* const start = raw.raw();
    const char* end = start;
    while (*end != '"' && *end != '\\') ++end;
    if (*end == '"') return {start, static_cast<std::size_t>(end - start)};
    std::string_view unescaped;
    check(member.unescaped_key().get(unescaped), nullptr);
    last_place_ = start;
    return data_->unescaped.emplace_back(unescaped);
  }

  Slice slice_of(std::string_view raw) const {
    if (raw.empty()) return {};
    return {static_cast<std::uint32_t>(raw.data() - data_->text.view().data()),
            static_cast<std::uint32_t>(raw.size())};
  }

  // The JSON text of the value; empty for null.
  std::string_view raw_of(ondemand::value& value) {
    ondemand::json_type type;
    check(value.type().get(type), &value);
    std::string_view raw;
    switch (type) {
      case ondemand::json_type::object: {
        ondemand::object object;
        check(value.get_object().get(object), &value);
        check(object.raw_json().get(raw), nullptr);
        break;
      }
      case ondemand::json_type::array: {
        ondemand::array array;
        check(value.get_array().get(array), &value);
        check(array.raw_json().get(raw), nullptr);
        break;
      }
      case ondemand::json_type::null:
        if (trimmed(value.raw_json_token()) != "null") check(simdjson::N_ATOM_ERROR, &value);
        return {};
      case ondemand::json_type::string:
      case ondemand::json_type::number:
      case ondemand::json_type::boolean:
        raw = value.raw_json_token();
        break;
    }
    raw = trimmed(raw);
    if (type == ondemand::json_type::string && (raw.size() < 2 || raw.back() != '"')) {
      check(simdjson::STRING_ERROR, &value);
    }
    if (type == ondemand::json_type::boolean && raw != "true" && raw != "false") {
      check(simdjson::T_ATOM_ERROR, &value);
    }
    return raw;
  }

  std::string string_of(ondemand::value& value) {
    std::string_view raw = raw_of(value);
    return decode_string(raw);
  }

  // The value as an object, or an error that says where and what it is instead. False for null.
  bool object_of(ondemand::value& value, std::string_view where, ondemand::object& object) {
    ondemand::json_type type;
    check(value.type().get(type), &value);
    if (type == ondemand::json_type::null) return false;
    if (type != ondemand::json_type::object) {
      const std::string_view token = value.raw_json_token();
      fail(fmt::format("'{}' is {}, expected an object, at byte {}", where, in_words(token.front()),
                       static_cast<std::size_t>(token.data() - text_.data())),
           "is it a manifest.json that dbt wrote?");
    }
    check(value.get_object().get(object), &value);
    return true;
  }

  void warn(std::string warning) {
    if (data_->warnings.size() < kMaximumWarnings) data_->warnings.push_back(std::move(warning));
  }

  void read_section(std::string_view key, ondemand::value& value) {
    if (key == "metadata") return read_metadata(value);
    if (key == "nodes") return read_nodes(key, value, ResourceType::other);
    if (key == "macros") return read_macros(value);
    if (key == "disabled") return read_disabled(value);
    if (key == "selectors") {
      data_->selectors = slice_of(raw_of(value));
      return;
    }
    for (const SectionName& section : kSections) {
      if (section.key == key) return read_nodes(key, value, section.type);
    }
  }

  void read_metadata(ondemand::value& value) {
    ondemand::object metadata;
    if (!object_of(value, "metadata", metadata)) return;
    for (auto field : metadata) {
      std::string_view key;
      ondemand::value entry;
      take(field, key, entry);
      if (key == "dbt_schema_version") schema_url_ = string_of(entry);
      if (key == "dbt_version") data_->info.dbt_version = string_of(entry);
      if (key == "adapter_type") data_->info.adapter_type = string_of(entry);
      if (key == "project_name") data_->info.project_name = string_of(entry);
      if (key == "project_id") data_->project_id = string_of(entry);
      if (key == "generated_at") data_->info.generated_at = string_of(entry);
      if (key == "env") read_environment(entry);
    }
  }

  void read_environment(ondemand::value& value) {
    ondemand::object environment;
    if (!object_of(value, "metadata.env", environment)) return;
    for (auto field : environment) {
      std::string_view key;
      ondemand::value entry;
      take(field, key, entry);
      if (key == "GIT_SHA") data_->info.git_sha = string_of(entry);
    }
  }

  void read_nodes(std::string_view section, ondemand::value& value, ResourceType section_type) {
    ondemand::object entries;
    if (!object_of(value, section, entries)) return;
    for (auto field : entries) {
      std::string_view id;
      ondemand::value entry;
      take(field, id, entry);
      read_node(id, entry, section_type);
    }
  }

  void read_node(std::string_view id, ondemand::value& value, ResourceType section_type) {
    ondemand::object members;
    if (!object_of(value, id, members)) {
      fail(fmt::format("'{}' is null, expected an object", id), "is it a manifest.json that dbt wrote?");
    }
    found_.fill({});
    Node node{.id = id, .type = section_type};
    bool has_type = section_type != ResourceType::other;
    for (auto field : members) {
      std::string_view key;
      ondemand::value entry;
      take(field, key, entry);
      if (key == "depends_on") {
        read_depends_on(id, entry);
      } else if (key == "resource_type" && section_type == ResourceType::other) {
        node.type = type_in_nodes(plain_string(raw_of(entry)).value_or(""));
        has_type = true;
      } else if (const Wanted* wanted = wanted_->find(key)) {
        note(id, *wanted, raw_of(entry));
      }
    }
    if (!has_type) node.type = type_in_nodes(id.substr(0, id.find('.')));
    node.enabled = !is_disabled_by(found_[static_cast<std::size_t>(Field::config)]);
    keep(node);
  }

  void note(std::string_view id, const Wanted& wanted, std::string_view raw) {
    if (!raw.empty() && !is_kind(raw.front(), wanted.expected)) {
      warn(fmt::format("{}: {} is {}", id, wanted.key, in_words(raw.front())));
    }
    found_[static_cast<std::size_t>(wanted.field)] = raw;
  }

  void read_depends_on(std::string_view id, ondemand::value& value) {
    ondemand::json_type type;
    check(value.type().get(type), &value);
    if (type != ondemand::json_type::object) {
      if (type != ondemand::json_type::null) warn(fmt::format("{}: depends_on is no object", id));
      return;
    }
    ondemand::object depends_on;
    check(value.get_object().get(depends_on), &value);
    for (auto field : depends_on) {
      std::string_view key;
      ondemand::value entry;
      take(field, key, entry);
      if (key == "nodes") note(id, kDependsOnNodes, raw_of(entry));
      if (key == "macros") note(id, kDependsOnMacros, raw_of(entry));
    }
  }

  // Most configs do not contain the words, so the search decides; only then is the object read.
  bool is_disabled_by(std::string_view config) {
    static constexpr std::string_view kKey = "\"enabled\"";
    for (std::size_t at = config.find(kKey); at != std::string_view::npos; at = config.find(kKey, at + 1)) {
      std::size_t after = at + kKey.size();
      while (after < config.size() && (config[after] == ' ' || config[after] == ':')) ++after;
      if (!config.substr(after).starts_with("false")) continue;
      const auto value = reader_.read_padded(config);
      const JsonValue* enabled = value ? value->find("enabled") : nullptr;
      return enabled != nullptr && enabled->kind == JsonValue::Kind::boolean && !enabled->boolean;
    }
    return false;
  }

  void keep(Node node) {
    node.first_slice = static_cast<std::uint32_t>(data_->slices.size());
    for (std::size_t field = 0; field < kFields; ++field) {
      if (found_[field].empty()) continue;
      node.present |= std::uint64_t{1} << field;
      data_->slices.push_back(slice_of(found_[field]));
    }
    const auto index = static_cast<NodeIndex>(data_->nodes.size());
    const auto [place, is_first] = data_->node_index.try_emplace(node.id, index);
    if (is_first) {
      data_->nodes.push_back(node);
      return;
    }
    // A key twice in one section: the last counts, as for Python's json. An id in two sections: dbt's order.
    Node& earlier = data_->nodes[place->second];
    if (section_rank(node.type) <= section_rank(earlier.type)) earlier = node;
    warn(fmt::format("{} is there twice", node.id));
  }

  void read_macros(ondemand::value& value) {
    ondemand::object macros;
    if (!object_of(value, "macros", macros)) return;
    for (auto field : macros) {
      std::string_view id;
      ondemand::value entry;
      take(field, id, entry);
      read_macro(id, entry);
    }
  }

  void read_macro(std::string_view id, ondemand::value& value) {
    ondemand::object members;
    if (!object_of(value, id, members)) {
      fail(fmt::format("'{}' is null, expected an object", id), "is it a manifest.json that dbt wrote?");
    }
    found_.fill({});
    Macro macro{.id = id, .sql = {}, .depends_on_macros = {}};
    for (auto field : members) {
      std::string_view key;
      ondemand::value entry;
      take(field, key, entry);
      if (key == "macro_sql") macro.sql = slice_of(raw_of(entry));
      if (key == "depends_on") read_depends_on(id, entry);
    }
    macro.depends_on_macros = slice_of(found_[static_cast<std::size_t>(Field::depends_on_macros)]);
    const auto [place, is_first] =
        data_->macro_index.try_emplace(id, static_cast<MacroIndex>(data_->macros.size()));
    if (is_first) {
      data_->macros.push_back(macro);
    } else {
      data_->macros[place->second] = macro;
    }
  }

  // From v4 an object of lists by id, before that a list of nodes.
  void read_disabled(ondemand::value& value) {
    ondemand::json_type type;
    check(value.type().get(type), &value);
    if (type == ondemand::json_type::object) {
      ondemand::object entries;
      check(value.get_object().get(entries), &value);
      for (auto field : entries) {
        std::string_view id;
        ondemand::value entry;
        take(field, id, entry);
        data_->disabled.push_back(id);
      }
    } else if (type == ondemand::json_type::array) {
      ondemand::array entries;
      check(value.get_array().get(entries), &value);
      for (auto element : entries) {
        ondemand::value entry;
        check(element.get(entry), nullptr);
        read_disabled_node(entry);
      }
    }
    std::sort(data_->disabled.begin(), data_->disabled.end());
  }

  void read_disabled_node(ondemand::value& value) {
    ondemand::json_type type;
    check(value.type().get(type), &value);
    if (type != ondemand::json_type::object) return;
    ondemand::object members;
    check(value.get_object().get(members), &value);
    for (auto field : members) {
      std::string_view key;
      ondemand::value entry;
      take(field, key, entry);
      if (key == "unique_id") data_->disabled.push_back(data_->unescaped.emplace_back(string_of(entry)));
    }
  }

  void finish() {
    data_->info.schema_version = schema_version();
    // The metrics of before v10 are another thing than today's; dbt throws them away when it reads such a
    // file.
    constexpr int kFirstWithTodaysMetrics = 10;
    if (data_->info.schema_version < kFirstWithTodaysMetrics) drop_metrics();
    for (const Node& node : data_->nodes) {
      if (node.type == ResourceType::model) ++data_->info.models;
    }
  }

  int schema_version() const {
    if (schema_url_.empty()) fail("is not a dbt manifest: metadata.dbt_schema_version is missing", {});
    const std::size_t slash = schema_url_.rfind('/');
    const std::string_view last =
        std::string_view(schema_url_).substr(slash == std::string::npos ? 0 : slash + 1);
    if (schema_url_.find("/manifest/") == std::string::npos) {
      fail(fmt::format("is not a dbt manifest: its schema is {}", schema_url_), "give the manifest.json");
    }
    int version = 0;
    if (last.size() > 1 && last.front() == 'v') {
      for (const char c : last.substr(1)) {
        if (c < '0' || c > '9' || version > 1000) break;
        version = version * 10 + (c - '0');
      }
    }
    if (version < 1 || version > kNewestSchema) {
      fail(fmt::format("has the manifest schema {}, known are v1 to v{}", last, kNewestSchema),
           "is a newer diffgate out?");
    }
    return version;
  }

  void drop_metrics() {
    auto& nodes = data_->nodes;
    const auto is_metric = [](const Node& node) { return node.type == ResourceType::metric; };
    if (std::none_of(nodes.begin(), nodes.end(), is_metric)) return;
    std::erase_if(nodes, is_metric);
    data_->node_index.clear();
    for (NodeIndex i = 0; i < nodes.size(); ++i) data_->node_index.emplace(nodes[i].id, i);
  }

  static constexpr Wanted kDependsOnNodes{"depends_on.nodes", Field::depends_on_nodes, Expected::list};
  static constexpr Wanted kDependsOnMacros{"depends_on.macros", Field::depends_on_macros, Expected::list};

  std::shared_ptr<ManifestData> data_;
  std::string_view text_;
  ondemand::parser parser_;
  JsonReader reader_;
  const WantedKeys* wanted_ = &wanted_keys();
  std::array<std::string_view, kFields> found_{};  // of the node being read
  std::string schema_url_;
  const char* last_place_ = nullptr;  // the last key read: where an error is near
};

}  // namespace

std::shared_ptr<const ManifestData> parse_text(ManifestText text, std::string_view name) {
  static_assert(simdjson::SIMDJSON_PADDING <= 64, "ManifestText::kPadding");
  return Parser(std::move(text), name).parse();
}

}  // namespace diffgate::dbt
