#pragma once

// What one model's result says in a few characters, the same for Markdown and HTML. Texts made here are of
// numbers and our own words; names from outside stay apart, for the renderer to escape.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/run_report.hpp"

namespace diffgate::app {

std::string_view icon_of(const ModelResult& result);
std::string_view icon_of(Verdict verdict);

// "Passed", "Passed with warnings", "Failed".
std::string_view words_for(Verdict verdict);

// The cells of a model's row; no-break spaces hold together what should not wrap. An empty one says that
// there is nothing to say.
struct ModelCells {
  std::string rows;     // "1,204 → 1,215", "1,204", "error", "not built"
  std::string added;    // "+12", "0"
  std::string removed;  // "−3", "0"
  std::string changed;  // "240 (19.9%)", "0"
  std::string keys;     // "✓", "5 dup, 2 null", "~400 dup", "no key"
  std::string schema;   // "+1 −2, 1 retyped", "reordered"
};
ModelCells cells_of(const ModelResult& result);

// What a reader should know of how the tables were compared, one sentence each: a sample, the time that both
// cover, load times that differ everywhere, renamed columns, what rules took for equal, floats that differ in
// the last digits. May quote names from outside.
std::vector<std::string> remarks_of(const diff::TableDiff& diff);

// "1,204", or "~1,200" if the key was looked at in a sample: `count` is its duplicate rows or distinct keys.
std::string key_count(const diff::KeyHealth& key, std::int64_t count);

// " They differ …": of the rows without a usable key, as the next sentence; empty if nothing is known.
std::string unmatched_words(const diff::TableDiff& diff);

// Columns with changed values, those with most of them first.
std::vector<diff::ColumnDiff> changed_columns(const ModelResult& result);

// Rows whose key is on both sides: what shares of changed rows and values refer to.
std::int64_t matched_rows(const ModelResult& result);

// "12 rows added, 3 removed, 240 changed (19.9%), 2 new columns": the fold's title, after the model's name.
std::string summary_of(const ModelResult& result);

// Why it is in the report: "changed: code; macro clean", "downstream of orders". May quote names from
// outside.
std::string why_of(const ModelResult& result);

// "shop"."prod"."orders" as shop.prod.orders; as it is if a part needs its quotes.
std::string readable_relation(const std::string& relation);

// Whole rows were compared, because there is no key.
bool is_keyless(const ModelResult& result);

}  // namespace diffgate::app
