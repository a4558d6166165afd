// The keys are those of dbt-postgres, dbt-redshift and dbt-duckdb (their classes of credentials).

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

#include "app/commands/profile_output.hpp"
#include "net/did_you_mean.hpp"

namespace diffgate::app {
namespace {

enum class Use {
  taken,     // read below
  building,  // matters to dbt's building alone
  ignored,   // would matter, and is not supported: worth a warning
};

struct Key {
  std::string_view name;
  Use use;
};

constexpr auto kPostgres = std::to_array<Key>({
    {"type", Use::taken},
    {"host", Use::taken},
    {"port", Use::taken},
    {"user", Use::taken},
    {"password", Use::taken},
    {"pass", Use::taken},
    {"dbname", Use::taken},
    {"database", Use::taken},
    {"connect_timeout", Use::taken},
    {"role", Use::taken},
    {"search_path", Use::taken},
    {"keepalives_idle", Use::taken},
    {"sslmode", Use::taken},
    {"sslcert", Use::taken},
    {"sslkey", Use::taken},
    {"sslrootcert", Use::taken},
    {"application_name", Use::taken},
    {"threads", Use::taken},
    {"schema", Use::taken},
    {"retries", Use::building},  // diffgate has its own
    {"autocommit", Use::building},
});

constexpr auto kRedshift = std::to_array<Key>({
    {"type", Use::taken},
    {"method", Use::taken},
    {"host", Use::taken},
    {"port", Use::taken},
    {"user", Use::taken},
    {"password", Use::taken},
    {"pass", Use::taken},
    {"dbname", Use::taken},
    {"database", Use::taken},
    {"connect_timeout", Use::taken},
    {"sslmode", Use::taken},
    {"tcp_keepalive", Use::building},
    {"tcp_keepalive_idle", Use::taken},
    {"tcp_keepalive_interval", Use::taken},
    {"tcp_keepalive_count", Use::taken},
    {"threads", Use::taken},
    {"schema", Use::taken},
    {"retries", Use::building},
    {"retry_all", Use::building},
    {"autocommit", Use::building},
    {"ra3_node", Use::building},
    {"datasharing", Use::building},
    {"query_group", Use::building},  // diffgate's own names repository, pull request and model
    {"region", Use::building},
    {"cluster_id", Use::building},
    {"autocreate", Use::building},
    {"db_groups", Use::building},
    {"iam_profile", Use::building},
    {"is_serverless", Use::building},
    {"serverless_work_group", Use::building},
    {"serverless_acct_id", Use::building},
    // Of the other methods, which are refused.
    {"access_key_id", Use::building},
    {"secret_access_key", Use::building},
    {"token_endpoint", Use::building},
    {"idc_region", Use::building},
    {"issuer_url", Use::building},
    {"idp_listen_port", Use::building},
    {"idc_client_display_name", Use::building},
    {"idp_response_timeout", Use::building},
    {"role", Use::ignored},
});

constexpr auto kDuckDb = std::to_array<Key>({
    {"type", Use::taken},           {"path", Use::taken},
    {"attach", Use::taken},         {"settings", Use::taken},
    {"config_options", Use::taken}, {"extensions", Use::taken},
    {"external_root", Use::taken},  {"is_ducklake", Use::taken},
    {"remote", Use::taken},         {"threads", Use::taken},
    {"database", Use::building},    {"schema", Use::taken},
    {"retries", Use::building},     {"disable_transactions", Use::building},
    {"keep_open", Use::building},   {"module_paths", Use::building},
    {"secrets", Use::ignored},      {"use_credential_provider", Use::ignored},
    {"filesystems", Use::ignored},  {"plugins", Use::ignored},
    {"flights", Use::ignored},      {"motherduck_token", Use::ignored},
});

template <std::size_t N>
void check_keys(ProfileWarehouse& out, const ProfileOutput& output, const std::array<Key, N>& known) {
  std::vector<std::string> names;
  for (const Key& key : known) names.emplace_back(key.name);
  for (const std::string& name : output.keys()) {
    const auto found =
        std::find_if(known.begin(), known.end(), [&](const Key& key) { return key.name == name; });
    if (found == known.end()) {
      const std::string close = did_you_mean(name, names);
      out.warnings.push_back(fmt::format("{}: not a key that diffgate knows, so it is not used{}",
                                         output.key(name), close.empty() ? "" : " (" + close + ")"));
    } else if (found->use == Use::ignored) {
      out.warnings.push_back(output.key(name) +
                             ": is not used by diffgate; what can be read only with it fails");
    }
  }
}

template <class Options>
void set_concurrency(Options& options, const ProfileOutput& output) {
  constexpr std::size_t kMost = 64;
  const int threads = std::stoi(output.number("threads", "0", 0, 10'000));
  if (threads > 0) options.concurrency = std::min<std::size_t>(static_cast<std::size_t>(threads), kMost);
}

void set_connect_timeout(diff::PostgresOptions& options, const ProfileOutput& output) {
  const int seconds = std::stoi(output.number("connect_timeout", "0", 0, 3'600));
  if (seconds > 0) options.connect_timeout = std::chrono::seconds(seconds);
}

// In libpq's "options", blanks inside a value are written "\ ".
std::string session_setting(std::string_view name, const std::string& value) {
  std::string out = fmt::format("-c {}=", name);
  for (const char c : value) {
    if (c == ' ' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

diff::PostgresOptions login_of(const ProfileOutput& output, const std::string& port) {
  diff::PostgresOptions options;
  options.parameters = {{"host", output.required({"host"})},
                        {"port", output.number("port", port, 1, 65'535)},
                        {"user", output.required({"user"})},
                        {"dbname", output.required({"dbname", "database"})}};
  options.password = Secret(output.password());
  set_concurrency(options, output);
  set_connect_timeout(options, output);
  return options;
}

void take(diff::PostgresOptions& options, const ProfileOutput& output, std::string_view key,
          std::string_view keyword) {
  const std::string value = output.text({key});
  if (!value.empty()) options.parameters.emplace_back(keyword, value);
}

ProfileWarehouse postgres(const ProfileOutput& output) {
  ProfileWarehouse out;
  check_keys(out, output, kPostgres);
  diff::PostgresOptions options = login_of(output, "5432");
  for (const std::string_view name : {"sslmode", "sslcert", "sslkey", "sslrootcert", "application_name"})
    take(options, output, name, name);
  // 0 is dbt's word for the system's own; libpq would not take it.
  const std::string idle = output.number("keepalives_idle", "0", 0, 1'000'000);
  if (idle != "0") options.parameters.emplace_back("keepalives_idle", idle);
  std::string session;
  for (const std::string_view name : {"role", "search_path"}) {
    const std::string value = output.text({name});
    if (!value.empty()) session += (session.empty() ? "" : " ") + session_setting(name, value);
  }
  if (!session.empty()) options.parameters.emplace_back("options", session);
  out.options = std::move(options);
  return out;
}

ProfileWarehouse redshift(const ProfileOutput& output) {
  ProfileWarehouse out;
  check_keys(out, output, kRedshift);
  const std::string method = output.text({"method"});
  if (!method.empty() && method != "database") {
    fail_profile("the method '" + method + "' is not supported", output.key("method"),
                 "give diffgate a target with method: database, a user and a password");
  }
  diff::PostgresOptions options = login_of(output, "5439");
  options.engine = diff::PostgresOptions::Engine::redshift;
  take(options, output, "sslmode", "sslmode");
  take(options, output, "tcp_keepalive_idle", "keepalives_idle");
  take(options, output, "tcp_keepalive_interval", "keepalives_interval");
  take(options, output, "tcp_keepalive_count", "keepalives_count");
  out.options = std::move(options);
  return out;
}

// Each entry a map with path and perhaps alias; DuckDB files alone are attached.
void read_attach(ProfileWarehouse& out, diff::DuckDbOptions& options, const ProfileOutput& output) {
  const YAML::Node list = output.child("attach");
  if (!list.IsDefined() || list.IsNull()) return;
  if (!list.IsSequence()) fail_profile("is not a list", output.key("attach"));
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string where = output.key(fmt::format("attach[{}]", i));
    if (!list[i].IsMap()) fail_profile("is not a mapping", where);
    const ProfileOutput entry(list[i], where, output.environment());
    const std::string type = entry.text({"type"});
    std::string path = entry.required({"path"});
    if ((!type.empty() && type != "duckdb") || diff::is_remote_duckdb(path) || entry.flag("is_ducklake")) {
      out.warnings.push_back(where + ": is not a local DuckDB file, so it is not attached");
      continue;
    }
    path = path.substr(0, path.find('?'));  // as dbt-duckdb does
    std::string alias = entry.text({"alias"});
    if (alias.empty()) alias = std::filesystem::path(path).stem().string();
    options.attach.push_back({std::move(path), std::move(alias)});
  }
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

// `config_options` and `settings` are both DuckDB's settings; those that keep a session from writing or from
// leaving the database are diffgate's.
void read_settings(ProfileWarehouse& out, diff::DuckDbOptions& options, const ProfileOutput& output,
                   std::string_view key) {
  constexpr auto kOurs = std::to_array<std::string_view>(
      {"access_mode", "enable_external_access", "lock_configuration", "autoinstall_known_extensions",
       "autoload_known_extensions", "allow_community_extensions", "allow_unsigned_extensions", "timezone",
       "allowed_directories", "allowed_paths", "home_directory", "motherduck_token"});
  const YAML::Node map = output.child(key);
  if (!map.IsDefined() || map.IsNull()) return;
  if (!map.IsMap()) fail_profile("is not a mapping", output.key(key));
  const ProfileOutput entries(map, output.key(key), output.environment());
  for (const std::string& name : entries.keys()) {
    const std::string known = lower(name);
    if (std::find(kOurs.begin(), kOurs.end(), known) != kOurs.end()) {
      out.warnings.push_back(entries.key(name) + ": diffgate sets this itself, so it is not used");
    } else if (known == "memory_limit" || known == "max_memory") {
      options.memory_limit = entries.text({name});
    } else if (known == "temp_directory") {
      options.temp_directory = entries.text({name});
    } else {
      options.settings[known] = entries.text({name});
    }
  }
}

// Names, or maps of name and repository.
void read_extensions(diff::DuckDbOptions& options, const ProfileOutput& output) {
  const YAML::Node list = output.child("extensions");
  if (!list.IsDefined() || list.IsNull()) return;
  if (!list.IsSequence()) fail_profile("is not a list", output.key("extensions"));
  for (std::size_t i = 0; i < list.size(); ++i) {
    const YAML::Node name = list[i].IsMap() ? YAML::Node(list[i]["name"]) : YAML::Node(list[i]);
    const std::string where = output.key(fmt::format("extensions[{}]", i));
    if (!name.IsDefined() || !name.IsScalar()) fail_profile("is not a name", where);
    options.extensions.push_back(render_env_vars(name.Scalar(), output.environment(), where));
  }
}

ProfileWarehouse duckdb(const ProfileOutput& output) {
  ProfileWarehouse out;
  check_keys(out, output, kDuckDb);
  diff::DuckDbOptions options;
  options.path = output.text({"path"});
  if (options.path.empty() || options.path == ":memory:") {
    fail_profile("names no database file", output.key("path"), "an in-memory database is gone when dbt ends");
  }
  const YAML::Node remote = output.child("remote");
  if (diff::is_remote_duckdb(options.path) || output.flag("is_ducklake") ||
      (remote.IsDefined() && !remote.IsNull())) {
    fail_profile("is not a local DuckDB file", output.key("path"), "only files are supported");
  }
  read_attach(out, options, output);
  read_settings(out, options, output, "config_options");
  read_settings(out, options, output, "settings");
  read_extensions(options, output);
  // Where dbt-duckdb's external materialization puts its files, which views then read.
  const std::string root = output.text({"external_root"});
  if (!root.empty() && !diff::is_remote_duckdb(root)) options.allowed_directories.push_back(root);
  set_concurrency(options, output);
  out.options = std::move(options);
  return out;
}

}  // namespace

ProfileWarehouse warehouse_of(const ProfileOutput& output) {
  const std::string type = output.required({"type"});
  ProfileWarehouse out;
  if (type == "postgres") {
    out = postgres(output);
  } else if (type == "redshift") {
    out = redshift(output);
  } else if (type == "duckdb") {
    out = duckdb(output);
  } else {
    fail_profile("the adapter type '" + type + "' is not supported", output.key("type"),
                 "supported: postgres, redshift, duckdb");
  }
  out.place = output.where();
  out.schema = output.text({"schema"});
  return out;
}

}  // namespace diffgate::app
