#include "app/server/query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "net/did_you_mean.hpp"
#include "net/error.hpp"
#include "net/url.hpp"

namespace diffgate::app {
namespace {

constexpr std::int64_t kMostOffset = 100'000'000;

}  // namespace

Query::Query(std::string_view query) {
  auto pairs = net::parse_query(query);
  if (!pairs) throw Error(ErrorClass::caller, "the query string is malformed");
  pairs_ = std::move(*pairs);
}

std::optional<std::string> Query::text(const std::string& name) {
  asked_.push_back(name);
  std::optional<std::string> found;
  for (const auto& [key, value] : pairs_) {
    if (key != name) continue;
    if (found) throw Error(ErrorClass::caller, "is given twice", name);
    found = value;
  }
  if (found && found->empty()) throw Error(ErrorClass::caller, "is empty", name);
  return found;
}

std::optional<std::int64_t> Query::number(const std::string& name, std::int64_t least, std::int64_t most) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (error != std::errc() || end != value->data() + value->size() || number < least || number > most) {
    throw Error(ErrorClass::caller, fmt::format("is not a whole number from {} to {}", least, most), name);
  }
  return number;
}

std::optional<vcs::Sha> Query::sha(const std::string& name) {
  auto value = text(name);
  if (!value) return std::nullopt;
  for (char& c : *value) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto sha = vcs::parse_sha(*value);
  if (!sha) throw Error(ErrorClass::caller, "is not a full commit sha", name);
  return sha;
}

void Query::finish() const {
  for (const auto& [name, value] : pairs_) {
    if (std::find(asked_.begin(), asked_.end(), name) != asked_.end()) continue;
    throw Error(ErrorClass::caller, "there is no parameter '" + name + "'", {}, did_you_mean(name, asked_));
  }
}

Page read_page(Query& query, std::size_t usual, std::size_t most) {
  Page page;
  page.limit = static_cast<std::size_t>(
      query.number("limit", 1, static_cast<std::int64_t>(most)).value_or(static_cast<std::int64_t>(usual)));
  page.offset = static_cast<std::size_t>(query.number("cursor", 0, kMostOffset).value_or(0));
  return page;
}

std::string next_cursor(const Page& page, std::size_t count) {
  return count < page.limit ? std::string() : std::to_string(page.offset + count);
}

}  // namespace diffgate::app
