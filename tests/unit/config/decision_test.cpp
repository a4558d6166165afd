#include "config/decision.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace diffgate::config;

namespace {

PullRequestFacts pull_request() {
  PullRequestFacts facts;
  facts.base_branch = "main";
  facts.head_commit_message = "Count refunds once";
  facts.changed_files = {{"models/orders.sql", ""}};
  return facts;
}

Rules rules_with_label(ForkPullRequests forks = ForkPullRequests::never) {
  Rules rules;
  rules.pull_request_label = "data";
  rules.fork_pull_requests = forks;
  return rules;
}

}  // namespace

TEST_CASE("without rules every pull request that changes something runs") {
  const Decision decision = decide(Rules{}, pull_request());
  CHECK(decision.run);
  CHECK(decision.rule == DecisionRule::run);
  CHECK(decision.reason == "no rule stands against a run");
}

TEST_CASE("each rule says which setting stands against the run") {
  struct Story {
    std::string name;
    void (*change)(Rules&, PullRequestFacts&);
    DecisionRule rule;
    std::string reason;
  };
  const Story stories[] = {
      {"switched off", [](Rules& r, PullRequestFacts&) { r.enabled = false; }, DecisionRule::disabled,
       "diffgate is switched off for this project (enabled: false)"},
      {"another base",
       [](Rules& r, PullRequestFacts& f) {
         r.base_branches = {"main", "release/*"};
         f.base_branch = "dev";
       },
       DecisionRule::base_branch, "the base branch 'dev' is not in base_branches ('main', 'release/*')"},
      {"draft",
       [](Rules& r, PullRequestFacts& f) {
         r.draft_pull_requests = false;
         f.is_draft = true;
       },
       DecisionRule::draft,
       "the pull request is a draft, and drafts are not run (draft_pull_requests: false)"},
      {"fork", [](Rules&, PullRequestFacts& f) { f.is_fork = true; }, DecisionRule::fork,
       "the pull request comes from a fork, and forks are not run (fork_pull_requests: never)"},
      {"label", [](Rules& r, PullRequestFacts&) { r.pull_request_label = "data"; },
       DecisionRule::label_missing, "the label 'data' is not on the pull request (pull_request_label)"},
      {"keyword", [](Rules&, PullRequestFacts& f) { f.head_commit_message = "wip [datafold-skip-ci]"; },
       DecisionRule::skip_keyword,
       "the head commit's message holds 'datafold-skip-ci' (skip_commit_keywords)"},
      {"nothing changed", [](Rules&, PullRequestFacts& f) { f.changed_files.clear(); },
       DecisionRule::no_files, "the pull request changes no files"},
      {"one ignored", [](Rules& r, PullRequestFacts&) { r.files_to_ignore = {"models/"}; },
       DecisionRule::files_ignored,
       "the one changed file, 'models/orders.sql', is ignored (files_to_ignore)"},
      {"all ignored",
       [](Rules& r, PullRequestFacts& f) {
         r.files_to_ignore = {"*"};
         f.changed_files.push_back({"b", ""});
       },
       DecisionRule::files_ignored,
       "all 2 changed files are ignored (files_to_ignore), the first is 'models/orders.sql'"},
  };
  for (const Story& story : stories) {
    CAPTURE(story.name);
    Rules rules;
    PullRequestFacts facts = pull_request();
    story.change(rules, facts);
    const Decision decision = decide(rules, facts);
    CHECK_FALSE(decision.run);
    CHECK(decision.rule == story.rule);
    CHECK(decision.reason == story.reason);
  }
}

TEST_CASE("the label must be there by exactly its name") {
  PullRequestFacts facts = pull_request();
  facts.labels = {"Data", "data ", "data-diff"};
  CHECK(decide(rules_with_label(), facts).rule == DecisionRule::label_missing);
  facts.labels.push_back("data");
  CHECK(decide(rules_with_label(), facts).run);
}

TEST_CASE("a fork runs only by a label that a writer has set for this head") {
  const Rules rules = rules_with_label(ForkPullRequests::with_label);
  PullRequestFacts facts = pull_request();
  facts.is_fork = true;
  CHECK(decide(rules, facts).rule == DecisionRule::fork);
  facts.labels = {"data"};
  CHECK(decide(rules, facts).rule == DecisionRule::fork);
  CHECK(decide(rules, facts).reason ==
        "the pull request comes from a fork: someone with write access has to put the label 'data' on for "
        "this commit "
        "(fork_pull_requests: with_label)");
  facts.label_set_by_writer = true;
  CHECK(decide(rules, facts).run);
  facts.labels.clear();  // taken off again
  CHECK(decide(rules, facts).rule == DecisionRule::fork);

  Rules no_label = rules;
  no_label.pull_request_label.clear();
  CHECK(decide(no_label, facts).rule == DecisionRule::fork);
  CHECK(decide(rules_with_label(), facts).rule == DecisionRule::fork);
}

TEST_CASE("base branches are globs: '*' stays within a segment, '**' does not") {
  struct Case {
    std::string glob;
    std::string branch;
    bool runs;
  };
  const Case cases[] = {
      {"main", "main", true},
      {"main", "maintenance", false},
      {"main", "x/main", false},
      {"release/*", "release/1", true},
      {"release/*", "release/1/x", false},
      {"release/*", "release", false},
      {"release/**", "release/1/x", true},
      {"release/**", "release", false},
      {"**", "a/b", true},
      {"*", "a/b", false},
      {"v[0-9]", "v1", true},
      {"v?", "v", false},
      {"main/", "main", false},
      {"**/hotfix", "hotfix", true},
      {"**/hotfix", "a/b/hotfix", true},
  };
  for (const Case& c : cases) {
    CAPTURE(c.glob);
    CAPTURE(c.branch);
    Rules rules;
    rules.base_branches = {c.glob};
    PullRequestFacts facts = pull_request();
    facts.base_branch = c.branch;
    CHECK(decide(rules, facts).run == c.runs);
  }
}

TEST_CASE("one file that counts is enough, and the reason names it") {
  Rules rules;
  rules.files_to_ignore = {"*.md"};
  PullRequestFacts facts = pull_request();
  facts.changed_files = {{"README.md", ""}, {"models/a.sql", ""}};
  const Decision decision = decide(rules, facts);
  CHECK(decision.run);
  CHECK(decision.reason == "the changed file 'models/a.sql' is not in files_to_ignore");
}

TEST_CASE("a renamed file counts by both of its names") {
  Rules rules;
  rules.files_to_ignore = {"docs/"};
  PullRequestFacts facts = pull_request();
  facts.changed_files = {{"docs/a.sql", "models/a.sql"}};
  CHECK(decide(rules, facts).run);
  facts.changed_files = {{"models/a.sql", "docs/a.sql"}};
  CHECK(decide(rules, facts).run);
  facts.changed_files = {{"docs/b.sql", "docs/a.sql"}};
  CHECK(decide(rules, facts).rule == DecisionRule::files_ignored);
}

TEST_CASE("a list of files that was cut never skips a run") {
  Rules rules;
  rules.files_to_ignore = {"*"};
  PullRequestFacts facts = pull_request();
  facts.changed_files_complete = false;
  CHECK(decide(rules, facts).run);
  facts.changed_files.clear();
  CHECK(decide(rules, facts).run);
}

TEST_CASE("an empty keyword skips nothing") {
  Rules rules;
  rules.skip_commit_keywords = {""};
  CHECK(decide(rules, pull_request()).run);
}

TEST_CASE("reasons are one bounded line, whatever the names hold") {
  Rules rules;
  rules.base_branches = {"main"};
  PullRequestFacts facts = pull_request();
  facts.base_branch = "a\nb" + std::string(5000, 'x');
  const std::string reason = decide(rules, facts).reason;
  CHECK(reason.find('\n') == std::string::npos);
  CHECK(reason.size() < 300);
}

TEST_CASE("every rule has a name of its own") {
  std::set<std::string_view> names;
  for (const DecisionRule rule :
       {DecisionRule::run, DecisionRule::disabled, DecisionRule::base_branch, DecisionRule::draft,
        DecisionRule::fork, DecisionRule::label_missing, DecisionRule::skip_keyword,
        DecisionRule::files_ignored, DecisionRule::no_files}) {
    names.insert(name_of(rule));
  }
  CHECK(names.size() == 9);
}
