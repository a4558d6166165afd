#include "vcs/github_registration.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "net/url.hpp"
#include "vcs/github_error.hpp"
#include "vcs/github_headers.hpp"
#include "vcs/github_requirements.hpp"
#include "vcs/json.hpp"
#include "vcs/rest.hpp"
#include "vcs/text_limits.hpp"

namespace diffgate::vcs {
namespace {

constexpr std::chrono::seconds kTimeout{30};

bool is_code(std::string_view code) {
  constexpr std::size_t most = 200;
  return !code.empty() && code.size() <= most && std::all_of(code.begin(), code.end(), [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  });
}

}  // namespace

std::string app_manifest(const std::string& server_url, const std::string& webhook_path,
                         const std::string& redirect_path) {
  constexpr std::size_t longest_name = 34;  // GitHub's limit
  const auto url = net::parse_url(server_url);
  const std::string name = "diffgate " + (url ? url->host : std::string());
  nlohmann::json manifest = {{"name", cut_characters(name, longest_name)},
                             {"url", server_url},
                             {"description", "Shows on every pull request what it does to the data"},
                             {"hook_attributes", {{"url", server_url + webhook_path}, {"active", true}}},
                             {"redirect_url", server_url + redirect_path},
                             {"public", false},
                             {"default_events", kGitHubEvents}};
  for (const GitHubPermission& permission : kGitHubPermissions)
    manifest["default_permissions"][std::string(permission.name)] = permission.is_write ? "write" : "read";
  return manifest.dump();
}

std::string registration_url(const std::string& web_url, const std::string& organization,
                             const std::string& state) {
  const std::string owner =
      organization.empty() ? "" : "/organizations/" + net::encode_path_segment(organization);
  return web_url + owner + "/settings/apps/new?state=" + net::encode_path_segment(state);
}

Awaitable<RegisteredApp> redeem_manifest_code(net::HttpClient& client, Clock& clock, std::string api_url,
                                              std::string code) {
  if (!is_code(code)) throw Error(ErrorClass::caller, "this is no code of GitHub's");
  Rest rest(client, clock, std::move(api_url), kTimeout);
  // The code stays out of error messages: whoever has it within the hour gets the App.
  const ApiCall named{.method = "POST", .path = "/app-manifests/…/conversions"};
  ApiCall call = named;
  call.path = "/app-manifests/" + code + "/conversions";
  net::Headers headers = github_headers(Secret(), {});
  net::Headers anonymous;
  for (const auto& [name, value] : headers) {
    if (name != "Authorization") anonymous.add(name, value);
  }
  const net::Response response = co_await rest.send(std::move(call), std::move(anonymous));
  if (response.status == 404 || response.status == 422)
    throw Error(ErrorClass::caller, "GitHub does not take the code", name_of(named),
                "it is good for an hour and for one use: begin again");
  if (response.status != 201) throw github_error(named, response);
  const JsonDocument document(response.body, ErrorClass::remote_final, name_of(named));
  const JsonView app = document.root();
  RegisteredApp registered;
  registered.app_id = std::to_string(app.integer("id"));
  registered.slug = app.text("slug");
  registered.html_url = app.text("html_url");
  registered.client_id = app.text("client_id");
  registered.client_secret = Secret(app.text("client_secret"));
  registered.webhook_secret = Secret(app.text("webhook_secret"));
  registered.private_key = Secret(app.text("pem"));
  co_return registered;
}

}  // namespace diffgate::vcs
