#pragma once

// What `compare` may be told about the comparison itself, from the command line to the request.

#include <string>
#include <vector>

#include "diff/table_diff.hpp"

namespace CLI {
class App;
}

namespace diffgate::app {

struct CompareOptions {
  std::vector<std::string> key;
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  std::vector<std::string> mask;
  std::vector<std::string> rename;
  std::vector<std::string> tolerance;
  std::vector<std::string> ignore_case;
  std::vector<std::string> trim;
  std::vector<std::string> null_equals_empty;
  std::string where;
  std::string prod_where;
  std::string pr_where;
  std::string prod_time_travel;
  std::string pr_time_travel;
  std::string overlap;
  std::string sample;
  std::vector<std::string> timestamp_precision;
  std::size_t samples = 0;
  bool exact = false;
};

void add_compare_options(CLI::App& command, CompareOptions& options);

// The request without its two relations. `command` tells which options were given at all. Throws
// Error(caller).
diff::TableDiffRequest request_of(const CLI::App& command, const CompareOptions& options);

// "1%", "0.01" or "50000" rows. Throws Error(caller).
diff::Sampling parse_sampling(const std::string& text);

}  // namespace diffgate::app
