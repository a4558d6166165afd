#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dbt/json_value.hpp"
#include "dbt/plan.hpp"

namespace diffgate::dbt {

// Reads meta.diffgate and meta.datafold.datadiff of a model's merged meta; where both say something, the
// first wins. A value that can't be used becomes a warning with the model, the key and the file, and is left
// out.
ModelYaml read_model_yaml(const JsonValue& meta, std::string_view model, std::string_view file,
                          std::vector<std::string>& warnings);

// Only its primary_key, without a word about the rest.
std::vector<std::string> primary_key_in(const JsonValue& meta);

}  // namespace diffgate::dbt
