#pragma once

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "config/problem.hpp"

// Helpers of this folder's tests.
namespace diffgate::config::test {

inline std::string file_text(const std::string& path) {
  std::ifstream input(path, std::ios::binary);
  if (!input) throw std::runtime_error("no such file: " + path);
  return {std::istreambuf_iterator<char>(input), {}};
}

inline std::vector<std::string> lines_of(const std::vector<Problem>& problems) {
  std::vector<std::string> lines;
  for (const Problem& problem : problems) lines.push_back(to_line(problem));
  return lines;
}

inline std::string joined(const std::vector<Problem>& problems) {
  std::string text;
  for (const std::string& line : lines_of(problems)) text += line + "\n";
  return text;
}

// What examples/diffgate.yml takes from the environment.
inline std::map<std::string, std::string> example_environment() {
  return {
      {"GITHUB_APP_PRIVATE_KEY", "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\n"},
      {"GITHUB_WEBHOOK_SECRET", "s3cret-github"},
      {"GITLAB_TOKEN", "s3cret-token"},
      {"GITLAB_WEBHOOK_TOKEN", "s3cret-hook"},
      {"GITLAB_SIGNING_KEY", "whsec_c2VjcmV0IGtleSBvZiAzMiBieXRlcyBsZW5ndGghIQ=="},
      {"DBT_CLOUD_TOKEN", "s3cret-dbt-cloud"},
      {"DBT_CLOUD_WEBHOOK_SECRET", "s3cret-dbt-cloud-hook"},
      {"WAREHOUSE_PASSWORD", "s3cret-password"},
      {"ANALYTICS_UPLOAD_KEY", "s3cret-upload-1"},
      {"SHOP_UPLOAD_KEY", "s3cret-upload-2"},
      {"SHOP_OLD_UPLOAD_KEY", "s3cret-upload-3"},
  };
}

}  // namespace diffgate::config::test
