#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "diff/relation.hpp"
#include "net/async.hpp"
#include "net/error.hpp"
#include "net/secret.hpp"

namespace diffgate::diff {

struct Dialect;

// One cell. Numbers that fit are std::int64_t; everything else (decimals, hugeints, times) comes as text,
// cast in SQL.
using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

struct ResultSet {
  std::vector<std::string> columns;
  std::vector<std::vector<Value>> rows;
};

struct Statement {
  std::string sql;
  std::string tag;  // goes into the query comment: repository, pull request, model
  std::chrono::milliseconds timeout{600'000};
  std::size_t max_rows =
      10'000;  // more is an Error(internal): statements of ours return aggregates and samples
  // The lookup of columns, which is the same little work for every diff: its time tells how busy the
  // warehouse is.
  bool is_lookup = false;
};

// A column as the catalog describes it.
struct Column {
  Identifier name;
  std::string type;  // the engine's spelling, such as "character varying(20)" or "DECIMAL(18,2)"
  bool is_nullable = true;
  std::string storage =
      {};  // what a type of the users' own rests on ("enum", a domain's base type); else empty
};

// The warehouse can't be reached, or went away while it was asked: connection refused or broken, server
// stopped or full, helper process gone. Always remote_transient. The snapshot is gone with it, so that what
// was read before must be read again.
class WarehouseLost : public Error {
 public:
  enum class Why {
    away,
    not_ready,  // starting up, or a file that is being written
    full        // all connections are taken
  };

  WarehouseLost(std::string what, std::string where, std::string hint, Why why = Why::away)
      : Error(ErrorClass::remote_transient, std::move(what), std::move(where), std::move(hint)), why_(why) {}

  // It answered that it will be there.
  bool comes_soon() const { return why_ != Why::away; }
  bool is_full() const { return why_ == Why::full; }

 private:
  Why why_;
};

// The warehouse is there and has too much to do: out of memory or disk, a statement that was late. Always
// remote_transient.
class WarehouseOverloaded : public Error {
 public:
  WarehouseOverloaded(std::string what, std::string where, std::string hint)
      : Error(ErrorClass::remote_transient, std::move(what), std::move(where), std::move(hint)) {}
};

// One consistent view of the warehouse: what is queried through one session is of one moment, where the
// engine can do that. One statement at a time. Destroying a session gives back what it holds, whatever it was
// doing.
class Session {
 public:
  virtual ~Session() = default;
  virtual Awaitable<ResultSet> query(Statement statement) = 0;
};

// How many sessions of a warehouse may be open at once: now, and ever.
struct SessionLevel {
  std::size_t now = 1;
  std::size_t limit = 1;
};

// Called when the warehouse is made, and on the event loop whenever it has changed.
using OnSessionLevel = std::function<void(const SessionLevel& level)>;

// What an engine said when a statement failed over what it read: a value that can't be cast, what a view
// raises. It may hold row values, so that no Error has it.
struct WithheldText {
  std::string tag;    // the statement's
  std::string where;  // as of the Error that is thrown in its place
  std::string text;   // one line
};

// Called on the event loop, before the Error is thrown.
using OnWithheldText = std::function<void(const WithheldText& withheld)>;

// A connection to one warehouse, read-only as far as the engine can promise it. At most `concurrency`
// sessions at once, fewer if the warehouse has too much to do; more wait. Cancelling the coroutine cancels
// the statement in the warehouse. Errors name the SQL state, the relation and the missing grant:
// configuration (no permission, no such relation, bad login), remote_transient (another's lock), caller (a
// filter of theirs that does not parse), WarehouseLost, WarehouseOverloaded. They may be shown to anybody who
// sees the code: what the engine says of values goes to OnWithheldText alone.
class Warehouse {
 public:
  virtual ~Warehouse() = default;

  virtual const Dialect& dialect() const = 0;

  // `tag` as in Statement. Waits a while for a server that is starting or full, and for a file that is being
  // written.
  virtual Awaitable<std::unique_ptr<Session>> open_session(std::string tag) = 0;

  virtual SessionLevel session_level() const { return {.now = 4, .limit = 4}; }

  // Closes connections that nobody has used for some minutes. To be called now and then.
  virtual void close_idle() {}

  // One statement in a session of its own.
  Awaitable<ResultSet> query(Statement statement);

  // In catalog order. Throws Error(configuration, "no such relation …") if there is none or it can't be seen.
  Awaitable<std::vector<Column>> columns(Relation relation);
};

// The columns of several relations by one statement, in the order given; errors as Warehouse::columns.
Awaitable<std::vector<std::vector<Column>>> describe(Session& session, const Dialect& dialect,
                                                     std::vector<Relation> relations, std::string tag,
                                                     std::chrono::milliseconds timeout);

struct PostgresOptions {
  enum class Engine { postgres, redshift };

  Engine engine = Engine::postgres;
  // libpq keywords and values (host, port, user, dbname, sslmode, …); the password apart.
  std::vector<std::pair<std::string, std::string>> parameters;
  Secret password;
  std::size_t concurrency = 4;  // sessions at once, at most
  OnSessionLevel on_session_level = {};
  OnWithheldText on_withheld_text = {};
  std::chrono::milliseconds connect_timeout{10'000};  // of each host and each of its addresses
  std::chrono::milliseconds max_idle{300'000};        // a connection unused for longer is closed
  // How long a server may be starting, full, or, once it has been reached, away.
  std::chrono::milliseconds patience{30'000};
  std::string work_mem = "256MB";
  std::chrono::milliseconds lock_timeout{60'000};
  std::string application_name = "diffgate";  // the session's tag is put behind it
};

struct DuckDbAttachment {
  std::string path;
  std::string alias;
};

struct DuckDbOptions {
  std::string path;  // file; opened read-only
  std::vector<DuckDbAttachment> attach;
  std::size_t concurrency = 2;  // sessions at once, at most
  OnSessionLevel on_session_level = {};
  OnWithheldText on_withheld_text = {};
  std::string memory_limit;    // of a session, as DuckDB writes it ("4GB"); empty: its share of the memory
  std::string temp_directory;  // what does not fit; empty: a folder in TMPDIR
  std::vector<std::string> extensions;           // loaded if they are installed
  std::map<std::string, std::string> settings;   // DuckDB's own, set before they are locked
  std::vector<std::string> allowed_directories;  // files below them may be read by views
  std::chrono::milliseconds patience{10'000};    // how long another process may write to the file
  std::string helper_program;                    // path of diffgate-duckdb; empty: beside the running binary
};

// Whether DuckDB would take this path for a server's or a catalog's instead of a file's.
bool is_remote_duckdb(const std::string& path);

using WarehouseOptions = std::variant<PostgresOptions, DuckDbOptions>;

// "postgresql://…", "redshift://…" or "duckdb:///path/file.duckdb", with options behind a "?": libpq's own,
// work_mem, lock_timeout, connect_timeout and concurrency; memory_limit, concurrency, allow and attach.ALIAS
// for DuckDB. Throws Error(caller) for anything else, with the forms that work.
WarehouseOptions parse_warehouse_url(const std::string& url);

// Does not connect yet. `pool` runs the few calls that can only block.
std::unique_ptr<Warehouse> create_warehouse(const asio::any_io_executor& executor, BlockingPool& pool,
                                            WarehouseOptions options);

}  // namespace diffgate::diff
