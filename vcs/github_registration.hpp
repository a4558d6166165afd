#pragma once

// One-click registration of the App. GitHub docs, "Registering a GitHub App from a manifest": a form posts
// the manifest to GitHub, a person confirms, GitHub sends the browser back with a code, and the code is
// redeemed for the App's credentials within the hour.

#include <string>
#include <string_view>

#include "net/async.hpp"
#include "net/clock.hpp"
#include "net/http.hpp"
#include "net/secret.hpp"

namespace diffgate::vcs {

struct RegisteredApp {
  std::string app_id;
  std::string slug;
  std::string html_url;  // the App's page
  std::string client_id;
  Secret client_secret;
  Secret webhook_secret;
  Secret private_key;  // PEM
};

// The manifest as JSON: what the App may do, and where its webhooks and the browser go. `server_url` has no
// slash at its end.
std::string app_manifest(const std::string& server_url, const std::string& webhook_path,
                         const std::string& redirect_path);

// Where the form posts to: a person's own settings, or an organization's.
std::string registration_url(const std::string& web_url, const std::string& organization,
                             const std::string& state);

// Throws Error(caller) for a code that GitHub does not take.
Awaitable<RegisteredApp> redeem_manifest_code(net::HttpClient& client, Clock& clock, std::string api_url,
                                              std::string code);

}  // namespace diffgate::vcs
