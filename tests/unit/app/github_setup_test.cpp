#include "app/server/github_setup.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>
#include <string>

#include "app/registered_app.hpp"
#include "fake_http.hpp"
#include "manual_clock.hpp"
#include "net/error.hpp"
#include "run.hpp"
#include "temporary_directory.hpp"
#include "vcs/github_requirements.hpp"

using namespace diffgate;
using namespace diffgate::app;
using nlohmann::json;
using test::answer;

namespace {

const std::string kConversion =
    "https://api.github.com/app-manifests/a180b1a3d263c81bc6441d7b990bae27d4c10679/conversions";

json conversion() {
  return {{"id", 4242},
          {"slug", "diffgate-acme"},
          {"html_url", "https://github.com/apps/diffgate-acme"},
          {"client_id", "Iv1.8a61f9b3a7aba766"},
          {"client_secret", "1726be1638095a19edd134c77bde3aa2ece1e5d8"},
          {"webhook_secret", "e340154128314309424b7c8e90325147d99fdafa"},
          {"pem", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n"}};
}

struct Setup {
  Setup() {
    clock.skip_sleeps();
    config.public_url = "https://diffgate.example.com";
    config.register_github_app.is_wanted = true;
  }

  static net::ServerRequest request(std::string method, std::string target, std::string body = {},
                                    const std::string& cookie = {}) {
    net::ServerRequest made;
    made.method = std::move(method);
    made.target = std::move(target);
    made.body = std::move(body);
    if (!cookie.empty()) made.headers.set("Cookie", "theme=dark; " + cookie);
    return made;
  }
  net::ServerResponse begin(const std::string& token, const std::string& organization = {}) {
    return setup.begin(request("POST", "/setup/github", "token=" + token + "&organization=" + organization));
  }
  net::ServerResponse finish(const std::string& state, const std::string& cookie,
                             const std::string& code = "a180b1a3d263c81bc6441d7b990bae27d4c10679") {
    return loop.run(
        setup.finish(request("GET", "/setup/github/finish?code=" + code + "&state=" + state, {}, cookie)));
  }
  Awaitable<void> take(vcs::RegisteredApp app) {
    taken.push_back(std::move(app));
    co_return;
  }

  test::Loop loop;
  test::ManualClock clock;
  test::FakeHttp http;
  config::ServerConfig config;
  std::vector<vcs::RegisteredApp> taken;
  GitHubSetup setup{config, http, clock, [this](vcs::RegisteredApp app) { return take(std::move(app)); }};
};

std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const std::size_t begin = text.find(from);
  REQUIRE(begin != std::string::npos);
  return text.substr(begin + from.size(), text.find(to, begin + from.size()) - begin - from.size());
}

std::string cookie_of(const net::ServerResponse& response) {
  const std::string field(response.headers.get("Set-Cookie").value_or(""));
  return field.substr(0, field.find(';'));
}

std::string unescaped(std::string text) {
  const std::string quote = "&quot;";
  for (std::size_t at = 0; (at = text.find(quote, at)) != std::string::npos;)
    text.replace(at, quote.size(), "\"");
  return text;
}

}  // namespace

TEST_CASE("the setup page asks for the token that the log holds, and shows nothing without it") {
  Setup world;
  CHECK(world.setup.url() == "https://diffgate.example.com/setup/github");
  CHECK(world.setup.token().size() == 64);
  const net::ServerResponse page = world.setup.ask();
  CHECK(page.status == 200);
  CHECK(page.body.find(world.setup.token()) == std::string::npos);
  CHECK(page.body.find("manifest") == std::string::npos);
  CHECK(page.headers.get("Content-Security-Policy")->find("form-action 'self' https://github.com;") !=
        std::string_view::npos);
  for (const std::string& token : {std::string(), std::string("wrong"), std::string(64, '0')}) {
    const net::ServerResponse refused = world.begin(token);
    CHECK(refused.status == 403);
    CHECK_FALSE(refused.headers.get("Set-Cookie"));
    CHECK(refused.body.find("manifest") == std::string::npos);
  }
}

TEST_CASE("the manifest asks for what the App needs and leads back here") {
  Setup world;
  const net::ServerResponse page = world.begin(world.setup.token(), "acme%20%26%20co");
  CHECK(page.status == 200);
  const std::string action = between(page.body, "action=\"", "\"");
  CHECK(action.starts_with("https://github.com/organizations/acme%20%26%20co/settings/apps/new?state="));
  const json manifest = json::parse(unescaped(between(page.body, "name=\"manifest\" value=\"", "\"")));
  CHECK(manifest["url"] == "https://diffgate.example.com");
  CHECK(manifest["hook_attributes"]["url"] == "https://diffgate.example.com/webhooks/github");
  CHECK(manifest["redirect_url"] == "https://diffgate.example.com/setup/github/finish");
  CHECK(manifest["public"] == false);
  CHECK(manifest["name"].get<std::string>().size() <= 34);
  CHECK(manifest["default_permissions"]["checks"] == "write");
  CHECK(manifest["default_permissions"]["contents"] == "read");
  CHECK(manifest["default_permissions"].size() == vcs::kGitHubPermissions.size());
  CHECK(manifest["default_events"].size() == vcs::kGitHubEvents.size());
  const std::string cookie(page.headers.get("Set-Cookie").value_or(""));
  CHECK(cookie.find("; HttpOnly; SameSite=Lax; Path=/setup/github; Max-Age=3600; Secure") !=
        std::string::npos);
  CHECK(world.begin(world.setup.token()).body.find("action=\"https://github.com/settings/apps/new?state=") !=
        std::string::npos);
}

TEST_CASE("the browser that began comes back with a code, and the App is taken into use, once") {
  Setup world;
  const net::ServerResponse page = world.begin(world.setup.token());
  const std::string state = between(page.body, "state=", "\"");
  world.http.once("POST", kConversion, answer(201, conversion().dump()));
  const net::ServerResponse done = world.finish(state, cookie_of(page));
  CHECK(done.status == 303);
  CHECK(done.headers.get("Location") == "https://github.com/apps/diffgate-acme/installations/new");
  REQUIRE(world.taken.size() == 1);
  CHECK(world.taken[0].app_id == "4242");
  CHECK(world.taken[0].webhook_secret.expose() == "e340154128314309424b7c8e90325147d99fdafa");
  for (const auto& [name, value] : done.headers) {
    CAPTURE(name);
    CHECK(value.find("e340154128314309424b7c8e90325147d99fdafa") == std::string::npos);
  }
  CHECK(done.body.find("RSA PRIVATE KEY") == std::string::npos);
  CHECK_FALSE(world.http.requests().at(0).headers.get("Authorization"));

  CHECK_FALSE(world.setup.is_open());
  CHECK(world.setup.ask().status == 404);
  CHECK(world.begin("").status == 404);
  CHECK(world.finish(state, cookie_of(page)).status == 404);
}

TEST_CASE("nobody else comes in by the way back") {
  Setup world;
  const net::ServerResponse page = world.begin(world.setup.token());
  const std::string state = between(page.body, "state=", "\"");
  CHECK(world.finish(state, "").status == 403);
  CHECK(world.finish(state, "diffgate_setup=guess").status == 403);
  CHECK(world.finish("guess", cookie_of(page)).status == 403);
  CHECK(world.finish("", "diffgate_setup=").status == 403);
  SUBCASE("nor the right one after an hour") {
    world.clock.advance(std::chrono::minutes(61));
    CHECK(world.finish(state, cookie_of(page)).status == 403);
  }
  SUBCASE("nor before anybody began") {
    Setup fresh;
    CHECK(fresh.finish("", "diffgate_setup=").status == 403);
    CHECK(fresh.finish("", "").status == 403);
  }
  CHECK(world.taken.empty());
  CHECK(world.http.requests().empty());
}

TEST_CASE("a registration that fails can be begun again, and tells no code") {
  Setup world;
  const net::ServerResponse page = world.begin(world.setup.token());
  const std::string state = between(page.body, "state=", "\"");
  net::ServerResponse failed;
  SUBCASE("a code that GitHub does not take") {
    world.http.once("POST", kConversion, answer(404, R"({"message":"Not Found"})"));
    failed = world.finish(state, cookie_of(page));
    CHECK(failed.body.find("a180b1a3d263c81bc6441d7b990bae27d4c10679") == std::string::npos);
  }
  SUBCASE("something that is no code") { failed = world.finish(state, cookie_of(page), "..%2Fapp"); }
  CHECK(failed.status == 502);
  CHECK(world.setup.is_open());
  CHECK(world.begin(world.setup.token()).status == 200);
  CHECK(world.taken.empty());
}

TEST_CASE("GitHub Enterprise Server is asked in its own place, and no other host is led to") {
  Setup world;
  world.config.register_github_app.web_url = "https://github.acme.test";
  world.config.register_github_app.api_url = "https://github.acme.test/api/v3";
  const net::ServerResponse page = world.begin(world.setup.token());
  CHECK(page.body.find("action=\"https://github.acme.test/settings/apps/new?state=") != std::string::npos);
  world.http.once(
      "POST",
      "https://github.acme.test/api/v3/app-manifests/a180b1a3d263c81bc6441d7b990bae27d4c10679/conversions",
      answer(201, conversion().dump()));
  const net::ServerResponse done = world.finish(between(page.body, "state=", "\""), cookie_of(page));
  CHECK(done.status == 200);
  CHECK_FALSE(done.headers.get("Location"));
  CHECK(world.taken.size() == 1);
}

TEST_CASE("the credentials' file is its owner's alone, and fills the entry that waits for it") {
  test::TemporaryDirectory directory;
  config::ServerConfig config;
  config.data_dir = directory.file("");
  config.register_github_app.is_wanted = true;
  config.github.emplace_back();
  CHECK_FALSE(load_registered_app(config));
  vcs::RegisteredApp app;
  app.app_id = "4242";
  app.slug = "diffgate-acme";
  app.private_key = Secret("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n");
  app.webhook_secret = Secret("hook");
  const std::string file = registered_app_file(config);
  store_registered_app(file, app);
  store_registered_app(file, app);  // over an older one
  struct stat facts{};
  REQUIRE(::stat(file.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777U) == 0600U);
  CHECK(load_registered_app(config));
  CHECK(config.github[0].app_id == "4242");
  CHECK(config.github[0].private_key.expose() == app.private_key.expose());
  REQUIRE(config.github[0].webhook_secrets.size() == 1);

  REQUIRE(::chmod(file.c_str(), 0644) == 0);
  CHECK_THROWS_WITH_AS(load_registered_app(config),
                       doctest::Contains("others may read the App's private key"), Error);
}
