#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/clock.hpp"
#include "vcs/events.hpp"
#include "vcs/forge.hpp"
#include "vcs/types.hpp"

namespace diffgate::vcs {

// GitHub's limit of annotations in one request; later requests append theirs.
constexpr std::size_t kAnnotationsPerRequest = 50;

// What is remembered of a check run between two updates; its text is a CheckRef.
struct CheckRun {
  std::int64_t id = 0;
  Sha head_sha;
  bool is_completed = false;
  std::size_t annotations = 0;  // sent so far

  friend bool operator==(const CheckRun&, const CheckRun&) = default;
};

CheckRef ref_of(const CheckRun& run);
// nullopt for a text that is no check run's.
std::optional<CheckRun> check_run_of(const CheckRef& ref);

// The identifier of a button on a check, as requests and payloads have it; nullopt for one that is not ours.
std::string_view identifier_of(CheckAction action);
std::optional<CheckAction> check_action_named(std::string_view identifier);

// The annotations that GitHub would take: one without a path or a message fails the whole request.
std::vector<Annotation> usable_annotations(std::vector<Annotation> annotations);

// The request that creates the check run.
std::string create_check_body(const Check& check, UtcTime now);
// The request that updates it and appends annotations from number `first_annotation` on.
std::string update_check_body(const Check& check, UtcTime now, std::size_t first_annotation);

}  // namespace diffgate::vcs
