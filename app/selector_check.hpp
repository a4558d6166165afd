#pragma once

#include "config/selector_check.hpp"

namespace diffgate::app {

// dbt's selector grammar, for the readers of configuration files.
config::SelectorCheck selector_check();

}  // namespace diffgate::app
