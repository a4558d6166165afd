#pragma once

#include <memory>

#include "app/metrics.hpp"
#include "vcs/forge.hpp"

namespace diffgate::app {

// The same forge, its calls counted by operation and result. `metrics` outlives it.
std::unique_ptr<vcs::Forge> measured(std::unique_ptr<vcs::Forge> forge, Metrics& metrics);

}  // namespace diffgate::app
