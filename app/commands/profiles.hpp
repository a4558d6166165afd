#pragma once

// Connection settings from dbt's profiles.yml, so that diffgate runs where `dbt run` does.

#include <map>
#include <string>
#include <vector>

#include "diff/warehouse.hpp"
#include "net/error.hpp"

namespace diffgate::app {

using Environment = std::map<std::string, std::string>;

// Each empty member is looked up as dbt does (its command line's options and their variables).
struct ProfileOptions {
  std::string profiles_dir;  // DBT_PROFILES_DIR, the working directory, ~/.dbt; last, here, the project's
  std::string project_dir;   // DBT_PROJECT_DIR, the working directory or the nearest above with a project
  std::string profile;       // DBT_PROFILE, dbt_project.yml
  std::string target;        // DBT_TARGET, the profile's own, "default"
  // Relative paths in the profile count from the project's folder, into which dbt changes before it connects;
  // false: from the folder of profiles.yml, for a daemon that has no project beside it.
  bool has_project = true;
};

struct ProfileWarehouse {
  diff::WarehouseOptions options;
  std::string place;                  // "profiles.yml: shop.outputs.dev"
  std::string schema;                 // where the target's tables are; empty if the profile does not say
  std::vector<std::string> warnings;  // keys that are not known or not used, by name
};

// Finds and reads the file. Throws Error(configuration), naming file, profile and key: no such profile or
// target, an adapter type that is not supported, a missing key, an environment variable that is not set,
// Jinja that is not understood.
ProfileWarehouse warehouse_from_profiles(const ProfileOptions& options, const Environment& environment);

// The same from the text of profiles.yml; `file` is its name in errors. Relative paths count from `folder`;
// empty: the working directory.
ProfileWarehouse parse_profile(const std::string& yaml, const std::string& file, const std::string& profile,
                               const std::string& target, const Environment& environment,
                               const std::string& folder = {});

// Jinja other than what render_env_vars knows.
class NotUnderstood : public Error {
 public:
  using Error::Error;
};

// A value with its {{ env_var('NAME'[, 'default']) | as_number }} replaced; texts may be joined by "~" and
// alternatives given by "or". Filters: as_text, as_native, as_number, as_bool, int, float, bool, string,
// trim, lower, upper, replace, default. `where` names the key. Throws NotUnderstood for other Jinja,
// Error(configuration) for a variable that is not set or is not what its filter wants.
std::string render_env_vars(const std::string& text, const Environment& environment,
                            const std::string& where);

}  // namespace diffgate::app
