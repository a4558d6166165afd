#pragma once

// What `plan` and `diff` share: two manifests, rules, and the plan made of them.

#include <string>
#include <vector>

#include "config/rules.hpp"
#include "dbt/manifest.hpp"
#include "dbt/plan.hpp"
#include "dbt/state.hpp"

namespace CLI {
class App;
}

namespace diffgate::app {

struct PlanArguments {
  std::string base;
  std::string head;
  std::vector<std::string> select;
  std::vector<std::string> exclude;
  std::string more_unrendered = "auto";
  std::string rules_file;
  std::string project;
  std::string run_results;
  bool slim = false;
  dbt::FileAccess access = dbt::FileAccess::read;
};

struct Planned {
  dbt::Manifest base;
  dbt::Manifest head;
  config::Rules rules;  // of the rules file, with the command line's select, exclude and slim on top
  dbt::Plan plan;
};

void add_plan_options(CLI::App& command, PlanArguments& arguments);

// Throws Error(caller or configuration): a manifest that can't be read, a wrong selector, mistakes in the
// rules file.
Planned make_plan(const PlanArguments& arguments);

// --more-unrendered as dbt's flag. The parser has checked the text.
dbt::MoreUnrendered more_unrendered_of(const std::string& text);
void add_more_unrendered(CLI::App& command, std::string& text);

// --map-files, for large manifests on a small machine.
void add_map_files(CLI::App& command, dbt::FileAccess& access);

// `--select a b` is dbt's union: one selector with blanks between.
std::string joined(const std::vector<std::string>& words);

}  // namespace diffgate::app
