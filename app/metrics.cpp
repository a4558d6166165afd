#include "app/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "net/error.hpp"

namespace diffgate::app {
namespace {

struct Family {
  std::string_view name;
  MetricKind kind;
  std::string_view help;
};

constexpr std::array kFamilies{
    Family{"diffgate_deliveries_total", MetricKind::counter,
           "Webhook requests by forge and by what became of them"},
    Family{"diffgate_deliveries_missed_total", MetricKind::counter,
           "Deliveries that a forge could not make and that were taken from its log"},
    Family{"diffgate_deliveries_waiting", MetricKind::gauge, "Stored deliveries that are not handled yet"},
    Family{"diffgate_dead_letters", MetricKind::gauge, "Deliveries that were given up"},
    Family{"diffgate_event_age_seconds_sum", MetricKind::counter,
           "Seconds from the receipt of a delivery to the end of handling it, summed up"},
    Family{"diffgate_event_age_seconds_count", MetricKind::counter, "Deliveries in the sum"},
    Family{"diffgate_forge_calls_total", MetricKind::counter, "Calls to a forge by operation and result"},
    Family{"diffgate_job_triggers_total", MetricKind::counter, "Jobs of dbt Cloud that a push was to start"},
    Family{"diffgate_rule_labels_lost_total", MetricKind::counter,
           "Labels that a project's rules name and that were renamed or deleted"},
    Family{"diffgate_runs", MetricKind::gauge, "Runs by state"},
    Family{"diffgate_runs_active", MetricKind::gauge, "Runs that this process works on or waits with"},
    Family{"diffgate_store_queue", MetricKind::gauge, "Requests waiting for the store"},
    Family{"diffgate_uploads_total", MetricKind::counter, "Uploaded artifacts by kind and result"},
    Family{"diffgate_warehouse_sessions_allowed", MetricKind::gauge,
           "Sessions that a warehouse may have open at once, at most its concurrency"},
};

const Family& family(std::string_view name) {
  const auto found = std::find_if(kFamilies.begin(), kFamilies.end(),
                                  [name](const Family& known) { return known.name == name; });
  if (found == kFamilies.end()) throw Error(ErrorClass::internal, "unknown metric " + std::string(name));
  return *found;
}

std::string escape(std::string_view value) {
  std::string escaped;
  for (const char c : value) {
    if (c == '\\' || c == '"') escaped += '\\';
    if (c == '\n') {
      escaped += "\\n";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string write(Metrics::Labels labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    fmt::format_to(std::back_inserter(text), "{}{}=\"{}\"", text.empty() ? "" : ",", name, escape(value));
  }
  return text.empty() ? text : "{" + text + "}";
}

}  // namespace

void Metrics::add(std::string_view name, Labels labels, double amount) {
  samples_[std::string(family(name).name)][write(labels)] += amount;
}

void Metrics::set(std::string_view name, Labels labels, double value) {
  samples_[std::string(family(name).name)][write(labels)] = value;
}

double Metrics::value(std::string_view name, Labels labels) const {
  const auto found = samples_.find(name);
  if (found == samples_.end()) return 0;
  const auto sample = found->second.find(write(labels));
  return sample == found->second.end() ? 0 : sample->second;
}

std::string Metrics::text() const {
  std::string text;
  for (const auto& [name, samples] : samples_) {
    const Family& described = family(name);
    fmt::format_to(std::back_inserter(text), "# HELP {} {}\n# TYPE {} {}\n", name, described.help, name,
                   described.kind == MetricKind::counter ? "counter" : "gauge");
    for (const auto& [labels, value] : samples) {
      fmt::format_to(std::back_inserter(text), "{}{} {:.15g}\n", name, labels, value);
    }
  }
  return text;
}

}  // namespace diffgate::app
