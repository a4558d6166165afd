#pragma once

// The demo's dbt project in its two versions, as real dbt built it (app/demo/project/README.md).

#include <string>
#include <string_view>

#include "app/stand_in/git.hpp"

namespace diffgate::app::journey {

std::string production_manifest();       // manifest.json
std::string pull_request_manifest();     // manifest.json
std::string pull_request_run_results();  // run_results.json
std::string_view tables_sql();           // builds both versions' tables in a DuckDB file named shop.duckdb

// The repository's files in production, and what the pull request does to them.
stand_in::TreeEdits production_files();
stand_in::TreeEdits pull_request_edits();

}  // namespace diffgate::app::journey
