#include "vcs/gitlab_payload.hpp"

namespace diffgate::vcs {

std::optional<UtcTime> parse_gitlab_time(std::string_view text) {
  constexpr std::string_view zone = " UTC";
  if (!text.ends_with(zone)) return parse_iso8601(text);
  std::string iso(text.substr(0, text.size() - zone.size()));
  const std::size_t space = iso.find(' ');
  if (space == std::string::npos) return std::nullopt;
  iso[space] = 'T';
  return parse_iso8601(iso + "Z");
}

bool read_gitlab_draft(const JsonView& json) {
  const auto draft = json.optional_boolean("draft");
  return draft ? *draft : json.optional_boolean("work_in_progress").value_or(false);
}

PullRequest read_gitlab_merge_request(const JsonView& json) {
  PullRequest pull;
  pull.number = PullNumber(json.integer("iid"));
  pull.title = json.optional_text("title").value_or("");
  pull.url = json.optional_text("web_url").value_or("");
  if (const auto author = json.optional_object("author")) {
    pull.author = author->optional_text("username").value_or("");
  }
  // The others are closed, merged, and locked: being merged.
  pull.is_open = json.text("state") == "opened";
  pull.is_draft = read_gitlab_draft(json);
  pull.base_branch = json.text("target_branch");
  pull.head_branch = json.text("source_branch");
  // Null for a moment after the merge request was opened, and while its source branch has no commit.
  pull.head_sha = json.optional_sha("sha").value_or(Sha());
  if (const auto refs = json.optional_object("diff_refs")) {
    // base_sha of diff_refs is the merge base; start_sha is the tip of the target branch.
    pull.base_sha = refs->optional_sha("start_sha").value_or(Sha());
  }
  // Null when the fork was deleted.
  pull.head_repo = RepoId(json.optional_integer("source_project_id").value_or(0));
  pull.is_fork = pull.head_repo != RepoId(json.integer("target_project_id"));
  for (const JsonView& label : json.elements("labels")) pull.labels.push_back(label.as_text());
  const auto updated_at = json.optional_text("updated_at");
  if (updated_at) pull.updated_at = parse_gitlab_time(*updated_at).value_or(UtcTime());
  return pull;
}

}  // namespace diffgate::vcs
