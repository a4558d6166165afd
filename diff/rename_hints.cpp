#include "diff/rename_hints.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "diff/narrowing.hpp"
#include "diff/results.hpp"
#include "diff/statement_parts.hpp"
#include "diff/statements.hpp"

namespace diffgate::diff {
namespace {

constexpr std::size_t kMostPairs = 6;
constexpr std::int64_t kEnoughRows = 50'000;
constexpr double kNearlyAll = 0.95;
constexpr int kValueSeed = 3;

// How many pairs of neighbouring letters two names share, from 0 to 1 (Sørensen and Dice).
double likeness(const std::string& a, const std::string& b) {
  const auto pairs_of = [](const std::string& name) {
    std::multiset<std::pair<int, int>> pairs;
    for (std::size_t i = 0; i + 1 < name.size(); ++i) {
      pairs.emplace(std::tolower(static_cast<unsigned char>(name[i])),
                    std::tolower(static_cast<unsigned char>(name[i + 1])));
    }
    return pairs;
  };
  const auto first = pairs_of(a);
  const auto second = pairs_of(b);
  if (first.empty() || second.empty()) return 0;
  std::vector<std::pair<int, int>> shared;
  std::set_intersection(first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(shared));
  return 2.0 * static_cast<double>(shared.size()) / static_cast<double>(first.size() + second.size());
}

}  // namespace

Comparison rename_candidates(const Comparison& whole, std::int64_t rows) {
  Comparison out = whole;
  out.columns.clear();
  if (whole.key.empty() || rows == 0) return out;
  std::vector<std::pair<double, ComparedColumn>> pairs;
  for (const Column& removed : whole.schema.removed) {
    for (const Column& added : whole.schema.added) {
      if (removed.type != added.type || removed.storage != added.storage) continue;
      ComparedColumn pair;
      pair.prod = removed.name;
      pair.pr = added.name;
      pair.prod_type = whole.dialect->classify(removed);
      pair.pr_type = whole.dialect->classify(added);
      pair.common = CommonType{.kind = CommonType::Kind::same, .family = pair.pr_type.family};
      pairs.emplace_back(-likeness(removed.name.value(), added.name.value()), std::move(pair));
    }
  }
  std::sort(pairs.begin(), pairs.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first, a.second.prod, a.second.pr) < std::tie(b.first, b.second.prod, b.second.pr);
  });
  for (auto& [unlikeness, pair] : pairs) {
    if (out.columns.size() < kMostPairs) out.columns.push_back(std::move(pair));
  }
  if (!out.columns.empty() && rows > kEnoughRows)
    take_sample(out, static_cast<double>(kEnoughRows) / static_cast<double>(rows));
  return out;
}

Sql rename_statement(const Comparison& candidates) {
  const Dialect& dialect = *candidates.dialect;
  std::vector<Sql> counts;
  for (std::size_t i = 0; i < candidates.columns.size(); ++i) {
    const ComparedColumn& pair = candidates.columns[i];
    const Sql a = numbered("a.v"_sql, i);
    const Sql b = numbered("b.v"_sql, i);
    const Sql is_equal = a + " IS NOT NULL AND NOT ("_sql + dialect.is_distinct(a, b, pair.common) + ")"_sql;
    const Sql form = is_late(dialect, pair.common) ? dialect.form(a, pair.prod_type, pair.common) : a;
    const Sql hash = dialect.row_hash(dialect.hashed(form, pair.prod_type, pair.common), kValueSeed);
    counts.push_back(dialect.count + "(CASE WHEN "_sql + a + " IS NOT NULL OR "_sql + b +
                     " IS NOT NULL THEN 1 END)"_sql);
    counts.push_back(dialect.count + "(CASE WHEN "_sql + is_equal + " THEN 1 END)"_sql);
    counts.push_back(dialect.count + "(DISTINCT CASE WHEN "_sql + is_equal + " THEN "_sql + hash +
                     " END)"_sql);
  }
  JoinOptions carried;
  carried.columns.resize(candidates.columns.size());
  std::iota(carried.columns.begin(), carried.columns.end(), std::size_t{0});
  const auto side = [&](Side which) { return "("_sql + side_select(candidates, which, carried) + ")"_sql; };
  return "SELECT "_sql + join(counts, ", "_sql) + " FROM "_sql + side(Side::prod) + " a JOIN "_sql +
         side(Side::pr) + " b ON "_sql + keys_equal("a"_sql, "b"_sql, candidates.key.size(), "k"_sql);
}

std::vector<LikelyRename> read_renames(const Comparison& candidates, const ResultSet& result) {
  std::vector<LikelyRename> all;
  const std::vector<Value>& row = result.rows.at(0);
  for (std::size_t i = 0; i < candidates.columns.size(); ++i) {
    LikelyRename rename{.columns = {candidates.columns[i].prod, candidates.columns[i].pr},
                        .compared = integer_of(row.at(3 * i)),
                        .equal = integer_of(row.at(3 * i + 1))};
    const bool is_near =
        static_cast<double>(rename.equal) >= kNearlyAll * static_cast<double>(rename.compared);
    if (is_near && integer_of(row.at(3 * i + 2)) > 1) all.push_back(std::move(rename));
  }
  std::sort(all.begin(), all.end(), [](const LikelyRename& a, const LikelyRename& b) {
    const double left = static_cast<double>(a.equal) * static_cast<double>(b.compared);
    const double right = static_cast<double>(b.equal) * static_cast<double>(a.compared);
    if (left != right) return left > right;
    const double like_a = likeness(a.columns.prod.value(), a.columns.pr.value());
    const double like_b = likeness(b.columns.prod.value(), b.columns.pr.value());
    return like_a != like_b ? like_a > like_b : a.columns.pr < b.columns.pr;
  });
  std::vector<LikelyRename> out;
  for (LikelyRename& rename : all) {
    const bool is_taken = std::any_of(out.begin(), out.end(), [&](const LikelyRename& other) {
      return other.columns.prod == rename.columns.prod || other.columns.pr == rename.columns.pr;
    });
    if (!is_taken) out.push_back(std::move(rename));
  }
  return out;
}

}  // namespace diffgate::diff
