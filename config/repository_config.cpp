#include "config/repository_config.hpp"

#include <fmt/format.h>

#include "config/json_schema.hpp"
#include "config/rules_table.hpp"
#include "config/yaml_node.hpp"

namespace diffgate::config {
namespace {

constexpr std::size_t kMostProjects = 200;
const std::string kProjects = "projects";

// Every project's section is checked, also those that belong to others: the file is everybody's.
void read_projects(Reader& reader, const Place& at, const std::string& project, Rules& rules) {
  if (at.node.is_null()) return;
  if (!at.node.is_map()) {
    reader.wrong_type(at, "a map of rules by project name");
    return;
  }
  if (at.node.entries.size() > kMostProjects) {
    reader.problem(
        at, fmt::format("{} projects are too many: at most {}", at.node.entries.size(), kMostProjects));
    return;
  }
  const Rules common = rules;
  for (const YamlEntry& entry : at.node.entries) {
    Rules own = common;
    const Place section = at.entry(entry);
    read_map(reader, section, rules_table(), own);
    check_rules(reader, section, own);
    if (entry.key == project) rules = std::move(own);
  }
}

}  // namespace

Parsed<Rules> parse_repository_config(const std::string& yaml, const std::string& file, const Rules& defaults,
                                      const std::string& project, const SelectorCheck& selector_check) {
  Parsed<Rules> parsed{defaults, {}};
  const auto root = read_yaml(yaml, file, parsed.problems);
  if (!root) return parsed;
  Reader reader(file, {}, selector_check);
  reader.add(std::move(parsed.problems));
  const Place top{*root, ""};
  read_map(reader, top, rules_table(), parsed.value, {kProjects});
  const YamlNode* const projects = root->find(kProjects);
  if (projects == nullptr || projects->find(project) == nullptr) check_rules(reader, top, parsed.value);
  if (projects != nullptr) read_projects(reader, {*projects, kProjects}, project, parsed.value);
  parsed.problems = reader.take_problems();
  return parsed;
}

std::string repository_config_schema() {
  Shape section = object_shape(rules_table());
  section.is_nullable = true;
  ObjectShape top{properties_of(rules_table()), {}};
  top.properties.push_back({kProjects,
                            "Rules of single projects, by the project's name.",
                            {.kind = Shape::Kind::map, .is_nullable = true, .parts = {section}},
                            {}});
  const Shape root{.kind = Shape::Kind::object,
                   .is_nullable = true,
                   .object = std::make_shared<const ObjectShape>(std::move(top))};
  return json_schema(root, "diffgate: rules of a repository (.diffgate.yml)", Variables::none);
}

}  // namespace diffgate::config
