#include "app/acceptance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "net/crypto.hpp"

namespace diffgate::app {
namespace {

// Names come from outside: quoted, so that no two results read the same.
std::string quoted(const std::string& text) { return fmt::format("{}:{}", text.size(), text); }

void add(std::string& text, const diff::KeyHealth& key) {
  text += fmt::format(" key {} {} {}\n", key.null_rows, key.duplicate_rows, key.distinct);
}

void add(std::string& text, const diff::SchemaDiff& schema) {
  const auto columns = [&](std::string_view what, const std::vector<diff::Column>& list) {
    for (const diff::Column& column : list)
      text += fmt::format("{} {} {}\n", what, quoted(column.name.value()), quoted(column.type));
  };
  columns("added", schema.added);
  columns("removed", schema.removed);
  for (const diff::RetypedColumn& column : schema.retyped) {
    text += fmt::format("retyped {} {} {}\n", quoted(column.name.value()), quoted(column.prod),
                        quoted(column.pr));
  }
  for (const diff::ColumnPair& pair : schema.renamed)
    text += fmt::format("renamed {} {}\n", quoted(pair.prod.value()), quoted(pair.pr.value()));
  text += fmt::format("reordered {}\n", schema.reordered);
}

void add(std::string& text, const diff::TableDiff& diff) {
  const diff::RowCounts& rows = diff.rows;
  text += fmt::format("rows {} {} {} {} {} {}\n", rows.prod, rows.pr, rows.added, rows.removed,
                      rows.changed.value_or(-1), rows.unchanged.value_or(-1));
  for (const diff::Identifier& column : diff.key) text += "by " + quoted(column.value()) + "\n";
  add(text, diff.prod_key);
  add(text, diff.pr_key);
  if (diff.unmatched_rows_differ.value_or(false)) text += "unmatched rows differ\n";
  add(text, diff.schema);
  for (const diff::ColumnDiff& column : diff.columns) {
    text += fmt::format("column {} {} {} {} {}\n", quoted(column.name.value()), column.changed,
                        column.became_null, column.was_null, quoted(column.not_compared));
  }
}

}  // namespace

std::string result_fingerprint(const ModelResult& result) {
  if (result.kind == ModelResultKind::error || (!result.diff && !result.profile)) return {};
  std::string text = fmt::format("{}\n{}\n", name_of(result.kind), quoted(result.model.id.value()));
  if (result.diff) {
    add(text, *result.diff);
  } else {
    text += fmt::format("rows {}\n", result.profile->rows);
    add(text, result.profile->key);
    for (const diff::Column& column : result.profile->columns)
      text += fmt::format("column {} {}\n", quoted(column.name.value()), quoted(column.type));
  }
  return net::sha256_hex(text);
}

void apply_acceptances(RunReport& report, const std::vector<AcceptedResult>& accepted) {
  for (const AcceptedResult& acceptance : accepted) {
    const auto found = std::find_if(
        report.models.begin(), report.models.end(),
        [&](const ModelResult& result) { return result.model.id.value() == acceptance.unique_id; });
    if (found == report.models.end()) continue;
    const std::string fingerprint = result_fingerprint(*found);
    if (fingerprint.empty()) continue;
    if (fingerprint == acceptance.fingerprint) {
      found->accepted = Acceptance{acceptance.actor, acceptance.reason, acceptance.head_sha.value(),
                                   acceptance.accepted_at};
    } else {
      found->notes.push_back(fmt::format("{} accepted the result of {}; it is another one now",
                                         acceptance.actor, acceptance.head_sha.value().substr(0, 7)));
    }
  }
}

}  // namespace diffgate::app
