#include "net/url.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace diffgate::net {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_unreserved(char c) {
  return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}
bool is_host_character(char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_'; }

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::string encode(std::string_view text, std::string_view kept) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c) || kept.find(c) != std::string_view::npos) {
      result += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      result += '%';
      result += digits[byte >> 4U];
      result += digits[byte & 0xFU];
    }
  }
  return result;
}

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decode_form(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return decode_percent(spaced);
}

// The host as one writes it to a resolver: an IPv6 address without brackets, a name in lower case.
std::optional<std::string> plain_host(const boost::urls::url_view& url) {
  switch (url.host_type()) {
    case boost::urls::host_type::ipv6:
      return lower(std::string(url.host_address()));
    case boost::urls::host_type::ipv4:
    case boost::urls::host_type::name: {
      const std::string_view host(url.encoded_host().data(), url.encoded_host().size());
      if (host.empty() || !std::all_of(host.begin(), host.end(), is_host_character)) return std::nullopt;
      return lower(host);
    }
    case boost::urls::host_type::none:
    case boost::urls::host_type::ipvfuture:
      break;
  }
  return std::nullopt;
}

std::optional<std::uint16_t> port_of(const boost::urls::url_view& url, bool tls) {
  if (!url.has_port() || url.port().empty()) return static_cast<std::uint16_t>(tls ? 443 : 80);
  // Zero is what Boost.URL says of a port that does not fit, and no port that one can connect to.
  if (url.port_number() == 0) return std::nullopt;
  return url.port_number();
}

void skip_spaces(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
}

// Takes a token up to one of `ends`, without the spaces behind it.
std::string_view take_until(std::string_view& text, std::string_view ends) {
  const std::size_t end = std::min(text.find_first_of(ends), text.size());
  std::string_view token = text.substr(0, end);
  text.remove_prefix(end);
  while (!token.empty() && (token.back() == ' ' || token.back() == '\t')) token.remove_suffix(1);
  return token;
}

// A parameter's value: a token, or a quoted string (RFC 9110, 5.6.4).
std::string take_value(std::string_view& text) {
  skip_spaces(text);
  if (text.empty() || text.front() != '"') return std::string(take_until(text, ";,"));
  text.remove_prefix(1);
  std::string value;
  while (!text.empty() && text.front() != '"') {
    if (text.front() == '\\' && text.size() > 1) text.remove_prefix(1);
    value += text.front();
    text.remove_prefix(1);
  }
  if (!text.empty()) text.remove_prefix(1);
  return value;
}

// Whether a space-separated list of relation types has "next".
bool has_next(std::string_view relations) {
  while (!relations.empty()) {
    skip_spaces(relations);
    if (lower(take_until(relations, " \t")) == "next") return true;
  }
  return false;
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed) return std::nullopt;
  const boost::urls::url_view& url = *parsed;
  Url result;
  result.scheme = lower(std::string_view(url.scheme().data(), url.scheme().size()));
  if (result.scheme != "http" && result.scheme != "https") return std::nullopt;
  if (url.has_userinfo()) return std::nullopt;
  const std::optional<std::string> host = plain_host(url);
  const std::optional<std::uint16_t> port = port_of(url, result.scheme == "https");
  if (!host || !port) return std::nullopt;
  result.host = *host;
  result.port = *port;
  result.target = std::string(url.encoded_path());
  if (result.target.empty()) result.target = "/";
  // Boost.URL 1.81 takes "http://[::1]:80x/" for the port 80 and the path "x/".
  if (result.target.front() != '/') return std::nullopt;
  if (url.has_query()) result.target += "?" + std::string(url.encoded_query());
  return result;
}

std::string encode_path_segment(std::string_view text) { return encode(text, ""); }
std::string encode_path(std::string_view text) { return encode(text, "/"); }

std::optional<std::string> decode_percent(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    result += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return result;
}

std::optional<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!query.empty()) {
    const std::string_view item = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), item.size() + 1));
    if (item.empty()) continue;
    const std::size_t equals = std::min(item.find('='), item.size());
    std::optional<std::string> name = decode_form(item.substr(0, equals));
    std::optional<std::string> value = decode_form(item.substr(std::min(item.size(), equals + 1)));
    if (!name || !value) return std::nullopt;
    pairs.emplace_back(std::move(*name), std::move(*value));
  }
  return pairs;
}

std::optional<std::string> next_link(std::string_view link_header) {
  while (true) {
    const std::size_t open = link_header.find('<');
    const std::size_t close = link_header.find('>', std::min(open, link_header.size()));
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view target = link_header.substr(open + 1, close - open - 1);
    link_header.remove_prefix(close + 1);
    skip_spaces(link_header);
    while (!link_header.empty() && link_header.front() == ';') {
      link_header.remove_prefix(1);
      skip_spaces(link_header);
      const std::string name = lower(take_until(link_header, "=;,"));
      std::string value;
      if (!link_header.empty() && link_header.front() == '=') {
        link_header.remove_prefix(1);
        value = take_value(link_header);
      }
      if (name == "rel" && has_next(value)) return std::string(target);
      skip_spaces(link_header);
    }
  }
}

bool same_origin(std::string_view a, std::string_view b) {
  const std::optional<Url> first = parse_url(a);
  const std::optional<Url> second = parse_url(b);
  return first && second && first->scheme == second->scheme && first->host == second->host &&
         first->port == second->port;
}

}  // namespace diffgate::net
