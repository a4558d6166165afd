#include "app/demo/narrator.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace diffgate::app::journey {
namespace {

constexpr std::string_view bold = "1";
constexpr std::string_view dim = "2";
constexpr std::string_view red = "31";
constexpr std::string_view green = "32";
constexpr std::string_view yellow = "33";
constexpr std::string_view blue = "34";

struct StateLook {
  std::string_view state;
  std::string_view sign;
  std::string_view colour;
};

// The words of both forges.
constexpr std::array state_looks = {
    StateLook{"queued", "○", yellow},       StateLook{"pending", "○", yellow},
    StateLook{"in_progress", "◐", yellow},  StateLook{"running", "◐", yellow},
    StateLook{"success", "✓", green},       StateLook{"failure", "✗", red},
    StateLook{"failed", "✗", red},          StateLook{"neutral", "■", blue},
    StateLook{"skipped", "■", blue},        StateLook{"cancelled", "■", dim},
    StateLook{"canceled", "■", dim},        StateLook{"timed_out", "✗", red},
    StateLook{"action_required", "!", red},
};

void put(const std::string& line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

}  // namespace

Narrator::Narrator() : has_colours_(isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr) {}

std::string Narrator::painted(std::string_view code, std::string_view text) const {
  return has_colours_ ? fmt::format("\033[{}m{}\033[0m", code, text) : std::string(text);
}

std::string Narrator::stamp() const {
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin_;
  return painted(dim, fmt::format("{:5.1f} s", passed.count()));
}

void Narrator::title(std::string_view text) { put(painted(bold, text) + "\n"); }

void Narrator::fact(std::string_view name, std::string_view text) {
  put(fmt::format("  {} {}", painted(dim, fmt::format("{:<10}", name)), text));
}

void Narrator::event(std::string_view who, std::string_view text) {
  put(fmt::format("{}  {} {}", stamp(), painted(blue, fmt::format("{:<8}", who)), text));
}

void Narrator::check(std::string_view state, std::string_view text) {
  StateLook look{state, "·", dim};
  for (const StateLook& each : state_looks) {
    if (each.state == state) look = each;
  }
  put(fmt::format("{}  {} {} {}", stamp(), painted(blue, fmt::format("{:<8}", "check")),
                  painted(look.colour, fmt::format("{} {:<11}", look.sign, state)), text));
}

void Narrator::rule(std::string_view heading) { put(painted(dim, fmt::format("\n──── {} ────\n", heading))); }

void Narrator::text(std::string_view markdown) { put(std::string(markdown)); }

void Narrator::verdict(bool is_right, std::string_view text) {
  put(fmt::format("{} {}", painted(is_right ? green : red, is_right ? "✓" : "✗"), text));
}

}  // namespace diffgate::app::journey
