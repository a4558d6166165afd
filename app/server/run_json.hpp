#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "app/store/records.hpp"

namespace diffgate::app {

// A run as the API shows it.
nlohmann::json run_json(const Run& run);

// JSON that the store keeps as a text; null for an empty one.
nlohmann::json stored_json(const std::string& text);

// As a body; bytes that are not UTF-8 are replaced.
std::string dump_json(const nlohmann::json& json);

// null for an empty text.
nlohmann::json text_or_null(const std::string& text);

// null for the epoch.
nlohmann::json time_or_null(UtcTime time);

}  // namespace diffgate::app
