#include "diff/diff_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "diff/comparison.hpp"
#include "diff/dialect.hpp"
#include "diff/judgement.hpp"
#include "diff/match_score.hpp"
#include "diff/narrowing.hpp"
#include "diff/rename_hints.hpp"
#include "diff/results.hpp"
#include "diff/statements.hpp"
#include "diff/volatile_columns.hpp"
#include "diff/whole_tables.hpp"
#include "net/error.hpp"

namespace diffgate::diff {
namespace {

std::vector<std::size_t> all_columns(const Comparison& comparison) {
  std::vector<std::size_t> out(comparison.columns.size());
  std::iota(out.begin(), out.end(), std::size_t{0});
  return out;
}

// One diff under way: the session, what was planned, and the result as it grows.
class DiffRun {
 public:
  DiffRun(const Dialect& dialect, std::unique_ptr<Session> session, TableDiffRequest request)
      : dialect_(dialect), session_(std::move(session)), request_(std::move(request)) {}

  Awaitable<TableDiff> run() {
    co_await plan();
    co_await take_sample();
    if (request_.key.empty()) {
      co_await compare_keyless();
    } else {
      co_await compare_keyed();
      co_await find_renames();
    }
    if (dialect_.new_tables_look_empty) co_await look_again();
    finish();
    co_return std::move(out_);
  }

 private:
  Awaitable<ResultSet> query(std::string name, Sql sql) {
    out_.plan.push_back(std::move(name));
    Statement statement;
    statement.sql = (sql + dialect_.settings).text();
    if (statement.sql.size() > dialect_.max_statement_bytes) {
      throw Error(ErrorClass::configuration, "a statement of the diff is longer than the warehouse takes",
                  request_.pr.sql, "leave columns out with exclude_columns");
    }
    statement.tag = request_.tag;
    statement.timeout = request_.timeout;
    co_return co_await session_->query(std::move(statement));
  }

  Awaitable<void> plan() {
    out_.plan.emplace_back("columns");
    std::vector<Relation> relations = {request_.prod, request_.pr};
    const auto columns =
        co_await describe(*session_, dialect_, std::move(relations), request_.tag, request_.timeout);
    comparison_ = plan_comparison(dialect_, request_, columns[0], columns[1]);
    if (comparison_.key.empty() && comparison_.columns.empty()) {
      throw Error(ErrorClass::configuration, "no column to compare",
                  request_.prod.sql + " and " + request_.pr.sql,
                  "the two tables have no comparable column in common");
    }
    out_.schema = comparison_.schema;
    out_.columns = comparison_.report;
    out_.notes = comparison_.notes;
    for (const ComparedColumn& column : comparison_.key) out_.key.push_back(column.pr);
    if (request_.overlap_column) co_await keep_overlap(columns[0], columns[1]);
  }

  // Once a statement has read a table, nobody can replace it before the session ends; until then somebody
  // may.
  Awaitable<void> look_again() {
    out_.plan.emplace_back("columns again");
    std::vector<Relation> relations = {request_.prod, request_.pr};
    try {
      co_await describe(*session_, dialect_, std::move(relations), request_.tag, request_.timeout);
    } catch (const Error& error) {
      if (error.error_class() == ErrorClass::configuration) throw TableReplaced(request_);
      throw;
    }
  }

  Awaitable<void> keep_overlap(const std::vector<Column>& prod, const std::vector<Column>& pr) {
    const Identifier& name = *request_.overlap_column;
    ComparedColumn column;
    try {
      column = overlap_column(comparison_, name, prod, pr);
    } catch (const Error& error) {
      if (!request_.if_present.contains(name.value())) throw;
      out_.notes.push_back("the tables were compared whole: " + error.problem());
      co_return;
    }
    const ResultSet range = co_await query("time range", overlap_statement(comparison_, column));
    const std::vector<Value>& row = range.rows.at(0);
    const bool is_known = !std::holds_alternative<std::monostate>(row.at(2));
    if (!is_known || integer_of(row[2]) == 0) {
      out_.notes.push_back(
          fmt::format("the tables were compared whole: {}",
                      is_known ? fmt::format("no time of '{}' is in both", column.pr.value())
                               : fmt::format("'{}' has no value in one of them", column.pr.value())));
      co_return;
    }
    OverlapFacts facts{
        .column = column.pr, .from = text_of(row[0]), .to = text_of(row[1]), .prod = {}, .pr = {}};
    const ResultSet outside = co_await query("rows outside", outside_statement(comparison_, column, facts));
    for (const auto& counts : outside.rows) {
      (integer_of(counts.at(0)) == 0 ? facts.prod : facts.pr) = {.before = integer_of(counts.at(1)),
                                                                 .after = integer_of(counts.at(2)),
                                                                 .without_time = integer_of(counts.at(3))};
    }
    diff::keep_overlap(comparison_, column, facts);
    out_.overlap = std::move(facts);
  }

  // Rows are counted exactly before the sample is taken.
  Awaitable<void> take_sample() {
    if (!request_.sampling) co_return;
    if (request_.key.empty()) {
      out_.notes.emplace_back(
          "every row was compared: a sample needs a key, to take the same rows on both sides");
      co_return;
    }
    const std::vector<Fingerprint> counts = co_await both_sides("count", count_statement(comparison_));
    const Sampling& wanted = *request_.sampling;
    const std::int64_t rows = std::max(counts[0].rows, counts[1].rows);
    const double share = wanted.rows > 0 ? static_cast<double>(wanted.rows) /
                                               static_cast<double>(std::max<std::int64_t>(rows, 1))
                                         : wanted.share;
    if (rows < wanted.from_rows || share >= 1) {
      out_.notes.emplace_back("every row was compared: the tables are too small for a sample");
      co_return;
    }
    out_.sampled.emplace();
    out_.sampled->share = diff::take_sample(comparison_, share);
    set_row_counts(counts[0], counts[1]);
    whole_.rows = out_.rows;
    whole_.prod_key = out_.prod_key;
    whole_.pr_key = out_.pr_key;
    has_row_counts_ = false;  // of the sample
  }

  // Reads both fingerprints: in two statements where that lets each run in parallel, else in one.
  Awaitable<std::vector<Fingerprint>> fingerprints() {
    std::vector<Fingerprint> out;
    if (dialect_.sides_apart) {
      for (const Side side : {Side::prod, Side::pr}) {
        const ResultSet result = co_await query("fingerprint", fingerprint_statement(comparison_, side));
        out.push_back(read_fingerprint(result.rows.at(0), 0));
      }
      co_return out;
    }
    co_return co_await both_sides("fingerprint", fingerprint_statement(comparison_));
  }

  Awaitable<std::vector<Fingerprint>> both_sides(std::string name, Sql statement) {
    const ResultSet result = co_await query(std::move(name), std::move(statement));
    std::vector<Fingerprint> out(2);
    for (const auto& row : result.rows)
      out.at(static_cast<std::size_t>(integer_of(row.at(0)))) = read_fingerprint(row, 1);
    co_return out;
  }

  void set_row_counts(const Fingerprint& prod, const Fingerprint& pr) {
    out_.rows.prod = prod.rows;
    out_.rows.pr = pr.rows;
    out_.prod_key.null_rows = prod.rows - prod.whole_keys;
    out_.pr_key.null_rows = pr.rows - pr.whole_keys;
    has_row_counts_ = true;
  }

  Awaitable<void> compare_keyed() {
    // Of a sample, checksums would cost as much as the join.
    if (!request_.may_skip_join || out_.sampled) {
      co_await join(all_columns(comparison_), {});
      co_return;
    }
    can_sample_ = dialect_.sampled != nullptr && !comparison_.columns.empty();
    if (dialect_.facts) {
      co_await look_up_facts();
      if (about_rows_ >= dialect_.large_table) co_await probe(about_rows_);
    }
    if (probed_ != Probed::alike && !co_await has_same_counts()) {
      co_await join(all_columns(comparison_), {.by_hash = is_by_hash()});
      co_return;
    }
    const std::vector<Fingerprint> prints = co_await fingerprints();
    set_row_counts(prints[0], prints[1]);
    if (prints[0] == prints[1]) {
      co_await count_identical(prints[1].whole_keys);
      co_return;
    }
    const bool same_keys = prints[0].whole_keys == prints[1].whole_keys && prints[0].rows == prints[1].rows &&
                           prints[0].sums[0] == prints[1].sums[0];
    std::vector<std::size_t> columns = all_columns(comparison_);
    if (same_keys && dialect_.fingerprint_names_columns) {
      std::erase_if(columns, [&](std::size_t i) { return prints[0].sums[i + 1] == prints[1].sums[i + 1]; });
    }
    co_await join(std::move(columns), {.same_keys = same_keys, .by_hash = is_by_hash()});
  }

  // Counting costs little beside hashing. Where the counts differ, so does every hash that holds the key, and
  // the fingerprints would spare the join no column. True if the tables are worth fingerprints.
  Awaitable<bool> has_same_counts() {
    const std::vector<Fingerprint> counts = co_await both_sides("count", count_statement(comparison_));
    set_row_counts(counts[0], counts[1]);
    const bool same_counts = counts[0] == counts[1];
    const bool chooses_by_share = dialect_.hash_first_below > 0;
    if (probed_ == Probed::no && is_large() && (same_counts || chooses_by_share))
      co_await probe(out_.rows.prod);
    co_return same_counts&& probed_ != Probed::different;
  }

  bool is_large() const {
    return std::min(out_.rows.prod, out_.rows.pr) >= dialect_.large_table && !comparison_.columns.empty();
  }

  // What is not known of the share that differs is that it is large.
  bool is_by_hash() const {
    return is_large() && dialect_.hash_first_below > 0 &&
           share_that_differs_.value_or(0) < dialect_.hash_first_below;
  }

  Awaitable<void> look_up_facts() {
    std::vector<std::vector<Identifier>> keys(2);
    for (const ComparedColumn& column : comparison_.key) {
      keys[0].push_back(column.prod);
      keys[1].push_back(column.pr);
    }
    const std::vector<Relation> relations = {request_.prod, request_.pr};
    const ResultSet result = co_await query("facts", dialect_.facts(relations, keys));
    can_sample_ = can_sample_ && result.rows.size() == relations.size();
    about_rows_ = std::numeric_limits<std::int64_t>::max();
    has_addresses_ = runs_in_parallel_ = result.rows.size() == relations.size();
    for (const auto& row : result.rows) {
      can_sample_ = can_sample_ && flag_of(row.at(1));
      if (flag_of(row.at(2))) has_unique_key_ = true;
      about_rows_ = std::min(about_rows_, integer_of(row.at(3)));
      has_addresses_ = has_addresses_ && flag_of(row.at(4));
      runs_in_parallel_ = runs_in_parallel_ && flag_of(row.at(5));
    }
    if (!can_sample_) about_rows_ = 0;
  }

  // Looks at some of production's about `rows` rows first: fingerprints are for tables that seem equal, and
  // how many rows seem to differ decides the join. Where samples are alike, a sample of the PR's table will
  // do, unless the rows of the one are not in the other.
  Awaitable<void> probe(std::int64_t rows) {
    if (!can_sample_) co_return;
    if (dialect_.samples_alike && co_await probe_once(rows, true)) co_return;
    co_await probe_once(rows, false);
  }

  Awaitable<bool> probe_once(std::int64_t rows, bool alike) {
    constexpr std::int64_t kWanted = 10'000;
    const ResultSet result =
        co_await query("probe", probe_statement(comparison_, rows, std::min(kWanted, rows), alike));
    const std::int64_t seen = integer_of(result.rows.at(0).at(0));
    const std::int64_t matched = integer_of(result.rows.at(0).at(1));
    const std::int64_t changed = integer_of(result.rows.at(0).at(2));
    if (matched == 0 || (alike && 2 * matched < seen)) co_return false;
    share_that_differs_ = static_cast<double>(changed) / static_cast<double>(matched);
    const bool is_alike = changed == 0 && (alike || matched == seen);
    probed_ = is_alike ? Probed::alike : Probed::different;
    co_return true;
  }

  // Equal fingerprints say nothing about repeated keys, which are to be counted on either side alike.
  Awaitable<void> count_identical(std::int64_t whole_keys) {
    if (has_unique_key_ || (is_large() && co_await is_unique(Side::pr, whole_keys))) {
      out_.prod_key.distinct = out_.pr_key.distinct = whole_keys;
    } else if (whole_keys > 0) {
      std::vector<Side> sides = {Side::pr};
      co_await measure_keys(std::move(sides));
      out_.prod_key.distinct = out_.pr_key.distinct;
      out_.prod_key.duplicate_rows = out_.pr_key.duplicate_rows;
    }
    out_.rows.changed = 0;
    out_.rows.unchanged = whole_keys - out_.pr_key.duplicate_rows;
  }

  Awaitable<bool> is_unique(Side side, std::int64_t whole_keys) {
    if (dialect_.reads_in_order) {
      const std::optional<bool> known = co_await is_unique_by_order(side, whole_keys);
      if (known) co_return *known;
    }
    const ResultSet result = co_await query("distinct keys", distinct_statement(comparison_, side));
    co_return integer_of(result.rows.at(0).at(0)) == whole_keys;
  }

  // Keys that rise from row to row are unique; integers that lie close together are counted by a bit for
  // each.
  // Nothing if neither tells.
  Awaitable<std::optional<bool>> is_unique_by_order(Side side, std::int64_t whole_keys) {
    constexpr std::int64_t kBitsPerRow = 64;
    constexpr std::int64_t kMostBits = 1'000'000'000;
    const ResultSet order = co_await query("key order", order_statement(comparison_, side));
    const std::vector<Value>& row = order.rows.at(0);
    if (integer_of(row.at(0)) == 0) co_return true;
    if (std::holds_alternative<std::monostate>(row.at(1))) co_return std::nullopt;
    const std::int64_t first = integer_of(row.at(1));
    const std::int64_t last = integer_of(row.at(2));
    // Unsigned, as the range of all integers of 64 bits is larger than the largest of them.
    const std::uint64_t range = static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
    if (range >= static_cast<std::uint64_t>(std::min(kMostBits, whole_keys * kBitsPerRow)))
      co_return std::nullopt;
    const ResultSet bits = co_await query("key bits", bits_statement(comparison_, side, first, last));
    co_return integer_of(bits.rows.at(0).at(0)) == whole_keys;
  }

  Awaitable<void> measure_keys(std::vector<Side> sides) {
    const ResultSet result = co_await query("keys", key_health_statement(comparison_, sides));
    for (const auto& row : result.rows) {
      KeyHealth& health = integer_of(row.at(0)) == 0 ? out_.prod_key : out_.pr_key;
      health.distinct = integer_of(row.at(1));
      health.duplicate_rows = integer_of(row.at(2));
    }
  }

  Awaitable<void> find_renames() {
    const Comparison candidates = rename_candidates(comparison_, std::max(out_.rows.prod, out_.rows.pr));
    if (candidates.columns.empty()) co_return;
    const ResultSet result = co_await query("likely renames", rename_statement(candidates));
    out_.schema.likely_renames = read_renames(candidates, result);
  }

  // Splits what is too wide for one statement: a first join tells the rows by groups of columns, further
  // ones, in compare_chunks, the columns.
  JoinOptions options_for(std::vector<std::size_t> columns) {
    JoinOptions options;
    const std::size_t limit = std::max<std::size_t>(dialect_.max_columns, 1);
    if (columns.size() <= limit) {
      options.columns = std::move(columns);
      return options;
    }
    std::vector<std::size_t> exact;
    for (const std::size_t column : columns) {
      // A hash can't be near another.
      (has_rule(comparison_.columns[column]) ? options.columns : exact).push_back(column);
    }
    const auto chunk = [&](std::size_t first) {
      const auto begin = exact.begin() + static_cast<std::ptrdiff_t>(first);
      return std::vector<std::size_t>(
          begin, begin + static_cast<std::ptrdiff_t>(std::min(limit, exact.size() - first)));
    };
    for (std::size_t first = 0; first < exact.size(); first += limit) options.groups.push_back(chunk(first));
    return options;
  }

  struct JoinHints {
    bool same_keys = false;
    bool by_hash = false;
  };

  Awaitable<void> join(std::vector<std::size_t> columns, JoinHints hints) {
    JoinOptions options = options_for(std::move(columns));
    options.inner = hints.same_keys;
    options.by_hash = hints.by_hash && options.groups.empty() && !options.columns.empty();
    constexpr double kMany = 0.25;
    options.apart = !options.by_hash && share_that_differs_.value_or(0) >= kMany;
    options.by_address = has_addresses_ && !options.by_hash && !dialect_.row_address.empty();
    options.halves = runs_in_parallel_ && is_large() && !options.by_hash && dialect_.key_hash != nullptr;
    options.with_totals = !has_row_counts_;
    const std::string name =
        std::string(hints.same_keys ? "inner join" : "join") + (options.by_hash ? " by hash" : "");
    const ResultSet result = co_await query(name, join_statement(comparison_, options));
    if (options.with_totals) {
      const JoinCounts counts = read_join_counts(result);
      set_row_counts({counts.prod_rows, counts.prod_whole_keys, {}},
                     {counts.pr_rows, counts.pr_whole_keys, {}});
    }
    co_await take_join(result, std::move(options));
  }

  // If every key joined at most once, the counts stand. A key that occurs x times in production and y times
  // in the PR gives x*y pairs, so that the joined rows of a side exceed its rows exactly if a joined key is
  // repeated.
  Awaitable<void> take_join(const ResultSet& result, JoinOptions options) {
    const JoinCounts counts = read_join_counts(result);
    const std::int64_t prod_keys = out_.rows.prod - out_.prod_key.null_rows;
    const std::int64_t pr_keys = out_.rows.pr - out_.pr_key.null_rows;
    const bool is_unique =
        counts.prod_joined == prod_keys && counts.pr_joined == pr_keys && counts.exclusive_twice == 0;
    if (is_unique) {
      out_.prod_key.distinct = prod_keys;
      out_.pr_key.distinct = pr_keys;
      take_counts(counts, options.columns);
      out_.samples = read_samples(result, comparison_);
      co_await compare_chunks(options);
      co_await count_without_volatile(false);
      co_return;
    }
    std::vector<Side> sides = {Side::prod, Side::pr};
    co_await measure_keys(std::move(sides));
    options.without_duplicates = true;
    options.inner = false;
    options.halves = false;
    const ResultSet rest = co_await query("join without duplicates", join_statement(comparison_, options));
    take_counts(read_join_counts(rest), options.columns);
    out_.samples = read_samples(rest, comparison_);
    co_await compare_chunks(options);
    co_await count_without_volatile(true);
  }

  // Load times and run ids make every row a changed one. Where there are such columns, the rows that have
  // changed without them are counted as well.
  Awaitable<void> count_without_volatile(bool has_duplicates) {
    constexpr std::int64_t kEnoughRows = 10;
    constexpr double kNearlyAll = 0.99;
    const std::int64_t matched = *out_.rows.changed + *out_.rows.unchanged;
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < comparison_.columns.size(); ++i) {
      const ComparedColumn& column = comparison_.columns[i];
      const std::int64_t changed = out_.columns[column.report].changed;
      if (matched >= kEnoughRows &&
          static_cast<double>(changed) >= kNearlyAll * static_cast<double>(matched) &&
          looks_volatile(column.pr, column.pr_type)) {
        out_.volatile_columns.push_back(column.pr);
      } else if (changed > 0) {
        others.push_back(i);
      }
    }
    if (out_.volatile_columns.empty()) co_return;
    out_.changed_without_volatile = 0;
    if (others.empty()) co_return;
    JoinOptions options = options_for(std::move(others));
    options.inner = !has_duplicates;
    options.without_duplicates = has_duplicates;
    options.with_samples = false;
    const ResultSet result = co_await query("join without load times", join_statement(comparison_, options));
    out_.changed_without_volatile = read_join_counts(result).changed;
  }

  Awaitable<void> compare_chunks(JoinOptions rows) {
    if (out_.rows.changed == 0) co_return;
    for (std::vector<std::size_t>& group : rows.groups) {
      JoinOptions options;
      options.columns = std::move(group);
      options.inner = true;
      options.without_duplicates = rows.without_duplicates;
      options.with_samples = false;
      const ResultSet result = co_await query("columns of the join", join_statement(comparison_, options));
      take_column_counts(read_join_counts(result), options.columns);
    }
  }

  void take_counts(const JoinCounts& counts, const std::vector<std::size_t>& columns) {
    out_.rows.added = counts.added;
    out_.rows.removed = counts.removed;
    out_.rows.changed = counts.changed;
    out_.rows.unchanged = counts.pairs - counts.changed;
    take_column_counts(counts, columns);
  }

  void take_column_counts(const JoinCounts& counts, const std::vector<std::size_t>& columns) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      ColumnDiff& report = out_.columns[comparison_.columns[columns[i]].report];
      report.changed = counts.columns[i].changed;
      report.became_null = counts.columns[i].became_null;
      report.was_null = counts.columns[i].was_null;
      report.within_tolerance = counts.columns[i].within_tolerance;
      report.negligible = counts.columns[i].negligible;
    }
  }

  Awaitable<void> compare_keyless() {
    if (request_.may_skip_join) {
      const std::vector<Fingerprint> prints = co_await fingerprints();
      set_row_counts(prints[0], prints[1]);
      if (prints[0] == prints[1]) {
        out_.rows.unchanged = prints[1].rows;
        co_return;
      }
    }
    const bool has_rules = std::any_of(comparison_.columns.begin(), comparison_.columns.end(), has_rule);
    const ResultSet result = co_await query("multiset", keyless_statement(comparison_, has_rules));
    const KeylessCounts counts = read_keyless_counts(result);
    out_.rows.prod = counts.prod_rows;
    out_.rows.pr = counts.pr_rows;
    out_.rows.added = counts.added;
    out_.rows.removed = counts.removed;
    out_.rows.unchanged = counts.pr_rows - counts.added;
    out_.samples = read_samples(result, comparison_);
    if (has_rules) co_await count_hidden_rows(counts);
  }

  // Without a key no pair of values can be near each other, but whole rows can be alike but for what a rule
  // ignores.
  Awaitable<void> count_hidden_rows(KeylessCounts by_rules) {
    for (const ComparedColumn& column : comparison_.columns) {
      if (!column.tolerance) continue;
      out_.notes.push_back(fmt::format(
          "'{}' was compared exactly: a tolerance needs a key, which says what rows belong together",
          column.pr.value()));
      out_.columns[column.report].rule.clear();
    }
    Comparison exact = comparison_;
    exact.samples = 0;
    const ResultSet result = co_await query("exact multiset", keyless_statement(exact, false));
    const std::int64_t hidden = read_keyless_counts(result).added - by_rules.added;
    if (hidden > 0) {
      out_.notes.push_back(fmt::format("{} {} in what the rules ignore, and {} as equal", hidden,
                                       hidden == 1 ? "row differs only" : "rows differ only",
                                       hidden == 1 ? "counts" : "count"));
    }
  }

  void finish() {
    std::int64_t changed_values = 0;
    for (const ColumnDiff& column : out_.columns) changed_values += column.changed;
    out_.match_score = match_score(
        {.prod_rows = out_.rows.prod,
         .pr_rows = out_.rows.pr,
         .shared_columns = static_cast<std::int64_t>(comparison_.key.size() + comparison_.columns.size()),
         .prod_only_columns = static_cast<std::int64_t>(comparison_.prod_only),
         .pr_only_columns = static_cast<std::int64_t>(comparison_.pr_only),
         .exclusive_rows = out_.rows.added + out_.rows.removed,
         .changed_values = changed_values});
    if (out_.sampled) estimate_whole(out_, whole_);
    judge(out_);
  }

  const Dialect& dialect_;
  std::unique_ptr<Session> session_;
  TableDiffRequest request_;
  Comparison comparison_;
  TableDiff out_;
  bool has_row_counts_ = false;
  bool can_sample_ = false;
  enum class Probed { no, alike, different } probed_ = Probed::no;
  std::int64_t about_rows_ = 0;               // of the smaller table, by the catalog; 0 if it says nothing
  bool has_unique_key_ = false;               // by the catalog, on one side at least
  bool has_addresses_ = false;                // by the catalog
  bool runs_in_parallel_ = false;             // by the catalog
  std::optional<double> share_that_differs_;  // of the rows with a match; from a sample
  WholeTables whole_;                         // if only a sample is compared
};

}  // namespace

Awaitable<TableDiff> run_diff(const Dialect& dialect, std::unique_ptr<Session> session,
                              TableDiffRequest request) {
  DiffRun run(dialect, std::move(session), std::move(request));
  co_return co_await run.run();
}

}  // namespace diffgate::diff
