#include "app/state_options.hpp"

namespace diffgate::app {
namespace {

// Paths below the dbt project, as its manifest writes them.
std::vector<std::string> relative_to(const std::string& directory, const std::vector<std::string>& files) {
  std::string prefix = directory;
  while (!prefix.empty() && prefix.back() == '/') prefix.pop_back();
  if (prefix.empty() || prefix == ".") return files;
  prefix += '/';
  std::vector<std::string> inside;
  for (const std::string& file : files) {
    if (file.starts_with(prefix)) inside.push_back(file.substr(prefix.size()));
  }
  return inside;
}

}  // namespace

dbt::StateOptions state_options(const config::Rules& rules, const std::vector<std::string>& changed_files) {
  dbt::StateOptions options;
  if (rules.more_unrendered)
    options.more_unrendered = *rules.more_unrendered ? dbt::MoreUnrendered::on : dbt::MoreUnrendered::off;
  options.body =
      rules.body_mode == config::BodyMode::exact ? dbt::BodyMode::exact : dbt::BodyMode::ignore_whitespace;
  options.ignore_builtin_macros = rules.ignore_builtin_macros;
  options.ignore_relation_only = rules.ignore_relation_only;
  options.changed_files = relative_to(rules.dbt_project_dir, changed_files);
  return options;
}

}  // namespace diffgate::app
