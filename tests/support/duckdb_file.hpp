#pragma once

// A DuckDB file of the test's own, written through diffgate-duckdb and removed by the destructor.

#include <string>

namespace diffgate::test {

class DuckDbFile {
 public:
  DuckDbFile();
  ~DuckDbFile();
  DuckDbFile(const DuckDbFile&) = delete;
  DuckDbFile& operator=(const DuckDbFile&) = delete;

  // Throws std::runtime_error with DuckDB's words.
  void execute(const std::string& statements) const;

  const std::string& path() const { return path_; }
  std::string url() const { return "duckdb://" + path_; }

  // The program of this build.
  static std::string helper_program();

 private:
  std::string folder_;
  std::string path_;
};

}  // namespace diffgate::test
