#pragma once

// Reports made by hand, with results as the diff would give them.

#include <string>
#include <vector>

#include "app/run_report.hpp"

namespace diffgate::test {

// A model named `name` of project "shop", planned to be diffed because its body changed, keyed by
// `<name>_id`.
dbt::PlannedModel planned_model(const std::string& name);

// Both sides hold the same `rows` rows.
app::ModelResult identical_model(const std::string& name, std::int64_t rows);

// Every kind of result once, as an ordinary pull request might give them.
app::RunReport ordinary_report();

// `models` models that all differ, with names that try to break out of wherever they are put.
app::RunReport hostile_report(std::size_t models);

}  // namespace diffgate::test
