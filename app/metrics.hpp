#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace diffgate::app {

enum class MetricKind { counter, gauge };

// Numbers for Prometheus. Used from the event loop only.
class Metrics {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  // `name` is one of the table in metrics.cpp; another one is a defect and throws Error(internal).
  void add(std::string_view name, Labels labels, double amount = 1);
  void set(std::string_view name, Labels labels, double value);

  // The text exposition format, version 0.0.4; families without a sample are left out.
  std::string text() const;

  double value(std::string_view name, Labels labels) const;  // 0 if there is none

 private:
  // By family, then by the labels as they are written.
  std::map<std::string, std::map<std::string, double>, std::less<>> samples_;
};

}  // namespace diffgate::app
