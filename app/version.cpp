#include "app/version.hpp"

namespace diffgate::app {

std::string_view version() { return DIFFGATE_VERSION; }

}  // namespace diffgate::app
