#pragma once

// Connection settings from dbt's profiles.yml, so that `diffgate diff` runs where `dbt run` does.

#include <map>
#include <string>

#include "diff/warehouse.hpp"

namespace diffgate::app {

using Environment = std::map<std::string, std::string>;

struct ProfileOptions {
  std::string profiles_dir;  // empty: DBT_PROFILES_DIR, then the project directory, then ~/.dbt
  std::string project_dir;   // empty: the working directory; names the profile if `profile` is empty
  std::string profile;
  std::string target;  // empty: the profile's own
};

// Finds and reads the file. Throws Error(configuration), naming file, profile and key: no such profile or
// target, an adapter type other than postgres and duckdb, a missing key, an environment variable that is not
// set, Jinja other than env_var().
diff::WarehouseOptions warehouse_from_profiles(const ProfileOptions& options, const Environment& environment);

// The same from the text of profiles.yml; `file` is its name in errors.
diff::WarehouseOptions parse_profile(const std::string& yaml, const std::string& file,
                                     const std::string& profile, const std::string& target,
                                     const Environment& environment);

// A value with its {{ env_var('NAME'[, 'default']) | as_number }} replaced. The filters as_number, as_bool,
// as_native, as_text and int are accepted and leave the text as it is: it is converted where it is used.
// `where` names the key.
std::string render_env_vars(const std::string& text, const Environment& environment,
                            const std::string& where);

}  // namespace diffgate::app
