#include "app/commands/profiles.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>

#include "app/commands/files.hpp"
#include "app/commands/profile_output.hpp"

namespace diffgate::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_file_bytes = 4U << 20U;

YAML::Node parse(const std::string& yaml, const std::string& file) {
  try {
    YAML::Node root = YAML::Load(yaml);
    if (!root.IsMap()) fail_profile("is not a YAML mapping", file);
    return with_merges(root, file);
  } catch (const YAML::Exception& error) {
    const std::string at = error.mark.line >= 0
                               ? fmt::format("{}:{}:{}", file, error.mark.line + 1, error.mark.column + 1)
                               : file;
    fail_profile(error.msg, at);
  }
}

// The keys of a mapping, for a hint; "config" is dbt's own, no profile.
std::string names_in(const YAML::Node& map) {
  std::string names;
  for (const auto& entry : map) {
    if (entry.first.IsScalar() && entry.first.Scalar() != "config")
      names += (names.empty() ? "" : ", ") + entry.first.Scalar();
  }
  return "it has: " + (names.empty() ? "none" : names);
}

// The value of dbt's option DBT_<name>, which newer versions spell DBT_ENGINE_<name> first.
std::string option_of(const Environment& environment, const std::string& name) {
  for (const char* prefix : {"DBT_ENGINE_", "DBT_"}) {
    const auto found = environment.find(prefix + name);
    if (found != environment.end() && !found->second.empty()) return found->second;
  }
  return {};
}

std::string first_of(std::string given, std::string otherwise) {
  return given.empty() ? std::move(otherwise) : std::move(given);
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

// The folder of dbt_project.yml: given, or the working directory, or the nearest above it that has one.
fs::path project_folder(const ProfileOptions& options, const Environment& environment) {
  const std::string given = first_of(options.project_dir, option_of(environment, "PROJECT_DIR"));
  if (!given.empty()) return given;
  std::error_code ignored;
  const fs::path here = fs::current_path(ignored);
  for (fs::path folder = here; !folder.empty(); folder = folder.parent_path()) {
    if (is_there(folder / "dbt_project.yml")) return folder;
    if (folder == folder.parent_path()) break;
  }
  return ".";
}

std::string find_profiles_file(const ProfileOptions& options, const Environment& environment) {
  const std::string given = first_of(options.profiles_dir, option_of(environment, "PROFILES_DIR"));
  std::vector<fs::path> folders;
  if (!given.empty()) {
    folders = {given};
  } else {
    folders = {"."};
    const auto home = environment.find("HOME");
    if (home != environment.end() && !home->second.empty())
      folders.push_back(fs::path(home->second) / ".dbt");
    folders.push_back(project_folder(options, environment));
  }
  std::string looked_in;
  for (const fs::path& folder : folders) {
    if (is_there(folder / "profiles.yml")) return (folder / "profiles.yml").lexically_normal().string();
    looked_in += (looked_in.empty() ? "" : ", ") + folder.string();
  }
  fail_profile("there is no profiles.yml", "looked in " + looked_in,
               "give --profiles-dir, or --warehouse with a URL");
}

std::string profile_of_project(const ProfileOptions& options, const Environment& environment) {
  const std::string file = (project_folder(options, environment) / "dbt_project.yml").string();
  if (!is_there(file)) {
    fail_profile("no profile is named and there is no " + file, "",
                 "give --profile, or --project-dir with the dbt project");
  }
  const YAML::Node profile = parse(read_file(file, max_file_bytes), file)["profile"];
  if (!profile.IsDefined() || !profile.IsScalar()) fail_profile("names no profile", file, "give --profile");
  return render_env_vars(profile.Scalar(), environment, file + ": profile");
}

// As they are written where that is the same: they stand in messages.
void count_from(const fs::path& folder, std::string& path) {
  std::error_code ignored;
  if (path.empty() || fs::path(path).is_absolute() || folder.empty() || fs::equivalent(folder, ".", ignored))
    return;
  path = (folder / path).lexically_normal().string();
}

void count_paths_from(const fs::path& folder, diff::PostgresOptions& options) {
  for (auto& [key, value] : options.parameters) {
    const bool is_system = key == "sslrootcert" && value == "system";
    if (key == "sslcert" || key == "sslkey" || (key == "sslrootcert" && !is_system))
      count_from(folder, value);
  }
}

void count_paths_from(const fs::path& folder, diff::DuckDbOptions& options) {
  count_from(folder, options.path);
  count_from(folder, options.temp_directory);
  for (diff::DuckDbAttachment& attached : options.attach) count_from(folder, attached.path);
  for (std::string& allowed : options.allowed_directories) {
    count_from(folder, allowed);
    allowed = fs::absolute(allowed).lexically_normal().string();
    if (!allowed.ends_with('/')) allowed += '/';
  }
}

}  // namespace

ProfileWarehouse parse_profile(const std::string& yaml, const std::string& file, const std::string& profile,
                               const std::string& target, const Environment& environment,
                               const std::string& folder) {
  const YAML::Node root = parse(yaml, file);
  const std::string where = file + ": " + profile;
  const YAML::Node chosen = with_merges(root[profile], where);
  if (!chosen.IsDefined() || !chosen.IsMap())
    fail_profile("has no profile '" + profile + "'", file, names_in(root));
  std::string name = target;
  if (name.empty()) {
    const YAML::Node own = chosen["target"];
    name = own.IsDefined() && own.IsScalar() ? render_env_vars(own.Scalar(), environment, where + ".target")
                                             : "default";
  }
  const YAML::Node outputs = with_merges(chosen["outputs"], where + ".outputs");
  if (!outputs.IsDefined() || !outputs.IsMap()) fail_profile("has no outputs", where);
  const YAML::Node output = outputs[name];
  if (!output.IsDefined() || !output.IsMap())
    fail_profile("has no target '" + name + "'", where, names_in(outputs));
  ProfileWarehouse found = warehouse_of(ProfileOutput(output, where + ".outputs." + name, environment));
  std::visit([&](auto& one) { count_paths_from(folder, one); }, found.options);
  return found;
}

ProfileWarehouse warehouse_from_profiles(const ProfileOptions& options, const Environment& environment) {
  const std::string file = find_profiles_file(options, environment);
  std::string profile = first_of(options.profile, option_of(environment, "PROFILE"));
  if (profile.empty()) profile = profile_of_project(options, environment);
  const std::string target = first_of(options.target, option_of(environment, "TARGET"));
  const fs::path folder =
      options.has_project ? project_folder(options, environment) : fs::path(file).parent_path();
  return parse_profile(read_file(file, max_file_bytes), file, profile, target, environment, folder.string());
}

}  // namespace diffgate::app
