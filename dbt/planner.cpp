#include "dbt/planner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "dbt/assets.hpp"
#include "dbt/contract_breaks.hpp"
#include "dbt/fingerprint.hpp"
#include "dbt/key_finder.hpp"
#include "dbt/model_yaml.hpp"
#include "dbt/node_meta.hpp"
#include "dbt/relation_name.hpp"
#include "dbt/selection_engine.hpp"
#include "dbt/unchanged.hpp"
#include "net/crypto.hpp"

namespace diffgate::dbt {
namespace {

bool is_diffable_type(ResourceType type) {
  return type == ResourceType::model || type == ResourceType::seed || type == ResourceType::snapshot;
}

// The name by which people know the node: with the version of a model, the source of a table.
std::string display_name(const ManifestData& data, const Node& node, JsonReader& reader) {
  std::string name = text_of(data, node, Field::name);
  if (node.type == ResourceType::source) return text_of(data, node, Field::source_name) + "." + name;
  if (node.type == ResourceType::model) {
    if (const auto version = reader.read(data.raw(node, Field::version))) {
      name += ".v" + version->scalar_text();
    }
  }
  return name;
}

int group_of(PlanAction action) {
  switch (action) {
    case PlanAction::diff:
    case PlanAction::profile:
      return 0;
    case PlanAction::list:
      return 1;
    case PlanAction::skip:
      return 2;
  }
  return 2;
}

// "a, b (a unique test)", "none".
std::string in_words(const PrimaryKey& key) {
  if (key.columns.empty()) return "none";
  std::string text;
  for (const std::string& column : key.columns) text += (text.empty() ? "" : ", ") + column;
  return fmt::format("{} (from {})", text, words_for(key.source));
}

// What the columns' own tags and meta decide, which stand in no config.
std::string of_columns(const PlannedModel& model) {
  std::string text;
  const auto add = [&text](char what, std::string_view name) { text += fmt::format("\n{}{}", what, name); };
  for (const std::string& column : model.key.columns) add('k', column);
  for (const std::string& column : model.masked_columns) add('m', column);
  for (const std::string& column : model.yaml.exclude_columns) add('x', column);
  for (const auto& [column, tolerance] : model.yaml.tolerance) add('t', column + "=" + tolerance);
  return text;
}

// A project with one mistake in each of ten thousand models needs no ten thousand warnings.
void bound(std::vector<std::string>& warnings) {
  constexpr std::size_t kMaximum = 200;
  if (warnings.size() <= kMaximum) return;
  const std::size_t more = warnings.size() - kMaximum;
  warnings.resize(kMaximum);
  warnings.push_back(fmt::format("and {} more warnings of these kinds", more));
}

// Whether dbt has the path of this seed for a checksum, as it does over 1 MiB.
bool is_named_by_path(const ManifestData& data, const Node& seed, JsonReader& reader) {
  const auto checksum = reader.read(data.raw(seed, Field::checksum));
  const JsonValue* name = checksum ? checksum->find("name") : nullptr;
  return name != nullptr && name->string == "path";
}

// dbt 2 (Fusion) hands a model's meta down to its columns. What stands there is the model's, and no key of it
// is one that a column knows.
bool is_handed_down(const JsonValue& of_model, const JsonValue& of_column) {
  const JsonValue* model = of_model.find("diffgate");
  const JsonValue* column = of_column.find("diffgate");
  return model != nullptr && column != nullptr && python_equal(*model, *column);
}

bool runs(PlanAction action) { return action == PlanAction::diff || action == PlanAction::profile; }

}  // namespace

Planner::Planner(const Manifest& base, const Manifest& head, const PlanOptions& options)
    : base_(base.data()),
      head_(head.data()),
      options_(options),
      graph_(head_),
      comparison_(base_, head_, options.state) {
  plan_.warnings = version_warnings(base, head);
}

Plan Planner::make() {
  if (options_.run_results_json) {
    built_ = read_run_results(*options_.run_results_json);
    if (!built_.warning.empty()) plan_.warnings.push_back(built_.warning);
  }
  const NodeSet modified = modified_nodes();
  impact_ = impact_of(graph_, modified);
  plan_affected(modified);
  list_removed();
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    using Order = std::tuple<int, int, const std::string&, const UniqueId&>;
    return Order(group_of(a.model.action), a.model.depth, a.model.name, a.model.id) <
           Order(group_of(b.model.action), b.model.depth, b.model.name, b.model.id);
  });
  find_keys();
  find_masked_columns();
  link_upstream();
  set_fingerprints();
  list_assets();
  if (options_.prove_unchanged) list_unchanged();
  for (Entry& entry : entries_) plan_.models.push_back(std::move(entry.model));
  plan_.warnings.insert(plan_.warnings.end(), head_.warnings.begin(), head_.warnings.end());
  bound(plan_.warnings);
  return std::move(plan_);
}

NodeSet Planner::modified_nodes() {
  states_ = comparison_.compare_all();
  const auto& warnings = comparison_.warnings();
  plan_.warnings.insert(plan_.warnings.end(), warnings.begin(), warnings.end());
  NodeSet modified(head_.nodes.size(), 0);
  for (std::size_t i = 0; i < modified.size(); ++i) {
    modified[i] = states_[i].is_modified;
  }
  return modified;
}

NodeSet Planner::selected_nodes() {
  const StateFiles none;
  MethodContext context(base_, head_, options_.state, none);
  SelectionEngine engine(graph_, context);
  NodeSet selected = engine.select(options_.select, options_.exclude, IndirectSelection::none);
  plan_.warnings.insert(plan_.warnings.end(), engine.warnings().begin(), engine.warnings().end());
  return selected;
}

void Planner::plan_affected(const NodeSet& modified) {
  const bool has_selection = !options_.select.empty() || !options_.exclude.empty();
  const NodeSet selected = has_selection ? selected_nodes() : NodeSet(head_.nodes.size(), 1);
  for (NodeIndex node = 0; node < head_.nodes.size(); ++node) {
    if (!impact_.affected[node] || !is_diffable_type(head_.nodes[node].type)) continue;
    Entry entry = entry_of(node, modified[node] != 0);
    decide(entry, modified[node] != 0, selected[node] != 0);
    entries_.push_back(std::move(entry));
  }
}

Planner::Entry Planner::entry_of(NodeIndex index, bool is_modified) {
  const Node& node = head_.nodes[index];
  Entry entry;
  entry.node = index;
  entry.old = comparison_.find_old(node);
  PlannedModel& model = entry.model;
  model.id = UniqueId(std::string(node.id));
  model.name = display_name(head_, node, reader_);
  model.resource_type = name_of(node.type);
  model.materialization = materialization_of(head_, node);
  model.event_time = config_of(head_, node, "event_time", reader_).string_or({});
  if (is_modified) {
    model.changes = states_[index].changes.list();
    model.change_words = comparison_.explain(node, states_[index]);
    if (entry.old && node.type == ResourceType::model)
      model.contract_breaks = contract_breaks(base_, base_.nodes[*entry.old], head_, node);
    warn_of_contract(model, base_, entry.old);
  }
  model.pr_relation = relation_of(head_, node, reader_);
  if (entry.old) model.prod_relation = relation_of(base_, base_.nodes[*entry.old], reader_);
  model.depth = impact_.depth[index];
  model.sql_file = text_of(head_, node, Field::original_file_path);
  model.yaml_file = yaml_file_of(head_, node);
  const std::string& file = model.yaml_file.empty() ? model.sql_file : model.yaml_file;
  const JsonValue meta = meta_of(head_, node, reader_);
  model.yaml = read_model_yaml(meta, model.name, file, plan_.warnings);
  for (const Column& column : columns_of(head_, node, reader_)) {
    if (is_handed_down(meta, column.meta)) continue;
    read_column_yaml(column.meta, column.name, model.name, file, model.yaml, plan_.warnings);
  }
  return entry;
}

std::string Planner::materialization_of(const ManifestData& data, const Node& node) {
  if (node.type == ResourceType::seed) return "seed";
  if (node.type == ResourceType::snapshot) return "snapshot";
  return config_of(data, node, "materialized", reader_).string_or({});
}

void Planner::decide(Entry& entry, bool is_modified, bool is_selected) {
  PlannedModel& model = entry.model;
  model.action = PlanAction::skip;
  if (!is_modified) model.detail = describe_origin(entry.node);
  if (model.materialization == "ephemeral" || model.pr_relation.empty()) {
    model.reason = PlanReason::not_diffable;
    model.detail = fmt::format("materialized as {}: it has no table", model.materialization);
    return;
  }
  if (model.yaml.never_diff) {
    model.reason = PlanReason::never_diff;
    return;
  }
  if (!is_selected) {
    model.reason = PlanReason::not_selected;
    return;
  }
  if (!is_modified && is_skipped_by_slim_diff(entry)) {
    model.reason = PlanReason::slim_diff;
    return;
  }
  const bool has_prod_table = entry.old && !model.prod_relation.empty();
  model.action = has_prod_table ? PlanAction::diff : PlanAction::profile;
  model.reason = !entry.old    ? PlanReason::is_new
                 : is_modified ? PlanReason::modified
                               : PlanReason::downstream;
  if (entry.old && !has_prod_table) model.detail = "production has no table of it";
  decide_by_build(entry);
}

bool Planner::is_skipped_by_slim_diff(const Entry& entry) const {
  const PlannedModel& model = entry.model;
  const auto& asked = options_.also_downstream;
  return options_.slim_diff && !options_.diff_all_downstream && !model.yaml.diff_when_downstream &&
         !asked.contains(model.name) && !asked.contains(model.id.value());
}

// What the pull request's build made, if that is known, and whether there are two tables at all.
void Planner::decide_by_build(Entry& entry) {
  PlannedModel& model = entry.model;
  if (built_.is_known) {
    const auto result = built_.results.find(model.id.value());
    if (result == built_.results.end()) {
      model.action = PlanAction::skip;
      model.reason = entry.old ? PlanReason::deferred : PlanReason::not_built;
      model.detail = "not part of the pull request's build";
      return;
    }
    if (!result->second.is_built) {
      model.action = PlanAction::skip;
      model.reason = PlanReason::not_built;
      model.detail = result->second.message.empty() ? result->second.status
                                                    : result->second.status + ": " + result->second.message;
      return;
    }
  }
  if (model.action == PlanAction::diff && model.prod_relation == model.pr_relation) {
    model.action = PlanAction::skip;
    model.reason = PlanReason::same_relation;
    model.detail = "both manifests name " + model.pr_relation;
  }
}

void Planner::list_removed() {
  for (NodeIndex i = 0; i < base_.nodes.size(); ++i) {
    const Node& node = base_.nodes[i];
    if (!node.enabled || !is_diffable_type(node.type)) continue;
    const auto now = head_.find(node.id);
    if (now && head_.nodes[*now].enabled) continue;
    Entry entry;
    entry.node = i;
    PlannedModel& model = entry.model;
    model.id = UniqueId(std::string(node.id));
    model.name = display_name(base_, node, reader_);
    model.resource_type = name_of(node.type);
    model.materialization = materialization_of(base_, node);
    model.action = PlanAction::list;
    model.reason = now || head_.is_disabled(node.id) ? PlanReason::disabled : PlanReason::removed;
    model.prod_relation = relation_of(base_, node, reader_);
    model.sql_file = text_of(base_, node, Field::original_file_path);
    model.yaml_file = yaml_file_of(base_, node);
    if (node.type == ResourceType::model && breaks_contract_by_leaving(base_, node, head_)) {
      model.contract_breaks.push_back(model.reason == PlanReason::disabled
                                          ? "the model was disabled"
                                          : "the model was deleted or renamed");
      warn_of_contract(model, base_, i);
    }
    entries_.push_back(std::move(entry));
  }
}

// dbt warns of a broken contract, and ends with an error if the model is versioned.
void Planner::warn_of_contract(const PlannedModel& model, const ManifestData& base,
                               std::optional<NodeIndex> node) {
  if (!node || model.contract_breaks.empty()) return;
  std::string list;
  for (const std::string& change : model.contract_breaks) list += (list.empty() ? "" : "; ") + change;
  const bool is_versioned = base.has(base.nodes[*node], Field::version);
  plan_.warnings.push_back(fmt::format(
      "the contract of {} is broken: {}{}", model.name, list,
      is_versioned
          ? ". The model is versioned, so dbt ends with an error when it compares states: make a new "
            "version instead"
          : ""));
}

std::string Planner::describe_origin(NodeIndex node) const {
  const Node& origin = head_.nodes[impact_.origin[node]];
  JsonReader reader;
  const std::string name = display_name(head_, origin, reader);
  if (is_diffable_type(origin.type)) return "downstream of " + name;
  return fmt::format("downstream of {} {}", name_of(origin.type), name);
}

void Planner::find_keys() {
  if (std::none_of(entries_.begin(), entries_.end(),
                   [](const Entry& entry) { return runs(entry.model.action); })) {
    return;
  }
  const Graph base_graph(base_);
  KeyFinder of_head(head_, graph_, options_.primary_key_tag);
  KeyFinder of_base(base_, base_graph, options_.primary_key_tag);
  for (Entry& entry : entries_) {
    PlannedModel& model = entry.model;
    if (!runs(model.action)) continue;
    model.key = of_head.find(entry.node);
    if (!entry.old) continue;
    PrimaryKey prod_key = of_base.find(*entry.old);
    if (prod_key.columns == model.key.columns) continue;
    model.key.notes.push_back(
        fmt::format("production's key is {}: both sides are compared by this one", in_words(prod_key)));
    model.prod_key = std::move(prod_key);
  }
}

void Planner::find_masked_columns() {
  const auto is_masking = [&](const std::string& tag) { return options_.masking_tags.contains(tag); };
  for (Entry& entry : entries_) {
    if (!runs(entry.model.action)) continue;
    const Node& node = head_.nodes[entry.node];
    const std::vector<std::string> tags = tags_of(head_, node, reader_);
    const bool is_whole_model = std::any_of(tags.begin(), tags.end(), is_masking);
    for (const Column& column : columns_of(head_, node, reader_)) {
      if (is_whole_model || std::any_of(column.tags.begin(), column.tags.end(), is_masking)) {
        entry.model.masked_columns.push_back(column.name);
      }
    }
  }
}

void Planner::link_upstream() {
  NodeSet is_planned(head_.nodes.size(), 0);
  for (const Entry& entry : entries_) {
    if (entry.model.action != PlanAction::list) is_planned[entry.node] = 1;
  }
  for (Entry& entry : entries_) {
    if (entry.model.action == PlanAction::list) continue;
    for (const NodeIndex parent : graph_.parents(entry.node)) {
      if (is_planned[parent]) entry.model.upstream.emplace_back(std::string(head_.nodes[parent].id));
    }
    std::sort(entry.model.upstream.begin(), entry.model.upstream.end());
    const auto repeated = std::unique(entry.model.upstream.begin(), entry.model.upstream.end());
    entry.model.upstream.erase(repeated, entry.model.upstream.end());
  }
}

void Planner::set_fingerprints() {
  std::vector<NodeIndex> of_head;
  std::vector<NodeIndex> of_base;
  for (const Entry& entry : entries_) {
    if (!runs(entry.model.action)) continue;
    of_head.push_back(entry.node);
    if (entry.old) of_base.push_back(*entry.old);
  }
  if (of_head.empty()) return;
  const Graph base_graph(base_);
  const std::vector<std::string> head_digests =
      node_digests(head_, graph_, of_head, [this](const Node& node) { return build_word(node); });
  const NodeSet unknown = below_changed_large_seeds();
  const std::vector<std::string> base_digests = node_digests(base_, base_graph, of_base);
  for (Entry& entry : entries_) {
    PlannedModel& model = entry.model;
    if (!runs(model.action) || unknown[entry.node]) continue;
    std::string text = head_digests[entry.node];
    if (entry.old) text += base_digests[*entry.old];
    text += of_columns(model);
    const auto built = built_.results.find(model.id.value());
    if (built != built_.results.end()) text += "\nrows " + built->second.rows_affected;
    model.fingerprint = net::sha256_hex(text);
  }
}

// Whether the pull request's build made a node, or left it to production's.
std::string Planner::build_word(const Node& node) const {
  if (!built_.is_known || !is_diffable_type(node.type)) return {};
  const auto result = built_.results.find(std::string(node.id));
  if (result == built_.results.end()) return "deferred";
  return result->second.is_built ? "built" : "failed";
}

// Their content is in no manifest, so whatever reads them may have other rows at the next commit.
NodeSet Planner::below_changed_large_seeds() {
  NodeSet seeds(head_.nodes.size(), 0);
  for (NodeIndex node = 0; node < seeds.size(); ++node) {
    const bool is_changed = head_.nodes[node].type == ResourceType::seed && states_[node].is_modified;
    seeds[node] = is_changed && is_named_by_path(head_, head_.nodes[node], reader_);
  }
  NodeSet below = graph_.descendants(seeds);
  for (std::size_t i = 0; i < below.size(); ++i) below[i] = static_cast<char>(below[i] | seeds[i]);
  return below;
}

void Planner::list_unchanged() {
  std::vector<NodePair> pairs;
  for (NodeIndex node = 0; node < head_.nodes.size(); ++node) {
    if (impact_.affected[node] || !is_diffable_type(head_.nodes[node].type)) continue;
    if (const auto old = comparison_.find_old(head_.nodes[node]); old && head_.nodes[node].enabled) {
      pairs.push_back({*old, node});
    }
  }
  const std::vector<std::string> keys = cache_keys(base_, head_, graph_, pairs);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const Node& node = head_.nodes[pairs[i].head];
    plan_.unchanged.push_back({UniqueId(std::string(node.id)), display_name(head_, node, reader_), keys[i]});
  }
  std::sort(plan_.unchanged.begin(), plan_.unchanged.end(),
            [](const UnchangedModel& a, const UnchangedModel& b) { return a.id < b.id; });
}

void Planner::list_assets() {
  NodeSet is_run(head_.nodes.size(), 0);
  for (const Entry& entry : entries_) {
    if (runs(entry.model.action)) is_run[entry.node] = 1;
  }
  plan_.assets = downstream_assets(head_, graph_, is_run);
}

}  // namespace diffgate::dbt
