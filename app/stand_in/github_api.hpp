#pragma once

// The GitHub stand-in's REST API. Private to github*.cpp.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/stand_in/github.hpp"
#include "app/stand_in/github_state.hpp"
#include "net/http.hpp"

namespace diffgate::app::stand_in {

// What a route answers instead of a result.
struct Refused {
  int status;
  std::string message;
};

// Code points of UTF-8.
std::size_t characters(std::string_view utf8);

// The member if it is a text, else empty.
std::string text_at(const nlohmann::json& object, const char* key);

// Throws Refused(404) unless the text is a number.
std::int64_t number_in(const std::string& text);

net::Response json_response(int status, const nlohmann::json& body);

// The REST API over the state: one function a group of endpoints, routed by the path's segments.
class GitHubStandIn::Api {
 public:
  explicit Api(GitHubStandInOptions options) { state.options = std::move(options); }

  net::Response answer(const net::ServerRequest& request);

  GitHubState state;

 private:
  struct Request {
    std::string method;
    std::string path;
    std::vector<std::string> segments;
    std::vector<std::pair<std::string, std::string>> query;
    const net::Headers* headers = nullptr;
    std::string body;

    std::string parameter(std::string_view name) const {
      for (const auto& [key, value] : query) {
        if (key == name) return value;
      }
      return {};
    }
  };

  net::Response route(const Request& request);
  net::Response moved(const Request& request) const;
  net::Response app_route(const Request& request);
  net::Response repository_route(const Request& request);
  net::Response pulls_route(const Request& request, const std::vector<std::string>& rest);
  net::Response issues_route(const Request& request, const std::vector<std::string>& rest);
  net::Response contents_route(const Request& request, const std::vector<std::string>& rest);
  net::Response commits_route(const Request& request, const std::vector<std::string>& rest);
  net::Response compare(const std::string& basehead);
  net::Response mint_token(const Request& request);
  net::Response create_check(const Request& request);
  net::Response update_check(StandInCheckRun& check, const Request& request);
  void look_at(StandInCheckRun& check, const nlohmann::json& body, bool is_new);

  void require_app(const Request& request) const;
  void require(const Request& request, const std::string& permission, const std::string& level) const;
  net::Response page(const Request& request, const nlohmann::json& items) const;
  nlohmann::json body_of(const Request& request) const;
  const Commit& commit_at(const std::string& ref) const;
  const StandInPullRequest& pull(const std::string& number) const;
  StandInCheckRun& check_of(const std::string& id);
};

}  // namespace diffgate::app::stand_in
