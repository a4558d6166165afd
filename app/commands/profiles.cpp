#include "app/commands/profiles.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <string_view>
#include <vector>

#include "app/commands/files.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t max_file_bytes = 4U << 20U;

[[noreturn]] void fail(const std::string& what, const std::string& where, const std::string& hint = {}) {
  throw Error(ErrorClass::configuration, what, where, hint);
}

YAML::Node parse(const std::string& yaml, const std::string& file) {
  try {
    YAML::Node root = YAML::Load(yaml);
    if (!root.IsMap()) fail("is not a YAML mapping", file);
    return root;
  } catch (const YAML::Exception& error) {
    const std::string at = error.mark.line >= 0
                               ? fmt::format("{}:{}:{}", file, error.mark.line + 1, error.mark.column + 1)
                               : file;
    fail(error.msg, at);
  }
}

// The keys of a mapping, for a hint.
std::string names_in(const YAML::Node& map) {
  std::string names;
  for (const auto& entry : map) {
    if (entry.first.IsScalar()) names += (names.empty() ? "" : ", ") + entry.first.Scalar();
  }
  return names;
}

// One output of a profile: its values with env_var() rendered when they are asked for, so that a variable
// that only another target needs does not have to be set.
class Output {
 public:
  Output(const YAML::Node& node, std::string where, const Environment& environment)
      : node_(node), where_(std::move(where)), environment_(environment) {}

  std::string text(std::initializer_list<std::string_view> names) const {
    for (const std::string_view name : names) {
      const YAML::Node value = node_[std::string(name)];
      if (!value.IsDefined() || value.IsNull()) continue;
      if (!value.IsScalar()) fail("is not a single value", key(name));
      return render_env_vars(value.Scalar(), environment_, key(name));
    }
    return {};
  }

  std::string required(std::initializer_list<std::string_view> names) const {
    std::string value = text(names);
    if (value.empty()) fail("is missing", key(*names.begin()));
    return value;
  }

  std::string number(std::string_view name, std::string fallback) const {
    std::string value = text({name});
    if (value.empty()) return fallback;
    int parsed = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
    if (error != std::errc() || end != value.data() + value.size() || parsed < 0)
      fail("is not a whole number", key(name));
    return value;
  }

  const YAML::Node& node() const { return node_; }
  std::string key(std::string_view name) const { return where_ + "." + std::string(name); }
  const Environment& environment() const { return environment_; }

 private:
  YAML::Node node_;
  std::string where_;
  const Environment& environment_;
};

std::size_t concurrency_of(const Output& output, std::size_t fallback) {
  const int threads = std::stoi(output.number("threads", "0"));
  return threads > 0 ? std::min<std::size_t>(static_cast<std::size_t>(threads), 64) : fallback;
}

// In libpq's "options", blanks inside a value are written "\ ".
std::string session_setting(const std::string& name, const std::string& value) {
  std::string out = "-c " + name + "=";
  for (const char c : value) {
    if (c == ' ' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

diff::WarehouseOptions postgres(const Output& output) {
  diff::PostgresOptions options;
  options.parameters = {{"host", output.required({"host"})},
                        {"port", output.number("port", "5432")},
                        {"user", output.required({"user"})},
                        {"dbname", output.required({"dbname", "database"})}};
  constexpr std::array<std::string_view, 6> as_they_are = {
      "sslmode", "sslcert", "sslkey", "sslrootcert", "keepalives_idle", "connect_timeout"};
  for (const std::string_view name : as_they_are) {
    const std::string value = output.text({name});
    if (!value.empty() && !(name == "keepalives_idle" && value == "0"))
      options.parameters.emplace_back(name, value);
  }
  std::string session;
  for (const auto& [key, setting] : {std::pair("role", "role"), std::pair("search_path", "search_path")}) {
    const std::string value = output.text({key});
    if (!value.empty()) session += (session.empty() ? "" : " ") + session_setting(setting, value);
  }
  if (!session.empty()) options.parameters.emplace_back("options", session);
  options.password = Secret(output.text({"password", "pass"}));
  options.concurrency = concurrency_of(output, options.concurrency);
  return options;
}

diff::WarehouseOptions duckdb(const Output& output) {
  diff::DuckDbOptions options;
  options.path = output.text({"path"});
  if (options.path.empty() || options.path == ":memory:") {
    fail("names no database file", output.key("path"), "an in-memory database is gone when dbt ends");
  }
  if (options.path.starts_with("md:") || options.path.starts_with("motherduck:") ||
      options.path.starts_with("ducklake:")) {
    fail("is not a local DuckDB file", output.key("path"), "only files are supported");
  }
  const YAML::Node attach = output.node()["attach"];
  if (attach.IsDefined() && !attach.IsNull()) {
    if (!attach.IsSequence()) fail("is not a list", output.key("attach"));
    for (std::size_t i = 0; i < attach.size(); ++i) {
      if (!attach[i].IsMap()) fail("is not a mapping", output.key(fmt::format("attach[{}]", i)));
      const Output entry(attach[i], output.key(fmt::format("attach[{}]", i)), output.environment());
      diff::DuckDbAttachment attachment;
      attachment.path = entry.required({"path"});
      attachment.alias = entry.text({"alias"});
      if (attachment.alias.empty()) attachment.alias = std::filesystem::path(attachment.path).stem().string();
      options.attach.push_back(std::move(attachment));
    }
  }
  options.concurrency = concurrency_of(output, options.concurrency);
  return options;
}

std::string value_of(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

std::string find_profiles_file(const ProfileOptions& options, const Environment& environment) {
  namespace fs = std::filesystem;
  std::vector<fs::path> folders;
  if (!options.profiles_dir.empty()) {
    folders = {options.profiles_dir};
  } else if (const std::string folder = value_of(environment, "DBT_PROFILES_DIR"); !folder.empty()) {
    folders = {folder};
  } else {
    folders = {options.project_dir.empty() ? fs::path(".") : fs::path(options.project_dir)};
    if (const std::string home = value_of(environment, "HOME"); !home.empty())
      folders.push_back(fs::path(home) / ".dbt");
  }
  std::string looked_in;
  for (const fs::path& folder : folders) {
    std::error_code ignored;
    if (fs::exists(folder / "profiles.yml", ignored)) return (folder / "profiles.yml").string();
    looked_in += (looked_in.empty() ? "" : " and ") + folder.string();
  }
  fail("no profiles.yml in " + looked_in, "", "give --profiles-dir, or --warehouse with a URL");
}

std::string profile_of_project(const ProfileOptions& options, const Environment& environment) {
  const std::string folder = options.project_dir.empty() ? "." : options.project_dir;
  const std::string file = (std::filesystem::path(folder) / "dbt_project.yml").string();
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    fail("no profile is named and there is no " + file, "",
         "give --profile, or --project-dir with the dbt project");
  }
  const YAML::Node profile = parse(read_file(file, max_file_bytes), file)["profile"];
  if (!profile.IsDefined() || !profile.IsScalar()) fail("names no profile", file, "give --profile");
  return render_env_vars(profile.Scalar(), environment, file + ": profile");
}

}  // namespace

diff::WarehouseOptions parse_profile(const std::string& yaml, const std::string& file,
                                     const std::string& profile, const std::string& target,
                                     const Environment& environment) {
  const YAML::Node root = parse(yaml, file);
  const YAML::Node chosen = root[profile];
  if (!chosen.IsDefined() || !chosen.IsMap())
    fail("has no profile '" + profile + "'", file, "it has: " + names_in(root));
  const std::string where = file + ": " + profile;
  std::string name = target;
  if (name.empty()) {
    const YAML::Node own = chosen["target"];
    name = own.IsDefined() && own.IsScalar() ? render_env_vars(own.Scalar(), environment, where + ".target")
                                             : "default";
  }
  const YAML::Node outputs = chosen["outputs"];
  if (!outputs.IsDefined() || !outputs.IsMap()) fail("has no outputs", where);
  const YAML::Node output = outputs[name];
  if (!output.IsDefined() || !output.IsMap())
    fail("has no target '" + name + "'", where, "it has: " + names_in(outputs));

  const Output values(output, where + ".outputs." + name, environment);
  const std::string type = values.required({"type"});
  if (type == "postgres") return postgres(values);
  if (type == "duckdb") return duckdb(values);
  fail("the adapter type '" + type + "' is not supported", values.key("type"), "supported: postgres, duckdb");
}

diff::WarehouseOptions warehouse_from_profiles(const ProfileOptions& options,
                                               const Environment& environment) {
  const std::string file = find_profiles_file(options, environment);
  const std::string profile =
      options.profile.empty() ? profile_of_project(options, environment) : options.profile;
  return parse_profile(read_file(file, max_file_bytes), file, profile, options.target, environment);
}

}  // namespace diffgate::app
