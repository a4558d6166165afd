#pragma once

// A manifest of one small project with a node of every resource type, for tests to change in one place.

#include <string>
#include <string_view>

#include "dbt/manifest.hpp"

namespace diffgate::dbt {

// As JSON text, with JSON Patches (RFC 6902) applied one after the other.
std::string small_manifest_text(std::string_view patch = "[]", std::string_view second_patch = "[]");

// The same, parsed.
Manifest small_manifest(std::string_view patch = "[]", std::string_view second_patch = "[]");

}  // namespace diffgate::dbt
