#include "vcs/delivery_headers.hpp"

#include <algorithm>

namespace diffgate::vcs {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool has_secret(const std::vector<Secret>& secrets) {
  return std::any_of(secrets.begin(), secrets.end(), [](const Secret& secret) { return !secret.empty(); });
}

bool is_json(std::optional<std::string_view> content_type) {
  if (!content_type) return false;
  std::string_view type = content_type->substr(0, content_type->find(';'));
  while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
  constexpr std::string_view expected = "application/json";
  return std::equal(type.begin(), type.end(), expected.begin(), expected.end(),
                    [](char a, char b) { return lower(a) == b; });
}

bool is_usable(std::optional<std::string_view> header) {
  return header && !header->empty() && header->size() <= 200 &&
         std::all_of(header->begin(), header->end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

}  // namespace diffgate::vcs
