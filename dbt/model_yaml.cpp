#include "dbt/model_yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace diffgate::dbt {
namespace {

// Why a value can't be used; empty: it could, and has been.
using Complaint = std::string;
using Reader = Complaint (*)(const JsonValue&, ModelYaml&);

Complaint expected(std::string_view what, const JsonValue& found) {
  return fmt::format("must be {}, not {}", what, found.kind_in_words());
}

Complaint read_text(const JsonValue& value, std::string& into) {
  if (!value.is_string()) return expected("text", value);
  into = value.string;
  return {};
}

// Older documentation of the compatible keys shows a list of one; offsets are numbers.
Complaint read_text_or_single(const JsonValue& value, std::string& into) {
  const JsonValue& single = value.is_list() && value.items.size() == 1 ? value.items.front() : value;
  const bool is_number = single.kind == JsonValue::Kind::integer || single.kind == JsonValue::Kind::number;
  if (!single.is_string() && !is_number) return expected("text", value);
  into = single.scalar_text();
  return {};
}

Complaint read_names(const JsonValue& value, std::vector<std::string>& into) {
  const bool all_strings = std::all_of(value.items.begin(), value.items.end(),
                                       [](const JsonValue& item) { return item.is_string(); });
  if (!value.is_string() && !(value.is_list() && all_strings))
    return expected("a list of column names", value);
  into = value.strings();
  return {};
}

bool is_numeric(const JsonValue& value) {
  return value.kind == JsonValue::Kind::integer || value.kind == JsonValue::Kind::number;
}

struct ToleranceWord {
  std::string_view word;
  std::string_view mode;
};

constexpr ToleranceWord kToleranceWords[] = {
    {"abs", "abs"},      {"absolute", "abs"},  {"rel", "rel"},
    {"relative", "rel"}, {"digits", "digits"}, {"significant_digits", "digits"},
};

std::string_view tolerance_mode(std::string_view word) {
  for (const ToleranceWord& known : kToleranceWords) {
    if (known.word == word) return known.mode;
  }
  return {};
}

constexpr std::string_view kToleranceForms = "a number, 'abs:0.01', 'rel:1e-6' or 'digits:6'";

// "abs:0.01" from any of the forms; nullopt if it is none.
std::optional<std::string> one_tolerance(const JsonValue& value) {
  std::string_view mode = "abs";
  std::string number;
  if (is_numeric(value)) {
    number = value.kind == JsonValue::Kind::integer ? std::to_string(value.integer)
                                                    : fmt::format("{}", value.number);
  } else if (value.is_string()) {
    const std::size_t colon = value.string.find(':');
    if (colon == std::string::npos) return std::nullopt;
    mode = tolerance_mode(std::string_view(value.string).substr(0, colon));
    number = value.string.substr(colon + 1);
  } else if (value.is_object() && value.members.size() == 1) {
    mode = tolerance_mode(value.members.front().key);
    number = value.members.front().value.scalar_text();
  }
  char* end = nullptr;
  const double parsed = std::strtod(number.c_str(), &end);
  if (mode.empty() || number.empty() || end != number.c_str() + number.size()) return std::nullopt;
  if (!std::isfinite(parsed) || parsed < 0) return std::nullopt;
  if (mode == "digits" && (parsed < 1 || parsed > 38 || parsed != std::floor(parsed))) return std::nullopt;
  return fmt::format("{}:{}", mode, number);
}

Complaint read_tolerance(const JsonValue& value, ModelYaml& yaml) {
  if (const auto for_all = one_tolerance(value)) {
    yaml.tolerance[""] = *for_all;
    return {};
  }
  if (!value.is_object()) return fmt::format("must be {}, or these by column", kToleranceForms);
  std::map<std::string, std::string> by_column;
  for (const auto& [column, tolerance] : value.members) {
    const auto one = one_tolerance(tolerance);
    if (!one) return fmt::format("of column '{}' must be {}", column, kToleranceForms);
    by_column[column] = *one;
  }
  for (const auto& [column, tolerance] : by_column) yaml.tolerance[column] = tolerance;
  return {};
}

constexpr std::string_view kPrecision = "the number of decimals of a second, 0 to 9";

std::optional<int> one_precision(const JsonValue& value) {
  const bool is_one = value.kind == JsonValue::Kind::integer && value.integer >= 0 && value.integer <= 9;
  return is_one ? std::optional(static_cast<int>(value.integer)) : std::nullopt;
}

Complaint read_precision(const JsonValue& value, ModelYaml& yaml) {
  if (const auto for_all = one_precision(value)) {
    yaml.timestamp_precision[""] = *for_all;
    return {};
  }
  if (!value.is_object()) return fmt::format("must be {}, or these by column", kPrecision);
  for (const auto& [column, precision] : value.members) {
    const auto one = one_precision(precision);
    if (!one) return fmt::format("of column '{}' must be {}", column, kPrecision);
    yaml.timestamp_precision[column] = *one;
  }
  return {};
}

Complaint read_sample(const JsonValue& value, ModelYaml& yaml) {
  if (!is_numeric(value) || !(value.number > 0) || value.number > 1)
    return "must be a share of the rows, 0 < … <= 1";
  yaml.sample = value.number;
  return {};
}

// true for every text, or the columns.
Complaint read_texts(const JsonValue& value, std::vector<std::string>& into) {
  if (value.kind != JsonValue::Kind::boolean) return read_names(value, into);
  into.clear();
  if (value.boolean) into.emplace_back();
  return {};
}

Complaint read_rename(const JsonValue& value, ModelYaml& yaml) {
  const bool all_names =
      value.is_object() && std::all_of(value.members.begin(), value.members.end(), [](const auto& member) {
        return member.value.is_string() && !member.value.string.empty();
      });
  if (!all_names) return "must be a mapping of production's column names to the PR's";
  for (const auto& [from, to] : value.members) yaml.rename[from] = to.string;
  return {};
}

Complaint read_overlap(const JsonValue& value, ModelYaml& yaml) {
  if (value.kind != JsonValue::Kind::boolean) return expected("true or false", value);
  yaml.overlap = value.boolean;
  return {};
}

Complaint read_never_diff(const JsonValue& value, ModelYaml& yaml) {
  if (value.kind != JsonValue::Kind::boolean) return expected("true or false", value);
  yaml.never_diff = value.boolean;
  return {};
}

Complaint read_slim_diff(const JsonValue& value, ModelYaml& yaml) {
  if (!value.is_string() || value.string != "diff_when_downstream")
    return "can only be 'diff_when_downstream'";
  yaml.diff_when_downstream = true;
  return {};
}

Complaint read_severity(const JsonValue& value, GateSeverity& into) {
  static constexpr std::pair<std::string_view, GateSeverity> kSeverities[] = {
      {"note", GateSeverity::note}, {"warn", GateSeverity::warn}, {"fail", GateSeverity::fail}};
  for (const auto& [word, severity] : kSeverities) {
    if (value.string != word) continue;
    into = severity;
    return {};
  }
  return "has a severity that is none of note, warn, fail";
}

// As `gates` of .diffgate.yml, without a selector: it is this model that is meant. A text alone is a `when`.
Complaint read_gate(const JsonValue& value, ModelGate& into) {
  const JsonValue* when = value.is_string() ? &value : value.find("when");
  if (when == nullptr || !when->is_string() || when->string.empty()) {
    return "must be a list of {when: 'rows_removed_pct > 1', severity: note, warn or fail}";
  }
  into.when = when->string;
  for (const auto& [name, part] : value.members) {
    if (name == "when") continue;
    if (name != "severity") return fmt::format("has the unknown key '{}': when and severity are known", name);
    if (Complaint complaint = read_severity(part, into.severity); !complaint.empty()) return complaint;
  }
  return {};
}

Complaint read_gates(const JsonValue& value, ModelYaml& yaml) {
  std::vector<ModelGate> gates;
  const std::vector<JsonValue> alone{value};
  for (const JsonValue& item : value.is_list() ? value.items : alone) {
    ModelGate gate;
    if (Complaint complaint = read_gate(item, gate); !complaint.empty()) return complaint;
    gates.push_back(std::move(gate));
  }
  yaml.gates = std::move(gates);
  return {};
}

struct Key {
  std::string_view name;
  Reader read;
};

constexpr Key kKeys[] = {
    {"filter", [](const JsonValue& value, ModelYaml& yaml) { return read_text(value, yaml.filter); }},
    {"include_columns",
     [](const JsonValue& value, ModelYaml& yaml) { return read_names(value, yaml.include_columns); }},
    {"exclude_columns",
     [](const JsonValue& value, ModelYaml& yaml) { return read_names(value, yaml.exclude_columns); }},
    {"prod_time_travel", [](const JsonValue& value,
                            ModelYaml& yaml) { return read_text_or_single(value, yaml.prod_time_travel); }},
    {"pr_time_travel",
     [](const JsonValue& value, ModelYaml& yaml) { return read_text_or_single(value, yaml.pr_time_travel); }},
    {"time_column",
     [](const JsonValue& value, ModelYaml& yaml) { return read_text_or_single(value, yaml.time_column); }},
    {"never_diff", read_never_diff},
    {"slim_diff", read_slim_diff},
    {"primary_key",
     [](const JsonValue& value, ModelYaml& yaml) { return read_names(value, yaml.primary_key); }},
    {"tolerance", read_tolerance},
    {"timestamp_precision", read_precision},
    {"sample", read_sample},
    {"gates", read_gates},
    {"ignore_case",
     [](const JsonValue& value, ModelYaml& yaml) { return read_texts(value, yaml.ignore_case); }},
    {"trim", [](const JsonValue& value, ModelYaml& yaml) { return read_texts(value, yaml.trim); }},
    {"null_equals_empty",
     [](const JsonValue& value, ModelYaml& yaml) { return read_texts(value, yaml.null_equals_empty); }},
    {"rename", read_rename},
    {"overlap", read_overlap},
};

struct Vocabulary {
  std::string path;  // for messages
  const JsonValue* value;
};

// The compatible one first, so that our own is read over it.
std::vector<Vocabulary> vocabularies(const JsonValue& meta) {
  std::vector<Vocabulary> found;
  if (const JsonValue* datafold = meta.find("datafold")) {
    if (const JsonValue* datadiff = datafold->find("datadiff"))
      found.push_back({"meta.datafold.datadiff", datadiff});
  }
  if (const JsonValue* own = meta.find("diffgate")) found.push_back({"meta.diffgate", own});
  return found;
}

std::string warning(std::string_view whose, std::string_view path, std::string_view complaint,
                    std::string_view file) {
  const std::string text = fmt::format("{}: {} {}", whose, path, complaint);
  return file.empty() ? text : fmt::format("{} ({})", text, file);
}

}  // namespace

ModelYaml read_model_yaml(const JsonValue& meta, std::string_view model, std::string_view file,
                          std::vector<std::string>& warnings) {
  ModelYaml yaml;
  const auto warn = [&](std::string_view path, std::string_view complaint) {
    warnings.push_back(warning("model " + std::string(model), path, complaint, file));
  };
  for (const Vocabulary& vocabulary : vocabularies(meta)) {
    if (vocabulary.value->is_null()) continue;
    if (!vocabulary.value->is_object()) {
      warn(vocabulary.path, expected("a mapping", *vocabulary.value));
      continue;
    }
    for (const auto& [name, value] : vocabulary.value->members) {
      const auto* key = std::find_if(std::begin(kKeys), std::end(kKeys),
                                     [&](const Key& known) { return known.name == name; });
      if (key == std::end(kKeys)) {
        warn(vocabulary.path + "." + name, "is not known and is ignored");
      } else if (!value.is_null()) {
        const Complaint complaint = key->read(value, yaml);
        if (!complaint.empty()) warn(vocabulary.path + "." + name, complaint);
      }
    }
  }
  return yaml;
}

void read_column_yaml(const JsonValue& meta, std::string_view column, std::string_view model,
                      std::string_view file, ModelYaml& into, std::vector<std::string>& warnings) {
  const JsonValue* own = meta.find("diffgate");
  if (own == nullptr || own->is_null()) return;
  const std::string whose = fmt::format("model {}, column {}", model, column);
  if (!own->is_object()) {
    warnings.push_back(warning(whose, "meta.diffgate", expected("a mapping", *own), file));
    return;
  }
  for (const auto& [name, value] : own->members) {
    Complaint complaint;
    if (name == "tolerance") {
      const auto tolerance = one_tolerance(value);
      if (tolerance) into.tolerance[std::string(column)] = *tolerance;
      if (!tolerance) complaint = fmt::format("must be {}", kToleranceForms);
    } else if (name == "timestamp_precision") {
      const auto precision = one_precision(value);
      if (precision) into.timestamp_precision[std::string(column)] = *precision;
      if (!precision) complaint = fmt::format("must be {}", kPrecision);
    } else if (name == "exclude") {
      if (value.is_true()) into.exclude_columns.emplace_back(column);
      if (value.kind != JsonValue::Kind::boolean) complaint = expected("true or false", value);
    } else {
      complaint = "is not known and is ignored";
    }
    if (!complaint.empty()) warnings.push_back(warning(whose, "meta.diffgate." + name, complaint, file));
  }
}

std::vector<std::string> primary_key_in(const JsonValue& meta) {
  std::vector<std::string> warnings;
  return read_model_yaml(meta, {}, {}, warnings).primary_key;
}

}  // namespace diffgate::dbt
