#pragma once

// The body of Datafold's call for one data diff, as a question to the warehouse (their OpenAPI description,
// "ApiDataDiffData"). Pure.

#include <cstdint>
#include <string>

#include "app/run_report.hpp"
#include "diff/dialect.hpp"
#include "diff/table_diff.hpp"

namespace diffgate::app {

struct DiffOrder {
  dbt::PlannedModel model;  // the two tables, under the name of the second
  diff::TableDiffRequest request;
};

// Names in the body's paths are as the catalog has them, and become quoted. Throws Error(caller) that names
// the field, also for what we do not offer and what leaving out would change the answer; fields of their
// interface and of how their engine works are not looked at.
DiffOrder read_diff_order(const std::string& body, const diff::Dialect& dialect);

}  // namespace diffgate::app
