#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "diff/adaptive_slots.hpp"
#include "diff/child_process.hpp"
#include "diff/connectors.hpp"
#include "diff/dialect.hpp"
#include "diff/duckdb_words.hpp"
#include "diff/memory_shares.hpp"
#include "diff/spill_folder.hpp"
#include "diff/withheld.hpp"
#include "net/clock.hpp"
#include "net/error.hpp"

namespace diffgate::diff {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr std::size_t kMaxAnswer = 256U << 20U;
constexpr std::string_view kLocked = "locked";
constexpr std::string_view kMemory = "memory";
constexpr milliseconds kOpenTimeout{60'000};

struct FailureRule {
  std::string_view kind;  // as diffgate-duckdb names it
  ErrorClass error_class;
  std::string_view hint;
};

constexpr auto kFailures = std::to_array<FailureRule>({
    {"io", ErrorClass::configuration, "check the path and its permissions"},
    {"no_such", ErrorClass::configuration, "build the model, or check database and schema"},
    {"syntax", ErrorClass::caller, "check the filter"},
    {"data", ErrorClass::remote_final, "a value can't be read; a view or the filter computes it"},
    {"interrupted", ErrorClass::remote_transient, "try again"},
    {"refused", ErrorClass::caller,
     "only the database's own tables are read; a view over files needs allowed_directories"},
    {"setting", ErrorClass::configuration, "check the settings of the warehouse or profile"},
    {"attach", ErrorClass::configuration, "check the attached file's path, its permissions and its alias"},
});

// DuckDB's messages go over several lines, with a picture of the statement; the first says it.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// `sql`: of the statement that failed; empty if it is the file that can't be opened.
[[noreturn]] void throw_failure(const json& error, const std::string& path, const std::string& sql) {
  const std::string kind = error.value("kind", "other");
  const std::string text = error.value("message", "no message");
  const bool is_withheld = error.value("may_hold_values", false);
  const std::string message = is_withheld ? duckdb_words_without_values(text, sql) : first_line(text);
  const std::string where = "duckdb " + path;
  if (kind == kLocked) {
    throw WarehouseLost(message, where,
                        "another process has the file open for writing; close it or try again",
                        WarehouseLost::Why::not_ready);
  }
  if (kind == kMemory)
    throw WarehouseOverloaded(message, where, "raise memory_limit, or narrow the rows by a filter");
  if (text.find("Trying to read a database file with version number") != std::string::npos)
    throw Error(ErrorClass::configuration, message, where,
                "another version of DuckDB wrote the file: install a diffgate-duckdb that is as new");
  Error shown(ErrorClass::remote_final, message, where, is_withheld ? kWhereWithheld : "");
  for (const FailureRule& rule : kFailures) {
    if (rule.kind != kind) continue;
    const std::string hint(rule.hint);
    shown = Error(rule.error_class, message, where, is_withheld ? hint + "; " + kWhereWithheld : hint);
  }
  if (is_withheld) throw WithheldError(shown, first_line(text));
  throw shown;
}

Value cell(const json& value) {
  switch (value.type()) {
    case json::value_t::boolean:
      return value.get<bool>();
    case json::value_t::number_integer:
    case json::value_t::number_unsigned:
      return value.get<std::int64_t>();
    case json::value_t::number_float:
      return value.get<double>();
    case json::value_t::string:
      return value.get<std::string>();
    default:
      return std::monostate{};
  }
}

std::string helper_beside_us() {
  std::array<char, 4096> path{};
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size() - 1);
  const std::string self(path.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return self.substr(0, self.rfind('/') + 1) + "diffgate-duckdb";
}

// Extensions' settings for servers, which are not reached: any view may read them, so that a secret of theirs
// is not handed on.
bool may_be_secret(const std::string& setting) {
  static constexpr auto kParts = std::to_array<std::string_view>(
      {"password", "passwd", "secret", "token", "credential", "access_key", "account_key", "api_key",
       "private_key", "key_id", "connection_string", "username", "proxy", "bearer", "auth"});
  return std::ranges::any_of(kParts,
                             [&](std::string_view part) { return setting.find(part) != std::string::npos; });
}

// `share` is the session's part of the memory, where no memory_limit is set.
json open_request(const DuckDbOptions& options, const std::string& temp_directory, double share) {
  json attach = json::array();
  for (const DuckDbAttachment& file : options.attach)
    attach.push_back({{"path", file.path}, {"alias", file.alias}});
  json settings = json::object();
  for (const auto& [name, value] : options.settings) {
    if (!may_be_secret(name)) settings[name] = value;
  }
  const std::string home = [] {
    const char* found = std::getenv("HOME");
    return std::string(found ? found : "");
  }();
  return {{"op", "open"},
          {"path", options.path},
          {"memory_limit", options.memory_limit},
          {"share", share},
          {"temp_directory", temp_directory},
          {"home", home},
          {"extensions", options.extensions},
          {"settings", std::move(settings)},
          {"allowed_directories", options.allowed_directories},
          {"attach", std::move(attach)}};
}

struct DuckDbSettings {
  asio::any_io_executor executor;
  BlockingPool& pool;
  DuckDbOptions options;
  AdaptiveSlots slots;
  MemoryShares memory = {};
};

// A child process with the file open, for as long as the session lives: an idle daemon must not keep the file
// locked against the next dbt build. A child that died is replaced at the next statement.
class DuckDbSession final : public Session {
 public:
  DuckDbSession(std::shared_ptr<DuckDbSettings> settings, AdaptiveSlots::Slot slot)
      : settings_(std::move(settings)), slot_(std::move(slot)) {}

  // Gives a process time that is just writing to the file.
  Awaitable<void> open() {
    constexpr milliseconds kFirstDelay{50};
    constexpr milliseconds kLongestDelay{1'000};
    const auto deadline = std::chrono::steady_clock::now() + settings_->options.patience;
    SystemClock clock;
    for (milliseconds delay = kFirstDelay;; delay = std::min(delay * 2, kLongestDelay)) {
      try {
        co_await start();
        co_return;
      } catch (const WarehouseLost& lost) {
        if (!lost.comes_soon() || std::chrono::steady_clock::now() + delay > deadline) throw;
      }
      co_await clock.sleep_for(delay);
    }
  }

  Awaitable<ResultSet> query(Statement statement) override {
    if (!child_) co_await open();
    const bool is_lookup = statement.is_lookup;
    co_return co_await watched(slot_, is_lookup, run(std::move(statement)));
  }

 private:
  Awaitable<ResultSet> run(Statement statement) {
    check_encoding(statement.sql);
    json request = {{"op", "query"}, {"sql", with_tag(statement)}, {"max_rows", statement.max_rows}};
    json answer;
    try {
      answer = co_await ask(std::move(request), statement.timeout);
    } catch (const WithheldError& error) {
      throw_shown(error, statement, settings_->options.on_withheld_text);
    }
    ResultSet out;
    for (const json& name : answer.at("columns")) out.columns.push_back(name.get<std::string>());
    for (const json& row : answer.at("rows")) {
      std::vector<Value> cells;
      for (const json& value : row) cells.push_back(cell(value));
      out.rows.push_back(std::move(cells));
    }
    co_return out;
  }

  Awaitable<void> start() {
    const DuckDbOptions& options = settings_->options;
    check_encoding(options.path);
    for (const DuckDbAttachment& file : options.attach) check_encoding(file.path + file.alias);
    const std::string program = options.helper_program.empty() ? helper_beside_us() : options.helper_program;
    const std::vector<std::string> arguments = {"--parent", std::to_string(::getpid())};
    auto spill = options.temp_directory.empty() ? std::make_shared<SpillFolder>() : nullptr;
    share_.reset();
    share_ = settings_->memory.take(settings_->slots.level().now);
    json request = open_request(options, spill ? spill->path() : options.temp_directory, share_->part());
    child_ = std::make_unique<ChildProcess>(settings_->executor, settings_->pool, program, arguments,
                                            [kept = std::move(spill)]() mutable { kept.reset(); });
    co_await ask(std::move(request), kOpenTimeout);
  }

  Awaitable<json> ask(json request, milliseconds limit) {
    const std::string sql = request.value("sql", "");
    std::string answer;
    try {
      answer = co_await with_timeout(limit, "duckdb statement", child_->exchange(request.dump(), kMaxAnswer));
    } catch (const Error& error) {
      child_.reset();
      throw_if_late(error);
      throw;
    } catch (...) {
      // Late, cancelled or dead: either way it is no use any more. Closing its stdin interrupts the
      // statement.
      child_.reset();
      throw;
    }
    json parsed = json::parse(answer, nullptr, false);
    if (!parsed.is_object()) throw Error(ErrorClass::internal, "diffgate-duckdb answered what is not JSON");
    if (parsed.contains("error")) throw_failure(parsed.at("error"), settings_->options.path, sql);
    co_return parsed;
  }

  std::shared_ptr<DuckDbSettings> settings_;
  AdaptiveSlots::Slot slot_;
  std::unique_ptr<MemoryShares::Share> share_;
  std::unique_ptr<ChildProcess> child_;
};

class DuckDbWarehouse final : public Warehouse {
 public:
  DuckDbWarehouse(const asio::any_io_executor& executor, BlockingPool& pool, DuckDbOptions options)
      : settings_(
            new DuckDbSettings{executor, pool, options,
                               AdaptiveSlots(executor, options.concurrency, options.on_session_level)}) {
    if (options.temp_directory.empty()) pool.post(&sweep_spill_folders);
  }

  const Dialect& dialect() const override { return duckdb_dialect(); }

  Awaitable<std::unique_ptr<Session>> open_session(std::string) override {
    const std::shared_ptr<DuckDbSettings> settings = settings_;
    AdaptiveSlots::Slot slot = co_await settings->slots.acquire();
    auto session = std::make_unique<DuckDbSession>(settings, std::move(slot));
    co_await session->open();
    co_return session;
  }

  SessionLevel session_level() const override { return settings_->slots.level(); }

 private:
  std::shared_ptr<DuckDbSettings> settings_;
};

}  // namespace

std::unique_ptr<Warehouse> create_duckdb_warehouse(const asio::any_io_executor& executor, BlockingPool& pool,
                                                   DuckDbOptions options) {
  return std::make_unique<DuckDbWarehouse>(executor, pool, std::move(options));
}

}  // namespace diffgate::diff
