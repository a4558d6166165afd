#include "support/duckdb_file.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace diffgate::test {

namespace fs = std::filesystem;

DuckDbFile::DuckDbFile() {
  std::string pattern = (fs::temp_directory_path() / "diffgate-duck-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder for DuckDB");
  folder_ = pattern;
  path_ = folder_ + "/test.duckdb";
}

DuckDbFile::~DuckDbFile() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string DuckDbFile::helper_program() { return DIFFGATE_BINARY_DIR "/diffgate-duckdb"; }

void DuckDbFile::execute(const std::string& statements) const {
  const std::string script = folder_ + "/script.sql";
  const std::string log = folder_ + "/log";
  std::ofstream(script) << statements;
  // Paths of our own making: no quoting needed.
  const std::string command =
      helper_program() + " --script " + path_ + " < " + script + " > " + log + " 2>&1";
  if (std::system(command.c_str()) == 0) return;
  std::ifstream file(log);
  std::ostringstream text;
  text << file.rdbuf();
  throw std::runtime_error("DuckDB: " + text.str());
}

}  // namespace diffgate::test
