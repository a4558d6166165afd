#pragma once

// The parameters of a query string, each asked for by its name. Whatever is wrong is an Error(caller) that
// names the parameter.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vcs/types.hpp"

namespace diffgate::app {

class Query {
 public:
  explicit Query(std::string_view query);

  // Absent: nullopt.
  std::optional<std::string> text(const std::string& name);
  std::optional<std::int64_t> number(const std::string& name, std::int64_t least, std::int64_t most);
  // A full commit id, in any case of letters.
  std::optional<vcs::Sha> sha(const std::string& name);

  // Refuses parameters that nobody asked for: a misspelt filter must not show everything.
  void finish() const;

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
  std::vector<std::string> asked_;
};

// How much of a list is wanted: "limit", and "cursor" as an earlier answer gave it.
struct Page {
  std::size_t limit = 0;
  std::size_t offset = 0;
};
Page read_page(Query& query, std::size_t usual, std::size_t most);

// The cursor behind a page that holds `count` items; empty if there can't be more.
std::string next_cursor(const Page& page, std::size_t count);

}  // namespace diffgate::app
