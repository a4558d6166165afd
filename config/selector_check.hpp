#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace diffgate::config {

// What is wrong with a dbt selector.
struct SelectorProblem {
  std::size_t column = 1;  // in the selector, in bytes, from 1
  std::string message;
  std::string suggestion;  // may be empty
};

// This room does not know dbt's selectors: whoever has a file read brings somebody who does.
using SelectorCheck = std::function<std::optional<SelectorProblem>(const std::string& selector)>;

}  // namespace diffgate::config
