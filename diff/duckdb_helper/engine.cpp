#include "engine.hpp"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

namespace diffgate::duckdb_helper {
namespace {

using nlohmann::json;

struct Config {
  Config() {
    if (duckdb_create_config(&handle) != DuckDBSuccess) throw EngineError("other", "no configuration");
  }
  ~Config() { duckdb_destroy_config(&handle); }
  Config(const Config&) = delete;
  Config& operator=(const Config&) = delete;
  void set(const char* name, const std::string& value) {
    if (duckdb_set_config(handle, name, value.c_str()) != DuckDBSuccess) {
      throw EngineError("syntax", std::string("DuckDB refuses the setting ") + name + " = '" + value + "'");
    }
  }
  duckdb_config handle = nullptr;
};

struct Result {
  Result() = default;
  ~Result() { duckdb_destroy_result(&handle); }
  Result(const Result&) = delete;
  Result& operator=(const Result&) = delete;
  duckdb_result handle{};
};

struct Extracted {
  ~Extracted() { duckdb_destroy_extracted(&handle); }
  duckdb_extracted_statements handle = nullptr;
};

struct Prepared {
  ~Prepared() { duckdb_destroy_prepare(&handle); }
  duckdb_prepared_statement handle = nullptr;
};

struct Chunk {
  explicit Chunk(duckdb_data_chunk chunk) : handle(chunk) {}
  ~Chunk() { duckdb_destroy_data_chunk(&handle); }
  Chunk(const Chunk&) = delete;
  Chunk& operator=(const Chunk&) = delete;
  duckdb_data_chunk handle;
};

std::string text_or(const char* text, const char* otherwise) { return text ? text : otherwise; }

// The C API tells the class of an execution error but of no other, so that the text's own first words decide:
// "Catalog Error: Table with name …". Those behind them may be anybody's, by error().
std::string kind_of(const std::string& message) {
  struct Rule {
    const char* beginning;
    const char* kind;
  };
  static constexpr Rule kRules[] = {
      {"INTERRUPT Error", "interrupted"}, {"Catalog Error", "no_such"},
      {"Binder Error", "syntax"},         {"Parser Error", "syntax"},
      {"Out of Memory Error", "memory"},  {"Permission Error", "refused"},
      {"Conversion Error", "data"},       {"Out of Range Error", "data"},
      {"Invalid Input Error", "data"},    {"IO Error", "io"},
  };
  for (const Rule& rule : kRules) {
    if (message.starts_with(rule.beginning)) return rule.kind;
  }
  return "other";
}

// Only where a file is opened, which a statement does not do.
bool is_locked(const std::string& message) { return message.starts_with("IO Error: Could not set lock"); }

// A statement's failure while it ran: casts and error() put values of rows into the message. What is found
// before, when it is prepared, is of its own text and of views'.
[[noreturn]] void fail_over_rows(const std::string& message) {
  EngineError error(kind_of(message), message);
  error.may_hold_values = error.kind != "memory" && error.kind != "interrupted";
  throw error;
}

[[noreturn]] void fail(const std::string& message) { throw EngineError(kind_of(message), message); }

std::string quoted(const std::string& text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    out += c;
    if (c == quote) out += c;
  }
  return out + quote;
}

std::string hugeint_text(duckdb_hugeint value) {
  __extension__ using Wide = unsigned __int128;
  const bool negative = value.upper < 0;
  Wide magnitude = (static_cast<Wide>(static_cast<std::uint64_t>(value.upper)) << 64U) | value.lower;
  if (negative) magnitude = ~magnitude + 1;
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(magnitude % 10)));
    magnitude /= 10;
  } while (magnitude != 0);
  return negative ? "-" + digits : digits;
}

template <class T>
const T& cell_at(void* data, idx_t row) {
  return static_cast<const T*>(data)[row];
}

json text_cell(const duckdb_string_t& text) {
  const std::uint32_t length = text.value.inlined.length;
  return std::string(length <= 12 ? text.value.inlined.inlined : text.value.pointer.ptr, length);
}

// JSON has no NaN and no infinity: such a number travels as text.
json double_cell(double number) {
  if (std::isfinite(number)) return number;
  return std::isnan(number) ? "nan" : number > 0 ? "inf" : "-inf";
}

json cell(duckdb_type type, void* data, idx_t row) {
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN:
      return cell_at<bool>(data, row);
    case DUCKDB_TYPE_TINYINT:
      return cell_at<std::int8_t>(data, row);
    case DUCKDB_TYPE_SMALLINT:
      return cell_at<std::int16_t>(data, row);
    case DUCKDB_TYPE_INTEGER:
      return cell_at<std::int32_t>(data, row);
    case DUCKDB_TYPE_BIGINT:
      return cell_at<std::int64_t>(data, row);
    case DUCKDB_TYPE_UTINYINT:
      return cell_at<std::uint8_t>(data, row);
    case DUCKDB_TYPE_USMALLINT:
      return cell_at<std::uint16_t>(data, row);
    case DUCKDB_TYPE_UINTEGER:
      return cell_at<std::uint32_t>(data, row);
    case DUCKDB_TYPE_UBIGINT:
      return std::to_string(cell_at<std::uint64_t>(data, row));
    case DUCKDB_TYPE_FLOAT:
      return double_cell(static_cast<double>(cell_at<float>(data, row)));
    case DUCKDB_TYPE_DOUBLE:
      return double_cell(cell_at<double>(data, row));
    case DUCKDB_TYPE_HUGEINT:
      return hugeint_text(cell_at<duckdb_hugeint>(data, row));
    case DUCKDB_TYPE_VARCHAR:
      return text_cell(cell_at<duckdb_string_t>(data, row));
  }
  throw EngineError("other", "a result column has a type that is not read here; cast it to VARCHAR");
}

void append_rows(json& rows, duckdb_data_chunk chunk, const std::vector<duckdb_type>& types) {
  const idx_t count = duckdb_data_chunk_get_size(chunk);
  for (idx_t row = 0; row < count; ++row) {
    json cells = json::array();
    for (idx_t column = 0; column < types.size(); ++column) {
      const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, column);
      std::uint64_t* validity = duckdb_vector_get_validity(vector);
      const bool is_valid = !validity || duckdb_validity_row_is_valid(validity, row);
      cells.push_back(is_valid ? cell(types[column], duckdb_vector_get_data(vector), row) : json());
    }
    rows.push_back(std::move(cells));
  }
}

}  // namespace

Engine::Engine(const std::string& path, duckdb_config config) {
  char* error = nullptr;
  if (duckdb_open_ext(path.c_str(), &database_, config, &error) != DuckDBSuccess) {
    const std::string message = text_or(error, "the file can't be opened");
    duckdb_free(error);
    const std::string kind = is_locked(message) ? "locked" : kind_of(message);
    throw EngineError(kind == "other" ? "io" : kind, message);
  }
  if (duckdb_connect(database_, &connection_) != DuckDBSuccess) {
    duckdb_close(&database_);
    throw EngineError("other", "no connection to the opened file");
  }
}

Engine::~Engine() {
  duckdb_disconnect(&connection_);
  duckdb_close(&database_);
}

std::unique_ptr<Engine> Engine::open_read_only(const json& request) {
  Config config;
  config.set("access_mode", "READ_ONLY");
  config.set("autoinstall_known_extensions", "false");
  config.set("autoload_known_extensions", "false");
  config.set("allow_community_extensions", "false");
  // Extensions that the user has installed lie below it; the environment is not inherited.
  if (const std::string home = request.value("home", ""); !home.empty()) config.set("home_directory", home);
  for (const char* name : {"memory_limit", "temp_directory"}) {
    if (const std::string value = request.value(name, ""); !value.empty()) config.set(name, value);
  }
  std::unique_ptr<Engine> engine(new Engine(request.at("path").get<std::string>(), config.handle));
  if (request.value("memory_limit", "").empty()) engine->take_share(request.value("share", 1.0));
  const json extensions = request.value("extensions", json::array());
  for (const json& name : extensions) engine->load_if_installed(name.get<std::string>());
  const json settings = request.value("settings", json::object());
  for (const auto& [name, value] : settings.items()) engine->set(name, value.get<std::string>());
  const json attachments = request.value("attach", json::array());
  for (const json& attached : attachments)
    engine->attach(attached.at("path").get<std::string>(), attached.at("alias").get<std::string>());
  engine->lock(request.value("allowed_directories", json::array()));
  return engine;
}

// DuckDB takes four fifths of the machine's or control group's memory; "3.5 GiB" is how it tells.
void Engine::take_share(double part) {
  const json answer = select("SELECT current_setting('memory_limit')", 1);
  std::istringstream text(answer.at("rows").at(0).at(0).get<std::string>());
  double amount = 0;
  std::string unit;
  if (!(text >> amount >> unit) || part >= 1) return;
  constexpr int kThousandths = 1'000;
  const auto share = static_cast<std::int64_t>(amount * kThousandths * part);
  const std::map<std::string, std::string> smaller = {{"TiB", "GiB"}, {"GiB", "MiB"}, {"MiB", "KiB"}};
  if (const auto found = smaller.find(unit); found != smaller.end())
    run_script("SET memory_limit = '" + std::to_string(share) + found->second + "'");
}

// A table that needs what is missing is told of by the statement that reads it.
void Engine::load_if_installed(const std::string& name) {
  Result result;
  duckdb_query(connection_, ("LOAD " + quoted(name, '"')).c_str(), &result.handle);
}

// A setting of an extension that is not loaded matters to nothing that can be read. What DuckDB says of a
// value repeats it, which may be a secret.
void Engine::set(const std::string& name, const std::string& value) {
  try {
    run_script("SET " + quoted(name, '"') + " = " + quoted(value, '\''));
  } catch (const EngineError& error) {
    const std::string message = error.what();
    if (message.find("exists in the") != std::string::npos) return;
    const bool is_unknown = message.find("unrecognized configuration parameter") != std::string::npos;
    throw EngineError("setting",
                      "DuckDB refuses the setting " + name +
                          (is_unknown ? ": it knows none of that name" : ": it does not take the value"));
  }
}

void Engine::attach(const std::string& path, const std::string& alias) {
  try {
    run_script("ATTACH " + quoted(path, '\'') + " AS " + quoted(alias, '"') + " (READ_ONLY)");
  } catch (const EngineError& error) {
    throw EngineError(is_locked(error.what()) ? "locked" : "attach",
                      "attaching " + path + " as " + alias + ": " + error.what());
  }
}

// What is attached by now stays readable, and what the allowed folders hold; nothing else on this machine or
// beyond is.
void Engine::lock(const json& allowed_directories) {
  if (!allowed_directories.empty()) {
    std::string list;
    for (const json& folder : allowed_directories)
      list += (list.empty() ? "" : ", ") + quoted(folder.get<std::string>(), '\'');
    run_script("SET allowed_directories = [" + list + "]");
  }
  run_script("SET TimeZone = 'UTC'; SET enable_external_access = false; SET lock_configuration = true");
}

std::unique_ptr<Engine> Engine::open_for_script(const std::string& path) {
  Config config;
  return std::unique_ptr<Engine>(new Engine(path, config.handle));
}

void Engine::run_script(const std::string& sql) {
  Result result;
  if (duckdb_query(connection_, sql.c_str(), &result.handle) != DuckDBSuccess) {
    fail(text_or(duckdb_result_error(&result.handle), "the script failed"));
  }
}

json Engine::select(const std::string& sql, std::size_t max_rows) {
  Extracted statements;
  const idx_t count = duckdb_extract_statements(connection_, sql.c_str(), &statements.handle);
  if (count == 0)
    fail(text_or(duckdb_extract_statements_error(statements.handle), "Parser Error: no statement"));
  if (count > 1) throw EngineError("refused", "more than one statement");
  Prepared prepared;
  if (duckdb_prepare_extracted_statement(connection_, statements.handle, 0, &prepared.handle) !=
      DuckDBSuccess) {
    fail(text_or(duckdb_prepare_error(prepared.handle), "the statement can't be prepared"));
  }
  if (duckdb_prepared_statement_type(prepared.handle) != DUCKDB_STATEMENT_TYPE_SELECT) {
    throw EngineError("refused", "only SELECT is run");
  }
  Result result;
  if (duckdb_execute_prepared(prepared.handle, &result.handle) != DuckDBSuccess) {
    fail_over_rows(text_or(duckdb_result_error(&result.handle), "the statement failed"));
  }
  json columns = json::array();
  std::vector<duckdb_type> types;
  for (idx_t i = 0; i < duckdb_column_count(&result.handle); ++i) {
    columns.push_back(text_or(duckdb_column_name(&result.handle, i), ""));
    types.push_back(duckdb_column_type(&result.handle, i));
  }
  json rows = json::array();
  while (duckdb_data_chunk raw = duckdb_fetch_chunk(result.handle)) {
    const Chunk chunk(raw);
    append_rows(rows, chunk.handle, types);
    if (rows.size() > max_rows) {
      throw EngineError("other", "more than " + std::to_string(max_rows) + " rows came back");
    }
  }
  return json{{"columns", std::move(columns)}, {"rows", std::move(rows)}};
}

void Engine::interrupt() { duckdb_interrupt(connection_); }

}  // namespace diffgate::duckdb_helper
