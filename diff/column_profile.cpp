#include "diff/column_profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <string_view>

#include "diff/profile_statements.hpp"
#include "diff/results.hpp"
#include "diff/statements.hpp"
#include "net/error.hpp"

namespace diffgate::diff {
namespace {

constexpr std::size_t kTargetsPerStatement = 100;
constexpr std::int64_t kEnoughHashed = 50;  // distinct values in the share, for that to be an estimate of all
// A column with more different values than this share of its rows has no frequent ones.
constexpr double kMostlyUnique = 0.5;
constexpr std::int64_t kFewRows = 10;

bool is_null(const Value& value) { return std::holds_alternative<std::monostate>(value); }

std::optional<double> parse_real(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<double> real_of(const Value& value) {
  return is_null(value) ? std::nullopt : parse_real(text_of(value));
}

std::optional<std::int64_t> count_of(const Value& value) {
  return is_null(value) ? std::nullopt : std::optional(integer_of(value));
}

std::optional<std::string> words_of(const Value& value) {
  return is_null(value) ? std::nullopt : std::optional(text_of(value));
}

CommonType own_type(const ColumnType& type) {
  return CommonType{.kind = CommonType::Kind::same, .family = type.family};
}

ProfileTarget both_sides(const ComparedColumn& column, bool is_key) {
  return {.column = column, .on_prod = true, .on_pr = true, .is_key = is_key};
}

class Profiler {
 public:
  Profiler(const Dialect& dialect, std::unique_ptr<Session> session, TableDiffRequest request)
      : dialect_(dialect), session_(std::move(session)), request_(std::move(request)) {}

  Awaitable<TableProfiles> run() {
    co_await plan();
    for (std::size_t first = 0; first < targets_.size(); first += kTargetsPerStatement) {
      const auto begin = targets_.begin() + static_cast<std::ptrdiff_t>(first);
      const std::size_t count = std::min(kTargetsPerStatement, targets_.size() - first);
      std::vector<ProfileTarget> some(begin, begin + static_cast<std::ptrdiff_t>(count));
      co_await profile(std::move(some), first);
    }
    co_return std::move(out_);
  }

 private:
  Awaitable<ResultSet> query(std::string name, Sql sql) {
    out_.plan.push_back(std::move(name));
    Statement statement;
    statement.sql = (sql + dialect_.settings).text();
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
    add_targets(columns[0], columns[1]);
    const ResultSet counts = co_await query("count", count_statement(comparison_));
    for (const auto& row : counts.rows)
      (integer_of(row.at(0)) == 0 ? prod_rows_ : pr_rows_) = integer_of(row.at(1));
    const std::int64_t rows = std::max(prod_rows_, pr_rows_);
    if (rows > kProfileSampleRows) {
      sample_.parts = std::max<std::int64_t>(
          1, static_cast<std::int64_t>(static_cast<double>(kSampleParts) * kProfileSampleRows /
                                       static_cast<double>(rows)));
    }
  }

  // In the PR's order, then what only production has.
  void add_targets(const std::vector<Column>& prod, const std::vector<Column>& pr) {
    std::map<std::string, ProfileTarget> by_pr_name;
    for (const ComparedColumn& column : comparison_.key)
      by_pr_name.emplace(column.pr.value(), both_sides(column, true));
    for (const ComparedColumn& column : comparison_.columns)
      by_pr_name.emplace(column.pr.value(), both_sides(column, false));
    for (const ComparedColumn& column : comparison_.apart)
      by_pr_name.emplace(column.pr.value(), both_sides(column, false));
    for (const Column& column : comparison_.schema.added)
      by_pr_name.emplace(column.name.value(), one_sided(column, Side::pr));
    for (const Column& column : pr) {
      if (const auto found = by_pr_name.find(column.name.value()); found != by_pr_name.end())
        add(found->second, prod, pr);
    }
    for (const Column& column : comparison_.schema.removed) add(one_sided(column, Side::prod), prod, pr);
  }

  ProfileTarget one_sided(const Column& column, Side side) const {
    ProfileTarget target;
    ColumnType type = dialect_.classify(column);
    target.column.prod = column.name;
    target.column.pr = column.name;
    target.column.common = own_type(type);
    target.column.is_masked = comparison_.is_masked(column.name);
    target.column.prod_type = type;
    target.column.pr_type = std::move(type);
    (side == Side::prod ? target.on_prod : target.on_pr) = true;
    return target;
  }

  void add(const ProfileTarget& target, const std::vector<Column>& prod, const std::vector<Column>& pr) {
    const auto type_in = [](const std::vector<Column>& columns, const Identifier& name) {
      for (const Column& column : columns) {
        if (column.name == name) return column.type;
      }
      return std::string();
    };
    ProfiledColumn column;
    column.name = target.on_pr ? target.column.pr : target.column.prod;
    if (target.on_prod) column.prod_type = type_in(prod, target.column.prod);
    if (target.on_pr) column.pr_type = type_in(pr, target.column.pr);
    column.is_masked = target.column.is_masked;
    targets_.push_back(target);
    out_.columns.push_back(std::move(column));
  }

  Awaitable<void> profile(std::vector<ProfileTarget> targets, std::size_t first) {
    std::vector<std::optional<BarRange>> ranges(targets.size());
    for (const Side side : {Side::prod, Side::pr}) {
      const bool is_any =
          std::any_of(targets.begin(), targets.end(), [&](const auto& target) { return target.on(side); });
      if (!is_any) continue;
      const ResultSet result =
          co_await query("profile", profile_statement(comparison_, targets, side, sample_));
      read_side(result.rows.at(0), targets, first, side, ranges);
    }
    std::vector<bool> wants_values(targets.size());
    for (std::size_t i = 0; i < targets.size(); ++i)
      wants_values[i] = has_frequent_values(targets[i], out_.columns[first + i]);
    const ResultSet result = co_await query(
        "profile sample", sample_statement(comparison_, targets, sample_, ranges, wants_values));
    read_sample(result, first, ranges);
  }

  void read_side(const std::vector<Value>& row, const std::vector<ProfileTarget>& targets, std::size_t first,
                 Side side, std::vector<std::optional<BarRange>>& ranges) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < targets.size(); ++i) {
      if (!targets[i].on(side)) continue;
      const auto cell = [&](std::size_t offset) -> const Value& { return row.at(at + offset); };
      ColumnProfile profile;
      profile.rows = side == Side::prod ? prod_rows_ : pr_rows_;
      const std::int64_t values = integer_of(cell(0));
      profile.nulls = profile.rows - values;
      profile.distinct = std::min(values, distinct_of(integer_of(cell(1)), count_of(cell(2))));
      profile.min = words_of(cell(3));
      profile.max = words_of(cell(4));
      profile.mean = real_of(cell(5));
      profile.sum = real_of(cell(6));
      if (targets[i].is_boolean()) profile.trues = count_of(cell(7));
      profile.min_length = count_of(cell(8));
      profile.max_length = count_of(cell(9));
      profile.mean_length = real_of(cell(10));
      widen(ranges[i], real_of(cell(11)), real_of(cell(12)));
      ProfiledColumn& column = out_.columns[first + i];
      (side == Side::prod ? column.prod : column.pr) = std::move(profile);
      at += kProfileCells;
    }
  }

  // Of a share of all values and, against few values of which none is in that share, of a share of all rows.
  std::int64_t distinct_of(std::int64_t of_values, std::optional<std::int64_t> of_rows) const {
    if (!of_rows) return of_values;
    if (of_values < kEnoughHashed) return std::max(of_values, *of_rows);
    return std::llround(static_cast<double>(of_values) * static_cast<double>(kSampleParts) /
                        static_cast<double>(sample_.parts));
  }

  static void widen(std::optional<BarRange>& range, std::optional<double> low, std::optional<double> high) {
    if (!low || !high) return;
    if (!range) {
      range = BarRange{.low = *low, .high = *high};
    } else {
      range->low = std::min(range->low, *low);
      range->high = std::max(range->high, *high);
    }
  }

  static bool has_frequent_values(const ProfileTarget& target, const ProfiledColumn& column) {
    if (target.column.is_masked || target.is_key) return false;
    const auto repeats = [](const std::optional<ColumnProfile>& profile) {
      if (!profile) return false;
      const std::int64_t values = profile->rows - profile->nulls;
      return values <= kFewRows || static_cast<double>(profile->distinct.value_or(values)) <=
                                       kMostlyUnique * static_cast<double>(values);
    };
    return repeats(column.prod) || repeats(column.pr);
  }

  void read_sample(const ResultSet& result, std::size_t first,
                   const std::vector<std::optional<BarRange>>& ranges) {
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      if (!ranges[i]) continue;
      Histogram bars{.low = ranges[i]->low, .high = ranges[i]->high, .prod = {}, .pr = {}};
      bars.prod.resize(kHistogramBars);
      bars.pr.resize(kHistogramBars);
      out_.columns[first + i].histogram = std::move(bars);
    }
    for (const auto& row : result.rows) {
      const std::string label = text_of(row.at(0));
      const std::int64_t a = integer_of(row.at(2));
      const std::int64_t b = integer_of(row.at(3));
      ProfiledColumn& column = out_.columns.at(first + static_cast<std::size_t>(integer_of(row.at(1))));
      if (label == "rows") {
        (a == 0 ? out_.prod_sampled : out_.pr_sampled) = b;
      } else if (label == "value") {
        column.frequent.push_back({.value = words_of(row.at(4)), .prod = a, .pr = b});
      } else if (label == "bar") {
        const std::int64_t bar = std::clamp<std::int64_t>(integer_of(row.at(4)), 0, kHistogramBars - 1);
        std::vector<std::int64_t>& side = a == 0 ? column.histogram->prod : column.histogram->pr;
        side[static_cast<std::size_t>(bar)] += b;
      } else if (auto& profile = a == 0 ? column.prod : column.pr) {
        profile->quantiles = reals_in(text_of(row.at(4)));
      }
    }
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      // A UNION keeps no order.
      std::vector<FrequentValue>& values = out_.columns[first + i].frequent;
      std::sort(values.begin(), values.end(), [](const FrequentValue& x, const FrequentValue& y) {
        return x.prod + x.pr != y.prod + y.pr ? x.prod + x.pr > y.prod + y.pr : x.value < y.value;
      });
    }
  }

  static std::vector<std::optional<double>> reals_in(std::string_view text) {
    std::vector<std::optional<double>> out;
    while (true) {
      const std::size_t comma = text.find(',');
      out.push_back(parse_real(text.substr(0, comma)));
      if (comma == std::string_view::npos) return out;
      text.remove_prefix(comma + 1);
    }
  }

  const Dialect& dialect_;
  std::unique_ptr<Session> session_;
  TableDiffRequest request_;
  Comparison comparison_;
  ProfileSample sample_;
  std::vector<ProfileTarget> targets_;  // as out_.columns
  TableProfiles out_;
  std::int64_t prod_rows_ = 0;
  std::int64_t pr_rows_ = 0;
};

}  // namespace

Awaitable<TableProfiles> profile_columns(Warehouse& warehouse, TableDiffRequest request) {
  std::unique_ptr<Session> session = co_await warehouse.open_session(request.tag);
  Profiler profiler(warehouse.dialect(), std::move(session), std::move(request));
  co_return co_await profiler.run();
}

}  // namespace diffgate::diff
