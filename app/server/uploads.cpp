// Uploads of dbt artifacts. The manifest is the commit point: a run starts when it is there, so run_results
// and catalog may come before it or after it.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/artifact_reception.hpp"
#include "app/log.hpp"
#include "app/server/problem.hpp"
#include "app/server/routes.hpp"
#include "net/error.hpp"
#include "net/url.hpp"

namespace diffgate::app {
namespace {

using Json = nlohmann::json;

// What the path and the query ask for.
struct Target {
  Artifact artifact;  // project, type, sha, kind, branch
  std::optional<vcs::PullNumber> pull;
  std::string sha256;  // of the plain content
};

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::int64_t parse_number(const std::string& text, const std::string& problem) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    throw Error(ErrorClass::caller, problem, text);
  return number;
}

void parse_parameter(const std::string& name, const std::string& value, Target& target) {
  if (name == "branch") target.artifact.branch = value;
  if (name == "pull_request") {
    target.pull = vcs::PullNumber(parse_number(value, "a pull request's number is a number"));
  }
  if (name == "sha256") {
    target.sha256 = lower(value);
    const bool is_hash = target.sha256.size() == 64 &&
                         target.sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!is_hash) throw Error(ErrorClass::caller, "is not a SHA-256 in hex", "sha256");
  }
}

// Throws Error(caller) that says what is wrong.
Target parse_target(const Call& call) {
  Target target;
  Artifact& artifact = target.artifact;
  artifact.project = ProjectId(call.project->id);
  const std::string& type_name = call.arguments[1];
  const auto type = parse_run_type(type_name);
  if (!type) throw Error(ErrorClass::caller, "unknown run type", type_name, "production or pull_request");
  artifact.type = *type;
  const auto sha = vcs::parse_sha(lower(call.arguments[2]));
  if (!sha) {
    throw Error(ErrorClass::caller, "not a full commit sha", call.arguments[2],
                "git rev-parse HEAD prints it");
  }
  artifact.sha = *sha;
  const auto kind = parse_artifact_file(call.arguments[3]);
  if (!kind) {
    throw Error(ErrorClass::caller, "unknown artifact", call.arguments[3],
                "manifest.json, run_results.json or catalog.json");
  }
  artifact.kind = *kind;
  const auto pairs = net::parse_query(call.request.query());
  if (!pairs) throw Error(ErrorClass::caller, "the query string is malformed");
  for (const auto& [name, value] : *pairs) parse_parameter(name, value, target);
  return target;
}

// What is likely to be a mistake of the sender, though nothing is wrong with the file.
Awaitable<std::vector<std::string>> doubts(ServerParts& server, Target target,
                                           std::optional<dbt::ManifestInfo> manifest) {
  const Artifact& artifact = target.artifact;
  std::vector<std::string> found;
  if (manifest && !manifest->git_sha.empty() && lower(manifest->git_sha) != artifact.sha.value()) {
    found.push_back(fmt::format("the manifest says that it was built from commit {}, not from {}",
                                manifest->git_sha, artifact.sha.value()));
  }
  if (artifact.type == RunType::production) {
    const auto runs = co_await server.store.runs_of_head(artifact.project, artifact.sha);
    const bool is_head = std::any_of(runs.begin(), runs.end(), [](const Run& run) {
      return !is_final(run.state) || run.reason_code == "artifacts_missing";
    });
    if (is_head) {
      found.push_back(
          fmt::format("{} is the head of pull request {}, which waits for its artifacts: should the run type "
                      "be pull_request?",
                      artifact.sha.value(), runs.front().key.pull.value()));
    }
    co_return found;
  }
  if (!target.pull) co_return found;
  RunFilter filter;
  filter.projects = {artifact.project};
  filter.pull = target.pull;
  const auto runs = co_await server.store.list_runs(std::move(filter));
  const bool is_known =
      std::any_of(runs.begin(), runs.end(), [&](const Run& run) { return run.key.head_sha == artifact.sha; });
  if (!runs.empty() && !is_known) {
    found.push_back(
        fmt::format("the head of pull request {} is {}, not {}: send the head's commit, not the "
                    "merge commit's",
                    target.pull->value(), runs.front().key.head_sha.value(), artifact.sha.value()));
  }
  co_return found;
}

std::string describe(const Artifact& artifact, const std::optional<dbt::ManifestInfo>& manifest,
                     const std::vector<std::string>& warnings) {
  Json json = {{"project", artifact.project.value()},
               {"run_type", name_of(artifact.type)},
               {"commit_sha", artifact.sha.value()},
               {"artifact", file_name_of(artifact.kind)},
               {"bytes", artifact.size},
               {"sha256", artifact.content_hash}};
  if (!artifact.branch.empty()) json["branch"] = artifact.branch;
  if (manifest) {
    json["manifest"] = {
        {"schema_version", manifest->schema_version}, {"dbt_version", manifest->dbt_version},
        {"adapter_type", manifest->adapter_type},     {"project_name", manifest->project_name},
        {"generated_at", manifest->generated_at},     {"models", manifest->models}};
  }
  if (!warnings.empty()) json["warnings"] = warnings;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

bool is_gzip(const net::Headers& headers) {
  const auto encoding = headers.get("Content-Encoding");
  if (!encoding || encoding->empty() || *encoding == "identity") return false;
  if (*encoding == "gzip" || *encoding == "x-gzip") return true;
  throw Error(ErrorClass::caller, "unknown Content-Encoding", std::string(*encoding), "gzip, or none");
}

void note(ServerParts& server, const Artifact& artifact, const std::string& result,
          const std::string& reason = {}) {
  server.metrics.add("diffgate_uploads_total", {{"kind", name_of(artifact.kind)}, {"result", result}});
  const bool is_refused = !reason.empty();
  log(is_refused ? LogLevel::warning : LogLevel::info, "upload " + result,
      {{"project", std::to_string(artifact.project.value())},
       {"run_type", std::string(name_of(artifact.type))},
       {"sha", artifact.sha.value()},
       {"artifact", std::string(file_name_of(artifact.kind))},
       {is_refused ? "reason" : "bytes", is_refused ? reason : std::to_string(artifact.size)}});
}

// A request without a body asks whether the content is there already, and if so it is filed.
Awaitable<net::ServerResponse> take_known(ServerParts& server, Reception reception, Target target) {
  if (target.sha256.empty()) co_return problem(422, "Unprocessable content", "the body is empty");
  const auto known = co_await receive_known_content(reception, target.artifact, target.sha256);
  if (!known) {
    co_return problem(404, "Content not known",
                      "the project has no such file yet: send it as the body of this request");
  }
  note(server, *known, "known");
  server.events.artifact_stored(*known);
  const auto warnings = co_await doubts(server, target, std::nullopt);
  co_return json_response(200, describe(*known, std::nullopt, warnings));
}

Awaitable<net::ServerResponse> receive_artifact(ServerParts& server, Call call) {
  const net::ServerRequest& request = call.request;
  const FileRemover body(request.body_file);
  const Target target = parse_target(call);
  const Reception reception{server.store, server.files,   server.clock,
                            server.pool,  server.parsers, server.config.artifact_max_bytes};
  std::error_code ignored;
  if (request.body_file.empty() || std::filesystem::file_size(request.body_file, ignored) == 0) {
    co_return co_await take_known(server, reception, target);
  }
  IncomingFile file;
  file.path = request.body_file;
  file.is_gzip = is_gzip(request.headers);
  file.sha256 = target.sha256;
  std::optional<Error> refused;
  ReceivedArtifact received;
  try {
    received = co_await receive_file(reception, target.artifact, std::move(file));
  } catch (const Error& error) {
    refused = error;
  }
  if (refused) {
    note(server, target.artifact, "refused", refused->what());
    throw Error(*refused);
  }
  note(server, received.artifact, "stored");
  server.events.artifact_stored(received.artifact);
  const auto warnings = co_await doubts(server, target, received.manifest);
  co_return json_response(201, describe(received.artifact, received.manifest, warnings));
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
