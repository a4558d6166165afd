#include <algorithm>
#include <array>

#include "app/log.hpp"
#include "app/server/problem.hpp"
#include "app/server/routes.hpp"
#include "app/sources/cloud_deliveries.hpp"
#include "dbt/cloud_webhook.hpp"
#include "net/error.hpp"
#include "vcs/delivery.hpp"

namespace diffgate::app {
namespace {

using Verified = std::variant<vcs::Delivery, vcs::Refusal>;

// The one entry of that name; without a name the only entry there is; else nullptr.
template <class Entry>
const Entry* pick(const std::vector<Entry>& entries, const std::string& name) {
  if (name.empty()) return entries.size() == 1 ? &entries.front() : nullptr;
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.name == name; });
  return found == entries.end() ? nullptr : &*found;
}

struct Checked {
  std::string forge;
  Verified verified;
};

Verified verify_cloud_delivery(const config::DbtCloudAccount& account, const net::ServerRequest& request) {
  if (!dbt::is_genuine_cloud_event(account.webhook_secrets, request.headers, request.body)) {
    return vcs::Refusal{401, "the Authorization header does not prove this body"};
  }
  try {
    const dbt::CloudEvent event = dbt::parse_cloud_event(request.body);
    return vcs::Delivery{vcs::DeliveryId(event.id), event.type};
  } catch (const Error& error) {
    return vcs::Refusal{422, error.what()};
  }
}

std::optional<Checked> check(const ServerParts& server, const std::string& kind, const std::string& name,
                             const net::ServerRequest& request) {
  if (kind == "github") {
    const config::GitHubApp* forge = pick(server.config.github, name);
    if (forge == nullptr) return std::nullopt;
    return Checked{forge->name,
                   vcs::verify_github_delivery(forge->webhook_secrets, request.headers, request.body)};
  }
  if (kind == "gitlab") {
    const config::GitLabInstance* forge = pick(server.config.gitlab, name);
    if (forge == nullptr) return std::nullopt;
    const vcs::GitLabSecrets secrets{forge->webhook_tokens, forge->signing_keys, forge->require_signature};
    return Checked{forge->name,
                   vcs::verify_gitlab_delivery(secrets, request.headers, request.body, server.clock.now())};
  }
  if (kind == "dbt-cloud") {
    const config::DbtCloudAccount* account = pick(server.config.dbt_cloud, name);
    if (account == nullptr) return std::nullopt;
    return Checked{cloud_delivery_source(account->name), verify_cloud_delivery(*account, request)};
  }
  return std::nullopt;
}

Awaitable<net::ServerResponse> receive_webhook(ServerParts& server, Call call) {
  net::ServerRequest& request = call.request;
  const std::string name = call.arguments.size() > 1 ? call.arguments[1] : std::string();
  const std::optional<Checked> checked = check(server, call.arguments[0], name, request);
  if (!checked) {
    co_return problem(
        404, "Not found",
        "no such forge is configured; with several of a kind the path ends in the forge's name");
  }
  if (const auto* refusal = std::get_if<vcs::Refusal>(&checked->verified)) {
    server.metrics.add("diffgate_deliveries_total", {{"forge", checked->forge}, {"result", "refused"}});
    log(LogLevel::warning, "delivery refused",
        {{"forge", checked->forge}, {"from", request.remote_address}, {"reason", refusal->reason}});
    co_return problem(refusal->status, "Refused", refusal->reason);
  }
  const auto& delivery = std::get<vcs::Delivery>(checked->verified);
  NewDelivery stored;
  stored.forge = checked->forge;
  stored.id = delivery.id;
  stored.event = delivery.event;
  stored.body = std::move(request.body);
  stored.received_at = server.clock.now();
  const bool is_new = co_await server.store.add_delivery(std::move(stored));
  server.metrics.add("diffgate_deliveries_total",
                     {{"forge", checked->forge}, {"result", is_new ? "stored" : "duplicate"}});
  log(LogLevel::info, is_new ? "delivery stored" : "delivery known already",
      {{"forge", checked->forge}, {"delivery", delivery.id.value()}, {"event", delivery.event}});
  if (is_new) server.events.delivery_stored();
  co_return json_response(202, is_new ? "{\"accepted\":true}\n" : "{\"accepted\":true,\"duplicate\":true}\n");
}

constexpr std::array kRoutes = {
    Route{
        .method = "POST", .path = "/webhooks/{kind}", .body = BodyKind::delivery, .handle = receive_webhook},
    Route{.method = "POST",
          .path = "/webhooks/{kind}/{forge}",
          .body = BodyKind::delivery,
          .handle = receive_webhook},
};

}  // namespace

std::span<const Route> webhook_routes() { return kRoutes; }

}  // namespace diffgate::app
