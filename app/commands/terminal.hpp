#pragma once

// What the commands write, and where: results to stdout, the rest to stderr.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace diffgate::app {

// To stdout, checked: throws Error(caller) if it can't be written (a full disk; a closed pipe ends the
// process).
void print_result(std::string_view text);

// "diffgate: warning: …" to stderr, one line each.
void print_warnings(const std::vector<std::string>& warnings);

// A bar on stderr, if that is a terminal; nothing otherwise. Erased when it goes.
class ProgressBar {
 public:
  ProgressBar();
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void show(std::size_t done, std::size_t total, std::string_view what);

 private:
  bool is_shown_ = false;
  bool is_terminal_;
};

}  // namespace diffgate::app
