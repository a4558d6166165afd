#include "diff/column_match.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "net/did_you_mean.hpp"
#include "net/error.hpp"

namespace diffgate::diff {
namespace {

std::string names_of(const std::vector<Column>& columns) {
  std::string out;
  for (std::size_t i = 0; i < columns.size() && i < 60; ++i) out += (i ? ", " : "") + columns[i].name.value();
  return columns.size() > 60 ? out + ", …" : out;
}

std::string nearest_name(const std::string& name, const std::vector<Column>& some,
                         const std::vector<Column>& more) {
  std::vector<std::string> known;
  for (const Column& column : some) known.push_back(column.name.value());
  for (const Column& column : more) known.push_back(column.name.value());
  const std::string near = did_you_mean(name, known);
  return near.empty() ? near : near + " ";
}

}  // namespace

std::string folded(const std::string& name) {
  std::string out = name;
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  return out;
}

NameIndex::NameIndex(const std::vector<Column>& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    exact_[columns[i].name.value()] = i;
    folded_[folded(columns[i].name.value())].push_back(i);
  }
}

std::optional<std::size_t> NameIndex::exact(const std::string& name) const {
  const auto found = exact_.find(name);
  return found == exact_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::size_t> NameIndex::any_case(const std::string& name) const {
  const auto found = folded_.find(folded(name));
  return found == folded_.end() || found->second.size() != 1 ? std::nullopt : std::optional(found->second[0]);
}

std::optional<std::size_t> NameIndex::find(const std::string& name) const {
  const auto found = exact(name);
  return found ? found : any_case(name);
}

std::vector<std::size_t> NameIndex::all(const std::string& name) const {
  if (const auto found = exact(name)) return {*found};
  const auto found = folded_.find(folded(name));
  return found == folded_.end() ? std::vector<std::size_t>() : found->second;
}

Sides::Sides(const std::vector<Column>& prod_columns, const std::vector<Column>& pr_columns,
             const TableDiffRequest& request)
    : prod(prod_columns), pr(pr_columns), prod_names(prod_columns), pr_names(pr_columns) {
  to_prod.assign(pr.size(), std::nullopt);
  to_pr.assign(prod.size(), std::nullopt);
  rename(request);
  match();
}

void Sides::match() {
  for (std::size_t i = 0; i < pr.size(); ++i) {
    const auto found = prod_names.exact(pr[i].name.value());
    if (found && !to_prod[i] && !to_pr[*found]) pair(*found, i);
  }
  for (std::size_t i = 0; i < pr.size(); ++i) {
    const std::string& name = pr[i].name.value();
    if (to_prod[i] || !pr_names.any_case(name)) continue;
    const auto found = prod_names.any_case(name);
    if (found && !to_pr[*found]) pair(*found, i);
  }
}

Sides::Named Sides::named(const std::string& name) const {
  Named out{.prod = prod_names.exact(name), .pr = pr_names.exact(name)};
  if (!out.prod && !out.pr) out = {.prod = prod_names.any_case(name), .pr = pr_names.any_case(name)};
  if (out.pr && to_prod[*out.pr]) {
    out.prod = to_prod[*out.pr];
  } else if (out.prod && !out.pr) {
    out.pr = to_pr[*out.prod];
  }
  return out;
}

std::optional<std::size_t> Sides::common(const std::string& name) const {
  const Named found = named(name);
  if (found.pr && to_prod[*found.pr]) return found.pr;
  return found.prod ? to_pr[*found.prod] : std::nullopt;
}

void Sides::pair(std::size_t prod_index, std::size_t pr_index) {
  to_prod[pr_index] = prod_index;
  to_pr[prod_index] = pr_index;
}

void Sides::rename(const TableDiffRequest& request) {
  const auto refuse = [](const std::string& problem, const Relation& where, const std::string& hint) {
    throw Error(ErrorClass::configuration, problem, where.sql, hint);
  };
  const auto found = [&](const NameIndex& names, const std::vector<Column>& columns, const Relation& where,
                         const std::string& name) {
    const auto index = names.find(name);
    if (!index) {
      refuse(fmt::format("no column '{}' to take for a renamed one", name), where,
             nearest_name(name, columns, {}) + "it has " + names_of(columns));
    }
    return *index;
  };
  for (const ColumnPair& rename : request.renames) {
    // Once merged, production has the new name.
    const bool may_be_done = request.if_present.contains(rename.prod.value());
    if (may_be_done && (!prod_names.find(rename.prod.value()) || !pr_names.find(rename.pr.value()))) continue;
    const std::size_t from = found(prod_names, prod, request.prod, rename.prod.value());
    const std::size_t to = found(pr_names, pr, request.pr, rename.pr.value());
    if (to_prod[to] == from) continue;
    if (to_pr[from] || to_prod[to]) {
      refuse(fmt::format("'{}' can't be '{}' as well: one of them is renamed already", rename.prod.value(),
                         rename.pr.value()),
             request.pr, "name each column once");
    }
    pair(from, to);
  }
}

[[noreturn]] void no_such_column(const Sides& sides, const TableDiffRequest& request, const std::string& name,
                                 std::string_view what) {
  throw Error(ErrorClass::configuration, fmt::format("no column '{}'{} in both tables", name, what),
              request.prod.sql + " and " + request.pr.sql,
              fmt::format("{}production has {}; the PR has {}", nearest_name(name, sides.prod, sides.pr),
                          names_of(sides.prod), names_of(sides.pr)));
}

}  // namespace diffgate::diff
