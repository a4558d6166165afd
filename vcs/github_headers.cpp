#include "vcs/github_headers.hpp"

#include <string>

namespace diffgate::vcs {

net::Headers github_headers(const Secret& token, std::string_view accept) {
  // GitHub's API description declares plain JSON alone, so tools that go by it refuse the vendor type without
  // it.
  constexpr std::string_view json = "application/vnd.github+json, application/json;q=0.9";
  return {{"Authorization", "Bearer " + token.expose()},
          {"Accept", std::string(accept.empty() ? json : accept)},
          // The oldest version that GitHub Enterprise Server and github.com have in common.
          {"X-GitHub-Api-Version", "2022-11-28"}};
}

}  // namespace diffgate::vcs
