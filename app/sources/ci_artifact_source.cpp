#include "app/sources/ci_artifact_source.hpp"

#include <fmt/format.h>

#include <array>

#include "app/log.hpp"
#include "app/pipeline/texts.hpp"
#include "app/sources/archive.hpp"
#include "net/crypto.hpp"
#include "net/error.hpp"
#include "net/file_hash.hpp"

namespace diffgate::app {
namespace {

using State = vcs::CiArtifactSearch::State;

// The manifest last: it is what lets a run go on.
constexpr std::array kKinds = {ArtifactKind::run_results, ArtifactKind::manifest};

SourceReport report(SourceReport::State state, std::string line, std::string url, std::string code = {}) {
  SourceReport made;
  made.state = state;
  made.code = std::move(code);
  made.line = std::move(line);
  made.url = std::move(url);
  return made;
}

std::string incoming_file(const Reception& reception) {
  return fmt::format("{}/ci-{}", reception.files.incoming(), net::to_hex(net::random_bytes(12)));
}

// A build may be started again, so that its end without the artifact is no last word; but there is nothing to
// wait for either.
SourceReport without_artifact(const vcs::CiArtifactSearch& search, const std::string& name,
                              const vcs::Sha& sha) {
  const std::string commit = short_sha(sha);
  switch (search.state) {
    case State::running:
      return report(SourceReport::State::pending, fmt::format("the CI build of {} is running", commit),
                    search.url);
    case State::failed:
      return report(SourceReport::State::ended,
                    fmt::format("the CI build of {} ended without the artifact '{}'", commit, name),
                    search.url, "build_without_artifacts");
    case State::expired:
      return report(SourceReport::State::ended,
                    fmt::format("the artifact '{}' of {} has expired", name, commit), search.url,
                    "build_expired");
    case State::found:
    case State::none:
      break;
  }
  return report(SourceReport::State::pending, fmt::format("no CI build of {} yet", commit), search.url);
}

}  // namespace

Awaitable<SourceReport> CiArtifactSource::pull_request(Run run) {
  vcs::CiArtifactQuery query;
  query.name = config_.pull_request;
  query.sha = run.key.head_sha;
  query.from_forks = config_.from_forks;
  query.pull_request = run.key.pull;
  const vcs::CiArtifactSearch search = co_await artifacts_.find(run.repository, query);
  if (!search.artifact) co_return without_artifact(search, query.name, run.key.head_sha);
  co_return co_await take(std::move(run), RunType::pull_request, *search.artifact);
}

Awaitable<SourceReport> CiArtifactSource::production(Run run, std::optional<vcs::Sha> commit) {
  vcs::CiArtifactQuery query;
  query.name = config_.production;
  query.sha = commit;
  query.branch = run.base_branch;
  vcs::CiArtifactSearch search = co_await artifacts_.find(run.repository, query);
  if (!search.artifact && search.state == State::running) {
    co_return without_artifact(search, query.name, *commit);
  }
  if (!search.artifact && commit) {
    query.sha.reset();
    search = co_await artifacts_.find(run.repository, query);
  }
  if (search.artifact) co_return co_await take(std::move(run), RunType::production, *search.artifact);
  co_return report(SourceReport::State::pending,
                   fmt::format("no CI build of {} has the artifact '{}' yet", run.base_branch, query.name),
                   search.url);
}

Awaitable<SourceReport> CiArtifactSource::take(Run run, RunType type, vcs::CiArtifact artifact) {
  const auto known =
      co_await reception_.store.artifact(run.key.project, type, artifact.sha, ArtifactKind::manifest);
  if (known && known->origin == artifact.title)
    co_return report(SourceReport::State::ready, {}, artifact.url);
  Artifact target;
  target.project = run.key.project;
  target.type = type;
  target.sha = artifact.sha;
  target.branch = artifact.branch;
  target.received_at = artifact.finished_at;
  target.origin = artifact.title;
  const bool is_taken = artifacts_.form() == vcs::CiArtifactForm::zip
                            ? co_await take_zip(run.repository, target, artifact)
                            : co_await take_files(run.repository, target, artifact);
  if (is_taken) {
    log(LogLevel::info, "manifest fetched",
        {{"project", run.project_name}, {"from", artifact.title}, {"sha", artifact.sha.value()}});
    co_return report(SourceReport::State::ready, {}, artifact.url);
  }
  co_return report(SourceReport::State::ended,
                   fmt::format("{} has no {}, or has it no longer", artifact.title,
                               names_of(ArtifactKind::manifest).front()),
                   artifact.url, "build_without_artifacts");
}

std::vector<std::string> CiArtifactSource::names_of(ArtifactKind kind) const {
  const std::string name(file_name_of(kind));
  std::string folder = config_.folder;
  while (folder.ends_with('/')) folder.pop_back();
  while (folder.starts_with("./")) folder.erase(0, 2);
  if (folder.empty() || folder == ".") return {name};
  return {folder + "/" + name, name};
}

Awaitable<bool> CiArtifactSource::take_files(vcs::Repo repo, Artifact target, vcs::CiArtifact artifact) {
  bool has_manifest = false;
  for (const ArtifactKind kind : kKinds) {
    const FileRemover file(incoming_file(reception_));
    bool is_there = false;
    for (const std::string& name : names_of(kind)) {
      is_there = co_await artifacts_.fetch(repo, artifact, name, file.path(), reception_.max_bytes);
      if (is_there) break;
    }
    if (!is_there) continue;
    target.kind = kind;
    co_await file_away(target, file.path());
    has_manifest = kind == ArtifactKind::manifest;
  }
  co_return has_manifest;
}

Awaitable<bool> CiArtifactSource::take_zip(vcs::Repo repo, Artifact target, vcs::CiArtifact artifact) {
  const FileRemover zip(incoming_file(reception_));
  const bool is_there = co_await artifacts_.fetch(repo, artifact, {}, zip.path(), reception_.max_bytes);
  if (!is_there) co_return false;
  const FileRemover results(zip.path() + ".results");
  const FileRemover manifest(zip.path() + ".manifest");
  auto unpack = [this, zip = zip.path(), results = results.path(), manifest = manifest.path(), artifact] {
    if (!artifact.digest.empty() && net::sha256_hex_of_file(zip) != artifact.digest) {
      throw Error(ErrorClass::remote_transient, "its digest is another than the forge says", artifact.title);
    }
    std::vector<WantedFile> wanted = {{names_of(ArtifactKind::run_results), results},
                                      {names_of(ArtifactKind::manifest), manifest}};
    ArchiveLimits limits;
    limits.file_bytes = reception_.max_bytes;
    extract(zip, artifact.title, wanted, limits);
    return wanted;
  };
  const std::vector<WantedFile> wanted = co_await run_blocking(reception_.pool, unpack);
  if (!wanted[1].is_found) co_return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!wanted[i].is_found) continue;
    target.kind = kKinds.at(i);
    co_await file_away(target, wanted[i].into_file);
  }
  co_return true;
}

// What is wrong with a fetched file is nobody's upload: the artifact is named.
Awaitable<void> CiArtifactSource::file_away(Artifact target, std::string path) {
  std::optional<Error> refused;
  try {
    IncomingFile file;
    file.path = std::move(path);
    co_await receive_file(reception_, target, std::move(file));
  } catch (const Error& error) {
    refused = error;
  }
  if (!refused) co_return;
  if (refused->error_class() != ErrorClass::caller) throw Error(*refused);
  throw Error(ErrorClass::remote_final, refused->problem(), target.origin + ": " + refused->where(),
              refused->hint());
}

}  // namespace diffgate::app
