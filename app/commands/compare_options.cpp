#include "app/commands/compare_options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "app/commands/column_lists.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

// The place of the sign that ends the column's name, outside its quotes; the last one, as "=" may be in a
// name.
std::optional<std::size_t> last_equals(const std::string& text) {
  const std::size_t at = text.rfind('=');
  return at == std::string::npos ? std::nullopt : std::optional(at);
}

void add_tolerances(const std::vector<std::string>& texts, diff::TableDiffRequest& request) {
  for (const std::string& text : texts) {
    const auto equals = last_equals(text);
    const diff::Tolerance tolerance = diff::parse_tolerance(equals ? text.substr(*equals + 1) : text);
    if (!equals) {
      request.tolerance[""] = tolerance;
    } else if (text.substr(0, *equals) == "*") {
      request.number_tolerance = tolerance;
    } else {
      for (const diff::Identifier& column : parse_columns({text.substr(0, *equals)}))
        request.tolerance[column.value()] = tolerance;
    }
  }
}

void add_precisions(const std::vector<std::string>& texts, diff::TableDiffRequest& request) {
  for (const std::string& text : texts) {
    const auto equals = last_equals(text);
    const std::string digits = equals ? text.substr(*equals + 1) : text;
    if (digits.size() != 1 || digits[0] < '0' || digits[0] > '6') {
      throw Error(ErrorClass::caller, "not a timestamp precision", text,
                  "write the digits of a second that count, 0 to 6, or COLUMN=3 for one column");
    }
    const int precision = digits[0] - '0';
    if (!equals) {
      request.timestamp_precision = precision;
    } else {
      for (const diff::Identifier& column : parse_columns({text.substr(0, *equals)}))
        request.precision[column.value()] = precision;
    }
  }
}

// An option given without columns is the default of all texts. What is said of one column is said of it
// beside the defaults.
void add_text_rules(const CLI::App& command, const CompareOptions& options, diff::TableDiffRequest& request) {
  struct Option {
    const char* flag;
    const std::vector<std::string>& columns;
    bool diff::TextRule::* member;
  };
  const Option all[] = {
      {"--ignore-case", options.ignore_case, &diff::TextRule::ignore_case},
      {"--trim", options.trim, &diff::TextRule::trim},
      {"--null-equals-empty", options.null_equals_empty, &diff::TextRule::null_equals_empty}};
  diff::TextRule everywhere;
  // The parser hands an option without a value over as an empty one.
  for (const Option& option : all) {
    const auto& texts = option.columns;
    const bool is_bare = texts.empty() || std::find(texts.begin(), texts.end(), "") != texts.end();
    if (command.count(option.flag) > 0 && is_bare) everywhere.*option.member = true;
  }
  for (const Option& option : all) {
    std::vector<std::string> named = option.columns;
    std::erase(named, "");
    for (const diff::Identifier& column : parse_columns(named))
      request.text.try_emplace(column.value(), everywhere).first->second.*option.member = true;
  }
  if (!everywhere.is_exact()) request.text[""] = everywhere;
}

}  // namespace

diff::Sampling parse_sampling(const std::string& text) {
  const auto refuse = [&] {
    return Error(ErrorClass::caller, "not a sample", text,
                 "write a share of the keys (1% or 0.01) or a number of rows (50000)");
  };
  std::string_view number = text;
  const bool is_percent = number.ends_with('%');
  if (is_percent) number.remove_suffix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error != std::errc{} || end != number.data() + number.size() || !(value > 0)) throw refuse();
  diff::Sampling sampling;
  if (is_percent || value < 1) {
    sampling.share = is_percent ? value / 100 : value;
    if (sampling.share >= 1) throw refuse();
  } else {
    if (value > 1e15 || value != static_cast<double>(static_cast<std::int64_t>(value))) throw refuse();
    sampling.rows = static_cast<std::int64_t>(value);
  }
  return sampling;
}

void add_compare_options(CLI::App& command, CompareOptions& o) {
  constexpr const char* keys = "The key";
  constexpr const char* rows = "Which rows and columns";
  constexpr const char* values = "What counts as equal";
  command
      .add_option(
          "--key", o.key,
          "Columns of the primary key, as id,day, or the option once for each; a name with a comma in "
          "double quotes. Without it whole rows are compared")
      ->group(keys);
  command.add_option("--rename", o.rename, "OLD=NEW: production's column OLD is the PR's column NEW")
      ->group(rows);
  command.add_option("--include", o.include, "Compare these columns alone (the key always)")->group(rows);
  command.add_option("--exclude", o.exclude, "Columns to leave out")->group(rows);
  command.add_option("--where", o.where, "One SQL condition that both sides' rows must meet")->group(rows);
  command.add_option("--prod-where", o.prod_where, "A condition for production's rows alone")->group(rows);
  command.add_option("--pr-where", o.pr_where, "A condition for the PR's rows alone")->group(rows);
  command.add_option("--prod-time-travel", o.prod_time_travel, "Read production's table as of this moment")
      ->group(rows);
  command.add_option("--pr-time-travel", o.pr_time_travel, "Read the PR's table as of this moment")
      ->group(rows);
  command
      .add_option("--overlap", o.overlap,
                  "Compare only the time that both tables cover, by this date or timestamp column")
      ->group(rows);
  command
      .add_option(
          "--sample", o.sample,
          "Compare a share of the keys (1%) or about so many rows (50000), the same keys on both sides, "
          "and estimate the rest")
      ->group(rows);
  command
      .add_option(
          "--tolerance", o.tolerance,
          "COLUMN=abs:0.01, COLUMN=rel:1e-6 or COLUMN=digits:6; '*=…' for all numbers; without COLUMN= "
          "for all float columns")
      ->group(values);
  command
      .add_option("--timestamp-precision", o.timestamp_precision,
                  "Digits of a second that count, 0 to 6; COLUMN=3 for one column")
      ->group(values);
  command
      .add_option("--ignore-case", o.ignore_case, "Upper and lower case are the same; in all texts or these")
      ->expected(0, 1)
      ->take_all()
      ->group(values);
  command.add_option("--trim", o.trim, "Blanks at either end do not count; in all texts or these columns")
      ->expected(0, 1)
      ->take_all()
      ->group(values);
  command
      .add_option("--null-equals-empty", o.null_equals_empty,
                  "Null is the same as an empty text; in all texts or these columns")
      ->expected(0, 1)
      ->take_all()
      ->group(values);
  command.add_flag("--exact", o.exact, "Compare every value even where checksums of the tables agree")
      ->group(values);
  command.add_option("--samples", o.samples, "Differing rows of each kind to show")
      ->check(CLI::Range(0, 1'000));
  command.add_option("--mask", o.mask, "Columns whose values are not to be shown");
}

diff::TableDiffRequest request_of(const CLI::App& command, const CompareOptions& options) {
  diff::TableDiffRequest request;
  request.key = parse_columns(options.key);
  request.include_columns = parse_columns(options.include);
  request.exclude_columns = parse_columns(options.exclude);
  request.masked_columns = parse_columns(options.mask);
  for (const std::string& text : options.rename) {
    auto [from, to] = parse_rename(text);
    request.renames.push_back({.prod = std::move(from), .pr = std::move(to)});
  }
  request.filter = options.where;
  request.prod_filter = options.prod_where;
  request.pr_filter = options.pr_where;
  request.prod_time_travel = options.prod_time_travel;
  request.pr_time_travel = options.pr_time_travel;
  if (!options.overlap.empty()) request.overlap_column = diff::Identifier(options.overlap);
  if (!options.sample.empty()) request.sampling = parse_sampling(options.sample);
  add_tolerances(options.tolerance, request);
  add_text_rules(command, options, request);
  add_precisions(options.timestamp_precision, request);
  request.samples = options.samples;
  request.may_skip_join = !options.exact;
  return request;
}

}  // namespace diffgate::app
