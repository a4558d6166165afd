#include "config/server_config.hpp"

#include <filesystem>

#include "config/environment.hpp"
#include "config/json_schema.hpp"
#include "config/repository_config.hpp"
#include "config/server_tables.hpp"
#include "config/text_file.hpp"
#include "config/yaml_node.hpp"

namespace diffgate::config {
namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 20U;

}  // namespace

Parsed<ServerConfig> parse_server_config(const std::string& yaml, const std::string& file,
                                         const std::map<std::string, std::string>& environment,
                                         const SelectorCheck& selector_check) {
  Parsed<ServerConfig> parsed;
  auto root = read_yaml(yaml, file, parsed.problems);
  if (!root) return parsed;
  Reader reader(file, std::filesystem::path(file).parent_path().string(), selector_check);
  reader.add(std::move(parsed.problems));
  if (root->is_null()) {
    reader.problem(0, 0, "", "the file is empty", "`diffgate config schema` lists its keys");
  } else {
    substitute_environment(*root, environment, reader);
    const Place top{*root, ""};
    read_map(reader, top, server_table(), parsed.value);
    if (root->is_map()) check_server(reader, top, parsed.value);
  }
  parsed.problems = reader.take_problems();
  return parsed;
}

Parsed<ServerConfig> read_server_config(const std::string& path,
                                        const std::map<std::string, std::string>& environment,
                                        const SelectorCheck& selector_check) {
  std::string error;
  const auto text = read_text_file(path, kLargestFile, error);
  if (!text) return {{}, {{path, 0, 0, "", "the configuration can't be read: " + error, ""}}};
  return parse_server_config(*text, path, environment, selector_check);
}

std::string server_config_schema() {
  return json_schema(object_shape(server_table()), "diffgate: configuration of the server",
                     Variables::allowed);
}

}  // namespace diffgate::config
