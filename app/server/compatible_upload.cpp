// The upload of Datafold's client: one form with a zip of dbt's whole target folder.

#include <array>
#include <cctype>
#include <nlohmann/json.hpp>
#include <string>

#include "app/artifact_reception.hpp"
#include "app/log.hpp"
#include "app/server/multipart.hpp"
#include "app/server/problem.hpp"
#include "app/server/routes.hpp"
#include "app/server/run_json.hpp"
#include "app/sources/archive.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

// The manifest goes last: it is what lets a run start.
constexpr std::array kKinds = {ArtifactKind::run_results, ArtifactKind::catalog, ArtifactKind::manifest};

std::string field(const MultipartForm& form, const std::string& name) {
  const auto found = form.fields.find(name);
  if (found == form.fields.end() || found->second.empty())
    throw Error(ErrorClass::caller, "is missing", name);
  return found->second;
}

Artifact target_of(const MultipartForm& form, ProjectId project) {
  Artifact target;
  target.project = project;
  const auto type = parse_run_type(field(form, "run_type"));
  if (!type) throw Error(ErrorClass::caller, "unknown run type", "run_type", "production or pull_request");
  target.type = *type;
  std::string text = field(form, "commit_sha");
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto sha = vcs::parse_sha(text);
  if (!sha) throw Error(ErrorClass::caller, "is not a full commit sha", "commit_sha");
  target.sha = *sha;
  return target;
}

// Where each kind goes, beside the body; they are removed with it.
struct Files {
  explicit Files(const std::string& body)
      : zip(body + ".zip"),
        unpacked{FileRemover(body + ".run_results"), FileRemover(body + ".catalog"),
                 FileRemover(body + ".manifest")} {}

  FileRemover zip;
  std::array<FileRemover, kKinds.size()> unpacked;
};

// Blocking. What was found of `kKinds`, in their order.
std::vector<WantedFile> unpack(const std::string& zip, const std::vector<std::string>& paths,
                               std::size_t max_bytes) {
  std::vector<WantedFile> wanted;
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    const std::string name(file_name_of(kKinds.at(i)));
    wanted.push_back({.names = {name, "target/" + name}, .into_file = paths.at(i)});
  }
  ArchiveLimits limits;
  limits.file_bytes = max_bytes;
  std::optional<Error> broken;
  try {
    extract(zip, "artifacts", wanted, limits);
  } catch (const Error& error) {
    broken = error;
  }
  // Whoever made the call made the archive.
  if (broken && broken->error_class() == ErrorClass::remote_final)
    throw Error(ErrorClass::caller, broken->problem(), broken->where(), broken->hint());
  if (broken) throw Error(*broken);
  if (!wanted.back().is_found)
    throw Error(ErrorClass::caller, "there is no manifest.json in it", "artifacts");
  return wanted;
}

Awaitable<net::ServerResponse> submit_artifacts(ServerParts& server, Call call) {
  const net::ServerRequest& request = call.request;
  const FileRemover body(request.body_file);
  const auto boundary = multipart_boundary(request.headers.get("Content-Type").value_or(""));
  if (!boundary || request.body_file.empty())
    throw Error(ErrorClass::caller, "the body is not multipart/form-data");
  const Files files(request.body_file);
  auto split = [from = request.body_file, boundary = *boundary, to = files.zip.path()] {
    return read_multipart(from, boundary, "artifacts", to);
  };
  const MultipartForm form = co_await run_blocking(server.pool, std::move(split));
  const Artifact target = target_of(form, ProjectId(call.project->id));
  if (!form.has_file) throw Error(ErrorClass::caller, "is missing", "artifacts");

  std::vector<std::string> paths;
  for (const FileRemover& file : files.unpacked) paths.push_back(file.path());
  auto unzip = [zip = files.zip.path(), paths, most = server.config.artifact_max_bytes] {
    return unpack(zip, paths, most);
  };
  const std::vector<WantedFile> found = co_await run_blocking(server.pool, std::move(unzip));
  const Reception reception{server.store, server.files,   server.clock,
                            server.pool,  server.parsers, server.config.artifact_max_bytes};
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!found[i].is_found) continue;
    Artifact artifact = target;
    artifact.kind = kKinds.at(i);
    IncomingFile file;
    file.path = found[i].into_file;
    ReceivedArtifact received = co_await receive_file(reception, std::move(artifact), std::move(file));
    server.metrics.add("diffgate_uploads_total",
                       {{"kind", name_of(received.artifact.kind)}, {"result", "stored"}});
    log(LogLevel::info, "upload stored",
        {{"project", std::to_string(call.project->id)},
         {"run_type", std::string(name_of(target.type))},
         {"sha", target.sha.value()},
         {"artifact", std::string(file_name_of(received.artifact.kind))},
         {"bytes", std::to_string(received.artifact.size)}});
    server.events.artifact_stored(received.artifact);
  }
  co_return json_response(200, "{\"status\":\"ok\"}\n");
}

constexpr std::array kRoutes = {
    Route{.method = "POST",
          .path = "/api/v1/dbt/submit_artifacts/{project}",
          .subject = Subject::project,
          .scope = config::Scope::upload,
          .body = BodyKind::file,
          .handle = submit_artifacts},
};

}  // namespace

std::span<const Route> compatible_upload_routes() { return kRoutes; }

}  // namespace diffgate::app
