#pragma once

// The pages by which an operator has the App registered at GitHub with one click. They are there only while
// the server's configuration asks for it (`register_github_app`) and no App has been registered, and only for
// who has the one-time token from the log. What GitHub hands out never reaches the browser.

#include <functional>
#include <string>

#include "config/server_config.hpp"
#include "net/async.hpp"
#include "net/clock.hpp"
#include "net/http.hpp"
#include "vcs/github_registration.hpp"

namespace diffgate::app {

class GitHubSetup {
 public:
  // Takes what GitHub handed out into use: stores it and has the forge work with it.
  using Registered = std::function<Awaitable<void>(vcs::RegisteredApp)>;

  // All must outlive it.
  GitHubSetup(const config::ServerConfig& config, net::HttpClient& http, Clock& clock, Registered registered);

  bool is_open() const { return is_open_; }

  // "https://…/setup/github", and what to enter there: for the log alone.
  std::string url() const;
  const std::string& token() const { return token_; }

  // GET /setup/github: asks for the token.
  net::ServerResponse ask() const;
  // POST /setup/github: checks it and offers the manifest's form, which posts to GitHub.
  net::ServerResponse begin(const net::ServerRequest& request);
  // GET /setup/github/finish: where GitHub sends the browser back to.
  Awaitable<net::ServerResponse> finish(net::ServerRequest request);

 private:
  // What ties the browser that began to the one that comes back.
  struct Session {
    std::string cookie;
    std::string state;
    UtcTime ends_at;
  };

  bool is_session_of(const net::ServerRequest& request, const std::string& state) const;

  const config::ServerConfig& config_;
  net::HttpClient& http_;
  Clock& clock_;
  Registered registered_;
  std::string token_;
  Session session_;
  bool is_open_ = true;
  bool is_finishing_ = false;
};

}  // namespace diffgate::app
