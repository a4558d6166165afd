#pragma once

#include <string>
#include <vector>

namespace diffgate::config {

// One mistake in a file that a person wrote. Lines and columns count from 1; 0 if the file itself is the
// problem.
struct Problem {
  std::string file;
  int line = 0;
  int column = 0;
  std::string key;  // dotted path: "projects[0].slim_dif"
  std::string message;
  std::string suggestion;  // "did you mean 'slim_diff'?"; may be empty
};

// "diffgate.yml:12:3: projects[0].slim_dif: unknown key (did you mean 'slim_diff'?)"
std::string to_line(const Problem& problem);

// A value, or every mistake found while reading it.
template <class T>
struct Parsed {
  T value{};
  std::vector<Problem> problems;

  bool ok() const { return problems.empty(); }
};

}  // namespace diffgate::config
