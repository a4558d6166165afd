#pragma once

// The GitLab stand-in's REST API. Private to gitlab*.cpp.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/stand_in/gitlab.hpp"
#include "app/stand_in/gitlab_state.hpp"
#include "net/http.hpp"

namespace diffgate::app::stand_in {

// What a route answers instead of a result.
struct RefusedByGitLab {
  RefusedByGitLab(int status_, const nlohmann::json& body_);

  int status;
  std::string body;  // JSON
};

RefusedByGitLab not_found(const std::string& what);

// Throws RefusedByGitLab(400) unless the text is a number.
std::int64_t gitlab_number(const std::string& text);

net::Response gitlab_response(int status, const nlohmann::json& body);

// The REST API over the state: one function a group of endpoints, routed by the path's segments.
class GitLabStandIn::Api {
 public:
  explicit Api(GitLabStandInOptions options) { state.options = std::move(options); }

  net::Response answer(const net::ServerRequest& request);

  GitLabState state;

 private:
  struct Request {
    std::string method;
    std::string path;
    std::vector<std::string> segments;                            // after /api/v4
    std::vector<std::pair<std::string, std::string>> parameters;  // of the query, then of the body

    std::string parameter(std::string_view name) const {
      for (const auto& [key, value] : parameters) {
        if (key == name) return value;
      }
      return {};
    }
    std::vector<std::string> all(std::string_view name) const {
      std::vector<std::string> values;
      for (const auto& [key, value] : parameters) {
        if (key == name) values.push_back(value);
      }
      return values;
    }
  };

  net::Response route(const Request& request);
  net::Response project_route(const Request& request);
  net::Response merge_requests_route(const Request& request, const std::vector<std::string>& rest);
  net::Response external_checks_route(const Request& request, const StandInPullRequest& found,
                                      const std::vector<std::string>& rest);
  net::Response notes_route(const Request& request, int number, const std::vector<std::string>& rest);
  net::Response repository_route(const Request& request, const std::vector<std::string>& rest);
  net::Response json_list_of_commits(const Request& request);
  net::Response set_status(const Request& request, const std::string& sha);
  std::int64_t pipeline_for(const Request& request, const std::string& sha, const std::string& ref);
  nlohmann::json member(const std::string& name) const;
  std::optional<std::string> name_of(const std::string& id) const;

  net::Response page(const Request& request, const nlohmann::json& items) const;
  const Commit& commit_at(const std::string& ref) const;
  const StandInPullRequest& merge(const std::string& number) const;
};

}  // namespace diffgate::app::stand_in
