#include <string>

#include "net/crypto.hpp"
#include "vcs/delivery.hpp"
#include "vcs/delivery_headers.hpp"

namespace diffgate::vcs {
namespace {

// Every secret is tried, so that the time does not tell which one fits.
bool is_signed_by_any(const std::vector<Secret>& secrets, std::string_view signature, std::string_view body) {
  bool is_signed = false;
  for (const Secret& secret : secrets) {
    if (secret.empty()) continue;
    const std::string expected = "sha256=" + net::to_hex(net::hmac_sha256(secret, body));
    is_signed |= net::constant_time_equal(expected, signature);
  }
  return is_signed;
}

}  // namespace

std::variant<Delivery, Refusal> verify_github_delivery(const std::vector<Secret>& secrets,
                                                       const net::Headers& headers, std::string_view body) {
  if (!has_secret(secrets))
    return Refusal{401, "no webhook secret is configured, so no delivery can be genuine"};
  const auto signature = headers.get("X-Hub-Signature-256");
  if (!signature) return Refusal{401, "no X-Hub-Signature-256 header: set the webhook's secret"};
  if (!is_signed_by_any(secrets, *signature, body)) return Refusal{401, "the signature does not match"};
  if (!is_json(headers.get("Content-Type"))) {
    return Refusal{415, "the body is not JSON: set the webhook's content type to application/json"};
  }
  const auto event = headers.get("X-GitHub-Event");
  if (!is_usable(event)) return Refusal{400, "no X-GitHub-Event header"};
  const auto id = headers.get("X-GitHub-Delivery");
  if (!is_usable(id)) return Refusal{400, "no X-GitHub-Delivery header"};
  return Delivery{DeliveryId(std::string(*id)), std::string(*event)};
}

}  // namespace diffgate::vcs
