#include "app/commands/terminal.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "app/report/escape.hpp"
#include "net/error.hpp"

namespace diffgate::app {
void print_result(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw Error(ErrorClass::caller, "can't write the result", "standard output");
  }
}

void print_warnings(const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) {
    std::fprintf(stderr, "diffgate: warning: %s\n", clean_line(warning, 1'000).c_str());
  }
}

ProgressBar::ProgressBar() : is_terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
  if (is_shown_) std::fputs("\r\033[K", stderr);
}

void ProgressBar::show(std::size_t done, std::size_t total, std::string_view what) {
  if (!is_terminal_ || total == 0) return;
  constexpr std::size_t width = 24;
  const std::size_t filled = std::min(width, width * done / total);
  const std::string bar = std::string(filled, '#') + std::string(width - filled, '.');
  std::fprintf(stderr, "\r\033[K[%s] %zu/%zu %s", bar.c_str(), done, total, clean_line(what, 40).c_str());
  std::fflush(stderr);
  is_shown_ = true;
}

}  // namespace diffgate::app
