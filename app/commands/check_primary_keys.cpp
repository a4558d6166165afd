#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/commands/commands.hpp"
#include "app/commands/terminal.hpp"
#include "app/report/text_table.hpp"
#include "dbt/primary_key.hpp"

namespace diffgate::app {
namespace {

struct Arguments {
  std::string manifest;
  std::string tag = "primary-key";
  std::string output = "table";
  bool json = false;
};

std::string json_of(const std::vector<dbt::KeyAuditLine>& lines) {
  auto out = nlohmann::ordered_json::array();
  for (const dbt::KeyAuditLine& line : lines) {
    out.push_back({{"unique_id", line.id.value()},
                   {"name", line.name},
                   {"relation", line.relation},
                   {"columns", line.key.columns},
                   {"source", dbt::name_of(line.key.source)},
                   {"notes", line.key.notes},
                   {"file", line.sql_file},
                   {"yaml_file", line.yaml_file}});
  }
  return out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string table_of(const std::vector<dbt::KeyAuditLine>& lines) {
  std::vector<std::vector<std::string>> rows;
  std::size_t without = 0;
  for (const dbt::KeyAuditLine& line : lines) {
    const bool has_key = !line.key.columns.empty();
    if (!has_key) ++without;
    rows.push_back({line.name, has_key ? fmt::format("{}", fmt::join(line.key.columns, ", ")) : "-",
                    has_key ? std::string(dbt::words_for(line.key.source)) : "none found",
                    line.yaml_file.empty() ? line.sql_file : line.yaml_file,
                    fmt::format("{}", fmt::join(line.key.notes, "; "))});
  }
  const std::string table =
      rows.empty() ? "" : text_table({"MODEL", "KEY", "FROM", "FILE", "NOTES"}, rows) + "\n";
  return table + fmt::format("{} of {} without a key\n", without, rows.size());
}

int check_primary_keys(const Arguments& arguments) {
  const dbt::Manifest manifest = dbt::load_manifest(arguments.manifest);
  const auto lines = dbt::audit_primary_keys(manifest, arguments.tag);
  print_result(arguments.json || arguments.output == "json" ? json_of(lines) : table_of(lines));
  return 0;
}

}  // namespace

void add_check_primary_keys(CLI::App& app, Job& chosen) {
  CLI::App* command =
      app.add_subcommand("check-primary-keys", "Each model's primary key and where it comes from");
  auto arguments = std::make_shared<Arguments>();
  command->add_option("--manifest", arguments->manifest, "manifest.json of the project")->required();
  command->add_option("--tag", arguments->tag, "The rule primary_key_tag")->capture_default_str();
  command->add_option("--output", arguments->output, "table or json")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "The same as --output json");
  command->footer("Example:\n  diffgate check-primary-keys --manifest target/manifest.json");
  command->callback(
      [&chosen, arguments] { chosen = [arguments] { return check_primary_keys(*arguments); }; });
}

}  // namespace diffgate::app
