#pragma once

#include <nlohmann/json_fwd.hpp>

#include "diff/column_profile.hpp"

namespace diffgate::app {

// The columns of both sides side by side; what does not apply to a type is null.
nlohmann::ordered_json profiles_json(const diff::TableProfiles& profiles);

nlohmann::ordered_json timeline_json(const diff::Timeline& timeline);

}  // namespace diffgate::app
