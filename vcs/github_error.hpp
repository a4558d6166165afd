#pragma once

#include "net/error.hpp"
#include "net/http.hpp"
#include "vcs/rest.hpp"

namespace diffgate::vcs {

// What an answer of GitHub that is no success means for the one who can act: a missing permission is named,
// from GitHub's own X-Accepted-GitHub-Permissions or else from the call.
Error github_error(const ApiCall& call, const net::Response& response);

}  // namespace diffgate::vcs
