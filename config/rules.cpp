#include "config/rules.hpp"

#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "config/fields.hpp"
#include "config/gates.hpp"
#include "config/quote.hpp"
#include "config/rules_table.hpp"
#include "config/tolerance.hpp"

namespace diffgate::config {
namespace {

constexpr TextListLimits kPatternLimits{.most_items = 1000, .longest_item = 1000};
constexpr std::size_t kMostGates = 200;
constexpr std::string_view kEveryColumn = "*";
constexpr std::string_view kTolerancePattern = "^(abs|rel|digits):[0-9.eE+-]+$";

const Choices<Severity>& severities() {
  static const Choices<Severity> choices{
      {"note", Severity::note}, {"warn", Severity::warn}, {"fail", Severity::fail}};
  return choices;
}

// A folder of the repository, without "./" and trailing slashes; empty for the root.
std::optional<std::string> read_project_dir(Reader& reader, const Place& at) {
  const auto given = reader.text(at);
  if (!given) return std::nullopt;
  if (given->starts_with('/') || given->find('\\') != std::string::npos) {
    reader.bad_value(at, "is not relative to the repository's root", "write it as 'transform/dbt'");
    return std::nullopt;
  }
  std::string result;
  std::string_view rest = *given;
  while (!rest.empty()) {
    const std::size_t end = rest.find('/');
    const std::string_view segment = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (segment == "..") {
      reader.bad_value(at, "leaves the repository", "write it without '..'");
      return std::nullopt;
    }
    if (!segment.empty() && segment != ".") result += (result.empty() ? "" : "/") + std::string(segment);
  }
  return result;
}

Field<Rules> project_dir_field() {
  Field<Rules> field =
      text_field<Rules>("dbt_project_dir", &Rules::dbt_project_dir,
                        "Folder of dbt_project.yml, relative to the repository's root; for monorepos.");
  field.property.shape.is_nonempty = false;
  field.read = [](Reader& reader, const Place& at, Rules& into) {
    if (auto folder = read_project_dir(reader, at)) into.dbt_project_dir = std::move(*folder);
  };
  return field;
}

Field<Rules> base_branches_field() {
  Field<Rules> field = text_list_field<Rules>("base_branches", &Rules::base_branches,
                                              "Globs of base branches: main, release/*, feature/**. A pull "
                                              "request to another branch is skipped. Empty: all.");
  field.read = [read = field.read](Reader& reader, const Place& at, Rules& into) {
    read(reader, at, into);
    for (const std::string& glob : into.base_branches) {
      if (glob.starts_with('!')) {
        reader.problem(at, fmt::format("{}: a branch can't be excluded", in_quotes(glob)),
                       "list the branches that count");
      }
    }
  };
  return field;
}

// dbt takes several selectors as their union, separated by spaces.
Field<Rules> selector_field(std::string name, std::string Rules::* member, std::string doc) {
  Field<Rules> field = text_field<Rules>(std::move(name), member, std::move(doc));
  field.property.shape = text_list_shape();
  field.read = [member](Reader& reader, const Place& at, Rules& into) {
    const auto selectors = read_text_list(reader, at, TextList::words, {});
    if (!selectors) return;
    if (at.node.is_list()) {
      for (std::size_t i = 0; i < at.node.items.size(); ++i) reader.check_selector(at.item(i));
    } else {
      reader.check_selector(at);
    }
    std::string joined;
    for (const std::string& selector : *selectors) joined += (joined.empty() ? "" : " ") + selector;
    into.*member = std::move(joined);
  };
  return field;
}

// dbt's flag, under dbt's name.
Field<Rules> more_unrendered_field() {
  Field<Rules> field;
  field.property = {
      "state_modified_compare_more_unrendered_values",
      "dbt's flag of that name, as the project has it. Without it the manifests decide: true if "
      "both carry unrendered schemas of sources or are of dbt 1.12 or later.",
      {.kind = Shape::Kind::boolean, .is_nullable = true},
      {}};
  field.read = [](Reader& reader, const Place& at, Rules& into) {
    if (const auto value = reader.boolean(at)) into.more_unrendered = *value;
  };
  field.clear = [](Rules& into) { into.more_unrendered.reset(); };
  field.show_as_json = [](const Rules& rules) {
    return rules.more_unrendered ? (*rules.more_unrendered ? "true" : "false") : "null";
  };
  return with_default(std::move(field));
}

std::optional<std::string> read_tolerance(Reader& reader, const Place& at) {
  const auto text = reader.text(at);
  std::string hint;
  if (!text || is_tolerance(*text, hint)) return text;
  reader.bad_value(at, "is not a tolerance", hint);
  return std::nullopt;
}

void read_tolerances(Reader& reader, const Place& at, Rules& into) {
  std::map<std::string, std::string> tolerances;
  if (at.node.is_map()) {
    for (const YamlEntry& entry : at.node.entries) {
      const auto tolerance = read_tolerance(reader, at.entry(entry));
      if (tolerance) tolerances[entry.key == kEveryColumn ? "" : entry.key] = *tolerance;
    }
  } else if (at.node.is_scalar()) {
    if (const auto tolerance = read_tolerance(reader, at)) tolerances[""] = *tolerance;
  } else {
    reader.wrong_type(at, "a tolerance, or a map of them by column", "write abs:0.01, rel:1e-6 or digits:6");
    return;
  }
  into.tolerance = std::move(tolerances);
}

std::string show_tolerances(const Rules& rules) {
  std::string result;
  for (const auto& [column, tolerance] : rules.tolerance) {
    result += (result.empty() ? "" : ",") + json_text(column.empty() ? kEveryColumn : column) + ":" +
              json_text(tolerance);
  }
  return "{" + result + "}";
}

Field<Rules> tolerance_field() {
  const Shape one{.kind = Shape::Kind::text, .pattern = std::string(kTolerancePattern)};
  Field<Rules> field;
  field.property = {
      "tolerance",
      "How far numbers may differ: abs:0.01, rel:1e-6 or digits:6, for all columns or as a map by column "
      "('*' for the others). Without it numbers are compared exactly.",
      {.kind = Shape::Kind::any_of,
       .is_nullable = true,
       .parts = {one, {.kind = Shape::Kind::map, .parts = {one}}}},
      {}};
  field.read = read_tolerances;
  field.clear = [](Rules& into) { into.tolerance.clear(); };
  field.show_as_json = show_tolerances;
  return with_default(std::move(field));
}

Field<Rules> float_tolerance_field() {
  Field<Rules> field;
  field.property = {
      "float_tolerance",
      "Tolerance of float and double columns alone, where `tolerance` says nothing: rel:1e-9.",
      {.kind = Shape::Kind::text, .pattern = std::string(kTolerancePattern), .is_nullable = true},
      {}};
  field.read = [](Reader& reader, const Place& at, Rules& into) {
    if (auto tolerance = read_tolerance(reader, at)) into.float_tolerance = std::move(tolerance);
  };
  field.clear = [](Rules& into) { into.float_tolerance.reset(); };
  field.show_as_json = [](const Rules& rules) {
    return rules.float_tolerance ? json_text(*rules.float_tolerance) : "null";
  };
  return with_default(std::move(field));
}

// "0.1" or "10%" as a share.
std::optional<double> parse_share(std::string_view text) {
  const bool is_percent = text.ends_with('%');
  if (is_percent) text.remove_suffix(1);
  double share = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), share);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return is_percent ? share / 100 : share;
}

void read_sampling(Reader& reader, const Place& at, Rules& into) {
  const auto share = at.node.is_scalar() ? parse_share(at.node.text) : std::nullopt;
  if (!share) {
    reader.wrong_type(at, "a share of the keys", "write 0.1 or 10%");
  } else if (!(*share > 0 && *share < 1)) {
    reader.bad_value(at, "is out of range: more than 0, less than 1",
                     "leave the key out to compare all rows");
  } else {
    into.sampling = *share;
  }
}

Field<Rules> sampling_field() {
  Field<Rules> field;
  field.property = {"sampling",
                    "Share of the keys to compare, as 0.1 or 10%. Without it all rows are compared.",
                    {.kind = Shape::Kind::any_of,
                     .is_nullable = true,
                     .parts = {{.kind = Shape::Kind::number, .least = 0, .most = 1, .is_open_range = true},
                               {.kind = Shape::Kind::text, .pattern = "^[0-9.]+%?$"}}},
                    {}};
  field.read = read_sampling;
  field.clear = [](Rules& into) { into.sampling.reset(); };
  field.show_as_json = [](const Rules& rules) {
    return rules.sampling ? json_number(*rules.sampling) : "null";
  };
  return with_default(std::move(field));
}

std::string when_doc() {
  std::string doc =
      "One measure and its limit, as 'rows_removed_pct > 1', or a yes/no measure alone. Measures: ";
  bool is_first = true;
  for (const GateMeasure& measure : gate_measures()) {
    doc += fmt::format("{}{} ({})", is_first ? "" : ", ", measure.name, measure.unit);
    is_first = false;
  }
  return doc + ".";
}

Field<Gate> when_field() {
  Field<Gate> field = required(text_field<Gate>("when", &Gate::when, when_doc()));
  field.read = [](Reader& reader, const Place& at, Gate& into) {
    const auto text = reader.text(at);
    if (!text) return;
    std::string error;
    const auto parsed = parse_gate_condition(*text, error);
    if (!parsed) {
      reader.problem(at,
                     at.node.is_substituted ? "the value from the environment is not a condition" : error);
      return;
    }
    into.measure = parsed->measure;
    into.comparison = parsed->comparison;
    into.limit = parsed->limit;
    into.when = parsed->when;
  };
  return field;
}

Field<Gate> gate_select_field() {
  Field<Gate> field = text_field<Gate>("select", &Gate::select,
                                       "dbt selector of the models that it concerns. Empty: every model.");
  field.read = [read = field.read](Reader& reader, const Place& at, Gate& into) {
    read(reader, at, into);
    reader.check_selector(at);
  };
  return field;
}

const Table<Gate>& gate_table() {
  static const Table<Gate> table{
      {gate_select_field(), when_field(),
       choice_field<Gate>("severity", &Gate::severity,
                          "What a model that meets the condition does to the check.", severities())},
      {}};
  return table;
}

std::string show_gate(const Gate& gate) {
  std::string severity;
  for (const auto& [name, value] : severities()) {
    if (value == gate.severity) severity = name;
  }
  return fmt::format(R"({{"select":{},"when":{},"severity":{}}})", json_text(gate.select),
                     json_text(gate.when), json_text(severity));
}

Field<Rules> gates_field() {
  Field<Rules> field = map_list_field<Rules, Gate>(
      "gates", &Rules::gates,
      "Limits on what was measured; a model beyond one is noted, warned of or fails the check.", gate_table(),
      [](const Rules&) { return Gate{}; });
  field.read = [read = field.read](Reader& reader, const Place& at, Rules& into) {
    if (at.node.is_list() && at.node.items.size() > kMostGates) {
      reader.problem(at, fmt::format("{} gates are too many: at most {}", at.node.items.size(), kMostGates));
      return;
    }
    into.gates.clear();  // an overlay replaces the list below it
    read(reader, at, into);
  };
  field.show_as_json = [](const Rules& rules) {
    std::string result;
    for (const Gate& gate : rules.gates) result += (result.empty() ? "" : ",") + show_gate(gate);
    return "[" + result + "]";
  };
  return with_default(std::move(field));
}

// Fields in the order in which a person would explain them.
Table<Rules> make_rules_table() {
  Table<Rules> table;
  auto& f = table.fields;
  f.push_back(boolean_field<Rules>("enabled", &Rules::enabled, "Master switch: false runs nothing."));
  f.push_back(project_dir_field());
  f.push_back(text_field<Rules>("pull_request_label", &Rules::pull_request_label,
                                "Run only while a label of exactly this name is on the pull request."));
  f.push_back(base_branches_field());
  f.push_back(boolean_field<Rules>("draft_pull_requests", &Rules::draft_pull_requests, "Run on drafts."));
  f.push_back(choice_field<Rules>("fork_pull_requests", &Rules::fork_pull_requests,
                                  "never, or with_label: only after someone with write access has put "
                                  "`pull_request_label` on, for that commit alone.",
                                  Choices<ForkPullRequests>{{"never", ForkPullRequests::never},
                                                            {"with_label", ForkPullRequests::with_label}}));
  f.push_back(text_list_field<Rules>("files_to_ignore", &Rules::files_to_ignore,
                                     "gitignore lines. If every changed file matches, nothing runs; if at "
                                     "least one does not, all changed models are "
                                     "compared. The last matching line wins.",
                                     TextList::lines, kPatternLimits));
  f.push_back(text_list_field<Rules>("skip_commit_keywords", &Rules::skip_commit_keywords,
                                     "A head commit whose message holds one of these is skipped."));
  f.push_back(boolean_field<Rules>("slim_diff", &Rules::slim_diff,
                                   "true: only modified models. false: everything downstream of them too."));
  f.push_back(selector_field("select", &Rules::select, "dbt selector: of the planned models only these."));
  f.push_back(
      selector_field("exclude", &Rules::exclude, "dbt selector: of the planned models all but these."));
  f.push_back(more_unrendered_field());
  f.push_back(choice_field<Rules>(
      "body_mode", &Rules::body_mode,
      "exact: white space in a model's code counts as a change, as for dbt 1.x. "
      "ignore_whitespace: it does not, as for Fusion.",
      Choices<BodyMode>{{"exact", BodyMode::exact}, {"ignore_whitespace", BodyMode::ignore_whitespace}}));
  f.push_back(boolean_field<Rules>("ignore_builtin_macros", &Rules::ignore_builtin_macros,
                                   "true: changes of dbt's and the adapter's own macros, which come with "
                                   "every upgrade, make no model modified."));
  f.push_back(boolean_field<Rules>("ignore_relation_only", &Rules::ignore_relation_only,
                                   "true: a model of which only the configured database, schema or alias "
                                   "changed is not modified."));
  f.push_back(optional_integer_field<Rules>(
      "diff_threshold", &Rules::diff_threshold,
      "With more model diffs than this the run waits for a person's confirmation.", 0,
      std::numeric_limits<int>::max()));
  f.push_back(boolean_field<Rules>(
      "reuse_results", &Rules::reuse_results,
      "Carry a model's result over from an earlier commit of the pull request if code, macros, config and "
      "everything "
      "upstream are the same on both sides; false: measure every model again at every push."));
  f.push_back(text_field<Rules>("primary_key_tag", &Rules::primary_key_tag,
                                "Name of the dbt tag or meta key that marks primary key columns."));
  f.push_back(boolean_field<Rules>("fail_on_primary_key_issues", &Rules::fail_on_primary_key_issues,
                                   "Null or duplicate keys in the pull request's table fail the check."));
  f.push_back(boolean_field<Rules>("report_errors_as_success", &Rules::report_errors_as_success,
                                   "Errors of the run never block the pull request."));
  f.push_back(text_list_field<Rules>("columns_to_ignore", &Rules::columns_to_ignore,
                                     "gitignore lines over column names; key columns are never dropped.",
                                     TextList::lines, kPatternLimits));
  f.push_back(choice_field<Rules>("base_artifacts", &Rules::base_artifacts,
                                  "Which production manifest: that of the merge base, or the latest. "
                                  "automatic: merge_base with dbt Core, latest "
                                  "with dbt Cloud.",
                                  Choices<BaseArtifacts>{{"automatic", BaseArtifacts::automatic},
                                                         {"merge_base", BaseArtifacts::merge_base},
                                                         {"latest", BaseArtifacts::latest}}));
  f.push_back(tolerance_field());
  f.push_back(float_tolerance_field());
  f.push_back(optional_integer_field<Rules>("timestamp_precision", &Rules::timestamp_precision,
                                            "Digits of a second that count in timestamps; without it all.", 0,
                                            6));
  f.push_back(sampling_field());
  f.push_back(gates_field());
  f.push_back(choice_field<Rules>("comment", &Rules::comment, "When the comment is written.",
                                  Choices<CommentWhen>{{"always", CommentWhen::always},
                                                       {"never", CommentWhen::never},
                                                       {"on_difference", CommentWhen::on_difference}}));
  f.push_back(choice_field<Rules>(
      "samples", &Rules::samples, "Where row values may be shown: ui_only keeps them off the forge.",
      Choices<SamplesWhere>{{"ui_only", SamplesWhere::ui_only}, {"comment", SamplesWhere::comment}}));
  f.push_back(text_list_field<Rules>("masking_tags", &Rules::masking_tags,
                                     "Columns with one of these dbt tags are masked everywhere."));
  return table;
}

}  // namespace

const Table<Rules>& rules_table() {
  static const Table<Rules> table = make_rules_table();
  return table;
}

void check_rules(Reader& reader, const Place& at, const Rules& rules) {
  if (rules.fork_pull_requests == ForkPullRequests::with_label && rules.pull_request_label.empty()) {
    const YamlNode* const key = at.node.find("fork_pull_requests");
    const Place place{key != nullptr ? *key : at.node,
                      at.path.empty() ? "fork_pull_requests" : at.path + ".fork_pull_requests"};
    reader.problem(place, "with_label needs a label", "set pull_request_label");
  }
}

std::vector<RuleValue> rule_values(const Rules& rules) {
  std::vector<RuleValue> values;
  for (const Field<Rules>& field : rules_table().fields) {
    const std::string json = field.show_as_json(rules);
    values.push_back({field.property.name, json, field.property.default_json, field.property.doc});
  }
  return values;
}

std::string canonical_text(const Rules& rules) {
  std::string text;
  for (const RuleValue& value : rule_values(rules)) text += value.key + ": " + value.value_json + "\n";
  return text;
}

}  // namespace diffgate::config
