#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "net/crypto.hpp"
#include "vcs/delivery.hpp"
#include "vcs/delivery_headers.hpp"

// GitLab proves itself in two ways. The older one is the secret itself in X-Gitlab-Token. The newer one is
// the scheme of Standard Webhooks: an HMAC over id, time and body, with several signatures while keys rotate.

namespace diffgate::vcs {
namespace {

constexpr std::chrono::seconds kSignatureWindow{300};

bool is_any_token(const std::vector<Secret>& tokens, std::string_view presented) {
  bool is_known = false;
  for (const Secret& token : tokens) {
    if (!token.empty()) is_known |= net::constant_time_equal(token.expose(), presented);
  }
  return is_known;
}

// "whsec_" and base64, as the settings page shows it; nullopt if it is not base64.
std::optional<Secret> key_bytes(const Secret& signing_key) {
  constexpr std::string_view prefix = "whsec_";
  std::string_view text = signing_key.expose();
  if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  std::optional<std::string> bytes = net::from_base64(text);
  if (!bytes || bytes->empty()) return std::nullopt;
  return Secret(*std::move(bytes));
}

// `signatures` is "v1,<base64> v1,<base64>"; signatures of other versions are passed over.
bool has_signature(std::string_view signatures, std::string_view expected) {
  bool is_found = false;
  while (!signatures.empty()) {
    const std::string_view one = signatures.substr(0, signatures.find(' '));
    signatures.remove_prefix(std::min(signatures.size(), one.size() + 1));
    if (one.starts_with("v1,")) is_found |= net::constant_time_equal(one.substr(3), expected);
  }
  return is_found;
}

bool is_signed_by_any(const std::vector<Secret>& keys, std::string_view signatures,
                      const std::string& content) {
  bool is_signed = false;
  for (const Secret& signing_key : keys) {
    const std::optional<Secret> key = key_bytes(signing_key);
    if (key) is_signed |= has_signature(signatures, net::to_base64(net::hmac_sha256(*key, content)));
  }
  return is_signed;
}

// Whether `text`, in seconds since 1970, is within the window around `now`.
bool is_recent(std::string_view text, UtcTime now) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  const std::int64_t current = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  return seconds >= current - kSignatureWindow.count() && seconds <= current + kSignatureWindow.count();
}

// nullopt if the signed form is genuine.
std::optional<Refusal> check_signature(const std::vector<Secret>& keys, const net::Headers& headers,
                                       std::string_view signatures, std::string_view body, UtcTime now) {
  const auto id = headers.get("webhook-id");
  const auto timestamp = headers.get("webhook-timestamp");
  if (!id || !timestamp) return Refusal{401, "a webhook-signature without webhook-id or webhook-timestamp"};
  std::string content;
  content.reserve(id->size() + timestamp->size() + body.size() + 2);
  content.append(*id).append(1, '.').append(*timestamp).append(1, '.').append(body);
  if (!is_signed_by_any(keys, signatures, content)) return Refusal{401, "the signature does not match"};
  if (!is_recent(*timestamp, now)) {
    return Refusal{401, "the signature is not of the last five minutes: compare the clocks of both hosts"};
  }
  return std::nullopt;
}

std::optional<Refusal> check_genuine(const GitLabSecrets& secrets, const net::Headers& headers,
                                     std::string_view body, UtcTime now) {
  const bool has_keys = has_secret(secrets.signing_keys);
  if (!has_keys && (secrets.require_signature || !has_secret(secrets.tokens))) {
    return Refusal{401, "no webhook secret is configured, so no delivery can be genuine"};
  }
  const auto signatures = headers.get("webhook-signature");
  // A signature that is there and wrong is never genuine, whatever the token says.
  if (has_keys && signatures) return check_signature(secrets.signing_keys, headers, *signatures, body, now);
  if (secrets.require_signature)
    return Refusal{401, "no webhook-signature header: set the webhook's signing token"};
  const auto token = headers.get("X-Gitlab-Token");
  if (!token) return Refusal{401, "no X-Gitlab-Token header: set the webhook's secret token"};
  if (!is_any_token(secrets.tokens, *token)) return Refusal{401, "the token does not match"};
  return std::nullopt;
}

DeliveryId delivery_id(const net::Headers& headers, std::string_view body) {
  for (const std::string_view name : {"Idempotency-Key", "webhook-id", "X-Gitlab-Event-UUID"}) {
    const auto id = headers.get(name);
    if (is_usable(id)) return DeliveryId(std::string(*id));
  }
  return DeliveryId(net::sha256_hex(body));
}

}  // namespace

std::variant<Delivery, Refusal> verify_gitlab_delivery(const GitLabSecrets& secrets,
                                                       const net::Headers& headers, std::string_view body,
                                                       UtcTime now) {
  if (auto refusal = check_genuine(secrets, headers, body, now)) return *std::move(refusal);
  const auto content_type = headers.get("Content-Type");
  if (content_type && !is_json(content_type)) return Refusal{415, "the body is not JSON"};
  const auto event = headers.get("X-Gitlab-Event");
  if (!is_usable(event)) return Refusal{400, "no X-Gitlab-Event header"};
  return Delivery{delivery_id(headers, body), std::string(*event)};
}

}  // namespace diffgate::vcs
