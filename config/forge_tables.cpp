#include <algorithm>

#include "config/fields.hpp"
#include "config/secret_fields.hpp"
#include "config/server_tables.hpp"

namespace diffgate::config {
namespace {

// An environment variable often holds the key in one line, with "\n" written out.
std::string check_private_key(Secret& key) {
  std::string text = key.expose();
  if (text.find('\n') == std::string::npos) {
    for (std::size_t at = text.find("\\n"); at != std::string::npos; at = text.find("\\n", at + 1)) {
      text.replace(at, 2, "\n");
    }
  }
  if (!text.starts_with("-----BEGIN ") || text.find("PRIVATE KEY-----") == std::string::npos) {
    return "the private key is not in PEM form: it begins with '-----BEGIN RSA PRIVATE KEY-----'";
  }
  key = Secret(std::move(text));
  return {};
}

// "whsec_" and base64 (Standard Webhooks).
std::string check_signing_key(Secret& key) {
  constexpr std::string_view kPrefix = "whsec_";
  const std::string_view text = key.expose();
  const auto is_base64 = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '=';
  };
  if (text.starts_with(kPrefix) && text.size() > kPrefix.size() &&
      std::ranges::all_of(text.substr(kPrefix.size()), is_base64)) {
    return {};
  }
  return "the signing key is not 'whsec_' and base64, as GitLab shows it";
}

template <class T>
Field<T> name_field(std::string T::* member) {
  return text_field<T>("name", member, "What `forge` of a project refers to.");
}

Table<GitHubApp> make_github_table() {
  Table<GitHubApp> table;
  auto& f = table.fields;
  f.push_back(name_field(&GitHubApp::name));
  f.push_back(text_field<GitHubApp>("web_url", &GitHubApp::web_url,
                                    "Where people see it; of GitHub Enterprise Server its own.",
                                    &Reader::url));
  f.push_back(text_field<GitHubApp>(
      "api_url", &GitHubApp::api_url,
      "Where the REST API is. With GitHub Enterprise Server the default is `web_url` and /api/v3.",
      &Reader::url));
  f.push_back(required(text_field<GitHubApp>("app_id", &GitHubApp::app_id, "The App's id or client id.")));
  append_secret(table, "private_key", &GitHubApp::private_key, "The App's private key, in PEM form.", true,
                check_private_key);
  append_secrets(table, "webhook_secret", &GitHubApp::webhook_secrets, "The App's webhook secret.", true);
  return table;
}

Table<GitHubRegistration> make_github_registration_table() {
  Table<GitHubRegistration> table;
  auto& f = table.fields;
  f.push_back(name_field(&GitHubRegistration::name));
  f.push_back(text_field<GitHubRegistration>("web_url", &GitHubRegistration::web_url,
                                             "Where people see it; of GitHub Enterprise Server its own.",
                                             &Reader::url));
  f.push_back(text_field<GitHubRegistration>(
      "api_url", &GitHubRegistration::api_url,
      "Where the REST API is. With GitHub Enterprise Server the default is `web_url` and /api/v3.",
      &Reader::url));
  return table;
}

Table<GitLabInstance> make_gitlab_table() {
  Table<GitLabInstance> table;
  auto& f = table.fields;
  f.push_back(name_field(&GitLabInstance::name));
  f.push_back(text_field<GitLabInstance>("url", &GitLabInstance::url, "Where people see it.", &Reader::url));
  append_secret(table, "token", &GitLabInstance::token, "Access token with the scope api.", true);
  append_secrets(table, "webhook_token", &GitLabInstance::webhook_tokens, "The hook's secret token.", false);
  append_secrets(table, "signing_key", &GitLabInstance::signing_keys, "The hook's signing token, 'whsec_…'.",
                 false, check_signing_key);
  f.push_back(boolean_field<GitLabInstance>("require_signature", &GitLabInstance::require_signature,
                                            "Refuse deliveries that are not signed, whatever their token."));
  f.push_back(boolean_field<GitLabInstance>(
      "external_status_checks", &GitLabInstance::external_status_checks,
      "Answer external status checks that are named like ours, 'diffgate' (GitLab Ultimate)."));
  return table;
}

}  // namespace

const Table<GitHubApp>& github_table() {
  static const Table<GitHubApp> table = make_github_table();
  return table;
}

const Table<GitHubRegistration>& github_registration_table() {
  static const Table<GitHubRegistration> table = make_github_registration_table();
  return table;
}

const Table<GitLabInstance>& gitlab_table() {
  static const Table<GitLabInstance> table = make_gitlab_table();
  return table;
}

}  // namespace diffgate::config
