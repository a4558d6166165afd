// How fast is a plan made from two manifests? Each mode runs in a process of its own, so that its peak memory
// is its own too; the best of several rounds counts.
//
//   bench_plan BASE HEAD [ROUNDS] [MODE]      MODE: the first word of the modes to run
//
// "walk" reads both files and visits every key of every entry with simdjson, keeping nothing: the least that
// a reader of whole files can do. "plan" reads (or maps) both side by side and makes the plan of
// state:modified+.

#include <fmt/format.h>
#include <simdjson.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <string>
#include <string_view>

#include "dbt/plan.hpp"

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// What of the process's memory is its own and not a file's, which the system may drop and read again.
double own_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssAnon:")) return std::strtod(line.c_str() + 8, nullptr) * 1024;
  }
  return 0;
}

double own_memory_at_the_end = 0;

std::size_t walk(const std::string& path) {
  const auto text = simdjson::padded_string::load(path);
  simdjson::ondemand::parser parser;
  auto document = parser.iterate(text.value_unsafe());
  std::size_t keys = 0;
  for (auto section : document.get_object()) {
    simdjson::ondemand::value value = section.value();
    if (value.type() != simdjson::ondemand::json_type::object) continue;
    for (auto entry : value.get_object()) {
      simdjson::ondemand::value node = entry.value();
      if (node.type() != simdjson::ondemand::json_type::object) continue;
      for (auto field : node.get_object()) keys += field.key().value_unsafe().raw()[0] != 0;
    }
  }
  return keys;
}

std::size_t plan(const std::string& base, const std::string& head, diffgate::dbt::FileAccess access) {
  const auto manifests = diffgate::dbt::load_manifests({base}, {head}, access);
  const std::size_t models = diffgate::dbt::make_plan(manifests.base, manifests.head, {}).models.size();
  own_memory_at_the_end = own_memory();
  return models;
}

std::string_view only;  // the start of the names of the modes to run

// Runs one mode in a child and prints its best time, what it counted and its peak memory.
template <class Work>
void measure(std::string_view name, int rounds, double input_bytes, Work work) {
  if (!name.starts_with(only)) return;
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    double best = 1e9;
    std::size_t counted = 0;
    for (int i = 0; i < rounds; ++i) {
      const auto start = Clock::now();
      counted = work();
      best = std::min(best, seconds_since(start));
    }
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const double peak = static_cast<double>(usage.ru_maxrss) * 1024;
    const auto milliseconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
    };
    const double cpu = (milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime)) / rounds;
    fmt::print(
        "{:<24} best {:>5.0f} ms ({:>5.0f} MB/s), cpu {:>5.0f} ms, peak {:>4.0f} MB = {:.2f} x the files{}  "
        "({})\n",
        name, best * 1e3, input_bytes / 1e6 / best, cpu, peak / 1e6, peak / input_bytes,
        own_memory_at_the_end == 0
            ? ""
            : fmt::format(", own at the end {:.0f} MB = {:.2f} x", own_memory_at_the_end / 1e6,
                          own_memory_at_the_end / input_bytes),
        counted);
    std::fflush(stdout);
    std::_Exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0) {
    fmt::print("{}: failed\n", name);
    std::exit(1);
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    fmt::print(stderr, "usage: bench_plan BASE HEAD [ROUNDS] [MODE]\n");
    return 2;
  }
  const std::string base = arguments[1];
  const std::string head = arguments[2];
  const int rounds = count > 3 ? std::atoi(arguments[3]) : 5;
  if (count > 4) only = arguments[4];
  const double bytes =
      static_cast<double>(std::filesystem::file_size(base) + std::filesystem::file_size(head));
  fmt::print("two manifests, {:.1f} MB\n", bytes / 1e6);
  measure("walk, one after another", rounds, bytes, [&] { return walk(base) + walk(head); });
  measure("walk, side by side", rounds, bytes, [&] {
    auto other = std::async(std::launch::async, [&base] { return walk(base); });
    return walk(head) + other.get();
  });
  measure("load, one after another", rounds, bytes, [&] {
    return diffgate::dbt::load_manifest(base).info().models +
           diffgate::dbt::load_manifest(head).info().models;
  });
  measure("plan, side by side", rounds, bytes,
          [&] { return plan(base, head, diffgate::dbt::FileAccess::read); });
  measure("plan, files mapped", rounds, bytes,
          [&] { return plan(base, head, diffgate::dbt::FileAccess::map); });
  return 0;
}
