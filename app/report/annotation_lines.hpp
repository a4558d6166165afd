#pragma once

// Where in a model's files a finding belongs.

#include <string>
#include <string_view>

namespace diffgate::app {

// The line of SQL that defines the column: the last one that ends a select's item with its name, "… as
// amount" or "amount" alone, comments aside; 1 if there is none or `column` is empty.
int line_in_sql(std::string_view sql, std::string_view column);

// The line of the column's entry under the model, seed or snapshot in a dbt YAML file; the model's own entry
// if the column has none or is empty; 1 if the file has neither.
int line_in_yaml(const std::string& yaml, std::string_view model, std::string_view column);

}  // namespace diffgate::app
