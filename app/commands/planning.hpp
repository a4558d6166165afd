#pragma once

// What `plan` and `diff` share: two manifests, rules, and the plan made of them.

#include <string>
#include <vector>

#include "app/verdict.hpp"
#include "config/rules.hpp"
#include "dbt/manifest.hpp"
#include "dbt/plan.hpp"
#include "dbt/state.hpp"

namespace CLI {
class App;
}

namespace diffgate::app {

// What counts as modified; over the rules of a rules file.
struct StateArguments {
  std::string more_unrendered = "auto";
  std::string body_mode = "exact";
  bool ignore_builtin_macros = false;
  bool ignore_relation_only = false;
  std::string changed_files;  // a file of paths, "-": stdin
};

struct PlanArguments {
  std::string base;
  std::string head;
  std::vector<std::string> select;
  std::vector<std::string> exclude;
  StateArguments state;
  std::string rules_file;
  std::string project;
  std::string run_results;
  bool slim = false;
  bool prove_unchanged = false;
  dbt::FileAccess access = dbt::FileAccess::map;
};

struct Planned {
  std::string project;  // dbt's name of it, the pull request's
  config::Rules rules;  // of the rules file, with the command line's options on top
  dbt::Plan plan;
  GateSelection gates;
};

void add_plan_options(CLI::App& command, PlanArguments& arguments);

// Throws Error(caller or configuration): a manifest that can't be read, a wrong selector, mistakes in the
// rules file.
Planned make_plan(const PlanArguments& arguments);

void add_state_options(CLI::App& command, StateArguments& arguments);

// Puts the options that were given over the rules. The parser has checked the texts.
void apply(const StateArguments& arguments, config::Rules& rules);

// The paths that --changed-files names; none without it. Throws Error(caller).
std::vector<std::string> changed_files_of(const StateArguments& arguments);

// --read-files, for manifests that something may write to meanwhile.
void add_read_files(CLI::App& command, dbt::FileAccess& access);

// `--select a b` is dbt's union: one selector with blanks between.
std::string joined(const std::vector<std::string>& words);

}  // namespace diffgate::app
