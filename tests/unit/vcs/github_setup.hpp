#pragma once

// A GitHub forge on a scripted wire and a clock that skips its sleeps.

#include <doctest/doctest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "fake_http.hpp"
#include "manual_clock.hpp"
#include "net/error.hpp"
#include "rsa_key.hpp"
#include "run.hpp"
#include "vcs/forge.hpp"

namespace diffgate::vcs {

inline const std::string kApi = "https://api.github.com";
inline const std::string kRepoUrl = kApi + "/repos/acme/dbt";
inline const std::string kTokenUrl = kApi + "/app/installations/99/access_tokens";

inline Sha sha_of(char digit) { return Sha(std::string(40, digit)); }

inline Repo github_repo() { return {"github", RepoId(186853002), InstallationId(99), "acme/dbt"}; }

inline std::string token_answer(const std::string& token, UtcTime expires_at) {
  return nlohmann::json{{"token", token}, {"expires_at", iso8601(expires_at)}}.dump();
}

inline GitHubOptions github_options() {
  GitHubOptions options;
  options.app_id = "1234";
  options.private_key_pem = test::rsa_key();
  return options;
}

struct GitHubSetup {
  GitHubSetup() {
    clock.skip_sleeps();
    http.always("POST", kTokenUrl,
                test::answer(201, token_answer("ghs_1", clock.now() + std::chrono::hours(1))));
    http.always("GET", kApi + "/app", test::answer(200, R"({"id":1234,"slug":"acme-diffgate"})"));
    forge = create_github_forge(loop.executor(), http, clock, github_options());
  }

  // The calls that are neither about tokens nor about the App.
  std::vector<std::string> calls() const {
    std::vector<std::string> calls;
    for (const std::string& call : http.calls()) {
      if (call != "POST " + kTokenUrl && call != "GET " + kApi + "/app") calls.push_back(call);
    }
    return calls;
  }

  test::Loop loop;
  test::ManualClock clock;
  test::FakeHttp http;
  std::unique_ptr<Forge> forge;
};

// What `act` throws.
template <class Act>
Error error_of(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return error;
  }
  FAIL("nothing was thrown");
  return {ErrorClass::internal, ""};
}

}  // namespace diffgate::vcs
