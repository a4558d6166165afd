#pragma once

#include <string>
#include <vector>

#include "net/error.hpp"

namespace diffgate::app {

enum class FindingLevel { ok, warning, failure };

// One line of `diffgate doctor`.
struct Finding {
  FindingLevel level = FindingLevel::ok;
  std::string subject;  // "warehouse analytics"
  std::string text;
  std::string fix;         // what to do about it; empty if there is nothing to do
  bool is_remote = false;  // a failure of the other side's, not of a setting
};

using Findings = std::vector<Finding>;

inline void report_ok(Findings& out, std::string subject, std::string text) {
  out.push_back({FindingLevel::ok, std::move(subject), std::move(text), {}, false});
}

inline void report_warning(Findings& out, std::string subject, std::string text, std::string fix) {
  out.push_back({FindingLevel::warning, std::move(subject), std::move(text), std::move(fix), false});
}

inline void report_failure(Findings& out, std::string subject, std::string text, std::string fix) {
  out.push_back({FindingLevel::failure, std::move(subject), std::move(text), std::move(fix), false});
}

// An Error as a failure, whose class tells whose it is.
inline void report_error(Findings& out, std::string subject, const Error& error) {
  const bool is_remote =
      error.error_class() != ErrorClass::configuration && error.error_class() != ErrorClass::caller;
  const std::string text = error.where().empty() ? error.problem() : error.where() + ": " + error.problem();
  out.push_back({FindingLevel::failure, std::move(subject), text, error.hint(), is_remote});
}

}  // namespace diffgate::app
