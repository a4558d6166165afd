#include "dbt/key_finder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "dbt/key_expression.hpp"
#include "dbt/model_yaml.hpp"

namespace diffgate::dbt {
namespace {

constexpr std::size_t kMaximumNotes = 5;

PrimaryKey key(std::vector<std::string> columns, KeySource source) {
  PrimaryKey found;
  if (columns.empty()) return found;
  found.columns = std::move(columns);
  found.source = source;
  return found;
}

std::string listed(const std::vector<std::string>& columns) {
  std::string text;
  for (const std::string& column : columns) {
    if (!text.empty()) text += ", ";
    text += column;
  }
  return text;
}

bool holds(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

// Generic tests that say which columns are unique together, and the argument that names the columns.
struct UniquenessTest {
  std::string_view name;
  std::string_view argument;
  KeySource source;
};

constexpr UniquenessTest kUniquenessTests[] = {
    {"unique", "column_name", KeySource::unique_test},
    {"unique_combination_of_columns", "combination_of_columns",
     KeySource::unique_combination_test},                                          // dbt_utils
    {"expect_column_values_to_be_unique", "column_name", KeySource::unique_test},  // dbt_expectations
    {"expect_compound_columns_to_be_unique", "column_list", KeySource::unique_combination_test},
    {"primary_key", "column_names", KeySource::unique_combination_test},  // dbt_constraints
    {"primary_key", "column_name", KeySource::unique_test},
    {"unique_key", "column_names", KeySource::unique_combination_test},
    {"unique_key", "column_name", KeySource::unique_test},
};

bool is_materialized_by_key(ResourceType type, std::string_view materialization) {
  return type == ResourceType::snapshot || materialization == "incremental";
}

}  // namespace

// Lower is better. An explicit combination names a key; a single unique column is one only if it is never
// null, since dbt's unique test ignores nulls; a test that only warns need not hold.
int KeyFinder::Candidate::rank() const {
  int rank = 3;
  if (source == KeySource::unique_combination_test) {
    rank = 0;
  } else if (is_not_null) {
    rank = 1;
  } else if (columns.size() > 1) {
    rank = 2;
  }
  return only_warns ? rank + 4 : rank;
}

KeyFinder::KeyFinder(const ManifestData& data, const Graph& graph, std::string_view tag)
    : data_(data), tag_(tag) {
  for (NodeIndex index = 0; index < data.nodes.size(); ++index) {
    if (data.nodes[index].type != ResourceType::test) continue;
    const auto model = model_of(data.nodes[index]);
    const auto parents = graph.parents(index);
    if (model && std::find(parents.begin(), parents.end(), *model) != parents.end()) {
      tests_[*model].push_back(index);
    }
  }
}

PrimaryKey KeyFinder::find(NodeIndex index) {
  const Node& node = data_.nodes[index];
  std::vector<Column> all_columns = columns_of(data_, node, reader_);
  std::vector<std::string> names;
  for (const Column& column : all_columns) names.push_back(column.name);
  const KnownColumns known(names);
  const Model model{node, index, meta_of(data_, node, reader_), std::move(all_columns), std::move(names),
                    known};

  PrimaryKey found = from_model_yaml(model);
  if (found.columns.empty()) found = from_model_meta(model);
  if (found.columns.empty()) found = from_column_meta(model);
  if (found.columns.empty()) found = from_column_tags(model);
  if (found.columns.empty()) found = from_tests(model);
  if (!found.columns.empty()) return found;
  std::vector<std::string> notes = std::move(found.notes);  // why the tests name no key
  found = from_unique_key(model);
  if (found.columns.empty()) found = from_constraints(model);
  if (found.columns.empty()) found = from_names(model);
  found.notes.insert(found.notes.end(), notes.begin(), notes.end());
  return found;
}

PrimaryKey KeyFinder::from_model_yaml(const Model& model) {
  return key(primary_key_in(model.meta), KeySource::model_yaml);
}

PrimaryKey KeyFinder::from_model_meta(const Model& model) const {
  const JsonValue* columns = model.meta.find(tag_);
  return columns == nullptr ? PrimaryKey() : key(columns->strings(), KeySource::model_meta);
}

PrimaryKey KeyFinder::from_column_meta(const Model& model) const {
  std::vector<std::string> columns;
  for (const Column& column : model.columns) {
    const JsonValue* marked = column.meta.find(tag_);
    if (marked != nullptr && marked->is_truthy()) columns.push_back(column.name);
  }
  return key(std::move(columns), KeySource::column_meta);
}

PrimaryKey KeyFinder::from_column_tags(const Model& model) const {
  std::vector<std::string> columns;
  for (const Column& column : model.columns) {
    if (holds(column.tags, tag_)) columns.push_back(column.name);
  }
  return key(std::move(columns), KeySource::column_tag);
}

// attached_node from v9 on; before, the first node that the test reads.
std::optional<NodeIndex> KeyFinder::model_of(const Node& test) {
  if (data_.has(test, Field::attached_node)) return data_.find(text_of(data_, test, Field::attached_node));
  const auto nodes = reader_.read(data_.raw(test, Field::depends_on_nodes));
  if (!nodes || nodes->items.empty()) return std::nullopt;
  return data_.find(nodes->items.front().string);
}

KeyFinder::Tests KeyFinder::tests_of(const Model& model) {
  Tests tests;
  const auto found = tests_.find(model.index);
  if (found == tests_.end()) return tests;
  for (const NodeIndex test : found->second) read_test(data_.nodes[test], model, tests);
  return tests;
}

void KeyFinder::read_test(const Node& test, const Model& model, Tests& tests) {
  const auto metadata = reader_.read(data_.raw(test, Field::test_metadata));
  const JsonValue* name = metadata ? metadata->find("name") : nullptr;
  if (name == nullptr) return;
  const JsonValue* arguments = metadata->find("kwargs");
  const auto argument = [&](std::string_view key) {
    const JsonValue* value = arguments == nullptr ? nullptr : arguments->find(key);
    return value == nullptr ? JsonValue() : *value;
  };
  std::vector<std::string> column = argument("column_name").strings();
  if (column.empty()) column.push_back(text_of(data_, test, Field::column_name));
  if (name->string == "not_null") {
    const bool is_partial = config_of(data_, test, "where", reader_).is_truthy();
    for (std::string& read : columns_of_expression(column.front(), model.known)) {
      if (!is_partial) tests.not_null.insert(std::move(read));
    }
    return;
  }
  for (const UniquenessTest& known : kUniquenessTests) {
    if (name->string != known.name) continue;
    Candidate candidate;
    candidate.source = known.source;
    // With quote_columns the names stand for themselves, whatever characters they have.
    const bool is_verbatim = argument("quote_columns").is_truthy();
    ColumnList columns;
    for (const std::string& part :
         known.argument == "column_name" ? column : argument(known.argument).strings()) {
      columns.add_all(is_verbatim ? std::vector<std::string>{part}
                                  : columns_of_expression(part, model.known));
    }
    candidate.columns = columns.take();
    if (candidate.columns.empty()) continue;
    candidate.only_warns = same_name(config_of(data_, test, "severity", reader_).string_or({}), "warn");
    const bool is_partial =
        config_of(data_, test, "where", reader_).is_truthy() || argument("row_condition").is_truthy();
    (is_partial ? tests.partial : tests.unique).push_back(std::move(candidate));
    return;
  }
}

PrimaryKey KeyFinder::from_tests(const Model& model) {
  Tests tests = tests_of(model);
  for (const Column& column : model.columns) {
    if (holds(column.constraints, "not_null") || holds(column.constraints, "primary_key")) {
      tests.not_null.insert(column.name);
    }
  }
  for (Candidate& candidate : tests.unique) {
    candidate.is_not_null =
        candidate.columns.size() == 1 && tests.not_null.contains(candidate.columns.front());
  }
  std::sort(tests.unique.begin(), tests.unique.end(), [](const Candidate& a, const Candidate& b) {
    using Order = std::tuple<int, std::size_t, const std::vector<std::string>&>;
    return Order(a.rank(), a.columns.size(), a.columns) < Order(b.rank(), b.columns.size(), b.columns);
  });
  PrimaryKey found;
  if (tests.unique.empty()) {
    for (const Candidate& partial : tests.partial) {
      found.notes.push_back(fmt::format("the uniqueness test of {} covers some rows alone: it names no key",
                                        listed(partial.columns)));
      if (found.notes.size() == kMaximumNotes) break;
    }
    return found;
  }

  const Candidate& best = tests.unique.front();
  found = key(best.columns, best.source);
  if (best.only_warns) found.notes.emplace_back("its uniqueness test only warns: keys may repeat");
  for (const std::string& column : best.columns) {
    if (!tests.not_null.contains(column) && found.notes.size() < kMaximumNotes) {
      found.notes.push_back(fmt::format("{} is unique but may be null: no test says otherwise", column));
    }
  }
  for (const Candidate& other : tests.unique) {
    if (other.columns != best.columns && found.notes.size() < kMaximumNotes) {
      found.notes.push_back("another candidate: " + listed(other.columns));
    }
  }
  return found;
}

PrimaryKey KeyFinder::from_unique_key(const Model& model) {
  const std::string materialization = config_of(data_, model.node, "materialized", reader_).string_or({});
  if (!is_materialized_by_key(model.node.type, materialization)) return {};
  ColumnList columns;
  for (const std::string& part : config_of(data_, model.node, "unique_key", reader_).strings()) {
    columns.add_all(columns_of_expression(part, model.known));
  }
  PrimaryKey found = key(columns.take(), KeySource::unique_key_config);
  if (model.node.type == ResourceType::snapshot && !found.columns.empty()) {
    found.notes.emplace_back(
        "a snapshot holds each key once per version, so that older versions count as duplicates: set a "
        "filter such as "
        "'dbt_valid_to is null', or primary_key");
  }
  return found;
}

PrimaryKey KeyFinder::from_constraints(const Model& model) {
  if (const auto constraints = reader_.read(data_.raw(model.node, Field::constraints))) {
    for (const JsonValue& constraint : constraints->items) {
      const JsonValue* type = constraint.find("type");
      const JsonValue* columns = constraint.find("columns");
      if (type == nullptr || type->string != "primary_key" || columns == nullptr) continue;
      PrimaryKey found = key(columns->strings(), KeySource::constraint);
      if (!found.columns.empty()) return found;
    }
  }
  std::vector<std::string> columns;
  for (const Column& column : model.columns) {
    if (holds(column.constraints, "primary_key")) columns.push_back(column.name);
  }
  return key(std::move(columns), KeySource::constraint);
}

PrimaryKey KeyFinder::from_names(const Model& model) const {
  const std::string own = text_of(data_, model.node, Field::name) + "_id";
  for (const std::string_view guess :
       {std::string_view("id"), std::string_view("pk"), std::string_view("pkey"), std::string_view(own)}) {
    for (const std::string& column : model.column_names) {
      if (!same_name(column, guess)) continue;
      PrimaryKey found = key({column}, KeySource::name_guess);
      found.notes.emplace_back("guessed from the name: no test or setting says so");
      return found;
    }
  }
  return {};
}

}  // namespace diffgate::dbt
