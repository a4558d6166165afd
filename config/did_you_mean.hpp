#pragma once

#include "net/did_you_mean.hpp"

namespace diffgate::config {

using diffgate::did_you_mean;

}  // namespace diffgate::config
