#include "config/repository_config.hpp"

#include <doctest/doctest.h>

#include "support.hpp"

using namespace diffgate::config;

namespace {

Parsed<Rules> parse(const std::string& yaml, const Rules& defaults = {}) {
  return parse_repository_config(yaml, "f", defaults, "analytics");
}

std::string problems_of(const std::string& yaml) { return test::joined(parse(yaml).problems); }

}  // namespace

TEST_CASE("an empty file leaves the server's rules") {
  Rules defaults;
  defaults.slim_diff = true;
  defaults.diff_threshold = 7;
  defaults.files_to_ignore = {"docs/"};
  for (const char* text : {"", "# nothing\n", "projects:\n", "projects: {analytics: }\n",
                           "projects: {other: {slim_diff: false}}\n"}) {
    CAPTURE(text);
    const auto parsed = parse(text, defaults);
    CHECK(parsed.ok());
    CHECK(canonical_text(parsed.value) == canonical_text(defaults));
  }
}

TEST_CASE("the file goes over the server's rules, a project's section over the file") {
  Rules defaults;
  defaults.diff_threshold = 7;
  defaults.files_to_ignore = {"docs/"};
  defaults.gates = {Gate{"", "key_nulls", ">", 0, "key_nulls > 0", Severity::fail}};
  const auto parsed = parse(
      "projects:\n  analytics: {slim_diff: false, comment: never}\n  other: {diff_threshold: 9}\n"
      "slim_diff: true\nfiles_to_ignore: ['*.md']\ngates: [{when: schema_break, severity: warn}]\n",
      defaults);
  INFO(test::joined(parsed.problems));
  REQUIRE(parsed.ok());
  CHECK_FALSE(parsed.value.slim_diff);
  CHECK(parsed.value.comment == CommentWhen::never);
  CHECK(parsed.value.diff_threshold == 7);
  CHECK(parsed.value.files_to_ignore == std::vector<std::string>{"*.md"});  // as a whole
  REQUIRE(parsed.value.gates.size() == 1);
  CHECK(parsed.value.gates[0].measure == "schema_break");
}

TEST_CASE("an empty value takes back what may be absent, and is missing where there must be one") {
  Rules defaults;
  defaults.diff_threshold = 7;
  defaults.pull_request_label = "data";
  defaults.files_to_ignore = {"docs/"};
  defaults.sampling = 0.5;
  defaults.tolerance = {{"", "abs:1"}};
  defaults.gates = {Gate{}};
  const auto parsed =
      parse("diff_threshold:\npull_request_label: null\nfiles_to_ignore: ~\nsampling:\ntolerance:\ngates:\n",
            defaults);
  CHECK(parsed.ok());
  CHECK(canonical_text(parsed.value) == canonical_text(Rules{}));
  CHECK(problems_of("slim_diff:\ncomment:\n") ==
        "f:1:1: slim_diff: the value is missing\nf:2:1: comment: the value is missing\n");
}

TEST_CASE("every rule is read") {
  struct Case {
    std::string yaml;
    std::string line;  // of canonical_text
  };
  const Case cases[] = {
      {"enabled: false", "enabled: false"},
      {"dbt_project_dir: ./a//b/", "dbt_project_dir: \"a/b\""},
      {"dbt_project_dir: .", "dbt_project_dir: \"\""},
      {"pull_request_label: 123", "pull_request_label: \"123\""},
      {"pull_request_label: 'true'", "pull_request_label: \"true\""},
      {"base_branches: main", "base_branches: [\"main\"]"},
      {"draft_pull_requests: False", "draft_pull_requests: false"},
      {"fork_pull_requests: never", "fork_pull_requests: \"never\""},
      {"files_to_ignore: |\n  a\n\n  b\n", "files_to_ignore: [\"a\",\"\",\"b\"]"},
      {"files_to_ignore: ['', a]", "files_to_ignore: [\"\",\"a\"]"},
      {"skip_commit_keywords: [x]", "skip_commit_keywords: [\"x\"]"},
      {"skip_commit_keywords: []", "skip_commit_keywords: []"},
      {"slim_diff: true", "slim_diff: true"},
      {"select: [a, 'b+']", "select: \"a b+\""},
      {"exclude: tag:x", "exclude: \"tag:x\""},
      {"diff_threshold: 0", "diff_threshold: 0"},
      {"primary_key_tag: pk", "primary_key_tag: \"pk\""},
      {"fail_on_primary_key_issues: true", "fail_on_primary_key_issues: true"},
      {"report_errors_as_success: true", "report_errors_as_success: true"},
      {"columns_to_ignore: ['_*']", "columns_to_ignore: [\"_*\"]"},
      {"base_artifacts: merge_base", "base_artifacts: \"merge_base\""},
      {"tolerance: abs:0.01", "tolerance: {\"*\":\"abs:0.01\"}"},
      {"tolerance: {a: 'digits:6'}", "tolerance: {\"a\":\"digits:6\"}"},
      {"float_tolerance: rel:1e-9", "float_tolerance: \"rel:1e-9\""},
      {"timestamp_precision: 6", "timestamp_precision: 6"},
      {"sampling: 0.25", "sampling: 0.25"},
      {"sampling: 25%", "sampling: 0.25"},
      {"gates: [{when: key_nulls > 0}]",
       "gates: [{\"select\":\"\",\"when\":\"key_nulls > 0\",\"severity\":\"fail\"}]"},
      {"comment: on_difference", "comment: \"on_difference\""},
      {"samples: comment", "samples: \"comment\""},
      {"masking_tags: [secret]", "masking_tags: [\"secret\"]"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.yaml);
    const auto parsed = parse(c.yaml);
    INFO(test::joined(parsed.problems));
    CHECK(parsed.ok());
    CHECK(("\n" + canonical_text(parsed.value)).find("\n" + std::string(c.line) + "\n") != std::string::npos);
  }
}

TEST_CASE("every wrong value is told with its place and what to write") {
  struct Case {
    std::string yaml;
    std::string problem;
  };
  const Case cases[] = {
      {"slim_dif: true", "f:1:1: slim_dif: unknown key (did you mean 'slim_diff'?)"},
      {"SLIM-DIFF: true", "f:1:1: SLIM-DIFF: unknown key (did you mean 'slim_diff'?)"},
      {"nonsense: true", "f:1:1: nonsense: unknown key"},
      {"<<: {slim_diff: true}", "f:1:1: <<: unknown key (merge keys are not supported)"},
      {"slim_diff: yes", "f:1:12: slim_diff: expected true or false, found a text (write true)"},
      {"slim_diff: 'false'", "f:1:12: slim_diff: expected true or false, found a text (write false)"},
      {"slim_diff: 1", "f:1:12: slim_diff: expected true or false, found a number"},
      {"slim_diff: [true]", "f:1:12: slim_diff: expected true or false, found a list"},
      {"pull_request_label: true",
       "f:1:21: pull_request_label: expected a text, found true or false (put it in quotes if it is meant as "
       "a text)"},
      {"pull_request_label: ''", "f:1:21: pull_request_label: the text is empty"},
      {"pull_request_label: {a: b}", "f:1:21: pull_request_label: expected a text, found a map"},
      {"comment: sometimes", "f:1:10: comment: 'sometimes' is not one of always, never, on_difference"},
      {"comment: On_Difference",
       "f:1:10: comment: 'On_Difference' is not one of always, never, on_difference (did you mean "
       "'on_difference'?)"},
      {"diff_threshold: -1", "f:1:17: diff_threshold: '-1' is out of range: from 0 to 2147483647"},
      {"diff_threshold: 99999999999999999999",
       "f:1:17: diff_threshold: '99999999999999999999' is out of range: from 0 to 2147483647"},
      {"diff_threshold: 1.5", "f:1:17: diff_threshold: expected a whole number, found a number"},
      {"diff_threshold: '5'", "f:1:17: diff_threshold: expected a whole number, found a text"},
      {"diff_threshold: many", "f:1:17: diff_threshold: expected a whole number, found a text"},
      {"timestamp_precision: 7", "f:1:22: timestamp_precision: '7' is out of range: from 0 to 6"},
      {"sampling: 1",
       "f:1:11: sampling: '1' is out of range: more than 0, less than 1 (leave the key out to compare all "
       "rows)"},
      {"sampling: 0%",
       "f:1:11: sampling: '0%' is out of range: more than 0, less than 1 (leave the key out to compare all "
       "rows)"},
      {"sampling: nan",
       "f:1:11: sampling: 'nan' is out of range: more than 0, less than 1 (leave the key out to compare all "
       "rows)"},
      {"sampling: few", "f:1:11: sampling: expected a share of the keys, found a text (write 0.1 or 10%)"},
      {"tolerance: 0.01",
       "f:1:12: tolerance: '0.01' is not a tolerance (write abs:0.01 for an absolute tolerance)"},
      {"tolerance: abs:x",
       "f:1:12: tolerance: 'abs:x' is not a tolerance (write abs:0.01, rel:1e-6 or digits:6)"},
      {"tolerance: abs:-1",
       "f:1:12: tolerance: 'abs:-1' is not a tolerance (an absolute tolerance is at least 0)"},
      {"tolerance: {a: rel:2}",
       "f:1:16: tolerance.a: 'rel:2' is not a tolerance (a relative tolerance is from 0 to 1)"},
      {"tolerance: {a: digits:1.5}",
       "f:1:16: tolerance.a: 'digits:1.5' is not a tolerance (significant digits are a whole number from 1 "
       "to 17)"},
      {"tolerance: {a: abs:nan}",
       "f:1:16: tolerance.a: 'abs:nan' is not a tolerance (write abs:0.01, rel:1e-6 or digits:6)"},
      {"tolerance: [abs:1]",
       "f:1:12: tolerance: expected a tolerance, or a map of them by column, found a list (write abs:0.01, "
       "rel:1e-6 or digits:6)"},
      {"float_tolerance: 1e-9",
       "f:1:18: float_tolerance: '1e-9' is not a tolerance (write abs:1e-9 for an absolute tolerance)"},
      {"dbt_project_dir: /a",
       "f:1:18: dbt_project_dir: '/a' is not relative to the repository's root (write it as "
       "'transform/dbt')"},
      {"dbt_project_dir: a/../..",
       "f:1:18: dbt_project_dir: 'a/../..' leaves the repository (write it without '..')"},
      {"base_branches: ['!x']",
       "f:1:16: base_branches: '!x': a branch can't be excluded (list the branches that count)"},
      {"base_branches: {a: b}",
       "f:1:16: base_branches: expected a list of texts, found a map (begin each entry with '- ')"},
      {"skip_commit_keywords: ['']", "f:1:24: skip_commit_keywords[0]: the text is empty"},
      {"fork_pull_requests: with_label",
       "f:1:21: fork_pull_requests: with_label needs a label (set pull_request_label)"},
      {"gates: {when: key_nulls > 0}",
       "f:1:8: gates: expected a list, found a map (begin each entry with '- ')"},
      {"gates: [{severity: warn}]", "f:1:9: gates[0]: when is missing"},
      {"gates: [{when: }]", "f:1:10: gates[0].when: the value is missing"},
      {"gates: [{when: key_nulls}]", "f:1:16: gates[0].when: key_nulls needs a limit: write 'key_nulls > 0'"},
      {"gates: [{when: schema_break, severity: error}]",
       "f:1:40: gates[0].severity: 'error' is not one of note, warn, fail"},
      {"gates: [{when: schema_break, selct: x}]",
       "f:1:30: gates[0].selct: unknown key (did you mean 'select'?)"},
      {"projects: [analytics]", "f:1:11: projects: expected a map of rules by project name, found a list"},
      {"projects: {analytics: on}",
       "f:1:23: projects.analytics: expected a map of keys and values, found a text"},
      {"projects: {other: {slim_dif: true}}",
       "f:1:20: projects.other.slim_dif: unknown key (did you mean 'slim_diff'?)"},
      {"- a", "f:1:1: expected a map of keys and values, found a list"},
      {"a text", "f:1:1: expected a map of keys and values, found a text"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.yaml);
    CHECK(problems_of(c.yaml) == c.problem + std::string("\n"));
  }
}

TEST_CASE("all mistakes are told at once, by line") {
  const std::string problems =
      problems_of("comment: x\nslim_dif: 1\nprojects:\n  a: {enabled: 5}\ncomment: never\nsampling: 9\n");
  CHECK(problems ==
        "f:1:10: comment: 'x' is not one of always, never, on_difference\n"
        "f:2:1: slim_dif: unknown key (did you mean 'slim_diff'?)\n"
        "f:4:16: projects.a.enabled: expected true or false, found a number\n"
        "f:5:1: comment: the key 'comment' is there twice, first in line 1 (keep one of them)\n"
        "f:6:11: sampling: '9' is out of range: more than 0, less than 1 (leave the key out to compare all "
        "rows)\n");
}

TEST_CASE("with_label is fine with the server's label, or with the project's own") {
  Rules defaults;
  defaults.pull_request_label = "data";
  CHECK(parse("fork_pull_requests: with_label", defaults).ok());
  CHECK(parse("projects: {analytics: {fork_pull_requests: with_label}}", defaults).ok());
  CHECK(parse("fork_pull_requests: with_label\nprojects: {analytics: {pull_request_label: x}}").ok());
  CHECK_FALSE(parse("fork_pull_requests: with_label\npull_request_label:\n", defaults).ok());
}

TEST_CASE("variables have no meaning in a repository's file") {
  const auto parsed = parse("primary_key_tag: ${HOME}");
  CHECK(parsed.ok());
  CHECK(parsed.value.primary_key_tag == "${HOME}");
}

TEST_CASE("thousands of mistakes are counted, not listed") {
  std::string yaml;
  for (int i = 0; i < 5000; ++i) yaml += "k" + std::to_string(i) + ": 1\n";
  const auto parsed = parse(yaml);
  REQUIRE(parsed.problems.size() == 201);
  CHECK(to_line(parsed.problems.back()) == "f: 4800 more problems");
}

TEST_CASE("lists have limits") {
  std::string many = "files_to_ignore:\n";
  for (int i = 0; i < 1001; ++i) many += "- a\n";
  CHECK(problems_of(many) == "f:2:1: files_to_ignore: 1001 entries are too many: at most 1000\n");
  CHECK(problems_of("files_to_ignore: [" + std::string(1001, 'a') + "]") ==
        "f:1:18: files_to_ignore: an entry is longer than 1000 bytes\n");
  std::string gates = "gates:\n";
  for (int i = 0; i < 201; ++i) gates += "- when: schema_break\n";
  CHECK(problems_of(gates) == "f:2:1: gates: 201 gates are too many: at most 200\n");
}

TEST_CASE("whoever knows selectors says what is wrong with one, and it is told at its own column") {
  // A stand-in for dbt's grammar: a question mark is a mistake.
  const SelectorCheck check = [](const std::string& selector) -> std::optional<SelectorProblem> {
    const std::size_t at = selector.find('?');
    if (at == std::string::npos) return std::nullopt;
    return SelectorProblem{at + 1, "what is '?'", "leave it out"};
  };
  const auto problems = [&](const std::string& yaml) {
    return test::joined(parse_repository_config(yaml, "f", {}, "analytics", check).problems);
  };
  CHECK(problems("select: abc ?\n") == "f:1:13: select: what is '?' (leave it out)\n");
  CHECK(problems("exclude: 'abc ?'\n") == "f:1:15: exclude: what is '?' (leave it out)\n");
  CHECK(problems("select:\n  - abc\n  - x?\n") == "f:3:6: select[1]: what is '?' (leave it out)\n");
  CHECK(problems("gates:\n  - {when: schema_break, select: \"?\"}\n") ==
        "f:2:35: gates[0].select: what is '?' (leave it out)\n");
  CHECK(problems("projects: {other: {select: 'a?'}}\n").find("projects.other.select: what is '?'") !=
        std::string::npos);
  // Where columns can't be counted, the value's beginning is named.
  CHECK(problems("select: >\n  abc\n  ?\n").starts_with("f:1:9: select: what is '?'"));
  CHECK(problems("select: fine\n").empty());
}

TEST_CASE("every rule is described, with its default") {
  const auto values = rule_values(Rules{});
  CHECK(values.size() == 30);
  for (const RuleValue& value : values) {
    CAPTURE(value.key);
    CHECK(value.doc.size() > 10);
    CHECK(value.value_json == value.default_json);
  }
  Rules rules;
  rules.slim_diff = true;
  CHECK(canonical_text(rules) != canonical_text(Rules{}));
}
