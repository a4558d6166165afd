#pragma once

// One model in Markdown: its row in the table and its fold.

#include <string>

#include "app/run_report.hpp"

namespace diffgate::app {

std::string model_table_head();
std::string model_table_row(const ModelResult& result);

// A <details> block, bounded in length whatever the model holds, ending with an empty line.
std::string model_details(const ModelResult& result, bool with_samples);

// Whether the model has a row of its own; the others are named in lists.
bool deserves_row(const ModelResult& result);

// Whether there is more to say than its row does.
bool deserves_fold(const ModelResult& result);

// The model's key and how it was found, as two cells of a table.
std::string key_cells(const ModelResult& result);

}  // namespace diffgate::app
