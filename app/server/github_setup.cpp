#include "app/server/github_setup.hpp"

#include <fmt/format.h>

#include <utility>

#include "app/log.hpp"
#include "app/report/escape.hpp"
#include "app/server/problem.hpp"
#include "net/crypto.hpp"
#include "net/error.hpp"
#include "net/url.hpp"

namespace diffgate::app {
namespace {

constexpr std::string_view kPath = "/setup/github";
constexpr std::string_view kFinishPath = "/setup/github/finish";
constexpr std::string_view kCookie = "diffgate_setup";
constexpr std::chrono::hours kSession{1};  // GitHub's own limit for the three steps
constexpr std::size_t kRandomBytes = 32;

std::string random_word() { return net::to_hex(net::random_bytes(kRandomBytes)); }

bool is_same(std::string_view a, std::string_view b) { return !b.empty() && net::constant_time_equal(a, b); }

std::string field(const std::vector<std::pair<std::string, std::string>>& fields, std::string_view name) {
  for (const auto& [key, value] : fields) {
    if (key == name) return value;
  }
  return {};
}

std::string cookie_of(const net::ServerRequest& request) {
  std::string_view rest = request.headers.get("Cookie").value_or("");
  while (!rest.empty()) {
    std::string_view one = rest.substr(0, rest.find(';'));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    while (one.starts_with(' ')) one.remove_prefix(1);
    if (one.starts_with(kCookie) && one.substr(kCookie.size()).starts_with('='))
      return std::string(one.substr(kCookie.size() + 1));
  }
  return {};
}

// A page without scripts, that nothing may frame and whose forms go nowhere but to us and to GitHub.
net::ServerResponse page(int status, const std::string& web_url, const std::string& body) {
  net::ServerResponse response;
  response.status = status;
  response.headers.set("Content-Type", "text/html; charset=utf-8");
  response.headers.set("Content-Security-Policy",
                       fmt::format("default-src 'none'; style-src 'unsafe-inline'; form-action 'self' {}; "
                                   "frame-ancestors 'none'; base-uri 'none'",
                                   web_url));
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Referrer-Policy", "no-referrer");
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.body = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>diffgate: set up "
      "GitHub</title>"
      "<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}}"
      "input{{font:inherit;width:100%;padding:.4rem;margin:.2rem 0 1rem;box-sizing:border-box}}"
      "button{{font:inherit;padding:.5rem 1rem}}</style></head><body><h1>Set up "
      "GitHub</h1>\n{}\n</body></html>\n",
      body);
  return response;
}

net::ServerResponse closed() { return problem(404, "Not found", "there is nothing at this path"); }

}  // namespace

GitHubSetup::GitHubSetup(const config::ServerConfig& config, net::HttpClient& http, Clock& clock,
                         Registered registered)
    : config_(config),
      http_(http),
      clock_(clock),
      registered_(std::move(registered)),
      token_(random_word()) {}

std::string GitHubSetup::url() const { return config_.public_url + std::string(kPath); }

net::ServerResponse GitHubSetup::ask() const {
  if (!is_open_) return closed();
  return page(
      200, config_.register_github_app.web_url,
      fmt::format(
          "<p>No GitHub App is registered yet. The server's log holds a one-time token.</p>\n"
          "<form method=\"post\" action=\"{}\">\n"
          "<label>Token<input name=\"token\" type=\"password\" autocomplete=\"off\" required></label>\n"
          "<label>Organization that is to own the App (empty: your own account)"
          "<input name=\"organization\" autocomplete=\"off\"></label>\n"
          "<button>Go on</button></form>",
          kPath));
}

net::ServerResponse GitHubSetup::begin(const net::ServerRequest& request) {
  if (!is_open_) return closed();
  const auto fields = net::parse_query(request.body);
  if (!fields || !is_same(field(*fields, "token"), token_)) {
    log(LogLevel::warning, "setup refused", {{"from", request.remote_address}, {"reason", "wrong token"}});
    return page(403, config_.register_github_app.web_url,
                "<p>This is not the token that the log holds. It is another one after each start.</p>");
  }
  session_ = {random_word(), random_word(), clock_.now() + kSession};
  const std::string& web_url = config_.register_github_app.web_url;
  const std::string manifest =
      vcs::app_manifest(config_.public_url, "/webhooks/github", std::string(kFinishPath));
  // A manifest of a server's URL is a few hundred characters; nothing of it may be cut.
  constexpr std::size_t whole = 100'000;
  net::ServerResponse response = page(
      200, web_url,
      fmt::format(
          "<p>GitHub shows what the App may do and asks for its name; then it leads back here.</p>\n"
          "<form method=\"post\" action=\"{}\">\n<input type=\"hidden\" name=\"manifest\" value=\"{}\">\n"
          "<button>Register the App at GitHub</button></form>",
          html_text(vcs::registration_url(web_url, field(*fields, "organization"), session_.state), whole),
          html_text(manifest, whole)));
  const bool is_https = config_.public_url.starts_with("https://");
  // Lax: GitHub's way back is a navigation from another site.
  response.headers.set(
      "Set-Cookie",
      fmt::format("{}={}; HttpOnly; SameSite=Lax; Path={}; Max-Age={}{}", kCookie, session_.cookie, kPath,
                  std::chrono::seconds(kSession).count(), is_https ? "; Secure" : ""));
  return response;
}

bool GitHubSetup::is_session_of(const net::ServerRequest& request, const std::string& state) const {
  return clock_.now() < session_.ends_at && is_same(cookie_of(request), session_.cookie) &&
         is_same(state, session_.state);
}

Awaitable<net::ServerResponse> GitHubSetup::finish(net::ServerRequest request) {
  if (!is_open_) co_return closed();
  const std::string& web_url = config_.register_github_app.web_url;
  const auto fields = net::parse_query(request.query());
  if (is_finishing_ || !fields || !is_session_of(request, field(*fields, "state"))) {
    co_return page(403, web_url, "<p>This browser has not begun the setup, or more than an hour ago.</p>");
  }
  is_finishing_ = true;
  session_ = {};
  std::optional<vcs::RegisteredApp> app;
  std::optional<Error> failure;
  try {
    app = co_await vcs::redeem_manifest_code(http_, clock_, config_.register_github_app.api_url,
                                             field(*fields, "code"));
    co_await registered_(*app);
  } catch (const Error& error) {
    failure = error;
  }
  is_finishing_ = false;
  if (failure) {
    log(LogLevel::error, "the App was not set up", {{"reason", failure->what()}});
    co_return page(502, web_url,
                   fmt::format("<p>It did not work: {}</p>\n<p><a href=\"{}\">Begin again</a></p>",
                               html_text(failure->what()), kPath));
  }
  is_open_ = false;
  token_.clear();
  log(LogLevel::info, "the App is registered", {{"app", app->slug}, {"app_id", app->app_id}});
  // Only to the GitHub that is configured.
  if (!net::same_origin(app->html_url, web_url))
    co_return page(200, web_url, "<p>The App is registered.</p>");
  net::ServerResponse response = page(303, web_url, "<p>The App is registered.</p>");
  response.headers.set("Location", app->html_url + "/installations/new");
  response.headers.set("Set-Cookie", fmt::format("{}=; Path={}; Max-Age=0", kCookie, kPath));
  co_return response;
}

}  // namespace diffgate::app
