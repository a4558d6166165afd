#pragma once

// A GitLab forge on a scripted wire and a clock that skips its sleeps.

#include <doctest/doctest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "fake_http.hpp"
#include "manual_clock.hpp"
#include "net/error.hpp"
#include "run.hpp"
#include "vcs/forge.hpp"

namespace diffgate::vcs {

inline const std::string kGitLab = "https://git.acme.test/gitlab/api/v4";
inline const std::string kProject = kGitLab + "/projects/14";
inline const std::string kMergeRequest = kProject + "/merge_requests/7";

inline std::string gitlab_sha(char digit) { return std::string(40, digit); }

inline Repo gitlab_repo() { return {"gitlab", RepoId(14), InstallationId(0), "acme/data/dbt"}; }

inline nlohmann::json merge_request_json() {
  return {{"iid", 7},
          {"title", "New revenue logic"},
          {"web_url", "https://git.acme.test/gitlab/acme/data/dbt/-/merge_requests/7"},
          {"author", {{"username", "ada"}}},
          {"state", "opened"},
          {"draft", false},
          {"source_project_id", 14},
          {"target_project_id", 14},
          {"target_branch", "main"},
          {"source_branch", "revenue"},
          {"sha", gitlab_sha('d')},
          {"changes_count", "1"},
          {"labels", {"data-diff"}},
          {"updated_at", "2026-05-04T01:14:52.123Z"},
          {"diff_refs",
           {{"base_sha", gitlab_sha('a')}, {"start_sha", gitlab_sha('b')}, {"head_sha", gitlab_sha('d')}}}};
}

struct GitLabSetup {
  GitLabSetup() {
    clock.skip_sleeps();
    GitLabOptions options;
    options.url = "https://git.acme.test/gitlab/";
    options.token = Secret("glpat-hush");
    forge = create_gitlab_forge(loop.executor(), http, clock, options);
  }

  test::Loop loop;
  test::ManualClock clock;
  test::FakeHttp http;
  std::unique_ptr<Forge> forge;
};

// What `act` throws.
template <class Act>
Error gitlab_error_of(Act act) {
  try {
    act();
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find("glpat-hush") == std::string::npos);
    return error;
  }
  FAIL("nothing was thrown");
  return {ErrorClass::internal, ""};
}

}  // namespace diffgate::vcs
