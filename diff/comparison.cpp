#include "diff/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "diff/column_match.hpp"
#include "diff/filter.hpp"
#include "diff/time_travel.hpp"
#include "net/error.hpp"

namespace diffgate::diff {
namespace {

// A set of columns of both sides, by the names that a person wrote.
class ColumnSet {
 public:
  ColumnSet(const Sides& sides, const TableDiffRequest& request, const std::vector<Identifier>& names)
      : prod_(sides.prod.size()), pr_(sides.pr.size()) {
    for (const Identifier& name : names) {
      const Sides::Named found = sides.named(name.value());
      if (!found.prod && !found.pr) no_such_column(sides, request, name.value(), "");
      if (found.prod) prod_[*found.prod] = true;
      if (found.pr) pr_[*found.pr] = true;
    }
  }

  // All that the names could mean on either side, with what they are matched with: for what must not be
  // shown.
  static ColumnSet of_all(const Sides& sides, const TableDiffRequest& request,
                          const std::vector<Identifier>& names) {
    ColumnSet out(sides, request, {});
    for (const Identifier& name : names) {
      const std::vector<std::size_t> in_prod = sides.prod_names.all(name.value());
      const std::vector<std::size_t> in_pr = sides.pr_names.all(name.value());
      if (in_prod.empty() && in_pr.empty() && !request.if_present.contains(name.value()))
        no_such_column(sides, request, name.value(), "");
      for (const std::size_t i : in_prod) {
        out.prod_[i] = true;
        if (sides.to_pr[i]) out.pr_[*sides.to_pr[i]] = true;
      }
      for (const std::size_t i : in_pr) {
        out.pr_[i] = true;
        if (sides.to_prod[i]) out.prod_[*sides.to_prod[i]] = true;
      }
    }
    return out;
  }

  bool has_prod(std::size_t i) const { return prod_[i]; }
  bool has_pr(std::size_t i) const { return pr_[i]; }

 private:
  std::vector<bool> prod_;
  std::vector<bool> pr_;
};

// The rule that a map by column has for this one: by its name in the PR, in production, or any other that
// means it; else null.
template <class Rule>
const Rule* named_rule(const Sides& sides, const std::map<std::string, Rule>& rules,
                       const ComparedColumn& column) {
  const auto means_it = [&](const std::string& name) {
    const std::optional<std::size_t> meant = sides.common(name);
    return meant && sides.pr[*meant].name == column.pr;
  };
  for (const Identifier& name : {column.pr, column.prod}) {
    const auto found = rules.find(name.value());
    if (found != rules.end() && means_it(name.value())) return &found->second;
  }
  for (const auto& [name, rule] : rules) {
    if (!name.empty() && means_it(name)) return &rule;
  }
  return nullptr;
}

template <class Rule>
const Rule* default_rule(const std::map<std::string, Rule>& rules) {
  const auto found = rules.find("");
  return found == rules.end() ? nullptr : &found->second;
}

bool are_both(const ComparedColumn& column, bool (*test)(Family)) {
  return test(column.prod_type.family) && test(column.pr_type.family);
}

bool is_text(Family family) { return family == Family::text; }

bool is_timestamp(Family family) { return family == Family::timestamp || family == Family::timestamp_tz; }

std::optional<Tolerance> tolerance_for(const Sides& sides, const TableDiffRequest& request,
                                       const ComparedColumn& column) {
  if (!are_both(column, is_number)) return std::nullopt;
  if (const Tolerance* named = named_rule(sides, request.tolerance, column)) return *named;
  if (request.number_tolerance) return request.number_tolerance;
  const Tolerance* fallback = default_rule(request.tolerance);
  const bool is_floating =
      column.prod_type.family == Family::floating || column.pr_type.family == Family::floating;
  return fallback && is_floating ? std::optional(*fallback) : std::nullopt;
}

TextRule text_rule_for(const Sides& sides, const TableDiffRequest& request, const ComparedColumn& column) {
  if (!are_both(column, is_text)) return {};
  if (const TextRule* named = named_rule(sides, request.text, column)) return *named;
  const TextRule* fallback = default_rule(request.text);
  return fallback ? *fallback : TextRule{};
}

std::string words_of_rule(const ComparedColumn& column) {
  std::vector<std::string> parts;
  if (column.tolerance) parts.push_back(words_for(*column.tolerance));
  if (column.text.ignore_case) parts.emplace_back("case ignored");
  if (column.text.trim) parts.emplace_back("blanks trimmed");
  if (column.text.null_equals_empty) parts.emplace_back("null equals empty");
  if (column.timestamp_precision) {
    parts.push_back(*column.timestamp_precision == 0
                        ? std::string("whole seconds")
                        : fmt::format("{} decimals of a second", *column.timestamp_precision));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

// The digits of what is compared, if it is exact on both sides.
std::optional<ExactDigits> exact_digits(const ComparedColumn& column) {
  const ColumnType& a = column.prod_type;
  const ColumnType& b = column.pr_type;
  const auto is_exact = [](const ColumnType& type) {
    return type.family == Family::integer || type.family == Family::decimal;
  };
  if (!is_exact(a) || !is_exact(b)) return std::nullopt;
  const int scale = std::max({a.scale, b.scale, 0});
  if (a.precision == 0 || b.precision == 0) return ExactDigits{.precision = 0, .scale = scale};
  return ExactDigits{.precision = std::max(a.precision - a.scale, b.precision - b.scale) + scale,
                     .scale = scale};
}

// A value without what its column's rules ignore, given in `form`.
Sql loosened(const Comparison& comparison, const ComparedColumn& column, const Sql& form) {
  const Dialect& dialect = *comparison.dialect;
  if (column.timestamp_precision) {
    CommonType cut{.kind = CommonType::Kind::same, .family = column.common.family};
    cut.timestamp_precision = column.timestamp_precision;
    // A form need not have the column's own type any more.
    ColumnType from;
    from.family = cut.family;
    return dialect.form(form, from, cut);
  }
  Sql out = form;
  if (column.text.ignore_case) out = dialect.fold_case(out);
  if (column.text.trim) out = dialect.trim(out);
  return column.text.null_equals_empty ? "coalesce("_sql + out + ", "_sql + dialect.empty_text + ")"_sql
                                       : out;
}

class Planner {
 public:
  Planner(const Dialect& dialect, const TableDiffRequest& request, const Sides& sides)
      : request_(request),
        sides_(sides),
        included_(sides, request, request.include_columns),
        excluded_(sides, request, request.exclude_columns),
        masked_(ColumnSet::of_all(sides, request, request.masked_columns)) {
    plan_.dialect = &dialect;
    plan_.prod = request.prod;
    plan_.pr = request.pr;
    plan_.prod_from = at_moment(request.prod, request.prod_time_travel);
    plan_.pr_from = at_moment(request.pr, request.pr_time_travel);
    const Sql both = checked_filter(request.filter, dialect);
    plan_.prod_rows = both_conditions(both, checked_filter(request.prod_filter, dialect));
    plan_.pr_rows = both_conditions(both, checked_filter(request.pr_filter, dialect));
    plan_.samples = request.samples;
    for (std::size_t i = 0; i < sides.prod.size(); ++i) {
      if (masked_.has_prod(i)) plan_.masked.push_back(sides.prod[i].name);
    }
    for (std::size_t i = 0; i < sides.pr.size(); ++i) {
      if (masked_.has_pr(i)) plan_.masked.push_back(sides.pr[i].name);
    }
  }

  Comparison plan() {
    check_rule_names(request_.tolerance, " to give a tolerance");
    check_rule_names(request_.text, " to compare as text");
    check_rule_names(request_.precision, " to give a timestamp precision");
    add_key();
    for (std::size_t i = 0; i < sides_.pr.size(); ++i) add_pr_column(i);
    for (std::size_t i = 0; i < sides_.prod.size(); ++i) {
      if (!sides_.to_pr[i] && why_left_out(Side::prod, i).empty()) {
        plan_.schema.removed.push_back(sides_.prod[i]);
        ++plan_.prod_only;
      }
    }
    find_reordering();
    note_unused(request_.tolerance, "the tolerance of '{}' is not used: it is for numbers",
                [](const ComparedColumn& column) { return column.tolerance.has_value(); });
    note_unused(request_.text, "how '{}' is to be compared is not used: it is for texts",
                [](const ComparedColumn& column) { return are_both(column, is_text); });
    note_unused(request_.precision, "the timestamp precision of '{}' is not used: it is for timestamps",
                [](const ComparedColumn& column) { return column.timestamp_precision.has_value(); });
    return std::move(plan_);
  }

 private:
  Sql at_moment(const Relation& relation, const std::string& moment) const {
    if (moment.empty()) return from_text(relation);
    if (plan_.dialect->time_travel == nullptr) {
      throw Error(ErrorClass::configuration,
                  fmt::format("{} keeps no older state of a table to read", plan_.dialect->name),
                  relation.sql, fmt::format("leave out the time travel to '{}'", moment));
    }
    return plan_.dialect->time_travel(from_text(relation), parse_moment(moment, request_.asked_at));
  }

  static Sql both_conditions(const Sql& one, const Sql& other) {
    if (one.empty() || other.empty()) return one.empty() ? other : one;
    return one + " AND "_sql + other;
  }

  template <class Rule>
  void check_rule_names(const std::map<std::string, Rule>& rules, std::string_view what) const {
    for (const auto& [name, rule] : rules) {
      if (name.empty() || request_.if_present.contains(name)) continue;
      const Sides::Named found = sides_.named(name);
      if (!found.prod && !found.pr) no_such_column(sides_, request_, name, what);
    }
  }

  // A rule that a column can't use must not look as if it had been used.
  template <class Rule, class Uses>
  void note_unused(const std::map<std::string, Rule>& by_name, fmt::format_string<const std::string&> note,
                   Uses uses) {
    for (const ComparedColumn& column : plan_.columns) {
      if (named_rule(sides_, by_name, column) && !uses(column))
        plan_.notes.push_back(fmt::format(note, column.pr.value()));
    }
    for (const ComparedColumn& column : plan_.key) {
      if (named_rule(sides_, by_name, column))
        plan_.notes.push_back(
            fmt::format("'{}' is of the key, which is compared exactly", column.pr.value()));
    }
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
    if (column.prod == column.pr) return;
    const bool is_renamed = folded(column.prod.value()) != folded(column.pr.value());
    (is_renamed ? plan_.schema.renamed : plan_.schema.recased).push_back({column.prod, column.pr});
  }

  void add_key() {
    key_columns_.assign(sides_.pr.size(), false);
    for (const Identifier& name : request_.key) {
      const auto pr = sides_.common(name.value());
      if (!pr) no_such_column(sides_, request_, name.value(), "");
      if (key_columns_[*pr]) continue;
      key_columns_[*pr] = true;
      ComparedColumn column = pair(*sides_.to_prod[*pr], *pr);
      auto common = common_type(column.prod_type, column.pr_type, plan_.dialect->max_decimal_precision);
      if (const auto* reason = std::get_if<std::string>(&common)) {
        throw Error(ErrorClass::configuration,
                    fmt::format("column '{}' can't be matched: {}", name.value(), *reason), request_.pr.sql,
                    "choose another column");
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
      plan_.apart.push_back(std::move(column));
      ++plan_.prod_only;
      ++plan_.pr_only;
      return;
    }
    column.common = std::get<CommonType>(common);
    column.tolerance = tolerance_for(sides_, request_, column);
    column.text = text_rule_for(sides_, request_, column);
    if (is_timestamp(column.common.family)) {
      const int* named = named_rule(sides_, request_.precision, column);
      column.timestamp_precision = named ? std::optional(*named) : request_.timestamp_precision;
    }
    plan_.report.back().rule = words_of_rule(column);
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

// A table without its schema would be taken for a part of the statement that reads it.
void refuse_name_of_ours(const Relation& relation) {
  const std::vector<Identifier> parts = parts_of(relation);
  if (parts.size() != 1 || !folded(parts[0].value()).starts_with(kOurPrefix)) return;
  throw Error(
      ErrorClass::caller,
      fmt::format("a table's name begins with {}, as the parts of a diff's statements do", kOurPrefix),
      relation.sql, "write it with its schema");
}

}  // namespace

Sql name_in(const Comparison& comparison, const ComparedColumn& column, Side side) {
  const Dialect& dialect = *comparison.dialect;
  const Sql name = quoted(dialect, side == Side::prod ? column.prod : column.pr);
  if (!dialect.qualifies_columns) return name;
  return quoted(dialect, parts_of(side == Side::prod ? comparison.prod : comparison.pr).back()) + "."_sql +
         name;
}

Sql form_of(const Comparison& comparison, const ComparedColumn& column, Side side) {
  return comparison.dialect->form(name_in(comparison, column, side),
                                  side == Side::prod ? column.prod_type : column.pr_type, column.common);
}

Sql moment_of(const Comparison& comparison, const ComparedColumn& column, Side side) {
  const ColumnType& type = side == Side::prod ? column.prod_type : column.pr_type;
  // As an instant's wall clock in UTC.
  const CommonType own{.kind = CommonType::Kind::same, .family = type.family};
  const Sql value = comparison.dialect->form(name_in(comparison, column, side), type, own);
  return typed(*comparison.dialect, value, Family::timestamp);
}

bool has_rule(const ComparedColumn& column) {
  return column.tolerance || column.timestamp_precision || !column.text.is_exact();
}

Sql equal_by_rule(const Comparison& comparison, const ComparedColumn& column, const Sql& a, const Sql& b) {
  if (column.tolerance) return comparison.dialect->is_within(a, b, exact_digits(column), *column.tolerance);
  return loosened(comparison, column, a) + " = "_sql + loosened(comparison, column, b);
}

Sql loose_form(const Comparison& comparison, const ComparedColumn& column, Side side) {
  const Sql form = form_of(comparison, column, side);
  return column.tolerance || !has_rule(column) ? form : loosened(comparison, column, form);
}

Comparison plan_comparison(const Dialect& dialect, const TableDiffRequest& request,
                           const std::vector<Column>& prod, const std::vector<Column>& pr) {
  refuse_name_of_ours(request.prod);
  refuse_name_of_ours(request.pr);
  const Sides sides(prod, pr, request);
  return Planner(dialect, request, sides).plan();
}

}  // namespace diffgate::diff
