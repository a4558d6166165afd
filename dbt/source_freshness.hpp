#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "net/clock.hpp"

namespace diffgate::dbt {

// When each source's newest row was loaded, by unique id; sources whose freshness could not be measured are
// left out.
using LoadTimes = std::unordered_map<std::string, UtcTime>;

// From the sources.json of `dbt source freshness`. Throws Error(caller) if it is none.
LoadTimes read_load_times(std::string_view json);

}  // namespace diffgate::dbt
