#include "diff/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "diff/filter.hpp"
#include "net/error.hpp"

namespace diffgate::diff {
namespace {

std::string folded(const std::string& name) {
  std::string out = name;
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  return out;
}

// Finds columns by name: exactly, or without regard to case if only one column can be meant.
class NameIndex {
 public:
  explicit NameIndex(const std::vector<Column>& columns) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      exact_[columns[i].name.value()] = i;
      folded_[folded(columns[i].name.value())].push_back(i);
    }
  }

  std::optional<std::size_t> exact(const std::string& name) const {
    const auto found = exact_.find(name);
    return found == exact_.end() ? std::nullopt : std::optional(found->second);
  }

  std::optional<std::size_t> any_case(const std::string& name) const {
    const auto found = folded_.find(folded(name));
    return found == folded_.end() || found->second.size() != 1 ? std::nullopt
                                                               : std::optional(found->second[0]);
  }

  std::optional<std::size_t> find(const std::string& name) const {
    const auto found = exact(name);
    return found ? found : any_case(name);
  }

 private:
  std::map<std::string, std::size_t> exact_;
  std::map<std::string, std::vector<std::size_t>> folded_;
};

struct Sides {
  Sides(const std::vector<Column>& prod_columns, const std::vector<Column>& pr_columns)
      : prod(prod_columns), pr(pr_columns), prod_names(prod_columns), pr_names(pr_columns) {
    match();
  }

  // Exact names first; what is left is matched without case where that is unambiguous on both sides.
  void match() {
    to_prod.assign(pr.size(), std::nullopt);
    to_pr.assign(prod.size(), std::nullopt);
    for (std::size_t i = 0; i < pr.size(); ++i) {
      if (const auto found = prod_names.exact(pr[i].name.value())) pair(*found, i);
    }
    for (std::size_t i = 0; i < pr.size(); ++i) {
      const std::string& name = pr[i].name.value();
      if (to_prod[i] || !pr_names.any_case(name)) continue;
      const auto found = prod_names.any_case(name);
      if (found && !to_pr[*found]) pair(*found, i);
    }
  }

  void pair(std::size_t prod_index, std::size_t pr_index) {
    to_prod[pr_index] = prod_index;
    to_pr[prod_index] = pr_index;
  }

  const std::vector<Column>& prod;
  const std::vector<Column>& pr;
  NameIndex prod_names;
  NameIndex pr_names;
  std::vector<std::optional<std::size_t>> to_prod;  // by index in pr
  std::vector<std::optional<std::size_t>> to_pr;    // by index in prod
};

std::string names_of(const std::vector<Column>& columns) {
  std::string out;
  for (std::size_t i = 0; i < columns.size() && i < 60; ++i) out += (i ? ", " : "") + columns[i].name.value();
  return columns.size() > 60 ? out + ", …" : out;
}

[[noreturn]] void no_such_column(const Sides& sides, const TableDiffRequest& request,
                                 const std::string& name) {
  throw Error(ErrorClass::configuration, fmt::format("no column '{}' in both tables", name),
              request.prod.sql + " and " + request.pr.sql,
              fmt::format("production has {}; the PR has {}", names_of(sides.prod), names_of(sides.pr)));
}

// A set of columns of both sides, by the names that a person wrote.
class ColumnSet {
 public:
  ColumnSet(const Sides& sides, const TableDiffRequest& request, const std::vector<Identifier>& names)
      : prod_(sides.prod.size()), pr_(sides.pr.size()) {
    for (const Identifier& name : names) {
      const auto in_prod = sides.prod_names.find(name.value());
      const auto in_pr = sides.pr_names.find(name.value());
      if (!in_prod && !in_pr) no_such_column(sides, request, name.value());
      if (in_prod) prod_[*in_prod] = true;
      if (in_pr) pr_[*in_pr] = true;
    }
  }
  bool has_prod(std::size_t i) const { return prod_[i]; }
  bool has_pr(std::size_t i) const { return pr_[i]; }

 private:
  std::vector<bool> prod_;
  std::vector<bool> pr_;
};

std::optional<Tolerance> tolerance_for(const TableDiffRequest& request, const ComparedColumn& column) {
  if (!is_number(column.prod_type.family) || !is_number(column.pr_type.family)) return std::nullopt;
  for (const auto& [name, tolerance] : request.tolerance) {
    if (!name.empty() && folded(name) == folded(column.pr.value())) return tolerance;
  }
  const auto fallback = request.tolerance.find("");
  const bool is_floating =
      column.prod_type.family == Family::floating || column.pr_type.family == Family::floating;
  return fallback != request.tolerance.end() && is_floating ? std::optional(fallback->second) : std::nullopt;
}

class Planner {
 public:
  Planner(const Dialect& dialect, const TableDiffRequest& request, const Sides& sides)
      : request_(request),
        sides_(sides),
        included_(sides, request, request.include_columns),
        excluded_(sides, request, request.exclude_columns),
        masked_(sides, request, present(request.masked_columns)) {
    plan_.dialect = &dialect;
    plan_.prod = request.prod;
    plan_.pr = request.pr;
    plan_.filter = checked_filter(request.filter, dialect);
    plan_.samples = request.samples;
  }

  Comparison plan() {
    add_key();
    for (std::size_t i = 0; i < sides_.pr.size(); ++i) add_pr_column(i);
    for (std::size_t i = 0; i < sides_.prod.size(); ++i) {
      if (!sides_.to_pr[i] && why_left_out(Side::prod, i).empty()) {
        plan_.schema.removed.push_back(sides_.prod[i]);
        ++plan_.prod_only;
      }
    }
    find_reordering();
    return std::move(plan_);
  }

 private:
  // A tag may name a column that this model does not have on either side.
  std::vector<Identifier> present(const std::vector<Identifier>& names) const {
    std::vector<Identifier> out;
    for (const Identifier& name : names) {
      if (sides_.prod_names.find(name.value()) || sides_.pr_names.find(name.value())) out.push_back(name);
    }
    return out;
  }

  ComparedColumn pair(std::size_t prod, std::size_t pr) const {
    ComparedColumn out;
    out.prod = sides_.prod[prod].name;
    out.pr = sides_.pr[pr].name;
    out.prod_type = plan_.dialect->classify(sides_.prod[prod]);
    out.pr_type = plan_.dialect->classify(sides_.pr[pr]);
    out.is_masked = masked_.has_prod(prod) || masked_.has_pr(pr);
    return out;
  }

  void note_type(const ComparedColumn& column) {
    if (column.prod_type.name != column.pr_type.name) {
      plan_.schema.retyped.push_back({column.pr, column.prod_type.name, column.pr_type.name});
    }
    if (column.prod != column.pr) plan_.schema.recased.push_back({column.prod, column.pr});
  }

  void add_key() {
    key_columns_.assign(sides_.pr.size(), false);
    for (const Identifier& name : request_.key) {
      const auto pr = sides_.pr_names.find(name.value());
      if (!pr || !sides_.to_prod[*pr]) no_such_column(sides_, request_, name.value());
      if (key_columns_[*pr]) continue;
      key_columns_[*pr] = true;
      ComparedColumn column = pair(*sides_.to_prod[*pr], *pr);
      auto common = common_type(column.prod_type, column.pr_type, plan_.dialect->max_decimal_precision);
      if (const auto* reason = std::get_if<std::string>(&common)) {
        throw Error(ErrorClass::configuration,
                    fmt::format("key column '{}' can't be matched: {}", name.value(), *reason),
                    request_.pr.sql, "choose another key");
      }
      column.common = std::get<CommonType>(common);
      plan_.key.push_back(std::move(column));
    }
  }

  std::string why_left_out(Side side, std::size_t i) const {
    const Identifier& name = side == Side::prod ? sides_.prod[i].name : sides_.pr[i].name;
    const auto has = [&](const ColumnSet& set) {
      return side == Side::prod ? set.has_prod(i) : set.has_pr(i);
    };
    if (has(excluded_)) return "excluded";
    if (!request_.include_columns.empty() && !has(included_)) return "not among the included columns";
    if (request_.ignore_column && request_.ignore_column(name)) return "ignored by the rules";
    return {};
  }

  void add_pr_column(std::size_t i) {
    if (key_columns_[i]) {
      note_type(pair(*sides_.to_prod[i], i));
      return;
    }
    const std::string left_out = why_left_out(Side::pr, i);
    if (!sides_.to_prod[i]) {
      if (!left_out.empty()) return;
      plan_.schema.added.push_back(sides_.pr[i]);
      ++plan_.pr_only;
      return;
    }
    ComparedColumn column = pair(*sides_.to_prod[i], i);
    column.report = plan_.report.size();
    plan_.report.emplace_back();
    plan_.report.back().name = column.pr;
    if (!left_out.empty()) {
      plan_.report.back().not_compared = left_out;
      return;
    }
    note_type(column);
    auto common = common_type(column.prod_type, column.pr_type, plan_.dialect->max_decimal_precision);
    if (auto* reason = std::get_if<std::string>(&common)) {
      plan_.report.back().not_compared = std::move(*reason);
      ++plan_.prod_only;
      ++plan_.pr_only;
      return;
    }
    column.common = std::get<CommonType>(common);
    column.common.timestamp_precision = request_.timestamp_precision;
    column.tolerance = tolerance_for(request_, column);
    plan_.columns.push_back(std::move(column));
  }

  // Whether the common columns stand in another order; columns that come or go in between do not count.
  void find_reordering() {
    std::optional<std::size_t> last;
    for (std::size_t i = 0; i < sides_.pr.size(); ++i) {
      const auto prod = sides_.to_prod[i];
      if (!prod) continue;
      if (last && *prod < *last) plan_.schema.reordered = true;
      last = prod;
    }
  }

  const TableDiffRequest& request_;
  const Sides& sides_;
  ColumnSet included_;
  ColumnSet excluded_;
  ColumnSet masked_;
  std::vector<bool> key_columns_;
  Comparison plan_;
};

}  // namespace

Comparison plan_comparison(const Dialect& dialect, const TableDiffRequest& request,
                           const std::vector<Column>& prod, const std::vector<Column>& pr) {
  const Sides sides(prod, pr);
  return Planner(dialect, request, sides).plan();
}

}  // namespace diffgate::diff
