#pragma once

// The values that a selector method knows where it does not take names or globs; dbt refuses any other. They
// can be told without a manifest. Every function throws SelectorError for a value that its method does not
// know.

#include <optional>
#include <string>
#include <vector>

#include "dbt/manifest_data.hpp"
#include "dbt/selector_spec.hpp"
#include "dbt/state.hpp"

namespace diffgate::dbt {

// `state:…`
struct StateValue {
  enum class Kind { modified, unmodified, old, change };

  Kind kind = Kind::modified;
  StateChange change = StateChange::is_new;  // if kind is change
};
StateValue state_value(const Criterion& criterion);

// `test_type:…`
struct TestTypes {
  bool generic = false;
  bool singular = false;
  bool unit = false;
};
TestTypes test_types(const Criterion& criterion);

// `resource_type:…`; nullopt for a type of dbt's that is no member of the graph.
std::optional<ResourceType> resource_type_value(const Criterion& criterion);

// `version:…`
enum class VersionValue { latest, prerelease, old, none };
VersionValue version_value(const Criterion& criterion);

// Globs of package, source and table of `source:…`.
std::vector<std::string> source_globs(const Criterion& criterion);

// Globs of package and name of `exposure:…`, `metric:…` and the like.
std::vector<std::string> name_globs(const Criterion& criterion);

// Any of the above, whichever the method is.
void check_value(const Criterion& criterion);

std::vector<std::string> split(std::string_view text, char separator);

}  // namespace diffgate::dbt
