#pragma once

#include <memory>
#include <string>

#include "dbt/text_window.hpp"

namespace diffgate::dbt {

// What the gzip data from `compressed` expands to; several members in a row follow each other, as gzip itself
// reads them. Reading throws Error(caller), naming `name`: data that is broken or ends early.
std::unique_ptr<ByteSource> expanded_gzip(std::unique_ptr<ByteSource> compressed, std::string name);

}  // namespace diffgate::dbt
