#pragma once

// What the daemon remembers, as plain values. A time is absent where it is the epoch.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/clock.hpp"
#include "net/named.hpp"
#include "vcs/delivery.hpp"
#include "vcs/forge.hpp"
#include "vcs/types.hpp"

namespace diffgate::app {

// The "CI config id" of the server file.
using ProjectId = Named<std::int64_t, struct ProjectIdTag>;
using RunId = Named<std::int64_t, struct RunIdTag>;
// Order of arrival of a delivery in this store.
using DeliverySequence = Named<std::int64_t, struct DeliverySequenceTag>;

// ---- deliveries

enum class DeliveryState {
  received,  // stored and answered, not handled yet
  done,
  ignored,  // genuine, nothing to do; `note` says why
  failed,   // given up; `note` is the error
};
std::string_view name_of(DeliveryState state);

struct NewDelivery {
  std::string forge;  // name in the server file
  vcs::DeliveryId id;
  std::string event;  // header that names the kind of event
  std::string body;   // verified bytes as received
  UtcTime received_at;
};

struct StoredDelivery {
  DeliverySequence sequence;
  NewDelivery delivery;
  int attempts = 0;    // how often handling it was begun and failed
  UtcTime not_before;  // back-off after a failure
};

// ---- artifacts

enum class RunType { production, pull_request };
std::string_view name_of(RunType type);  // "production", "pull_request"
std::optional<RunType> parse_run_type(std::string_view text);

enum class ArtifactKind { manifest, run_results, catalog };
std::string_view name_of(ArtifactKind kind);       // "manifest", …
std::string_view file_name_of(ArtifactKind kind);  // "manifest.json", …
std::optional<ArtifactKind> parse_artifact_file(std::string_view file_name);

struct Artifact {
  ProjectId project;
  RunType type = RunType::pull_request;
  vcs::Sha sha;
  ArtifactKind kind = ArtifactKind::manifest;
  std::string branch;        // may be empty
  std::string content_hash;  // SHA-256 of the file, hex; names the file on disk
  std::int64_t size = 0;     // bytes, uncompressed
  UtcTime received_at;       // of a build that was fetched: when it ended
  std::string origin;        // where it was fetched from, "dbt Cloud run 4711"; empty: uploaded
};

// ---- runs

// SPEC 2, "Run states".
enum class RunState { waiting, queued, processing, needs_confirmation, done, failed, cancelled, skipped };
std::string_view name_of(RunState state);
std::optional<RunState> parse_run_state(std::string_view text);

// Whether nothing more happens to the run by itself.
bool is_final(RunState state);

// One run is unique by these. A run that is to be done again keeps its row and counts its attempt.
struct RunKey {
  ProjectId project;
  std::string forge;
  vcs::RepoId repo;
  vcs::PullNumber pull;
  vcs::Sha head_sha;
  std::string rules_hash;  // of the rules and the base branch

  friend bool operator==(const RunKey&, const RunKey&) = default;
};

struct Run {
  RunId id;
  RunKey key;
  vcs::Repo repository;  // as last seen
  std::string project_name;
  std::string pull_url;
  std::string base_branch;
  vcs::Sha base_sha;
  std::string head_branch;
  RunState state = RunState::queued;
  std::string reason_code;    // word for machines: "label_missing", "artifacts_missing", "superseded"
  std::string reason;         // sentence for people; never empty once the run is final
  std::string prod_sha;       // whose manifest is the production side, once known
  int attempt = 1;            // from 1; counts what a person or an event asked for
  int failures = 0;           // transient failures of this attempt so far
  bool is_confirmed = false;  // somebody agreed to more diffs than the threshold
  bool measures_all = false;  // this attempt carries nothing over
  bool is_published = true;   // the final check and comment are with the forge
  UtcTime created_at;
  UtcTime started_at;  // of this attempt
  UtcTime finished_at;
  UtcTime not_before;       // back-off after a transient failure
  std::string report_json;  // the run's report as JSON, once done
};

// Why a run is done again, and so what of its first attempt holds.
enum class Restart {
  measure_all,   // somebody wants to see it measured: nothing is carried over
  keep_results,  // something else has changed: what was measured and still holds is carried over
  confirm,       // the same, and somebody agreed to the number of diffs
};

// What the forge shall show of a run that came to its end. Kept until it has been published, so that a crash
// between the result and the last write repeats the write, not the work.
struct Outcome {
  vcs::Conclusion conclusion = vcs::Conclusion::success;
  std::string title;
  std::string summary;
  std::string text;
  std::vector<vcs::Annotation> annotations;
  std::optional<std::string> comment;  // Markdown without the marker; absent: leave the comment alone
};

// Why a call starts no run.
struct TriggerRefusal {
  enum class Why { no_such_pull_request, not_open, other_head };
  Why why = Why::no_such_pull_request;
  std::string detail;  // one line for the caller
};

// Two tables to compare, named by a call instead of by a dbt project.
struct TablePair {
  std::string prod;  // as the engine writes it, checked by diff::parse_relation
  std::string pr;
  std::vector<std::string> key;  // empty: whole rows are compared
  std::vector<std::string> include_columns;
  std::vector<std::string> exclude_columns;

  friend bool operator==(const TablePair&, const TablePair&) = default;
};

// One model of one run, under a number of its own: the same over the run's attempts.
using ModelDiffId = Named<std::int64_t, struct ModelDiffIdTag>;

struct ModelRow {
  std::string unique_id;
  std::string result;  // name_of(ModelResultKind)
  std::string reason;
  std::string json;
  std::string fingerprint = {};  // result_fingerprint (acceptance.hpp); empty if there is nothing to accept
};

struct ModelDiff {
  ModelDiffId id;
  RunId run;
  ModelRow model;
};

// Two tables that a call wants compared outside of any run.
enum class RequestedDiffState { queued, processing, done, failed, cancelled };
std::string_view name_of(RequestedDiffState state);

struct RequestedDiff {
  ModelDiffId id;  // of the same numbers as the model diffs of runs
  ProjectId project;
  std::string order;  // the call's body (requested_diff.hpp)
  RequestedDiffState state = RequestedDiffState::queued;
  ModelRow model;  // without counts until it is done
  UtcTime created_at;
  UtcTime finished_at;

  bool is_over() const {
    return state != RequestedDiffState::queued && state != RequestedDiffState::processing;
  }
};

// What was measured of one model of a pull request, kept for its next commits (pipeline/reuse.hpp).
struct Measured {
  std::string reuse_key;
  vcs::Sha head_sha;  // of the commit that it was measured for
  UtcTime measured_at;
  std::string text;  // write_measurement
};

// ---- what people asked for, by comment, button or API

enum class WishKind {
  run,         // this head, whatever the label and the like say; `value` is its sha
  downstream,  // all downstream models under Slim Diff
  model,       // this one; `value` is its name or id
  rename,      // a directive, as parse_rename reads it
};
std::string_view name_of(WishKind kind);

// Holds for a pull request's later commits as well, but for `run`.
struct Wish {
  WishKind kind = WishKind::run;
  std::string value;  // one wish of a kind and value
  std::string actor;

  friend bool operator==(const Wish&, const Wish&) = default;
};

// Somebody said that a model's result is as it should be (acceptance.hpp).
struct AcceptedResult {
  std::string unique_id;
  std::string fingerprint;  // of the result
  std::string actor;
  std::string reason;
  vcs::Sha head_sha;  // at which it was accepted
  UtcTime accepted_at;
};

// The parts of the comment, so that each can be written anew without the other.
struct CommentParts {
  std::string report;  // Markdown of the last report; empty before the first
  std::string reply;   // Markdown: the answers to commands
  vcs::Sha
      reply_head;  // the pull request's head at that time; with the next push the answers have had their day
};

// ---- what we wrote at the forge

enum class ForgeObjectKind { check, comment };

// `state_intended` is stored before a write and `state_written` after it: where the two differ, a crash may
// have hidden a write that the forge has taken.
struct ForgeObject {
  std::string ref;  // vcs::CheckRef or CommentRef; empty if not known yet
  std::string state_intended;
  std::string state_written;
  std::string body_hash;  // of what was last written
};

// An installation of the App that was suspended or removed.
struct StoppedInstallation {
  std::string forge;
  vcs::InstallationId installation;

  friend auto operator<=>(const StoppedInstallation&, const StoppedInstallation&) = default;
};

struct RunFilter {
  std::vector<ProjectId> projects;  // those that the caller may see; empty: none
  std::optional<vcs::PullNumber> pull;
  std::optional<vcs::Sha> head_sha;
  std::optional<RunState> state = {};
  std::optional<RunId> before = {};  // only older ones
  std::size_t limit = 100;
  std::size_t offset = 0;
};

struct ArtifactFilter {
  ProjectId project;
  std::optional<RunType> type = {};
  std::optional<vcs::Sha> sha = {};
  std::size_t limit = 100;
  std::size_t offset = 0;
};

struct ModelDiffFilter {
  std::vector<ProjectId> projects;  // those that the caller may see; empty: none
  std::optional<RunId> run = {};
  bool newest_first = false;  // by id
  std::size_t limit = 100;
  std::size_t offset = 0;
};

// A pull request, whatever its repository is called today.
struct PullKey {
  std::string forge;
  vcs::RepoId repo;
  vcs::PullNumber number;

  friend bool operator==(const PullKey&, const PullKey&) = default;
  friend auto operator<=>(const PullKey&, const PullKey&) = default;
};

}  // namespace diffgate::app
