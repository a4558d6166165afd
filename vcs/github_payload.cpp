#include "vcs/github_payload.hpp"

namespace diffgate::vcs {

PullRequest read_github_pull_request(const JsonView& json, RepoId repo) {
  PullRequest pull;
  pull.number = PullNumber(json.integer("number"));
  pull.title = json.optional_text("title").value_or("");
  pull.url = json.optional_text("html_url").value_or("");
  // A deleted account leaves no user.
  if (const auto user = json.optional_object("user")) pull.author = user->optional_text("login").value_or("");
  pull.is_open = json.text("state") == "open";
  pull.is_draft = json.optional_boolean("draft").value_or(false);

  const JsonView base = json.object("base");
  pull.base_branch = base.text("ref");
  pull.base_sha = base.sha("sha");
  const auto base_repo = base.optional_object("repo");
  if (base_repo) pull.base_repo = RepoId(base_repo->integer("id"));
  const RepoId home = base_repo ? pull.base_repo : repo;

  const JsonView head = json.object("head");
  pull.head_branch = head.text("ref");
  pull.head_sha = head.sha("sha");
  // A fork that was deleted while its pull request stayed open has no repository any more.
  const auto head_repo = head.optional_object("repo");
  if (head_repo) pull.head_repo = RepoId(head_repo->integer("id"));
  pull.is_fork = pull.head_repo != home;

  for (const JsonView& label : json.elements("labels")) pull.labels.push_back(label.text("name"));
  const auto updated_at = json.optional_text("updated_at");
  if (updated_at) pull.updated_at = parse_iso8601(*updated_at).value_or(UtcTime());
  return pull;
}

}  // namespace diffgate::vcs
