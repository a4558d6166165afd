#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace diffgate::app::journey {

// Tells the journey on stdout, one line an event, with the seconds since the start. Colours on a terminal
// only.
class Narrator {
 public:
  Narrator();

  void title(std::string_view text);
  void fact(std::string_view name, std::string_view text);  // an aligned line of the scenery
  void event(std::string_view who, std::string_view text);
  void check(std::string_view state, std::string_view text);  // a step in the check's life
  void rule(std::string_view heading);
  void text(std::string_view markdown);
  void verdict(bool is_right, std::string_view text);

 private:
  std::string painted(std::string_view code, std::string_view text) const;
  std::string stamp() const;

  bool has_colours_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace diffgate::app::journey
