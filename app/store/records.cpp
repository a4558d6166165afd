#include "app/store/records.hpp"

#include <array>
#include <utility>

namespace diffgate::app {
namespace {

template <class Enum, std::size_t Count>
std::string_view find_name(const std::array<std::pair<Enum, std::string_view>, Count>& names, Enum value) {
  for (const auto& [candidate, name] : names) {
    if (candidate == value) return name;
  }
  return "unknown";
}

constexpr std::array<std::pair<ArtifactKind, std::string_view>, 3> kArtifactFiles{{
    {ArtifactKind::manifest, "manifest.json"},
    {ArtifactKind::run_results, "run_results.json"},
    {ArtifactKind::catalog, "catalog.json"},
}};

}  // namespace

std::string_view name_of(DeliveryState state) {
  static constexpr std::array<std::pair<DeliveryState, std::string_view>, 4> kNames{{
      {DeliveryState::received, "received"},
      {DeliveryState::done, "done"},
      {DeliveryState::ignored, "ignored"},
      {DeliveryState::failed, "failed"},
  }};
  return find_name(kNames, state);
}

std::string_view name_of(RunType type) { return type == RunType::production ? "production" : "pull_request"; }

std::optional<RunType> parse_run_type(std::string_view text) {
  if (text == "production") return RunType::production;
  if (text == "pull_request") return RunType::pull_request;
  return std::nullopt;
}

std::string_view name_of(ArtifactKind kind) {
  const std::string_view file = file_name_of(kind);
  return file.substr(0, file.find('.'));
}

std::string_view file_name_of(ArtifactKind kind) { return find_name(kArtifactFiles, kind); }

std::optional<ArtifactKind> parse_artifact_file(std::string_view file_name) {
  for (const auto& [kind, name] : kArtifactFiles) {
    if (name == file_name) return kind;
  }
  return std::nullopt;
}

std::string_view name_of(RunState state) {
  static constexpr std::array<std::pair<RunState, std::string_view>, 8> kNames{{
      {RunState::waiting, "waiting"},
      {RunState::queued, "queued"},
      {RunState::processing, "processing"},
      {RunState::needs_confirmation, "needs_confirmation"},
      {RunState::done, "done"},
      {RunState::failed, "failed"},
      {RunState::cancelled, "cancelled"},
      {RunState::skipped, "skipped"},
  }};
  return find_name(kNames, state);
}

std::string_view name_of(RequestedDiffState state) {
  static constexpr std::array<std::pair<RequestedDiffState, std::string_view>, 5> kNames{{
      {RequestedDiffState::queued, "queued"},
      {RequestedDiffState::processing, "processing"},
      {RequestedDiffState::done, "done"},
      {RequestedDiffState::failed, "failed"},
      {RequestedDiffState::cancelled, "cancelled"},
  }};
  return find_name(kNames, state);
}

std::string_view name_of(WishKind kind) {
  static constexpr std::array<std::pair<WishKind, std::string_view>, 4> kNames{{
      {WishKind::run, "run"},
      {WishKind::downstream, "downstream"},
      {WishKind::model, "model"},
      {WishKind::rename, "rename"},
  }};
  return find_name(kNames, kind);
}

std::optional<RunState> parse_run_state(std::string_view text) {
  for (const RunState state :
       {RunState::waiting, RunState::queued, RunState::processing, RunState::needs_confirmation,
        RunState::done, RunState::failed, RunState::cancelled, RunState::skipped}) {
    if (name_of(state) == text) return state;
  }
  return std::nullopt;
}

bool is_final(RunState state) {
  return state != RunState::waiting && state != RunState::queued && state != RunState::processing;
}

}  // namespace diffgate::app
