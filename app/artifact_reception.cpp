#include "app/artifact_reception.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "app/server/top_level_reader.hpp"
#include "net/error.hpp"
#include "net/file_hash.hpp"

namespace diffgate::app {
namespace {

struct Examined {
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
Examined examine(const IncomingFile& file, std::size_t max_bytes, ArtifactKind kind,
                 const std::string& plain_file) {
  if (file.is_gzip || is_gzip_file(file.path)) {
    expand_gzip(file.path, plain_file, max_bytes);
    if (is_gzip_file(plain_file)) {
      throw Error(ErrorClass::caller, "the body is compressed twice", {}, "send it as plain JSON or gzip");
    }
  } else {
    std::filesystem::rename(file.path, plain_file);
  }
  Examined examined;
  examined.size = static_cast<std::int64_t>(std::filesystem::file_size(plain_file));
  const std::string name(file_name_of(kind));
  if (examined.size == 0) throw Error(ErrorClass::caller, "the body is empty", name);
  if (static_cast<std::size_t>(examined.size) > max_bytes) {
    throw Error(ErrorClass::caller, fmt::format("is larger than {} bytes", max_bytes), name,
                "artifacts.max_bytes in the server's configuration sets the limit");
  }
  examined.content_hash = net::sha256_hex_of_file(plain_file);
  if (!file.sha256.empty() && file.sha256 != examined.content_hash) {
    throw Error(ErrorClass::caller, "did not arrive as it was sent: its SHA-256 is another", name,
                "send it again");
  }
  if (kind == ArtifactKind::manifest) {
    examined.manifest = dbt::load_manifest(plain_file, dbt::FileAccess::map).info();
  } else {
    check_content(plain_file, kind);
  }
  return examined;
}

// Error messages of the parser name our own path of the file; the sender knows it by its name.
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

Awaitable<Examined> examine_on_pool(Reception reception, IncomingFile file, ArtifactKind kind,
                                    std::string plain_file) {
  const Semaphore::Permit permit = co_await reception.parsers.acquire();
  std::optional<Error> refused;
  try {
    auto job = [=, max_bytes = reception.max_bytes] { return examine(file, max_bytes, kind, plain_file); };
    co_return co_await run_blocking(reception.pool, std::move(job));
  } catch (const Error& error) {
    refused = renamed(error, plain_file, kind);
  }
  throw Error(*refused);
}

}  // namespace

FileRemover::~FileRemover() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

Awaitable<ReceivedArtifact> receive_file(Reception reception, Artifact target, IncomingFile file) {
  const FileRemover plain(file.path + ".plain");
  const Examined examined = co_await examine_on_pool(reception, file, target.kind, plain.path());
  ReceivedArtifact received;
  received.artifact = std::move(target);
  received.artifact.content_hash = examined.content_hash;
  received.artifact.size = examined.size;
  if (received.artifact.received_at == UtcTime()) received.artifact.received_at = reception.clock.now();
  received.manifest = examined.manifest;
  const ArtifactFiles::Pin pin = reception.files.pin(examined.content_hash);
  const std::string place = reception.files.path_of(examined.content_hash);
  co_await run_blocking(reception.pool, [from = plain.path(), place] { file_content(from, place); });
  co_await reception.store.put_artifact(received.artifact);
  co_return received;
}

Awaitable<std::optional<Artifact>> receive_known_content(Reception reception, Artifact target,
                                                         std::string sha256) {
  const ArtifactFiles::Pin pin = reception.files.pin(sha256);
  const auto known = co_await reception.store.artifact_of_content(target.project, target.kind, sha256);
  if (!known || !std::filesystem::exists(reception.files.path_of(sha256))) co_return std::nullopt;
  target.content_hash = sha256;
  target.size = known->size;
  if (target.received_at == UtcTime()) target.received_at = reception.clock.now();
  co_await reception.store.put_artifact(target);
  co_return target;
}

}  // namespace diffgate::app
