#include "dbt/cloud_webhook.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

#include "net/crypto.hpp"
#include "net/error.hpp"

namespace diffgate::dbt {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kWhere = "dbt Cloud's webhook";

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return {};
  if (found->is_string()) return found->get<std::string>();
  return found->is_number_integer() ? std::to_string(found->get<std::int64_t>()) : std::string();
}

// Ids come as texts.
std::int64_t id_of(const Json& object, const char* key) {
  const std::string text = text_of(object, key);
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  return error == std::errc() && end == text.data() + text.size() ? id : 0;
}

}  // namespace

CloudEvent parse_cloud_event(std::string_view body) {
  const Json json = Json::parse(body, nullptr, false);
  if (!json.is_object()) throw Error(ErrorClass::caller, "is not a JSON object", std::string(kWhere));
  CloudEvent event;
  event.type = text_of(json, "eventType");
  event.account_id = id_of(json, "accountId");
  const auto data = json.find("data");
  if (data != json.end() && data->is_object()) {
    event.job = CloudJobId(id_of(*data, "jobId"));
    event.run = CloudRunId(id_of(*data, "runId"));
  }
  event.id = text_of(json, "eventId");
  if (event.id.empty()) event.id = event.type + "/" + std::to_string(event.run.value());
  if (event.type.empty()) throw Error(ErrorClass::caller, "has no 'eventType'", std::string(kWhere));
  return event;
}

bool is_genuine_cloud_event(const std::vector<Secret>& secrets, const net::Headers& headers,
                            std::string_view body) {
  const auto presented = headers.get("Authorization");
  if (!presented) return false;
  bool is_genuine = false;
  for (const Secret& secret : secrets) {
    if (secret.empty()) continue;
    const bool is_this = net::constant_time_equal(net::to_hex(net::hmac_sha256(secret, body)), *presented);
    is_genuine = is_genuine || is_this;
  }
  return is_genuine;
}

}  // namespace diffgate::dbt
