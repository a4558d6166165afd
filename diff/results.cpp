#include "diff/results.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include "net/error.hpp"

namespace diffgate::diff {
namespace {

[[noreturn]] void unexpected(const std::string& what) {
  throw Error(ErrorClass::internal, "the warehouse answered in another shape than asked: " + what);
}

std::int64_t parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) unexpected("not an integer");
  return value;
}

double parse_real(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) unexpected("not a number");
  return value;
}

// The row labelled "counts", its packed numbers taken apart.
std::vector<std::string> packed_of(const ResultSet& result) {
  for (const auto& row : result.rows) {
    if (row.size() < 3 || text_of(row[0]) != "counts") continue;
    std::vector<std::string> out;
    const std::string packed = text_of(row[2]);
    std::string_view rest = packed;
    while (true) {
      const std::size_t comma = rest.find(',');
      out.emplace_back(rest.substr(0, comma));
      if (comma == std::string_view::npos) return out;
      rest.remove_prefix(comma + 1);
    }
  }
  unexpected("no counts");
}

using Cells = std::vector<std::optional<std::string>>;

std::optional<std::string> cell_of(const Value& value) {
  if (std::holds_alternative<std::monostate>(value)) return std::nullopt;
  return text_of(value);
}

Cells cells_of(const std::vector<Value>& row, std::size_t first, std::size_t count) {
  Cells out;
  for (std::size_t i = first; i < first + count; ++i) out.push_back(cell_of(row.at(i)));
  return out;
}

// Both halves of a changed row come as rows of their own with the same order number.
using Ordered = std::map<std::int64_t, SampleRow>;

std::vector<SampleRow> in_order(Ordered& rows) {
  std::vector<SampleRow> out;
  for (auto& [order, row] : rows) out.push_back(std::move(row));
  return out;
}

}  // namespace

std::int64_t integer_of(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* text = std::get_if<std::string>(&value)) return parse_integer(*text);
  unexpected("not an integer");
}

bool flag_of(const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  unexpected("not a truth value");
}

std::string text_of(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  unexpected("not a text");
}

Fingerprint read_fingerprint(const std::vector<Value>& row, std::size_t first) {
  if (row.size() < first + 2) unexpected("a fingerprint is too short");
  Fingerprint out{.rows = integer_of(row[first]), .whole_keys = integer_of(row[first + 1]), .sums = {}};
  for (std::size_t i = first + 2; i < row.size(); ++i) out.sums.push_back(text_of(row[i]));
  return out;
}

JoinCounts read_join_counts(const ResultSet& result) {
  std::vector<std::int64_t> n;
  for (const std::string& number : packed_of(result)) n.push_back(parse_integer(number));
  constexpr std::size_t kFixed = 11;
  constexpr std::size_t kEach = 5;
  if (n.size() < kFixed || (n.size() - kFixed) % kEach != 0) unexpected("counts of another length");
  JoinCounts out{.prod_rows = n[0],
                 .prod_whole_keys = n[1],
                 .pr_rows = n[2],
                 .pr_whole_keys = n[3],
                 .prod_joined = n[4],
                 .pr_joined = n[5],
                 .pairs = n[6],
                 .removed = n[7],
                 .added = n[8],
                 .changed = n[9],
                 .exclusive_twice = n[10],
                 .columns = {}};
  for (std::size_t i = kFixed; i < n.size(); i += kEach)
    out.columns.push_back({n[i], n[i + 1], n[i + 2], n[i + 3], n[i + 4]});
  return out;
}

KeylessCounts read_keyless_counts(const ResultSet& result) {
  const std::vector<std::string> n = packed_of(result);
  constexpr std::size_t kAlone = 4;
  constexpr std::size_t kWithSpread = 10;
  if (n.size() != kAlone && n.size() != kWithSpread) unexpected("counts of another length");
  KeylessCounts out{.prod_rows = parse_integer(n[0]),
                    .pr_rows = parse_integer(n[1]),
                    .removed = parse_integer(n[2]),
                    .added = parse_integer(n[3])};
  if (n.size() == kAlone) return out;
  out.prod_squares = parse_real(n[4]);
  out.pr_squares = parse_real(n[5]);
  out.removed_squares = parse_real(n[6]);
  out.added_squares = parse_real(n[7]);
  out.removed_most = parse_integer(n[8]);
  out.added_most = parse_integer(n[9]);
  return out;
}

Samples read_samples(const ResultSet& result, const Comparison& comparison) {
  Samples out;
  for (const ComparedColumn& column : comparison.columns) out.columns.push_back(column.pr);
  const std::size_t keys = comparison.key.size();
  const std::size_t cells = comparison.columns.size();
  Ordered changed;
  Ordered added;
  Ordered removed;
  for (const auto& row : result.rows) {
    const std::string label = text_of(row.at(0));
    if (label == "counts") continue;
    if (row.size() < 2 + keys + cells) unexpected("a sample is too short");
    Ordered& kind = label.starts_with("changed") ? changed : label.starts_with("added") ? added : removed;
    // Keyless rows have no order of their own.
    const std::int64_t order = keys == 0 ? static_cast<std::int64_t>(kind.size()) : integer_of(row[1]);
    SampleRow& sample = kind[order];
    sample.key = cells_of(row, 2, keys);
    (label.ends_with(":prod") ? sample.prod : sample.pr) = cells_of(row, 2 + keys, cells);
  }
  out.changed = in_order(changed);
  out.added = in_order(added);
  out.removed = in_order(removed);
  return out;
}

}  // namespace diffgate::diff
