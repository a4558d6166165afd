#include "dbt/selector_methods.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <functional>
#include <utility>

#include "dbt/fnmatch.hpp"
#include "dbt/run_results.hpp"
#include "dbt/selector_values.hpp"
#include "dbt/source_freshness.hpp"

namespace diffgate::dbt {
namespace {

std::string joined(const std::vector<std::string>& parts, std::size_t from, std::string_view separator) {
  std::string text;
  for (std::size_t i = from; i < parts.size(); ++i) {
    if (i > from) text += separator;
    text += parts[i];
  }
  return text;
}

bool is_in_nodes(ResourceType type) {
  switch (type) {
    case ResourceType::source:
    case ResourceType::exposure:
    case ResourceType::metric:
    case ResourceType::semantic_model:
    case ResourceType::saved_query:
    case ResourceType::unit_test:
    case ResourceType::function:
      return false;
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

using Matches = std::function<bool(const Node&)>;

NodeSet nodes_that(const ManifestData& data, const Matches& matches) {
  NodeSet set(data.nodes.size(), 0);
  for (std::size_t i = 0; i < set.size(); ++i) set[i] = data.nodes[i].enabled && matches(data.nodes[i]);
  return set;
}

bool has_wildcard(std::string_view text) { return text.find_first_of("*?[]") != std::string_view::npos; }

// dbt's is_selected_node: the leaf alone, or a dotted prefix of the fqn, from the first wildcard on a glob.
bool fqn_matches(const std::vector<std::string>& fqn, std::string_view selector, bool is_versioned) {
  if (fqn.empty()) return false;
  const std::vector<std::string> wanted = split(selector, '.');
  const bool has_version_part = is_versioned && fqn.size() > 1;
  const std::string& leaf = has_version_part ? fqn[fqn.size() - 2] : fqn.back();
  if (leaf == selector) return true;
  if (has_version_part && wanted.size() > 1 &&
      leaf + "_" + fqn.back() == wanted[wanted.size() - 2] + "_" + wanted.back()) {
    return true;
  }
  if (has_version_part && wanted.size() == 1 && leaf + "_" + fqn.back() == wanted.back()) return true;

  std::vector<std::string> flat;
  for (const std::string& part : fqn) {
    for (std::string& piece : split(part, '.')) flat.push_back(std::move(piece));
  }
  if (flat.size() < wanted.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (has_wildcard(wanted[i])) {
      return fnmatch(joined(flat, i, "."), joined(wanted, i, ".")) ||
             (wanted.size() == 1 && fnmatch(leaf, selector));
    }
    if (flat[i] != wanted[i]) return false;
  }
  return true;
}

std::vector<std::string> strings_of(MethodContext& context, const Node& node, Field field) {
  const std::string_view raw = context.head().raw(node, field);
  if (raw.size() <= 2) return {};  // "[]"
  const auto value = context.reader().read(raw);
  return value ? value->strings() : std::vector<std::string>();
}

NodeSet by_fqn(const Criterion& criterion, MethodContext& context) {
  return nodes_that(context.head(), [&](const Node& node) {
    if (node.type == ResourceType::source) return false;
    const bool is_versioned = node.type == ResourceType::model && context.head().has(node, Field::version);
    std::vector<std::string> fqn = strings_of(context, node, Field::fqn);
    if (fqn_matches(fqn, criterion.value, is_versioned)) return true;
    if (fqn.empty()) return false;
    fqn.erase(fqn.begin());
    return fqn_matches(fqn, criterion.value, is_versioned);
  });
}

// The value under a path of keys in the rendered config.
std::optional<JsonValue> config_value(MethodContext& context, const Node& node,
                                      const std::vector<std::string>& path) {
  auto value = context.reader().read(context.head().raw(node, Field::config));
  if (!value) return std::nullopt;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const JsonValue* next = value->find(path[i]);
    // dbt's own attribute of the hooks is spelled with an underscore.
    if (next == nullptr && i == 0 && path[i] == "pre_hook") next = value->find("pre-hook");
    if (next == nullptr && i == 0 && path[i] == "post_hook") next = value->find("post-hook");
    if (next == nullptr) return std::nullopt;
    value = JsonValue(*next);
  }
  return value;
}

NodeSet by_tag(const Criterion& criterion, MethodContext& context) {
  return nodes_that(context.head(), [&](const Node& node) {
    std::vector<std::string> tags = strings_of(context, node, Field::tags);
    if (tags.empty() && !context.head().has(node, Field::tags)) {
      // Unit tests, and what Fusion writes, have them in the config alone.
      if (const auto in_config = config_value(context, node, {"tags"})) tags = in_config->strings();
    }
    return std::any_of(tags.begin(), tags.end(),
                       [&](const std::string& tag) { return fnmatch(tag, criterion.value); });
  });
}

NodeSet by_group(const Criterion& criterion, MethodContext& context) {
  return nodes_that(context.head(), [&](const Node& node) {
    if (!is_in_nodes(node.type) && node.type != ResourceType::metric) return false;
    const auto group = config_value(context, node, {"group"});
    return group && group->is_truthy() && fnmatch(group->string, criterion.value);
  });
}

NodeSet by_access(const Criterion& criterion, MethodContext& context) {
  const ManifestData& data = context.head();
  return nodes_that(data, [&](const Node& node) {
    if (node.type != ResourceType::model) return false;
    const std::string access =
        data.has(node, Field::access) ? text_of(data, node, Field::access) : "protected";
    return access == criterion.value;
  });
}

NodeSet by_source(const Criterion& criterion, MethodContext& context) {
  const std::vector<std::string> globs = source_globs(criterion);
  const ManifestData& data = context.head();
  return nodes_that(data, [&](const Node& node) {
    return node.type == ResourceType::source && fnmatch(text_of(data, node, Field::package_name), globs[0]) &&
           fnmatch(text_of(data, node, Field::source_name), globs[1]) &&
           fnmatch(text_of(data, node, Field::name), globs[2]);
  });
}

NodeSet by_name(const Criterion& criterion, MethodContext& context, ResourceType type) {
  const std::vector<std::string> globs = name_globs(criterion);
  const ManifestData& data = context.head();
  return nodes_that(data, [&](const Node& node) {
    return node.type == type && fnmatch(text_of(data, node, Field::package_name), globs[0]) &&
           fnmatch(text_of(data, node, Field::name), globs[1]);
  });
}

// dbt globs the files on disk; here the paths in the manifest stand for them. A folder that matches takes
// what is below it; the YAML file of a patch must match itself.
NodeSet by_path(const Criterion& criterion, MethodContext& context) {
  const ManifestData& data = context.head();
  return nodes_that(data, [&](const Node& node) {
    std::string path = text_of(data, node, Field::original_file_path);
    const std::string patch = text_of(data, node, Field::patch_path);
    const std::size_t scheme = patch.find("://");
    if (scheme != std::string::npos &&
        path_glob_match(std::string_view(patch).substr(scheme + 3), criterion.value)) {
      return true;
    }
    std::replace(path.begin(), path.end(), '\\', '/');
    for (;;) {
      if (path_glob_match(path, criterion.value)) return true;
      const std::size_t slash = path.rfind('/');
      if (slash == std::string::npos) return false;
      path.resize(slash);
    }
  });
}

NodeSet by_file(const Criterion& criterion, MethodContext& context) {
  const ManifestData& data = context.head();
  return nodes_that(data, [&](const Node& node) {
    const std::string path = text_of(data, node, Field::original_file_path);
    const std::string_view name = std::string_view(path).substr(path.find_last_of("/\\") + 1);
    const std::size_t dot = name.rfind('.');
    const std::string_view stem = dot == 0 || dot == std::string_view::npos ? name : name.substr(0, dot);
    return fnmatch(name, criterion.value) || fnmatch(stem, criterion.value);
  });
}

NodeSet by_package(const Criterion& criterion, MethodContext& context) {
  const ManifestData& data = context.head();
  const std::string& own = data.info.project_name;
  const std::string& package = criterion.value == "this" && !own.empty() ? own : criterion.value;
  return nodes_that(
      data, [&](const Node& node) { return fnmatch(text_of(data, node, Field::package_name), package); });
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : static_cast<char>(c);
  });
  return text;
}

NodeSet by_config(const Criterion& criterion, MethodContext& context) {
  const bool any_case = criterion.arguments == std::vector<std::string>{"severity"};
  const std::string wanted_upper = upper(criterion.value);
  const auto equals = [&](const JsonValue& value) {
    if (value.kind == JsonValue::Kind::boolean) return wanted_upper == (value.boolean ? "TRUE" : "FALSE");
    return value.is_string() &&
           (any_case ? upper(value.string) == wanted_upper : value.string == criterion.value);
  };
  return nodes_that(context.head(), [&](const Node& node) {
    if (!is_in_nodes(node.type) && node.type != ResourceType::source) return false;
    const auto value = config_value(context, node, criterion.arguments);
    if (!value) return false;
    return value->is_list() ? std::any_of(value->items.begin(), value->items.end(), equals) : equals(*value);
  });
}

NodeSet by_resource_type(const Criterion& criterion, MethodContext& context) {
  const std::optional<ResourceType> wanted = resource_type_value(criterion);
  return nodes_that(context.head(), [&](const Node& node) { return wanted && node.type == *wanted; });
}

bool is_generic_test(const ManifestData& data, const Node& node) {
  return node.type == ResourceType::test && data.has(node, Field::test_metadata);
}

NodeSet by_test_name(const Criterion& criterion, MethodContext& context) {
  const ManifestData& data = context.head();
  return nodes_that(data, [&](const Node& node) {
    if (node.type == ResourceType::unit_test)
      return fnmatch(text_of(data, node, Field::name), criterion.value);
    if (!is_generic_test(data, node)) return false;
    const auto metadata = context.reader().read(data.raw(node, Field::test_metadata));
    const JsonValue* name = metadata ? metadata->find("name") : nullptr;
    return name != nullptr && name->is_string() && fnmatch(name->string, criterion.value);
  });
}

NodeSet by_test_type(const Criterion& criterion, MethodContext& context) {
  const TestTypes types = test_types(criterion);
  const ManifestData& data = context.head();
  return nodes_that(data, [&](const Node& node) {
    if (node.type == ResourceType::unit_test) return types.unit;
    if (node.type != ResourceType::test) return false;
    return is_generic_test(data, node) ? types.generic : types.singular;
  });
}

NodeSet by_state(const Criterion& criterion, MethodContext& context) {
  const StateValue value = state_value(criterion);
  const std::vector<NodeChanges>& states = context.states();
  const auto is_picked = [&](const NodeChanges& state) {
    switch (value.kind) {
      case StateValue::Kind::modified:
        return state.is_modified;
      case StateValue::Kind::unmodified:
        return !state.is_modified;
      case StateValue::Kind::old:
        return !state.changes.has(StateChange::is_new);
      case StateValue::Kind::change:
        return state.changes.has(value.change);
    }
    return false;
  };
  const std::vector<Node>& nodes = context.head().nodes;
  NodeSet set(nodes.size(), 0);
  for (std::size_t i = 0; i < set.size(); ++i) set[i] = nodes[i].enabled && is_picked(states[i]);
  return set;
}

// dbt orders versions as numbers if both are numbers, else as text.
int compare_versions(const JsonValue& a, const JsonValue& b) {
  const auto number = [](const JsonValue& value) -> std::optional<double> {
    if (value.kind == JsonValue::Kind::integer || value.kind == JsonValue::Kind::number) return value.number;
    const std::string text = value.string_or({});
    char* end = nullptr;
    const double parsed = std::strtod(text.c_str(), &end);
    if (text.empty() || end != text.c_str() + text.size()) return std::nullopt;
    return parsed;
  };
  const auto left = number(a);
  const auto right = number(b);
  if (left && right) return *left < *right ? -1 : *left > *right ? 1 : 0;
  return a.scalar_text().compare(b.scalar_text());
}

NodeSet by_version(const Criterion& criterion, MethodContext& context) {
  const VersionValue wanted = version_value(criterion);
  const ManifestData& data = context.head();
  return nodes_that(data, [&](const Node& node) {
    if (node.type != ResourceType::model) return false;
    const auto version = context.reader().read(data.raw(node, Field::version));
    if (wanted == VersionValue::none || !version) return wanted == VersionValue::none && !version;
    const auto latest = context.reader().read(data.raw(node, Field::latest_version));
    if (wanted == VersionValue::latest) return latest && python_equal(*version, *latest);
    if (!version->is_truthy() || !latest || !latest->is_truthy()) return false;
    const int order = compare_versions(*version, *latest);
    return wanted == VersionValue::old ? order < 0 : order > 0;
  });
}

// The file's text, or an error that names it.
const std::string& need(const std::optional<std::string>& file, const Criterion& criterion,
                        std::string_view name) {
  if (file) return *file;
  throw SelectorError(criterion, fmt::format("'{}' needs the {}", criterion.raw, name),
                      "two manifests alone can't answer it");
}

// The nodes that had the status in the run beside the base manifest.
NodeSet by_result(const Criterion& criterion, MethodContext& context) {
  const auto statuses = read_run_statuses(
      need(context.files().base_run_results, criterion, "run_results.json beside the base manifest"));
  return nodes_that(context.head(), [&](const Node& node) {
    const auto status = statuses.find(std::string(node.id));
    return status != statuses.end() && status->second == criterion.value;
  });
}

// Sources with newer data than at the base run; dbt knows no other value than `fresher` and picks nothing by
// one.
NodeSet by_source_status(const Criterion& criterion, MethodContext& context) {
  const LoadTimes before =
      read_load_times(need(context.files().base_sources, criterion, "sources.json beside the base manifest"));
  const LoadTimes now =
      read_load_times(need(context.files().head_sources, criterion, "sources.json beside the head manifest"));
  return nodes_that(context.head(), [&](const Node& node) {
    const auto loaded = now.find(std::string(node.id));
    if (criterion.value != "fresher" || loaded == now.end()) return false;
    const auto loaded_before = before.find(loaded->first);
    return loaded_before == before.end() || loaded->second > loaded_before->second;
  });
}

}  // namespace

const std::vector<NodeChanges>& MethodContext::states() {
  if (!states_) {
    comparison_.emplace(base_, head_, options_);
    states_ = comparison_->compare_all();
    state_warnings_ = comparison_->warnings();
  }
  return *states_;
}

std::vector<std::string> MethodContext::explain(NodeIndex node) {
  if (!states_ || !(*states_)[node].is_modified) return {};
  return comparison_->explain(head_.nodes[node], (*states_)[node]);
}

NodeSet select_by_method(const Criterion& criterion, MethodContext& context) {
  switch (criterion.method) {
    case Method::fqn:
      return by_fqn(criterion, context);
    case Method::tag:
      return by_tag(criterion, context);
    case Method::group:
      return by_group(criterion, context);
    case Method::access:
      return by_access(criterion, context);
    case Method::source:
      return by_source(criterion, context);
    case Method::path:
      return by_path(criterion, context);
    case Method::file:
      return by_file(criterion, context);
    case Method::package:
      return by_package(criterion, context);
    case Method::config:
      return by_config(criterion, context);
    case Method::test_name:
      return by_test_name(criterion, context);
    case Method::test_type:
      return by_test_type(criterion, context);
    case Method::resource_type:
      return by_resource_type(criterion, context);
    case Method::state:
      return by_state(criterion, context);
    case Method::exposure:
      return by_name(criterion, context, ResourceType::exposure);
    case Method::metric:
      return by_name(criterion, context, ResourceType::metric);
    case Method::semantic_model:
      return by_name(criterion, context, ResourceType::semantic_model);
    case Method::saved_query:
      return by_name(criterion, context, ResourceType::saved_query);
    case Method::unit_test:
      return by_name(criterion, context, ResourceType::unit_test);
    case Method::version:
      return by_version(criterion, context);
    case Method::result:
      return by_result(criterion, context);
    case Method::source_status:
      return by_source_status(criterion, context);
    case Method::selector:
      break;
  }
  return NodeSet(context.head().nodes.size(), 0);
}

}  // namespace diffgate::dbt
