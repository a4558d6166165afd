#include "vcs/github_error.hpp"

#include <fmt/format.h>

#include <string>

namespace diffgate::vcs {
namespace {

std::string described(const net::Response& response) {
  const std::string message = server_message(response);
  if (message.empty()) return fmt::format("GitHub answered {}", response.status);
  return fmt::format("GitHub answered {}: {}", response.status, message);
}

std::string permission_hint(const ApiCall& call, const net::Response& response) {
  std::string permission(response.headers.get("X-Accepted-GitHub-Permissions").value_or(""));
  if (permission.empty()) permission = call.permission;
  if (permission.empty()) return "compare the App's permissions with those that the documentation lists";
  return fmt::format("give the App the permission '{:.200}' and accept it for the installation", permission);
}

}  // namespace

Error github_error(const ApiCall& call, const net::Response& response) {
  const std::string where = name_of(call);
  const std::string what = described(response);
  if (is_transient(response)) return {ErrorClass::remote_transient, what, where, "it is tried again"};
  if (response.status >= 200 && response.status < 300) {
    return {ErrorClass::remote_transient, what + ", which is no answer to this call", where,
            "something between may answer in GitHub's place; it is tried again"};
  }
  if (response.status == 401) {
    return {ErrorClass::configuration, what, where, "check the App's id and private key"};
  }
  if (response.status == 403) {
    if (what.find("suspended") != std::string::npos) {
      return {ErrorClass::configuration, what, where, "an owner has suspended the App's installation"};
    }
    return {ErrorClass::configuration, what, where, permission_hint(call, response)};
  }
  return {ErrorClass::remote_final, what, where};
}

}  // namespace diffgate::vcs
