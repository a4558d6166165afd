#include "app/selector_check.hpp"

#include <utility>

#include "dbt/selection.hpp"

namespace diffgate::app {

config::SelectorCheck selector_check() {
  return [](const std::string& selector) -> std::optional<config::SelectorProblem> {
    std::optional<dbt::SelectorMistake> mistake = dbt::find_selector_mistake(selector);
    if (!mistake) return std::nullopt;
    return config::SelectorProblem{mistake->column, std::move(mistake->message), std::move(mistake->hint)};
  };
}

}  // namespace diffgate::app
