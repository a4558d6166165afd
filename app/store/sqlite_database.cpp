#include "app/store/sqlite_database.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/error.hpp"
#include "net/url.hpp"

namespace diffgate::app {
namespace {

// A full disk or a failing one is an operator's business; everything else is a defect of ours.
[[noreturn]] void fail(sqlite3* database, const std::string& where) {
  const int code = sqlite3_errcode(database) & 0xff;
  const std::string what = std::string("store: ") + sqlite3_errmsg(database);
  if (code == SQLITE_FULL || code == SQLITE_IOERR || code == SQLITE_READONLY) {
    throw Error(ErrorClass::configuration, what, where, "check space and permissions of data_dir");
  }
  if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT) {
    throw Error(ErrorClass::configuration, what, where, "restore the file from a backup or move it away");
  }
  throw Error(ErrorClass::internal, what, where);
}

// The file holds payloads and results, which are nobody else's business on this machine. SQLite gives its
// side files the mode of this one. Where it can't be made so, opening it says why.
void keep_private(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) return;
  // One that an earlier version made with the mode of the umask; another user's is left as it is.
  static_cast<void>(::fchmod(descriptor, S_IRUSR | S_IWUSR));
  ::close(descriptor);
}

}  // namespace

Statement::~Statement() {
  sqlite3_reset(prepared_);
  sqlite3_clear_bindings(prepared_);
}

void Statement::check(int code) const {
  if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) fail(database_, {});
}

Statement& Statement::bind(std::int64_t value) {
  check(sqlite3_bind_int64(prepared_, next_parameter_++, value));
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  // A null pointer would bind NULL; an empty view may carry one.
  const char* data = text.empty() ? "" : text.data();
  check(sqlite3_bind_text64(prepared_, next_parameter_++, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_blob(std::string_view bytes) {
  const char* data = bytes.empty() ? "" : bytes.data();
  check(sqlite3_bind_blob64(prepared_, next_parameter_++, data, bytes.size(), SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::bind(UtcTime time) {
  const auto since_epoch = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch());
  return bind(static_cast<std::int64_t>(since_epoch.count()));
}

Statement& Statement::bind_null() {
  check(sqlite3_bind_null(prepared_, next_parameter_++));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(prepared_);
  check(code);
  return code == SQLITE_ROW;
}

std::int64_t Statement::run() {
  while (step()) {
  }
  return sqlite3_changes64(database_);
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(prepared_, column); }

std::string Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(prepared_, column);
  const int size = sqlite3_column_bytes(prepared_, column);
  if (bytes == nullptr || size <= 0) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

UtcTime Statement::time(int column) const {
  return UtcTime(std::chrono::duration_cast<UtcTime::duration>(std::chrono::milliseconds(integer(column))));
}

bool Statement::is_null(int column) const { return sqlite3_column_type(prepared_, column) == SQLITE_NULL; }

void Database::Closer::operator()(sqlite3* database) const { sqlite3_close_v2(database); }
void Database::Finalizer::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Database::Database(const std::string& path, Open open) : path_(path) {
  if (open == Open::for_writing) keep_private(path);
  sqlite3* raw = nullptr;
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  std::string name = path;
  if (open == Open::for_writing) {
    flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  } else {
    flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
    name = "file:" + net::encode_path(path) + (open == Open::alone ? "?immutable=1" : "");
  }
  const int code = sqlite3_open_v2(name.c_str(), &raw, flags, nullptr);
  handle_.reset(raw);
  if (code != SQLITE_OK) {
    throw Error(ErrorClass::configuration, std::string("can't open the store: ") + sqlite3_errstr(code), path,
                "check that data_dir exists and can be written");
  }
  sqlite3_busy_timeout(raw, 5'000);
}

Database::~Database() = default;

Statement Database::prepare(std::string_view sql) {
  const std::string key(sql);
  auto known = prepared_.find(key);
  if (known == prepared_.end()) {
    sqlite3_stmt* raw = nullptr;
    const int size = static_cast<int>(key.size());
    if (sqlite3_prepare_v3(handle_.get(), key.c_str(), size, SQLITE_PREPARE_PERSISTENT, &raw, nullptr) !=
        SQLITE_OK) {
      fail(handle_.get(), path_);
    }
    known = prepared_.emplace(key, std::unique_ptr<sqlite3_stmt, Finalizer>(raw)).first;
  }
  return Statement(handle_.get(), known->second.get());
}

void Database::execute(const std::string& script) {
  if (sqlite3_exec(handle_.get(), script.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail(handle_.get(), path_);
  }
}

std::int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(handle_.get()); }

}  // namespace diffgate::app
