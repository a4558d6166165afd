#pragma once

#include <string_view>
#include <vector>

namespace diffgate::app::journey {

// A file of app/demo/project that was compiled into the program.
struct EmbeddedFile {
  std::string_view name;  // relative to that folder
  std::string_view bytes;
};
const std::vector<EmbeddedFile>& embedded_files();

}  // namespace diffgate::app::journey
