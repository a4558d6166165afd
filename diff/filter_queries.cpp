#include "diff/filter_queries.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>

#include "diff/dialect.hpp"
#include "diff/filter_relations.hpp"
#include "net/error.hpp"

namespace diffgate::diff {
namespace {

using Kind = FilterToken::Kind;

[[noreturn]] void refuse_clause(const std::string& what) {
  throw Error(ErrorClass::caller, "the filter " + what, {},
              "a filter may look at columns and, in a subquery, at tables of the warehouse");
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Where a word begins a statement that is no query; behind it, as behind SELECT, stands a name.
bool begins_statement(std::string_view word) {
  return is_one_of(
      word, {"ALTER",    "ANALYZE", "ATTACH",   "CALL",   "CHECKPOINT", "COPY",    "CREATE",    "DELETE",
             "DESC",     "DETACH",  "DESCRIBE", "DO",     "DROP",       "EXEC",    "EXECUTE",   "EXPLAIN",
             "EXPORT",   "GRANT",   "HANDLER",  "IMPORT", "INSERT",     "INSTALL", "KILL",      "LISTEN",
             "LOAD",     "LOCK",    "MERGE",    "NOTIFY", "OPTIMIZE",   "PIVOT",   "PRAGMA",    "PUT",
             "REFRESH",  "REPLACE", "RESET",    "REVOKE", "SET",        "SHOW",    "SUMMARIZE", "SYSTEM",
             "TRUNCATE", "UNLOAD",  "UNPIVOT",  "UPDATE", "UPSERT",     "USE",     "VACUUM"});
}

// Behind a column of such a name.
bool goes_on_with_operator(std::string_view word) {
  return is_one_of(
      word, {"IS",  "IN",  "NOT",  "LIKE", "ILIKE", "RLIKE",   "REGEXP", "SIMILAR", "GLOB",    "BETWEEN",
             "AND", "OR",  "XOR",  "DIV",  "MOD",   "COLLATE", "AT",     "ISNULL",  "NOTNULL", "OVERLAPS",
             "AS",  "END", "THEN", "ELSE", "WHEN",  "FROM",    "FOR",    "USING"});
}

class QueryCheck {
 public:
  QueryCheck(const std::vector<FilterToken>& tokens, const Dialect& dialect)
      : tokens_(tokens), dialect_(dialect), frames_(1) {}

  void run() {
    while (at_ < tokens_.size()) {
      if (frame().wants_relation) {
        read_relation();
      } else {
        step();
      }
    }
    if (frames_.size() > 1) refuse_filter(std::string("'") + frames_.back().open + "' is not closed");
  }

 private:
  // What stands between two brackets.
  struct Frame {
    char open = '\0';
    bool takes_from = false;  // extract(day FROM x): that FROM is followed by an expression
    bool is_empty = true;     // nothing stands in it yet
    bool is_query = false;
    bool has_select = false;      // and no UNION or the like since
    bool is_in_from = false;      // a comma separates relations
    bool wants_relation = false;  // the next token begins one
  };

  Frame& frame() { return frames_.back(); }

  // The keyword there, in capitals; empty if there is none. Behind a point stands a name, but for 1.FROM.
  std::string keyword(std::size_t at) const {
    if (at >= tokens_.size() || tokens_[at].kind != Kind::word) return {};
    if (is_symbol(at - 1, ".") && at >= 2 && !is_number(tokens_[at - 2])) return {};
    return upper(tokens_[at].value);
  }

  bool is_symbol(std::size_t at, std::string_view symbol) const {
    return at < tokens_.size() && tokens_[at].kind == Kind::symbol && tokens_[at].value == symbol;
  }

  bool is_at(std::size_t at, Kind kind) const { return at < tokens_.size() && tokens_[at].kind == kind; }

  bool is_name(std::size_t at) const { return is_at(at, Kind::word) || is_at(at, Kind::name); }

  void step() {
    const FilterToken& token = tokens_[at_];
    if (token.kind == Kind::symbol) {
      take_symbol(token.value.front());
    } else if (token.kind == Kind::word) {
      take_word(keyword(at_));
    }
    ++at_;
    if (token.kind != Kind::symbol) frame().is_empty = false;
  }

  void take_symbol(char symbol) {
    if (symbol == '(' || symbol == '[' || symbol == '{') {
      open(symbol, false);
    } else if (symbol == ')' || symbol == ']' || symbol == '}') {
      close(symbol);
    } else if (symbol == ',' && frame().is_in_from) {
      frame().wants_relation = true;
    } else {
      frame().is_empty = false;
    }
  }

  void open(char symbol, bool wants_relation) {
    Frame inner;
    inner.open = symbol;
    inner.takes_from =
        is_one_of(keyword(at_ - 1), {"EXTRACT", "SUBSTRING", "SUBSTR", "MID", "TRIM", "OVERLAY"});
    inner.wants_relation = wants_relation;
    inner.is_in_from = wants_relation;
    frame().is_empty = false;
    frames_.push_back(inner);
  }

  void close(char symbol) {
    const char wanted = symbol == ')' ? '(' : symbol == ']' ? '[' : '{';
    if (frames_.size() == 1 || frame().open != wanted)
      refuse_filter(std::string("'") + symbol + "' closes nothing");
    frames_.pop_back();
  }

  void take_word(std::string_view word) {
    refuse_clauses(word);
    if (is_symbol(at_ - 1, ".") && is_one_of(upper(tokens_[at_].value), {"NEXTVAL", "CURRVAL"}))
      refuse_clause("takes a value of a sequence");
    Frame& here = frame();
    if (word == "SELECT") {
      // To Spark, it may be a table's alias.
      if (here.is_in_from && here.has_select) refuse_clause("says SELECT twice in one query");
      here.is_query = here.has_select = true;
      here.is_in_from = false;
    } else if (is_one_of(word, {"WITH", "VALUES"}) && here.is_empty) {
      here.is_query = true;
      here.is_in_from = false;
    } else if (is_one_of(word, {"UNION", "INTERSECT", "EXCEPT", "MINUS"})) {
      here.is_query = true;
      here.has_select = false;
    } else if (word == "FROM") {
      take_from();
    } else if (begins_relation(word)) {
      here.is_in_from = here.wants_relation = true;
    } else if (ends_from(word)) {
      here.is_in_from = false;
    }
  }

  // Words that may be an alias somewhere do not, and need not: no comma follows WHERE or ON.
  bool ends_from(std::string_view word) const {
    if (is_one_of(word, {"GROUP", "ORDER"})) return keyword(at_ + 1) == "BY";
    return word == "LIMIT" && at_ + 1 < tokens_.size() && is_number(tokens_[at_ + 1]);
  }

  void take_from() {
    const std::string before = keyword(at_ - 1);
    const std::string further = keyword(at_ - 2);
    const bool is_comparison =
        before == "DISTINCT" && (further == "IS" || (further == "NOT" && keyword(at_ - 3) == "IS"));
    if (is_comparison || (frame().takes_from && !frame().is_query && !frame().is_empty)) return;
    frame().is_query = true;
    frame().is_in_from = true;
    frame().wants_relation = true;
  }

  bool begins_relation(std::string_view word) const {
    const std::string before = keyword(at_ - 1);
    // ClickHouse's ARRAY JOIN takes expressions.
    if (word == "JOIN") return before != "ARRAY" || keyword(at_ - 2) == "AS" || dialect_.name != "clickhouse";
    if (word == "STRAIGHT_JOIN") return true;
    if (word == "APPLY") return before == "CROSS" || before == "OUTER";
    return word == "TABLE" && (is_name(at_ + 1) || is_symbol(at_ + 1, "("));
  }

  void refuse_clauses(std::string_view word) const {
    const std::string next = keyword(at_ + 1);
    if (frames_.back().is_empty && frames_.size() > 1 && begins_statement(word) && is_name(at_ + 1) &&
        (!goes_on_with_operator(next) || word == "DELETE"))
      refuse_clause("holds " + std::string(word) + ", which is no query");
    if (word == "INTO") refuse_clause("says INTO, which writes");
    if (word == "FOR" && is_one_of(next, {"UPDATE", "SHARE", "NO", "KEY"})) refuse_clause("locks rows");
    if (word == "LOCK" && next == "IN") refuse_clause("locks rows");
    if (word == "CALL" && is_symbol(at_ - 1, ">")) refuse_clause("calls a procedure");  // BigQuery's |> CALL
    if (is_one_of(word, {"NEXT", "PREVIOUS"}) && next == "VALUE")
      refuse_clause("takes a value of a sequence");
    if (word == "USING" && is_at(at_ + 1, Kind::text)) refuse_clause("runs a program");
    if (word == "SETTINGS" && is_name(at_ + 1) && is_symbol(at_ + 2, "=")) refuse_clause("changes settings");
    if (word == "WITH" && is_symbol(at_ + 1, "(") && !is_symbol(at_ - 1, ")"))
      refuse_clause("gives a hint, which may lock a table");
    if (dialect_.name == "sqlserver" &&
        is_one_of(word, {"TABLOCK", "TABLOCKX", "XLOCK", "UPDLOCK", "HOLDLOCK", "PAGLOCK"}))
      refuse_clause("locks a table");
  }

  void read_relation() {
    frame().wants_relation = false;
    const std::string word = keyword(at_);
    if (is_symbol(at_, "(")) {
      open('(', true);
      ++at_;
      return;
    }
    if (is_one_of(word, {"SELECT", "FROM"}) || (is_one_of(word, {"WITH", "VALUES"}) && frame().is_empty))
      return step();
    const bool has_next = is_name(at_ + 1) || is_at(at_ + 1, Kind::text) || is_symbol(at_ + 1, "(");
    if (is_one_of(word, {"LATERAL", "ONLY", "TABLE"}) && has_next) {
      frame().wants_relation = true;
      ++at_;
      return;
    }
    if (is_at(at_, Kind::text)) refuse_clause("reads '" + tokens_[at_].value + "', which may be a file");
    if (!is_name(at_)) refuse_clause("reads from something else than a table");
    refuse_clauses(word);
    frame().is_empty = false;
    take_relation();
  }

  void take_relation() {
    const std::vector<std::string> path = read_path();
    if (path.back().empty()) refuse_clause("reads from something else than a table");
    if (is_symbol(at_, "(")) {
      if (!may_be_read_from(path.back()))
        refuse_clause("reads from " + path.back() + "(), which is not known to stay with the table");
      open('(', false);
      ++at_;
      return;
    }
    // DuckDB's alias in front.
    if (is_symbol(at_, ":") && !is_symbol(at_ + 1, ":")) {
      frame().wants_relation = true;
      ++at_;
      return;
    }
    const std::string_view why = why_not_in_from(path, dialect_);
    if (!why.empty()) refuse_clause("reads " + path.back() + ", which " + std::string(why));
  }

  // a.b.c; BigQuery's projects may have dashes, and quotes around several parts; SQL Server leaves parts out.
  std::vector<std::string> read_path() {
    std::vector<std::string> path(1);
    while (at_ < tokens_.size()) {
      const FilterToken& token = tokens_[at_];
      const bool is_dash = is_symbol(at_, "-") && dialect_.name == "bigquery";
      if (is_symbol(at_, ".")) {
        path.emplace_back();
      } else if (is_dash || (is_name(at_) && (path.back().empty() || path.back().back() == '-'))) {
        path.back() += token.value;
      } else {
        break;
      }
      ++at_;
    }
    return path;
  }

  const std::vector<FilterToken>& tokens_;
  const Dialect& dialect_;
  std::vector<Frame> frames_;
  std::size_t at_ = 0;
};

}  // namespace

void check_queries(const std::vector<FilterToken>& tokens, const Dialect& dialect) {
  QueryCheck(tokens, dialect).run();
}

}  // namespace diffgate::diff
