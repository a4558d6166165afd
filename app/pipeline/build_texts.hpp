#pragma once

// What a run says on the forge about the build that it waits for. Pure.

#include <chrono>
#include <string>
#include <vector>

#include "app/pipeline/texts.hpp"
#include "app/sources/artifact_source.hpp"

namespace diffgate::app {

// `lines` are what the sources say; `url` is the build's page, or empty.
ProgressText waiting_for_build_text(const Run& run, const std::vector<std::string>& lines,
                                    const std::string& url, UtcTime deadline);

// The build ended without artifacts.
Outcome build_ended_outcome(const Run& run, const SourceReport& report, bool errors_as_success);

// The build did not end in time.
Outcome build_missing_outcome(const Run& run, const std::vector<std::string>& lines, const std::string& url,
                              std::chrono::minutes waited, bool errors_as_success);

// Whether a failed run with this reason goes on when a build has ended or an artifact has come.
bool waits_for_a_build(const std::string& reason_code);

}  // namespace diffgate::app
