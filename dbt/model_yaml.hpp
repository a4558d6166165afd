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

// Adds what meta.diffgate of one column says: `tolerance`, and `exclude`. The column's word goes over the
// model's.
void read_column_yaml(const JsonValue& meta, std::string_view column, std::string_view model,
                      std::string_view file, ModelYaml& into, std::vector<std::string>& warnings);

// Only its primary_key, without a word about the rest.
std::vector<std::string> primary_key_in(const JsonValue& meta);

}  // namespace diffgate::dbt
