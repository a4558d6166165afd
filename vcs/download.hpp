#pragma once

// Large files that a forge keeps elsewhere: its API redirects to a storage, with a URL that is its own
// permit.

#include <string>

#include "net/async.hpp"
#include "net/clock.hpp"
#include "net/http.hpp"
#include "vcs/rest.hpp"

namespace diffgate::vcs {

// The URL that an API's answer redirects to, or nullopt if it is no redirect. Throws Error(remote_final) if
// it would lead from https to something else.
std::optional<std::string> storage_url(const ApiCall& call, const std::string& api_url,
                                       const net::Response& response);

// Writes what is at `url` to a file, without any authorization; further redirects are followed, three at
// most. The status of the answer. Throws Error(remote_final) if it is larger than `max_bytes`.
Awaitable<int> download(net::HttpClient& client, Clock& clock, std::string url, std::string into_file,
                        std::size_t max_bytes);

}  // namespace diffgate::vcs
