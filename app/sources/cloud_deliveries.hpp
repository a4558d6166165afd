#pragma once

// Deliveries of dbt Cloud are kept with those of the forges, under a name that no forge has.

#include <optional>
#include <string>
#include <string_view>

namespace diffgate::app {

inline std::string cloud_delivery_source(const std::string& account) { return "dbt-cloud/" + account; }

// The account's name; nullopt for a forge's delivery.
inline std::optional<std::string> account_of_delivery(std::string_view source) {
  constexpr std::string_view prefix = "dbt-cloud/";
  if (!source.starts_with(prefix)) return std::nullopt;
  return std::string(source.substr(prefix.size()));
}

}  // namespace diffgate::app
