#pragma once

// Is this delivery genuine, and which one is it? Answered over the raw bytes before anything is parsed.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "net/clock.hpp"
#include "net/http.hpp"
#include "net/secret.hpp"
#include "vcs/types.hpp"

namespace diffgate::vcs {

using DeliveryId = Named<std::string, struct DeliveryIdTag>;

struct Delivery {
  DeliveryId id;      // GitHub: X-GitHub-Delivery. GitLab: Idempotency-Key, else webhook-id, else
                      // X-Gitlab-Event-UUID, else a hash of the body
  std::string event;  // X-GitHub-Event or X-Gitlab-Event
};

// Why a request is refused, as an HTTP status and a line that gives nothing away about the secret.
struct Refusal {
  int status = 401;
  std::string reason;
};

struct GitLabSecrets {
  std::vector<Secret> tokens;        // X-Gitlab-Token, any one
  std::vector<Secret> signing_keys;  // "whsec_…", Standard Webhooks
  bool require_signature = false;    // refuse deliveries that carry only the token
};

// GitHub docs, "Validating webhook deliveries": HMAC-SHA256 hex in X-Hub-Signature-256. Several secrets may
// be valid at once; an empty list refuses everything. Also checks content type and the presence of the event
// headers.
std::variant<Delivery, Refusal> verify_github_delivery(const std::vector<Secret>& secrets,
                                                       const net::Headers& headers, std::string_view body);

// GitLab docs, "Webhooks": token in clear, or the signed form "{webhook-id}.{webhook-timestamp}.{body}" with
// at most five minutes between its timestamp and `now`.
std::variant<Delivery, Refusal> verify_gitlab_delivery(const GitLabSecrets& secrets,
                                                       const net::Headers& headers, std::string_view body,
                                                       UtcTime now);

}  // namespace diffgate::vcs
