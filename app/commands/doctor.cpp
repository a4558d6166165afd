#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/commands/commands.hpp"
#include "app/commands/doctor_checks.hpp"
#include "app/commands/files.hpp"
#include "app/commands/terminal.hpp"
#include "app/commands/warehouse_choice.hpp"
#include "app/connections.hpp"
#include "app/report/escape.hpp"
#include "dbt/manifest.hpp"
#include "dbt/primary_key.hpp"

namespace diffgate::app {
namespace {

struct Arguments {
  std::string config;
  WarehouseChoice warehouse;
  std::string manifest;
  bool json = false;
};

std::string_view name_of(FindingLevel level) {
  switch (level) {
    case FindingLevel::ok:
      return "ok";
    case FindingLevel::warning:
      return "warning";
    case FindingLevel::failure:
      break;
  }
  return "failure";
}

std::vector<std::string> relations_of(const std::string& manifest) {
  std::vector<std::string> out;
  if (manifest.empty()) return out;
  for (const dbt::KeyAuditLine& model : dbt::audit_primary_keys(dbt::load_manifest(manifest), {}))
    if (!model.relation.empty()) out.push_back(model.relation);
  return out;
}

Findings examine_server(const Arguments& arguments) {
  Findings out;
  const auto parsed = config::read_server_config(arguments.config, environment());
  for (const config::Problem& problem : parsed.problems) {
    const std::string place =
        problem.line > 0 ? fmt::format("{}:{}:{}", problem.file, problem.line, problem.column) : problem.file;
    report_failure(out, place, (problem.key.empty() ? "" : problem.key + ": ") + problem.message,
                   problem.suggestion);
  }
  if (!parsed.ok()) return out;
  const config::ServerConfig& config = parsed.value;
  report_ok(
      out, arguments.config,
      fmt::format("read, {} project{}", config.projects.size(), config.projects.size() == 1 ? "" : "s"));
  examine_files(arguments.config, out);
  examine_data_dir(config.data_dir, out);
  EventLoop loop;
  for (const config::WarehouseConfig& warehouse : config.warehouses) {
    const std::string subject = "warehouse " + warehouse.name;
    WantedTables wanted{stored_relations(config, warehouse.name, out), {}};
    for (std::string& relation : relations_of(arguments.manifest))
      wanted.relations.push_back(std::move(relation));
    std::vector<std::string> warnings;
    try {
      diff::WarehouseOptions options = warehouse_options(warehouse, {}, warnings);
      if (const auto* profile = std::get_if<config::ProfileWarehouse>(&warehouse.connection))
        wanted.schema = profile_warehouse(*profile).schema;
      examine_warehouse(loop, subject, std::move(options), wanted, out);
    } catch (const Error& error) {
      report_error(out, subject, error);
    }
    for (const std::string& warning : warnings) report_warning(out, subject, warning, {});
  }
  examine_forges(loop, config, out);
  examine_dbt_cloud(loop, config, out);
  examine_stored_artifacts(config, out);
  return out;
}

Findings examine_one_warehouse(const Arguments& arguments) {
  Findings out;
  WantedTables wanted{relations_of(arguments.manifest), {}};
  diff::WarehouseOptions options = resolve(arguments.warehouse, &wanted.schema);
  EventLoop loop;
  examine_warehouse(loop, "warehouse", std::move(options), wanted, out);
  return out;
}

std::string text_of(const Findings& findings) {
  std::string out;
  for (const Finding& finding : findings) {
    const std::string fix = finding.fix.empty() ? "" : fmt::format(" ({})", finding.fix);
    out += fmt::format("{:<8} {}: {}{}\n", name_of(finding.level), clean_line(finding.subject),
                       clean_line(finding.text, 1'000), clean_line(fix, 1'000));
  }
  return out;
}

std::string json_of(const Findings& findings, bool is_well) {
  auto checks = nlohmann::ordered_json::array();
  for (const Finding& finding : findings) {
    checks.push_back({{"status", name_of(finding.level)},
                      {"subject", finding.subject},
                      {"text", finding.text},
                      {"fix", finding.fix}});
  }
  const nlohmann::ordered_json all = {{"ok", is_well}, {"checks", std::move(checks)}};
  return all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

int doctor(const Arguments& arguments) {
  const Findings findings =
      arguments.config.empty() ? examine_one_warehouse(arguments) : examine_server(arguments);
  const auto any = [&](bool is_remote) {
    return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
      return finding.level == FindingLevel::failure && finding.is_remote == is_remote;
    });
  };
  const int code = any(false) ? 2 : any(true) ? 3 : 0;
  print_result(arguments.json ? json_of(findings, code == 0) : text_of(findings));
  return code;
}

}  // namespace

void add_doctor(CLI::App& app, Job& chosen) {
  CLI::App* command = app.add_subcommand(
      "doctor", "Try everything that the daemon, or one warehouse's connection, needs, and say what to fix");
  auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  CLI::Option* config =
      command->add_option("--config", a.config, "The server file; without it, one warehouse");
  add_warehouse_options(*command, a.warehouse);
  for (const char* other :
       {"--warehouse", "--profiles-dir", "--project-dir", "--profile", "--target", "--attach"})
    command->get_option(other)->excludes(config);
  command->add_option(
      "--manifest", a.manifest,
      "A manifest.json whose tables are to be readable, besides those uploaded to the server");
  command->add_flag("--json", a.json, "The findings as JSON");
  command->footer(
      "Nothing is written. Exit code 2 if something has to be changed, 3 if a server does not answer.\n\n"
      "Example:\n  diffgate doctor --config /etc/diffgate/diffgate.yml\n"
      "  diffgate doctor --profile shop --target prod --manifest target/manifest.json");
  command->callback([&chosen, arguments] { chosen = [arguments] { return doctor(*arguments); }; });
}

}  // namespace diffgate::app
