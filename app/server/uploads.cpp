// Uploads of dbt artifacts. The manifest is the commit point: a run starts when it is there, so run_results
// and catalog may come before it or after it.

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "app/log.hpp"
#include "app/server/problem.hpp"
#include "app/server/routes.hpp"
#include "app/server/top_level_reader.hpp"
#include "dbt/manifest.hpp"
#include "net/error.hpp"
#include "net/url.hpp"

namespace diffgate::app {
namespace {

using Json = nlohmann::json;

// What the path and the query ask for.
struct Target {
  ProjectId project;
  RunType type = RunType::pull_request;
  vcs::Sha sha;
  ArtifactKind kind = ArtifactKind::manifest;
  std::string branch;
};

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// Throws Error(caller) that says what is wrong.
Target parse_target(const Call& call) {
  Target target;
  target.project = ProjectId(call.project->id);
  const std::string& type_name = call.arguments[1];
  const auto type = parse_run_type(type_name);
  if (!type) throw Error(ErrorClass::caller, "unknown run type", type_name, "production or pull_request");
  target.type = *type;
  const auto sha = vcs::parse_sha(lower(call.arguments[2]));
  if (!sha) {
    throw Error(ErrorClass::caller, "not a full commit sha", call.arguments[2],
                "git rev-parse HEAD prints it");
  }
  target.sha = *sha;
  const auto kind = parse_artifact_file(call.arguments[3]);
  if (!kind) {
    throw Error(ErrorClass::caller, "unknown artifact", call.arguments[3],
                "manifest.json, run_results.json or catalog.json");
  }
  target.kind = *kind;
  const auto pairs = net::parse_query(call.request.query());
  if (!pairs) throw Error(ErrorClass::caller, "the query string is malformed");
  for (const auto& [name, value] : *pairs) {
    if (name == "branch") target.branch = value;
  }
  return target;
}

// The body as a plain file, and what was understood of it.
struct Received {
  std::string content_hash;
  std::int64_t size = 0;
  std::optional<dbt::ManifestInfo> manifest;
};

void check_content(const std::string& path, ArtifactKind kind) {
  const bool is_catalog = kind == ArtifactKind::catalog;
  const std::string key = is_catalog ? "nodes" : "results";
  const TopLevel wanted = is_catalog ? TopLevel::object : TopLevel::array;
  std::ifstream file(path, std::ios::binary);
  const std::optional<TopLevel> found = find_top_level(file, key);
  const std::string name(file_name_of(kind));
  if (!found) throw Error(ErrorClass::caller, "not a JSON object", name);
  if (*found != wanted) {
    throw Error(ErrorClass::caller,
                fmt::format("is not dbt's {}: it has no {} '{}'", name, is_catalog ? "object" : "list", key),
                name, "send the file that dbt wrote into target/");
  }
}

// Blocking: runs on the pool. A gzip body is expanded here whether or not its header says so: the reader of
// manifests would expand it, too, and knows nothing of the limit.
Received examine(const std::string& body_file, bool is_gzip, std::size_t max_bytes, ArtifactKind kind,
                 const std::string& plain_file) {
  if (is_gzip || is_gzip_file(body_file)) {
    expand_gzip(body_file, plain_file, max_bytes);
    if (is_gzip_file(plain_file)) {
      throw Error(ErrorClass::caller, "the body is compressed twice", {}, "send it as plain JSON or gzip");
    }
  } else {
    std::filesystem::rename(body_file, plain_file);
  }
  Received received;
  received.size = static_cast<std::int64_t>(std::filesystem::file_size(plain_file));
  if (received.size == 0)
    throw Error(ErrorClass::caller, "the body is empty", std::string(file_name_of(kind)));
  received.content_hash = sha256_of_file(plain_file);
  if (kind == ArtifactKind::manifest) {
    received.manifest = dbt::load_manifest(plain_file, dbt::FileAccess::map).info();
  } else {
    check_content(plain_file, kind);
  }
  return received;
}

std::string describe(const Target& target, const Received& received) {
  Json json = {{"project", target.project.value()},
               {"run_type", name_of(target.type)},
               {"commit_sha", target.sha.value()},
               {"artifact", file_name_of(target.kind)},
               {"bytes", received.size},
               {"sha256", received.content_hash}};
  if (!target.branch.empty()) json["branch"] = target.branch;
  if (received.manifest) {
    const dbt::ManifestInfo& info = *received.manifest;
    json["manifest"] = {{"schema_version", info.schema_version}, {"dbt_version", info.dbt_version},
                        {"adapter_type", info.adapter_type},     {"project_name", info.project_name},
                        {"generated_at", info.generated_at},     {"models", info.models}};
    if (!info.git_sha.empty() && lower(info.git_sha) != target.sha.value()) {
      json["warnings"] =
          Json::array({fmt::format("the manifest says that it was built from commit {}, not from {}",
                                   info.git_sha, target.sha.value())});
    }
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

// Removes the file in whatever way the handler ends.
struct Remover {
  std::string path;
  ~Remover() {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
  }
};

// Error messages of the parser name our own path of the file; the caller knows it by its name.
Error renamed(const Error& error, const std::string& path, ArtifactKind kind) {
  std::string where = error.where();
  if (const auto at = where.find(path); at != std::string::npos) {
    where.replace(at, path.size(), file_name_of(kind));
  }
  std::string what = error.problem();
  if (const auto at = what.find(path); at != std::string::npos)
    what.replace(at, path.size(), file_name_of(kind));
  return Error(error.error_class(), what, where, error.hint());
}

Awaitable<Received> examine_on_pool(ServerParts& server, std::string body_file, bool is_gzip,
                                    ArtifactKind kind, std::string plain_file) {
  const Semaphore::Permit permit = co_await server.parsers.acquire();
  const std::size_t max_bytes = server.config.artifact_max_bytes;
  std::optional<Error> refused;
  try {
    auto job = [=] { return examine(body_file, is_gzip, max_bytes, kind, plain_file); };
    co_return co_await run_blocking(server.pool, std::move(job));
  } catch (const Error& error) {
    refused = renamed(error, plain_file, kind);
  }
  throw Error(*refused);
}

bool is_gzip(const net::Headers& headers) {
  const auto encoding = headers.get("Content-Encoding");
  if (!encoding || encoding->empty() || *encoding == "identity") return false;
  if (*encoding == "gzip" || *encoding == "x-gzip") return true;
  throw Error(ErrorClass::caller, "unknown Content-Encoding", std::string(*encoding), "gzip, or none");
}

Awaitable<net::ServerResponse> receive_artifact(ServerParts& server, Call call) {
  const net::ServerRequest& request = call.request;
  const Remover body{request.body_file};
  const Target target = parse_target(call);
  if (request.body_file.empty()) co_return problem(422, "Unprocessable content", "the body is empty");

  const Remover plain{request.body_file + ".plain"};
  std::optional<Error> refused;
  Received received;
  try {
    received = co_await examine_on_pool(server, request.body_file, is_gzip(request.headers), target.kind,
                                        plain.path);
  } catch (const Error& error) {
    refused = error;
  }
  if (refused) {
    server.metrics.add("diffgate_uploads_total", {{"kind", name_of(target.kind)}, {"result", "refused"}});
    log(LogLevel::warning, "upload refused",
        {{"project", std::to_string(target.project.value())},
         {"sha", target.sha.value()},
         {"artifact", std::string(file_name_of(target.kind))},
         {"reason", refused->what()}});
    throw Error(*refused);
  }

  Artifact artifact;
  artifact.project = target.project;
  artifact.type = target.type;
  artifact.sha = target.sha;
  artifact.kind = target.kind;
  artifact.branch = target.branch;
  artifact.content_hash = received.content_hash;
  artifact.size = received.size;
  artifact.received_at = server.clock.now();
  const ArtifactFiles::Pin pin = server.files.pin(received.content_hash);
  const std::string place = server.files.path_of(received.content_hash);
  const std::string from = plain.path;
  co_await run_blocking(server.pool, [from, place] { file_content(from, place); });
  co_await server.store.put_artifact(artifact);
  server.metrics.add("diffgate_uploads_total", {{"kind", name_of(target.kind)}, {"result", "stored"}});
  log(LogLevel::info, "upload stored",
      {{"project", std::to_string(target.project.value())},
       {"run_type", std::string(name_of(target.type))},
       {"sha", target.sha.value()},
       {"artifact", std::string(file_name_of(target.kind))},
       {"bytes", std::to_string(received.size)}});
  server.events.artifact_stored(artifact);
  co_return json_response(201, describe(target, received));
}

constexpr std::array kRoutes = {
    Route{.method = "PUT",
          .path = "/api/v1/projects/{project}/artifacts/{run_type}/{sha}/{file}",
          .subject = Subject::project,
          .scope = config::Scope::upload,
          .body = BodyKind::file,
          .handle = receive_artifact},
};

}  // namespace

std::span<const Route> upload_routes() { return kRoutes; }

}  // namespace diffgate::app
