#include "config/server_tables.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "config/fields.hpp"
#include "config/glob.hpp"
#include "config/quote.hpp"
#include "config/rules_table.hpp"
#include "config/secret_fields.hpp"

namespace diffgate::config {
namespace {

constexpr std::size_t kLongestName = 100;
constexpr std::string_view kListenHint =
    "write 127.0.0.1:8080, [::1]:8080, or 0.0.0.0:8080 for every interface";

// "host:port" or "[IPv6]:port".
bool parse_listen(std::string_view text, Listen& into) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return false;
  }
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), into.port);
  if (host.empty() || error != std::errc{} || end != port.data() + port.size() || port.empty()) return false;
  if (host.find_first_of(" \t/[]@") != std::string_view::npos) return false;
  into.host = host;
  return true;
}

Field<ServerConfig> listen_field() {
  Field<ServerConfig> field;
  field.property = {"listen",
                    "Address and port to listen on; port 0 takes any free one.",
                    {.kind = Shape::Kind::text, .pattern = "^.+:[0-9]{1,5}$"},
                    json_text("127.0.0.1:8080")};
  field.read = [](Reader& reader, const Place& at, ServerConfig& into) {
    const auto text = reader.text(at);
    if (text && !parse_listen(*text, into.listen)) {
      reader.bad_value(at, "is not an address and port", std::string(kListenHint));
    }
  };
  return field;
}

Table<Listen> tls_table() {
  return {{required(text_field<Listen>("certificate_file", &Listen::tls_certificate_file,
                                       "Certificate and its chain, in PEM form.", &Reader::path)),
           required(text_field<Listen>("key_file", &Listen::tls_key_file, "Its private key, in PEM form.",
                                       &Reader::path))},
          {}};
}

Field<ServerConfig> word_field(std::string name, std::string ServerConfig::* member, std::string doc,
                               std::vector<std::string> words) {
  Choices<std::string> choices;
  for (std::string& word : words) choices.emplace_back(word, word);
  return choice_field<ServerConfig, std::string>(std::move(name), member, std::move(doc), std::move(choices));
}

Table<ServerConfig> log_table() {
  return {{word_field("level", &ServerConfig::log_level, "The least that is logged.",
                      {"trace", "debug", "info", "warn", "error"}),
           word_field("format", &ServerConfig::log_format, "Lines for people, or one JSON object a line.",
                      {"text", "json"})},
          {}};
}

Table<ServerConfig> artifacts_table() {
  Field<ServerConfig> wait;
  wait.property = {"wait",
                   "How long a run waits for its manifest: 30m, 2h.",
                   {.kind = Shape::Kind::text, .pattern = "^[0-9]+ ?[smhd]$"},
                   json_text("60m")};
  wait.read = [](Reader& reader, const Place& at, ServerConfig& into) {
    const auto value = reader.duration(at);
    if (!value) return;
    if (*value < std::chrono::minutes(1) || *value > std::chrono::hours(24 * 7)) {
      reader.bad_value(at, "is out of range: from 1m to 7d");
    } else if (value->count() % 60 != 0) {
      reader.bad_value(at, "is not a whole number of minutes");
    } else {
      into.artifact_wait = std::chrono::duration_cast<std::chrono::minutes>(*value);
    }
  };
  Field<ServerConfig> max_bytes;
  max_bytes.property = {"max_bytes",
                        "The largest file that an upload may hold: 512MB.",
                        {.kind = Shape::Kind::text, .pattern = "^[0-9]+ ?([kKMGT]i?)?B$"},
                        json_text("512MB")};
  max_bytes.read = [](Reader& reader, const Place& at, ServerConfig& into) {
    const auto value = reader.size(at);
    if (!value) return;
    if (*value < 1024 || *value > (std::uint64_t{64} << 30U)) {
      reader.bad_value(at, "is out of range: from 1KB to 64GB");
    } else {
      into.artifact_max_bytes = static_cast<std::size_t>(*value);
    }
  };
  return {{std::move(wait), std::move(max_bytes)}, {}};
}

// A name that turns up in check runs, paths and metrics.
bool is_good_name(std::string_view name) {
  return name.size() <= kLongestName && !name.starts_with(' ') && !name.ends_with(' ') &&
         std::ranges::none_of(
             name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '/'; });
}

bool is_full_name(std::string_view text) {
  const std::vector<std::string> segments = split_segments(text);
  const auto is_segment = [](const std::string& segment) {
    return !segment.empty() && segment != "." && segment != ".." && std::ranges::all_of(segment, [](char c) {
      return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
             c == '_' || c == '-';
    });
  };
  return segments.size() >= 2 && text.size() <= 500 && std::ranges::all_of(segments, is_segment);
}

void read_repository(Reader& reader, const Place& at, ProjectConfig& into) {
  const auto name = reader.nonempty_text(at);
  if (!name) return;
  if (!is_full_name(*name)) {
    reader.bad_value(at, "is not the full name of a repository", "write owner/name, as in acme/dbt");
  } else if (name->ends_with(".git")) {
    reader.bad_value(at, "is not the full name of a repository", "leave '.git' out");
  } else {
    into.repository = *name;
  }
}

Table<ProjectConfig> make_project_table() {
  Table<ProjectConfig> table;
  auto& f = table.fields;
  f.push_back(required(integer_field<ProjectConfig>(
      "id", &ProjectConfig::id, "Number of the project in uploads and calls; never changes.", 1)));
  f.push_back(required(
      text_field<ProjectConfig>("name", &ProjectConfig::name, "Name in the check run and on pages.")));
  f.back().read = [](Reader& reader, const Place& at, ProjectConfig& into) {
    const auto name = reader.nonempty_text(at);
    if (name && !is_good_name(*name)) {
      reader.bad_value(at,
                       "is not a good name: at most 100 bytes, without '/', line ends and spaces around it");
    } else if (name) {
      into.name = *name;
    }
  };
  f.push_back(
      text_field<ProjectConfig>("forge", &ProjectConfig::forge,
                                "Name of an entry of github or gitlab. Not needed if there is only one."));
  f.push_back(required(
      text_field<ProjectConfig>("repository", &ProjectConfig::repository, "Full name, as in acme/dbt.")));
  f.back().read = read_repository;
  f.push_back(text_field<ProjectConfig>("warehouse", &ProjectConfig::warehouse,
                                        "Name of an entry of warehouses. Not needed if there is only one."));
  append_secrets(table, "upload_key", &ProjectConfig::upload_keys,
                 "Key of CI: it uploads artifacts, starts runs and reads their results.", false);
  f.push_back(map_list_field<ProjectConfig, ApiKey>(
      "api_keys", &ProjectConfig::api_keys, "More keys of the HTTP API, each with scopes of its own.",
      api_key_table(), [](const ProjectConfig&) { return ApiKey{}; }));
  f.push_back(optional_map_field<ProjectConfig, DbtCloudJobs>("dbt_cloud", &ProjectConfig::dbt_cloud,
                                                              "Jobs of dbt Cloud that build this project.",
                                                              dbt_cloud_jobs_table()));
  f.push_back(optional_map_field<ProjectConfig, CiArtifacts>(
      "ci_artifacts", &ProjectConfig::ci_artifacts,
      "dbt's files as GitHub Actions or GitLab CI keep them, without an upload step.", ci_artifacts_table()));
  f.push_back(optional_map_field<ProjectConfig, ProductionLocation>(
      "production_manifest", &ProjectConfig::production_manifest,
      "A folder or URL where production's manifest.json lies.", production_location_table()));
  append_lifted(table, rules_table(), [](ProjectConfig& project) -> Rules& { return project.rules; });
  return table;
}

ServerConfig& itself(ServerConfig& config) { return config; }

// `defaults` stands before `projects`: each project's rules start from it.
Table<ServerConfig> make_server_table() {
  Table<ServerConfig> table;
  auto& f = table.fields;
  f.push_back(listen_field());
  f.push_back(map_field<ServerConfig, Listen>(
      "tls", "Certificate of the server; without it, plain HTTP.", tls_table(),
      +[](ServerConfig& c) -> Listen& { return c.listen; }));
  f.push_back(required(text_field<ServerConfig>(
      "public_url", &ServerConfig::public_url,
      "Where people and forges reach this server; links are made of it.", &Reader::url)));
  f.push_back(text_field<ServerConfig>("data_dir", &ServerConfig::data_dir,
                                       "Folder of the store and the artifacts.", &Reader::path));
  f.push_back(map_field<ServerConfig, ServerConfig>("log", "What is logged, and how.", log_table(), itself));
  f.push_back(
      map_field<ServerConfig, ServerConfig>("artifacts", "Limits of artifacts.", artifacts_table(), itself));
  f.push_back(map_list_field<ServerConfig, GitHubApp>("github", &ServerConfig::github, "GitHub Apps.",
                                                      github_table(),
                                                      [](const ServerConfig&) { return GitHubApp{}; }));
  f.push_back(map_field<ServerConfig, GitHubRegistration>(
      "register_github_app",
      "In place of `github`: the App is registered with one click, and its credentials are kept in "
      "`data_dir`.",
      github_registration_table(),
      +[](ServerConfig& c) -> GitHubRegistration& { return c.register_github_app; }));
  f.push_back(map_list_field<ServerConfig, GitLabInstance>(
      "gitlab", &ServerConfig::gitlab, "GitLab instances.", gitlab_table(),
      [](const ServerConfig&) { return GitLabInstance{}; }));
  f.push_back(map_list_field<ServerConfig, DbtCloudAccount>(
      "dbt_cloud", &ServerConfig::dbt_cloud, "Accounts of dbt Cloud.", dbt_cloud_table(),
      [](const ServerConfig&) { return DbtCloudAccount{}; }));
  f.push_back(warehouses_field());
  f.push_back(map_field<ServerConfig, Rules>(
      "defaults", "Rules that every project starts from.", rules_table(),
      +[](ServerConfig& c) -> Rules& { return c.defaults; }));
  f.push_back(required(map_list_field<ServerConfig, ProjectConfig>(
      "projects", &ServerConfig::projects,
      "dbt projects: one repository and one warehouse each, with rules of its own.", project_table(),
      [](const ServerConfig& config) {
        ProjectConfig project;
        project.rules = config.defaults;
        return project;
      })));
  return table;
}

}  // namespace

const Table<ProjectConfig>& project_table() {
  static const Table<ProjectConfig> table = make_project_table();
  return table;
}

const Table<ServerConfig>& server_table() {
  static const Table<ServerConfig> table = make_server_table();
  return table;
}

}  // namespace diffgate::config
