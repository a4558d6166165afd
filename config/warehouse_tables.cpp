#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "config/fields.hpp"
#include "config/secret_fields.hpp"
#include "config/server_tables.hpp"

namespace diffgate::config {
namespace {

constexpr std::chrono::seconds kLongestStatement{86'400};

enum class Type { duckdb, postgres, profile, redshift };

const Choices<Type>& types() {
  static const Choices<Type> choices{{"duckdb", Type::duckdb},
                                     {"postgres", Type::postgres},
                                     {"profile", Type::profile},
                                     {"redshift", Type::redshift}};
  return choices;
}

template <class T>
Field<T> duration_field(std::string name, std::chrono::seconds T::* member, std::string doc,
                        std::string otherwise) {
  Field<T> field;
  field.property = {std::move(name),
                    std::move(doc),
                    {.kind = Shape::Kind::text, .pattern = "^[0-9]+ ?[smhd]$"},
                    json_text(otherwise)};
  field.read = [member](Reader& reader, const Place& at, T& into) {
    const auto value = reader.duration(at);
    if (value && (*value < std::chrono::seconds(1) || *value > kLongestStatement)) {
      reader.bad_value(at, "is out of range: from 1s to 1d");
    } else if (value) {
      into.*member = *value;
    }
  };
  return field;
}

void append_common_fields(Table<WarehouseConfig>& table, bool has_own_concurrency) {
  Field<WarehouseConfig> concurrency = integer_field<WarehouseConfig>(
      "concurrency", &WarehouseConfig::concurrency,
      has_own_concurrency ? "Statements at a time, at most; the profile's threads if it is not given."
                          : "Statements at a time, at most: fewer if the warehouse has too much to do.",
      1, 64);
  if (has_own_concurrency) concurrency.property.default_json.clear();
  table.fields.push_back(std::move(concurrency));
  table.fields.push_back(
      duration_field<WarehouseConfig>("statement_timeout", &WarehouseConfig::statement_timeout,
                                      "A statement that runs longer is cancelled: 90s, 10m, 1h.", "10m"));
}

// The type has been read before its table was chosen.
Field<WarehouseConfig> type_field(const std::string& name) {
  Field<WarehouseConfig> field;
  field.property = {"type", "Which engine.", {.kind = Shape::Kind::text, .choices = {name}}, {}};
  field.read = [](Reader&, const Place&, WarehouseConfig&) {};
  return required(std::move(field));
}

// A size that is handed to the engine as written.
template <class T>
Field<T> engine_size_field(std::string name, std::string T::* member, std::string doc) {
  Field<T> field = text_field<T>(std::move(name), member, std::move(doc));
  field.property.shape.pattern = "^[0-9]+ ?([kKMGT]i?)?B$";
  field.read = [member](Reader& reader, const Place& at, T& into) {
    if (reader.size(at)) into.*member = at.node.text;
  };
  return field;
}

bool is_identifier(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; };
  return !text.empty() && is_letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

// A DuckDB file of this machine. What else DuckDB takes for a path may have a token in it, so that it is not
// repeated.
std::optional<std::string> read_database_path(Reader& reader, const Place& at) {
  const std::string& text = at.node.text;
  const bool is_remote = text.find("://") != std::string::npos || text.starts_with("md:") ||
                         text.starts_with("motherduck:") || text.starts_with("ducklake:");
  if (!is_remote) return reader.path(at);
  reader.problem(at, "is not a local DuckDB file", "only files are supported");
  return std::nullopt;
}

void read_attach(Reader& reader, const Place& at, DuckDbWarehouse& into) {
  if (!at.node.is_map()) {
    reader.wrong_type(at, "a map of aliases and paths", "write 'alias: path'");
    return;
  }
  for (const YamlEntry& entry : at.node.entries) {
    const Place value = at.entry(entry);
    if (!is_identifier(entry.key)) {
      reader.problem(entry.line, entry.column, value.path, "an alias is made of letters, digits and '_'");
    }
    if (const auto path = read_database_path(reader, value)) into.attach.emplace_back(entry.key, *path);
  }
}

Table<DuckDbWarehouse> make_duckdb_table() {
  Table<DuckDbWarehouse> table;
  auto& f = table.fields;
  Field<DuckDbWarehouse> path = required(text_field<DuckDbWarehouse>(
      "path", &DuckDbWarehouse::path, "The database file; relative paths count from this file's folder.",
      &Reader::path));
  path.read = [](Reader& reader, const Place& at, DuckDbWarehouse& into) {
    if (auto value = read_database_path(reader, at)) into.path = std::move(*value);
  };
  f.push_back(std::move(path));
  Field<DuckDbWarehouse> attach;
  attach.property = {"attach",
                     "More database files by the name that relations use for them.",
                     {.kind = Shape::Kind::map, .is_nullable = true, .parts = {{.kind = Shape::Kind::text}}},
                     {}};
  attach.read = read_attach;
  attach.clear = [](DuckDbWarehouse&) {};
  f.push_back(std::move(attach));
  f.push_back(engine_size_field<DuckDbWarehouse>(
      "memory_limit", &DuckDbWarehouse::memory_limit,
      "Memory of one DuckDB process: 2GB. Empty: all of them together take what DuckDB takes for itself."));
  f.push_back(text_field<DuckDbWarehouse>("temp_directory", &DuckDbWarehouse::temp_directory,
                                          "Folder for what does not fit into memory. Empty: one in TMPDIR.",
                                          &Reader::path));
  f.push_back(text_list_field<DuckDbWarehouse>(
      "allowed_directories", &DuckDbWarehouse::allowed_directories,
      "Folders whose files may be read, for views over files. Nothing else is."));
  f.push_back(text_list_field<DuckDbWarehouse>("extensions", &DuckDbWarehouse::extensions,
                                               "Extensions to load, if they are installed."));
  return table;
}

Table<ProfileWarehouse> make_profile_table() {
  Table<ProfileWarehouse> table;
  auto& f = table.fields;
  f.push_back(required(
      text_field<ProfileWarehouse>("profile", &ProfileWarehouse::profile, "Profile of dbt's profiles.yml.")));
  f.push_back(text_field<ProfileWarehouse>(
      "profiles_dir", &ProfileWarehouse::profiles_dir,
      "Folder of profiles.yml. Empty: DBT_PROFILES_DIR, the working directory, ~/.dbt.", &Reader::path));
  f.push_back(
      text_field<ProfileWarehouse>("target", &ProfileWarehouse::target,
                                   "Target of the profile. Empty: DBT_TARGET, or the profile's own."));
  return table;
}

enum class ParameterKind { text, path, port, ssl_mode, database };

struct Parameter {
  std::string_view keyword;
  ParameterKind kind;
  std::string_view doc;
};

// The keywords of libpq that may be set; passwords have keys of their own.
constexpr std::array kParameters{
    Parameter{"host", ParameterKind::text, "Host name, or the folder of a Unix socket."},
    Parameter{"hostaddr", ParameterKind::text, "IP address, to spare a name lookup."},
    Parameter{"port", ParameterKind::port, "TCP port; libpq's default is 5432."},
    Parameter{"user", ParameterKind::text, "Role to sign in as; it needs to read alone."},
    Parameter{"dbname", ParameterKind::database, "Database."},
    Parameter{"sslmode", ParameterKind::ssl_mode, "TLS: verify-full is the safe one."},
    Parameter{"sslrootcert", ParameterKind::path, "Certificates that are trusted."},
    Parameter{"sslcert", ParameterKind::path, "Client certificate."},
    Parameter{"sslkey", ParameterKind::path, "Its key."},
    Parameter{"sslcrl", ParameterKind::path, "Revoked certificates."},
    Parameter{"channel_binding", ParameterKind::text, "As in libpq."},
    Parameter{"gssencmode", ParameterKind::text, "As in libpq."},
    Parameter{"krbsrvname", ParameterKind::text, "As in libpq."},
    Parameter{"target_session_attrs", ParameterKind::text, "As in libpq."},
    Parameter{"application_name", ParameterKind::text, "As in libpq."},
    Parameter{"connect_timeout", ParameterKind::text, "As in libpq, in seconds."},
    Parameter{"keepalives", ParameterKind::text, "As in libpq."},
    Parameter{"keepalives_idle", ParameterKind::text, "As in libpq."},
    Parameter{"keepalives_interval", ParameterKind::text, "As in libpq."},
    Parameter{"keepalives_count", ParameterKind::text, "As in libpq."},
    Parameter{"tcp_user_timeout", ParameterKind::text, "As in libpq."},
    Parameter{"options", ParameterKind::text, "As in libpq."},
};

const Choices<int>& ssl_modes() {
  static const Choices<int> modes{{"disable", 0}, {"allow", 1},     {"prefer", 2},
                                  {"require", 3}, {"verify-ca", 4}, {"verify-full", 5}};
  return modes;
}

std::optional<std::string> read_parameter(Reader& reader, const Place& at, ParameterKind kind) {
  switch (kind) {
    case ParameterKind::port: {
      const auto port = reader.integer(at, 1, 65535);
      return port ? std::optional(std::to_string(*port)) : std::nullopt;
    }
    case ParameterKind::ssl_mode: {
      const bool is_known = read_choice(reader, at, ssl_modes()).has_value();
      return is_known ? std::optional(at.node.text) : std::nullopt;
    }
    case ParameterKind::path:
      return at.node.text == "system" ? reader.text(at) : reader.path(at);
    case ParameterKind::database: {
      auto name = reader.nonempty_text(at);
      // libpq would take these as a whole connection string, a password perhaps included.
      if (name && (name->find("://") != std::string::npos || name->find('=') != std::string::npos)) {
        reader.problem(at, "expected the name of a database, found a connection string",
                       "give host, port, user, dbname and password under their own keys");
        return std::nullopt;
      }
      return name;
    }
    case ParameterKind::text:
      break;
  }
  return reader.nonempty_text(at);
}

Shape parameter_shape(ParameterKind kind) {
  if (kind == ParameterKind::port) return {.kind = Shape::Kind::integer, .least = 1, .most = 65535};
  Shape shape{.kind = Shape::Kind::text, .is_nonempty = true};
  if (kind == ParameterKind::ssl_mode) {
    for (const auto& mode : ssl_modes()) shape.choices.push_back(mode.first);
  }
  return shape;
}

Table<PostgresWarehouse> make_postgres_table(Type type) {
  Table<PostgresWarehouse> table;
  for (const Parameter& parameter : kParameters) {
    Field<PostgresWarehouse> field;
    field.property = {
        std::string(parameter.keyword), std::string(parameter.doc), parameter_shape(parameter.kind), {}};
    field.read = [parameter](Reader& reader, const Place& at, PostgresWarehouse& into) {
      if (auto value = read_parameter(reader, at, parameter.kind))
        into.parameters.emplace_back(parameter.keyword, *value);
    };
    field.property.is_required = parameter.kind == ParameterKind::database;
    table.fields.push_back(std::move(field));
  }
  append_secret(table, "password", &PostgresWarehouse::password, "Password of `user`.", false);
  if (type == Type::redshift) return table;
  table.fields.push_back(engine_size_field<PostgresWarehouse>("work_mem", &PostgresWarehouse::work_mem,
                                                              "PostgreSQL's work_mem of each session."));
  table.fields.push_back(duration_field<PostgresWarehouse>(
      "lock_timeout", &PostgresWarehouse::lock_timeout,
      "How long a table may be locked by others before its diff gives up.", "1m"));
  return table;
}

template <class Part>
Part& part_of(WarehouseConfig& warehouse) {
  return std::get<Part>(warehouse.connection);
}

Table<WarehouseConfig> make_table(Type type, const std::string& name) {
  Table<WarehouseConfig> table;
  Field<WarehouseConfig> type_name = type_field(name);
  // The key `profile` tells as much.
  type_name.property.is_required = type != Type::profile;
  table.fields.push_back(std::move(type_name));
  switch (type) {
    case Type::duckdb:
      append_lifted(table, make_duckdb_table(), part_of<DuckDbWarehouse>);
      break;
    case Type::profile:
      append_lifted(table, make_profile_table(), part_of<ProfileWarehouse>);
      break;
    case Type::postgres:
    case Type::redshift:
      append_lifted(table, make_postgres_table(type), part_of<PostgresWarehouse>);
      break;
  }
  append_common_fields(table, type == Type::profile);
  return table;
}

const Table<WarehouseConfig>& table_of(Type type) {
  static const std::map<Type, Table<WarehouseConfig>> tables = [] {
    std::map<Type, Table<WarehouseConfig>> out;
    for (const auto& [name, value] : types()) out.emplace(value, make_table(value, name));
    return out;
  }();
  return tables.at(type);
}

std::optional<Type> read_type(Reader& reader, const Place& at) {
  constexpr std::string_view kHint = "write type: postgres, redshift or duckdb, or name a profile of dbt";
  if (!at.node.is_map()) {
    reader.wrong_type(at, "a map of keys and values", std::string(kHint));
    return std::nullopt;
  }
  const YamlNode* const type = at.node.find("type");
  if (type != nullptr && !type->is_null()) return read_choice(reader, {*type, at.path + ".type"}, types());
  if (at.node.find("profile") != nullptr) return Type::profile;
  reader.problem(at, "type is missing", std::string(kHint));
  return std::nullopt;
}

// As libpq: anybody may get a certificate that the system trusts, for another name.
void check_certificates(Reader& reader, const Place& at, const PostgresWarehouse& warehouse) {
  const auto is_given = [&](std::string_view key, std::string_view value, bool is_value) {
    return std::ranges::any_of(warehouse.parameters, [&](const auto& one) {
      return one.first == key && (one.second == value) == is_value;
    });
  };
  if (!is_given("sslrootcert", "system", true) || !is_given("sslmode", "verify-full", false)) return;
  reader.problem({*at.node.find("sslmode"), at.path + ".sslmode"},
                 "sslrootcert: system needs sslmode: verify-full",
                 "leave sslmode out, or name a CA's file as sslrootcert");
}

void read_warehouse(Reader& reader, const Place& at, WarehouseConfig& into) {
  const std::optional<Type> type = read_type(reader, at);
  if (!type) return;
  if (*type == Type::duckdb) into.connection = DuckDbWarehouse{};
  if (*type == Type::redshift)
    into.connection = PostgresWarehouse{.parameters = {}, .password = {}, .is_redshift = true};
  if (*type == Type::profile) {
    into.connection = ProfileWarehouse{};
    into.concurrency = 0;
  }
  read_map(reader, at, table_of(*type), into);
  if (const auto* postgres = std::get_if<PostgresWarehouse>(&into.connection))
    check_certificates(reader, at, *postgres);
}

}  // namespace

Field<ServerConfig> warehouses_field() {
  Field<ServerConfig> field;
  Shape one{.kind = Shape::Kind::any_of};
  for (const auto& type : types()) one.parts.push_back(object_shape(table_of(type.second)));
  field.property = {"warehouses",
                    "The warehouses by name.",
                    {.kind = Shape::Kind::map, .is_nonempty = true, .parts = {std::move(one)}},
                    {}};
  field.read = [](Reader& reader, const Place& at, ServerConfig& into) {
    if (!at.node.is_map()) {
      reader.wrong_type(at, "a map of warehouses by name", "write 'name:' and its keys below, indented");
      return;
    }
    for (const YamlEntry& entry : at.node.entries) {
      WarehouseConfig warehouse;
      warehouse.name = entry.key;
      read_warehouse(reader, at.entry(entry), warehouse);
      into.warehouses.push_back(std::move(warehouse));
    }
  };
  return required(std::move(field));
}

}  // namespace diffgate::config
