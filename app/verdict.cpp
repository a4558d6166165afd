#include "app/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <sstream>

#include "app/name_glob.hpp"
#include "app/state_options.hpp"
#include "dbt/selection.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

// Names and globs alone can be told without a manifest.
bool is_plain_selector(std::string_view select) {
  return select.find_first_of("+@:,[]/") == std::string_view::npos;
}

bool plain_selector_picks(const std::string& select, const std::string& name) {
  std::istringstream words(select);
  std::string word;
  while (words >> word) {
    if (matches_glob(word, name)) return true;
  }
  return false;
}

config::Severity severity_of(dbt::GateSeverity severity) {
  switch (severity) {
    case dbt::GateSeverity::note:
      return config::Severity::note;
    case dbt::GateSeverity::warn:
      return config::Severity::warn;
    case dbt::GateSeverity::fail:
      return config::Severity::fail;
  }
  return config::Severity::fail;
}

// nullopt if it can't be understood; `error` says why.
std::optional<config::Gate> gate_of(const dbt::ModelGate& own, std::string& error) {
  std::optional<config::Gate> gate = config::parse_gate_condition(own.when, error);
  if (gate) gate->severity = severity_of(own.severity);
  return gate;
}

class Judge {
 public:
  Judge(RunReport& report, const config::Rules& rules, const GateSelection& selection)
      : report_(report), rules_(rules), selection_(selection) {}

  void run() {
    report_.verdict = Verdict::pass;
    report_.verdict_reasons.clear();
    for (ModelResult& result : report_.models) result.gates.clear();
    count_errors();
    check_keys();
    check_gates();
    count_unbuilt();
  }

 private:
  void raise(Verdict verdict, std::string reason) {
    report_.verdict = std::max(report_.verdict, verdict);
    report_.verdict_reasons.push_back(std::move(reason));
  }

  // What a person accepted stays in sight and does not count.
  void raise_unless_accepted(const ModelResult& result, Verdict verdict, std::string reason) {
    if (!result.accepted) return raise(verdict, std::move(reason));
    const Acceptance& accepted = *result.accepted;
    raise(Verdict::pass, fmt::format("{} (accepted by {}{}{})", reason, accepted.by,
                                     accepted.reason.empty() ? "" : ": ", accepted.reason));
  }

  void count_errors() {
    for (const ModelResult& result : report_.models) {
      if (result.kind != ModelResultKind::error) continue;
      const bool is_forgiven = rules_.report_errors_as_success;
      raise(is_forgiven ? Verdict::pass : Verdict::fail,
            fmt::format("{} could not be compared: {}{}", result.model.name, result.reason,
                        is_forgiven ? " (does not count, by the rule report_errors_as_success)" : ""));
    }
  }

  void check_keys() {
    if (!rules_.fail_on_primary_key_issues) return;
    for (const ModelResult& result : report_.models) {
      if (!has_key_problem(result)) continue;
      const diff::KeyHealth& key = result.diff ? result.diff->pr_key : result.profile->key;
      raise_unless_accepted(
          result, Verdict::fail,
          fmt::format(
              "{}: {}{} rows with a duplicate key and {} with a null in it (rule fail_on_primary_key_issues)",
              result.model.name, key.is_estimate ? "about " : "", key.duplicate_rows, key.null_rows));
    }
  }

  void check_gates() {
    for (const config::Gate& gate : rules_.gates) {
      if (!gate.select.empty() && !selection_ && !is_plain_selector(gate.select)) {
        raise(Verdict::warn,
              fmt::format("the gate '{}' was not evaluated: its selector '{}' needs the manifests", gate.when,
                          gate.select));
        continue;
      }
      for (ModelResult& result : report_.models) check_gate(gate, result);
    }
    for (ModelResult& result : report_.models) {
      for (const dbt::ModelGate& gate : result.model.yaml.gates) {
        std::string error;
        if (const auto parsed = gate_of(gate, error)) apply_gate(*parsed, result);
      }
    }
  }

  void check_gate(const config::Gate& gate, ModelResult& result) {
    if (picks(gate, result.model)) apply_gate(gate, result);
  }

  void apply_gate(const config::Gate& gate, ModelResult& result) {
    std::optional<config::GateFinding> finding =
        config::evaluate(gate, result.model.name, measurements(result));
    if (!finding) return;
    if (finding->severity != config::Severity::note) {
      raise_unless_accepted(result,
                            finding->severity == config::Severity::fail ? Verdict::fail : Verdict::warn,
                            fmt::format("{}: {}", result.model.name, finding->text));
    }
    result.gates.push_back(std::move(*finding));
  }

  bool picks(const config::Gate& gate, const dbt::PlannedModel& model) const {
    if (gate.select.empty()) return true;
    return selection_ ? selection_(gate, model.id) : plain_selector_picks(gate.select, model.name);
  }

  void count_unbuilt() {
    for (const ModelResult& result : report_.models) {
      if (result.kind != ModelResultKind::not_built) continue;
      raise(Verdict::warn,
            fmt::format("{} was not built by the pull request's run: {}", result.model.name, result.reason));
    }
  }

  RunReport& report_;
  const config::Rules& rules_;
  const GateSelection& selection_;
};

}  // namespace

void judge(RunReport& report, const config::Rules& rules, const GateSelection& selection) {
  Judge(report, rules, selection).run();
}

void drop_wrong_gates(dbt::Plan& plan) {
  for (dbt::PlannedModel& model : plan.models) {
    const std::string& file = model.yaml_file.empty() ? model.sql_file : model.yaml_file;
    std::erase_if(model.yaml.gates, [&](const dbt::ModelGate& gate) {
      std::string error;
      if (gate_of(gate, error)) return false;
      plan.warnings.push_back(fmt::format("model {}: meta.diffgate.gates: {} ({})", model.name, error, file));
      return true;
    });
  }
}

GateSelection gate_selection(const dbt::Manifest& base, const dbt::Manifest& head,
                             const config::Rules& rules) {
  auto picked = std::make_shared<std::map<std::string, std::set<dbt::UniqueId>>>();
  for (const config::Gate& gate : rules.gates) {
    if (gate.select.empty() || picked->count(gate.select) > 0) continue;
    try {
      dbt::SelectionOptions options;
      options.select = gate.select;
      options.state = state_options(rules);
      const dbt::Selection selection = dbt::select_nodes(base, head, options);
      picked->emplace(gate.select, std::set<dbt::UniqueId>(selection.ids.begin(), selection.ids.end()));
    } catch (const Error& error) {
      throw Error(ErrorClass::configuration, error.problem(), fmt::format("the gate '{}'", gate.when),
                  error.hint());
    }
  }
  return [picked](const config::Gate& gate, const dbt::UniqueId& model) {
    const auto found = picked->find(gate.select);
    return found != picked->end() && found->second.count(model) > 0;
  };
}

}  // namespace diffgate::app
