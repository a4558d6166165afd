#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <functional>

#include "app/commands/doctor_checks.hpp"
#include "app/store/artifact_files.hpp"
#include "app/store/sqlite_database.hpp"
#include "app/store/sqlite_migrations.hpp"
#include "dbt/manifest.hpp"
#include "dbt/primary_key.hpp"

namespace diffgate::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMegabyte = 1'000'000;

bool is_there(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

// The files that hold secrets: keys whose name ends in _file, anywhere in the server file, but for
// certificates, which are no secret.
void for_each_secret_file(const YAML::Node& node, const std::function<void(const std::string&)>& visit) {
  constexpr int kDeepest = 20;
  const std::function<void(const YAML::Node&, int)> walk = [&](const YAML::Node& at, int depth) {
    if (depth > kDeepest || (!at.IsMap() && !at.IsSequence())) return;
    for (const auto& entry : at) {
      if (at.IsSequence()) {
        walk(entry, depth + 1);
        continue;
      }
      const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
      const bool is_secret = key.ends_with("_file") && key.find("certificate") == std::string::npos;
      if (is_secret && entry.second.IsScalar()) visit(entry.second.Scalar());
      walk(entry.second, depth + 1);
    }
  };
  walk(node, 0);
}

// Whether a daemon runs on this directory: it holds the lock for as long as it lives.
bool is_in_use(const std::string& data_dir) {
  const int fd = ::open((data_dir + "/lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool is_taken = ::flock(fd, LOCK_SH | LOCK_NB) != 0;
  ::close(fd);
  return is_taken;
}

void examine_store(const std::string& data_dir, bool is_used, Findings& out) {
  const std::string path = data_dir + "/diffgate.sqlite";
  if (!is_there(path)) {
    report_ok(out, "store", "there is none yet; the daemon makes it");
    return;
  }
  Database database(path, is_used ? Database::Open::beside_writer : Database::Open::alone);
  std::string answer;
  std::int64_t version = 0;
  {
    Statement check = database.prepare("PRAGMA quick_check(1)");
    if (check.step()) answer = check.text(0);
    Statement read = database.prepare("PRAGMA user_version");
    if (read.step()) version = read.integer(0);
  }
  if (answer != "ok") {
    report_failure(out, "store", path + " is damaged: " + answer, "restore it from a backup");
  } else if (version > newest_schema_version()) {
    report_failure(out, "store",
                   fmt::format("{} was written by a newer diffgate (schema version {})", path, version),
                   "start that one, or restore a backup from before the upgrade");
  } else {
    report_ok(out, "store",
              fmt::format("sound, schema version {}{}", version,
                          version < newest_schema_version() ? "; the daemon upgrades it at its start" : ""));
  }
}

void examine_space(const std::string& data_dir, Findings& out) {
  constexpr std::uint64_t kLittle = 1'000 * kMegabyte;
  struct statvfs room{};
  if (::statvfs(data_dir.c_str(), &room) != 0) return;
  const std::uint64_t free = static_cast<std::uint64_t>(room.f_bavail) * room.f_frsize;
  if (free < kLittle) {
    report_warning(out, "data_dir", fmt::format("{} MB are free below {}", free / kMegabyte, data_dir),
                   "manifests of large projects take 100 MB each: make room");
  }
}

std::vector<std::string> newest_manifests(const config::ServerConfig& config, const std::string& warehouse) {
  std::vector<std::string> out;
  const std::unique_ptr<Database> database = open_to_look(config.data_dir);
  if (!database) return out;
  for (const config::ProjectConfig& project : config.projects) {
    if (project.warehouse != warehouse) continue;
    for (const char* run_type : {"production", "pull_request"}) {
      Statement select = database->prepare(
          "SELECT content_hash FROM artifacts WHERE project = ? AND run_type = ? AND kind = 'manifest' "
          "ORDER BY received_at DESC, sha LIMIT 1");
      select.bind(project.id).bind(run_type);
      if (select.step()) out.push_back(artifact_path(config.data_dir + "/artifacts", select.text(0)));
    }
  }
  return out;
}

}  // namespace

std::unique_ptr<Database> open_to_look(const std::string& data_dir) {
  const std::string path = data_dir + "/diffgate.sqlite";
  if (!is_there(path)) return nullptr;
  return std::make_unique<Database>(
      path, is_in_use(data_dir) ? Database::Open::beside_writer : Database::Open::alone);
}

void examine_files(const std::string& config_file, Findings& out) {
  const fs::path folder = fs::path(config_file).parent_path();
  for_each_secret_file(YAML::LoadFile(config_file), [&](const std::string& name) {
    const std::string path = (folder / name).lexically_normal().string();
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return;  // its absence is a problem of the configuration
    if ((status.st_mode & (S_IRWXG | S_IRWXO) & (S_IROTH | S_IWOTH | S_IWGRP)) != 0) {
      report_warning(out, "secret " + path, "others on this machine can read or change it",
                     "chmod 600 " + path);
    }
  });
}

void examine_data_dir(const std::string& data_dir, Findings& out) {
  if (!is_there(data_dir)) {
    const std::string parent = fs::path(data_dir).parent_path().string();
    if (::access(parent.c_str(), W_OK) == 0) {
      report_ok(out, "data_dir", data_dir + " is not there yet; the daemon makes it");
    } else {
      report_failure(out, "data_dir", data_dir + " is not there and can't be made",
                     "mkdir -p it and give it to the daemon's user");
    }
    return;
  }
  if (::access(data_dir.c_str(), R_OK | W_OK | X_OK) != 0) {
    report_failure(out, "data_dir", data_dir + " can't be written: " + std::strerror(errno),
                   "give it to the user that runs diffgate");
    return;
  }
  const bool is_used = is_in_use(data_dir);
  report_ok(out, "data_dir", data_dir + (is_used ? ", in use by a running diffgate" : ", writable"));
  examine_space(data_dir, out);
  try {
    examine_store(data_dir, is_used, out);
  } catch (const Error& error) {
    report_error(out, "store", error);
  }
}

std::vector<std::string> stored_relations(const config::ServerConfig& config, const std::string& warehouse,
                                          Findings& out) {
  std::vector<std::string> relations;
  try {
    for (const std::string& file : newest_manifests(config, warehouse)) {
      for (const dbt::KeyAuditLine& model : dbt::audit_primary_keys(dbt::load_manifest(file), {}))
        if (!model.relation.empty()) relations.push_back(model.relation);
    }
  } catch (const Error& error) {
    report_error(out, "stored manifests", error);
  }
  std::sort(relations.begin(), relations.end());
  relations.erase(std::unique(relations.begin(), relations.end()), relations.end());
  return relations;
}

}  // namespace diffgate::app
