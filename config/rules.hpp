#pragma once

// The rules of one project: what SPEC 3 lists, as values. Each key is described once, in rules.cpp, where the
// reader, the defaults and the JSON Schema take it from.

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace diffgate::config {

enum class ForkPullRequests { never, with_label };
enum class BaseArtifacts { automatic, merge_base, latest };  // automatic: merge_base with dbt Core
enum class CommentWhen { always, never, on_difference };
enum class BodyMode { exact, ignore_whitespace };
enum class SamplesWhere { ui_only, comment };
enum class Severity { note, warn, fail };

// `when` compares one measured number with a limit: "rows_removed_pct > 1", "schema_break", "match_score <
// 0.99".
struct Gate {
  std::string select;      // dbt selector; empty: every model
  std::string measure;     // a name of `gate_measures()`
  std::string comparison;  // ">", ">=", "<", "<=", "==", "!="
  double limit = 0;
  std::string when;  // as written
  Severity severity = Severity::fail;
};

struct Rules {
  bool enabled = true;
  std::string dbt_project_dir;  // relative to the repository root; empty: the root
  std::string pull_request_label;
  std::vector<std::string> base_branches;  // globs; empty: all
  bool draft_pull_requests = true;
  ForkPullRequests fork_pull_requests = ForkPullRequests::never;
  std::vector<std::string> files_to_ignore;  // gitignore lines
  std::vector<std::string> skip_commit_keywords = {"diffgate-skip-ci", "datafold-skip-ci"};
  bool slim_diff = false;
  std::string select;
  std::string exclude;
  std::optional<bool> more_unrendered;  // dbt's flag; nothing: found out from the manifests
  BodyMode body_mode = BodyMode::exact;
  bool ignore_builtin_macros = false;
  bool ignore_relation_only = false;
  std::optional<int> diff_threshold;
  bool reuse_results = true;  // of earlier commits of the pull request, where nothing changed since
  std::string primary_key_tag = "primary-key";
  bool fail_on_primary_key_issues = false;
  bool report_errors_as_success = false;
  std::vector<std::string> columns_to_ignore;  // gitignore lines
  BaseArtifacts base_artifacts = BaseArtifacts::automatic;
  std::map<std::string, std::string> tolerance;  // by column; "" for all: "abs:0.01"
  std::optional<std::string> float_tolerance;    // "rel:1e-9"
  std::optional<int> timestamp_precision;
  std::optional<double> sampling;  // share of the keys, (0, 1)
  std::vector<Gate> gates;
  CommentWhen comment = CommentWhen::always;
  SamplesWhere samples = SamplesWhere::ui_only;
  std::vector<std::string> masking_tags = {"pii", "sensitive"};
};

// One rule as it is set, for people: settings pages and documentation.
struct RuleValue {
  std::string key;
  std::string value_json;
  std::string default_json;
  std::string doc;
};
// Every rule in the order of its description.
std::vector<RuleValue> rule_values(const Rules& rules);

// The same text for the same rules, one line each, whatever the order and the layers they were written in.
std::string canonical_text(const Rules& rules);

}  // namespace diffgate::config
