#include "net/http_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/beast/http/status.hpp>
#include <chrono>
#include <initializer_list>

#include "net/clock.hpp"
#include "net/error.hpp"

namespace diffgate::net {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [lower](char x, char y) { return lower(x) == lower(y); });
}

// RFC 9110, 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view symbols = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [symbols](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           symbols.find(c) != std::string_view::npos;
  });
}

// No control characters but the tab; bytes above 0x7F pass as they are.
bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7F) || byte == '\t';
  });
}

void append_field(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

// The fields of `headers` without those that frame the message: these are decided here.
void append_fields(std::string& head, const Headers& headers, std::initializer_list<std::string_view> ours) {
  for (const auto& [name, value] : headers) {
    if (!is_token(name)) throw Error(ErrorClass::internal, "a header has a name that is none");
    if (!is_field_value(value)) {
      throw Error(ErrorClass::internal, "the value of the header " + name + " has control characters");
    }
    const std::string_view field = name;
    const bool is_ours = std::any_of(ours.begin(), ours.end(),
                                     [field](std::string_view own) { return same_name(own, field); });
    if (!is_ours) append_field(head, name, value);
  }
}

std::string host_field(const Url& url) {
  const bool ipv6 = url.host.find(':') != std::string::npos;
  const std::string host = ipv6 ? "[" + url.host + "]" : url.host;
  const bool default_port = url.port == (url.scheme == "https" ? 443 : 80);
  return default_port ? host : fmt::format("{}:{}", host, url.port);
}

std::string reason_of(int status) {
  const auto reason =
      boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(static_cast<unsigned>(status)));
  return {reason.data(), reason.size()};
}

}  // namespace

std::string http_date(std::chrono::system_clock::time_point time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto midnight = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(seconds - midnight);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     kDays.at(std::chrono::weekday(midnight).c_encoding()), static_cast<unsigned>(date.day()),
                     kMonths.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::optional<std::chrono::system_clock::time_point> parse_http_date(std::string_view text) {
  // As one ISO 8601 text: the rules for numbers and days are the same.
  constexpr std::size_t size = std::string_view("Mon, 04 May 2026 01:14:52 GMT").size();
  if (text.size() != size || text[3] != ',' || text[4] != ' ' || text[7] != ' ' || text[11] != ' ' ||
      text[16] != ' ' || text.substr(25) != " GMT") {
    return std::nullopt;
  }
  const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
  if (month == kMonths.end()) return std::nullopt;
  return parse_iso8601(fmt::format("{}-{:02}-{}T{}Z", text.substr(12, 4), month - kMonths.begin() + 1,
                                   text.substr(5, 2), text.substr(17, 8)));
}

bool is_idempotent(std::string_view method) {
  constexpr std::array<std::string_view, 6> methods = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"};
  return std::find(methods.begin(), methods.end(), method) != methods.end();
}

std::string request_head(const Request& request, const Url& url, std::string_view user_agent,
                         std::uint64_t body_bytes) {
  if (!is_token(request.method)) throw Error(ErrorClass::internal, "a request has a method that is none");
  std::string head = request.method + " " + url.target + " HTTP/1.1\r\n";
  append_field(head, "Host", host_field(url));
  append_fields(head, request.headers, {"Host", "Content-Length", "Transfer-Encoding", "Connection"});
  if (!request.headers.get("User-Agent")) append_field(head, "User-Agent", user_agent);
  // A body of no bytes is told too where one is expected, or some servers wait for it (RFC 9110, 8.6).
  const bool has_body_by_nature =
      request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (body_bytes > 0 || has_body_by_nature) {
    append_field(head, "Content-Length", std::to_string(body_bytes));
  }
  head += "\r\n";
  return head;
}

std::string response_head(const Response& response, bool keep_alive) {
  if (response.status < 200 || response.status > 599) {
    throw Error(ErrorClass::internal, fmt::format("a response has the status {}", response.status));
  }
  std::string head = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_of(response.status));
  append_fields(head, response.headers, {"Content-Length", "Transfer-Encoding", "Connection"});
  if (!response.headers.get("Date")) append_field(head, "Date", http_date(std::chrono::system_clock::now()));
  if (response.status != 204 && response.status != 304) {
    append_field(head, "Content-Length", std::to_string(response.body.size()));
  }
  append_field(head, "Connection", keep_alive ? "keep-alive" : "close");
  head += "\r\n";
  return head;
}

}  // namespace diffgate::net
