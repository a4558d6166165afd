#pragma once

// A person's word that a model's differences are meant. It is bound to what was measured: over later pushes
// it holds for as long as the result stays the same, and no longer.

#include <string>
#include <vector>

#include "app/run_report.hpp"
#include "app/store/records.hpp"

namespace diffgate::app {

// Hex. Of everything that was measured and that a reader is shown: rows, keys, schema and the counts of each
// column, but not samples, times or the statements that were run. Empty if there is nothing to accept: a
// model that was not measured, or could not be.
std::string result_fingerprint(const ModelResult& result);

// Marks the results whose acceptance holds; those whose result has changed since get a note that says so.
void apply_acceptances(RunReport& report, const std::vector<AcceptedResult>& accepted);

}  // namespace diffgate::app
