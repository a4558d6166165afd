#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

#include "net/crypto.hpp"
#include "vcs/delivery.hpp"

using namespace diffgate;
using namespace diffgate::vcs;

namespace {

using std::chrono::seconds;

const std::string kBody = R"({"object_kind":"push"})";
const std::string kKeyBytes = "0123456789abcdef0123456789abcdef";
const Secret kSigningKey("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
const UtcTime kNow{seconds(1'777'857'292)};

GitLabSecrets token_only() { return {.tokens = {Secret("hush")}, .signing_keys = {}}; }
GitLabSecrets signing_only() { return {.tokens = {}, .signing_keys = {kSigningKey}}; }
GitLabSecrets both() { return {.tokens = {Secret("hush")}, .signing_keys = {kSigningKey}}; }
GitLabSecrets signature_required() {
  return {.tokens = {Secret("hush")}, .signing_keys = {kSigningKey}, .require_signature = true};
}

net::Headers with_token(const std::string& token) {
  return {{"X-Gitlab-Event", "Push Hook"}, {"Content-Type", "application/json"}, {"X-Gitlab-Token", token}};
}

std::string signature(const std::string& id, const std::string& timestamp, const std::string& body) {
  const std::string content = id + "." + timestamp + "." + body;
  return "v1," + net::to_base64(net::hmac_sha256(Secret(kKeyBytes), content));
}

net::Headers signed_at(seconds offset) {
  const std::string timestamp = std::to_string((kNow.time_since_epoch() + offset) / seconds(1));
  return {{"X-Gitlab-Event", "Push Hook"},
          {"Content-Type", "application/json"},
          {"webhook-id", "f5e5f430"},
          {"webhook-timestamp", timestamp},
          {"webhook-signature", signature("f5e5f430", timestamp, kBody)}};
}

net::Headers with(net::Headers headers, const std::string& name, const std::string& value) {
  headers.set(name, value);
  return headers;
}

int status_of(const std::variant<Delivery, Refusal>& answer) {
  if (const auto* refusal = std::get_if<Refusal>(&answer)) {
    CHECK(refusal->reason.find("hush") == std::string::npos);
    return refusal->status;
  }
  return 202;
}

}  // namespace

TEST_CASE("the signature of Standard Webhooks' own example is accepted") {
  // github.com/standard-webhooks/standard-webhooks, the test vector of its reference libraries.
  const std::string body = R"({"test": 2432232314})";
  const net::Headers headers = {
      {"webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"},
      {"webhook-timestamp", "1614265330"},
      {"webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
      {"X-Gitlab-Event", "System Hook"},
  };
  const GitLabSecrets secrets{.tokens = {},
                              .signing_keys = {Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")}};
  CHECK(status_of(verify_gitlab_delivery(secrets, headers, body, UtcTime(seconds(1'614'265'330)))) == 202);
  CHECK(status_of(verify_gitlab_delivery(secrets, headers, body + " ", UtcTime(seconds(1'614'265'330)))) ==
        401);
}

TEST_CASE("a GitLab delivery is accepted by what proves it and refused by what does not") {
  struct Row {
    std::string what;
    GitLabSecrets secrets;
    net::Headers headers;
    int status;
  };
  const std::string wrong = "v1," + net::to_base64(std::string(32, 'x'));
  const std::string right(*signed_at(seconds(0)).get("webhook-signature"));
  const net::Headers unsigned_headers = {{"X-Gitlab-Event", "Push Hook"},
                                         {"Content-Type", "application/json"}};
  const std::vector<Row> rows = {
      {"the token", token_only(), with_token("hush"), 202},
      {"another token", token_only(), with_token("hust"), 401},
      {"an empty token", token_only(), with_token(""), 401},
      {"no token", token_only(), unsigned_headers, 401},
      {"an empty token against an empty secret",
       {.tokens = {Secret("")}, .signing_keys = {}},
       with_token(""),
       401},
      {"nothing configured", {}, with_token("hush"), 401},
      {"a second token",
       {.tokens = {Secret("a"), Secret("hush")}, .signing_keys = {}},
       with_token("hush"),
       202},
      {"the signature", signing_only(), signed_at(seconds(0)), 202},
      {"one of two signatures", signing_only(),
       with(signed_at(seconds(0)), "webhook-signature", wrong + " " + right), 202},
      {"a signature of another version beside it", signing_only(),
       with(signed_at(seconds(0)), "webhook-signature", "v1a,AAAA " + right), 202},
      {"only a signature of another version", signing_only(),
       with(signed_at(seconds(0)), "webhook-signature", "v2," + right.substr(3)), 401},
      {"a wrong signature", signing_only(), with(signed_at(seconds(0)), "webhook-signature", wrong), 401},
      {"an empty signature", signing_only(), with(signed_at(seconds(0)), "webhook-signature", ""), 401},
      {"a signature of another id", signing_only(), with(signed_at(seconds(0)), "webhook-id", "other"), 401},
      {"five minutes old", signing_only(), signed_at(seconds(-300)), 202},
      {"older than that", signing_only(), signed_at(seconds(-301)), 401},
      {"five minutes ahead", signing_only(), signed_at(seconds(300)), 202},
      {"further ahead", signing_only(), signed_at(seconds(301)), 401},
      {"a timestamp that is none", signing_only(), with(signed_at(seconds(0)), "webhook-timestamp", "now"),
       401},
      {"a token where a signature is the only secret", signing_only(), with_token("hush"), 401},
      {"the token where both are configured", both(), with_token("hush"), 202},
      {"a wrong signature beside the right token", both(),
       with(with(signed_at(seconds(0)), "X-Gitlab-Token", "hush"), "webhook-signature", wrong), 401},
      {"the right signature beside a wrong token", both(),
       with(signed_at(seconds(0)), "X-Gitlab-Token", "no"), 202},
      {"the signature where only the token is configured", token_only(), signed_at(seconds(0)), 401},
      {"only the token where a signature is required", signature_required(), with_token("hush"), 401},
      {"the signature where it is required", signature_required(), signed_at(seconds(0)), 202},
      {"a required signature without a key to check it",
       {.tokens = {Secret("hush")}, .signing_keys = {}, .require_signature = true},
       with_token("hush"),
       401},
      {"a key that is not base64",
       {.tokens = {}, .signing_keys = {Secret("whsec_?")}},
       signed_at(seconds(0)),
       401},
      {"no event", token_only(), {{"X-Gitlab-Token", "hush"}}, 400},
      {"a form", token_only(), with(with_token("hush"), "Content-Type", "application/x-www-form-urlencoded"),
       415},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(status_of(verify_gitlab_delivery(row.secrets, row.headers, kBody, kNow)) == row.status);
  }
}

TEST_CASE("a timestamp that is signed but makes no sense is refused") {
  for (const std::string timestamp :
       {"", "-", "1e9", "99999999999999999999", "-9223372036854775808", "1777857292 "}) {
    CAPTURE(timestamp);
    net::Headers headers = signed_at(seconds(0));
    headers.set("webhook-timestamp", timestamp);
    headers.set("webhook-signature", signature("f5e5f430", timestamp, kBody));
    CHECK(status_of(verify_gitlab_delivery(signing_only(), headers, kBody, kNow)) == 401);
  }
}

TEST_CASE("GitLab's delivery id is the most stable one that the delivery carries") {
  const auto id_of = [](const net::Headers& headers) {
    const auto answer = verify_gitlab_delivery(token_only(), headers, kBody, kNow);
    REQUIRE(std::holds_alternative<Delivery>(answer));
    return std::get<Delivery>(answer).id.value();
  };
  net::Headers headers = with_token("hush");
  CHECK(id_of(headers) == net::sha256_hex(kBody));
  headers.set("X-Gitlab-Event-UUID", "event");
  CHECK(id_of(headers) == "event");
  headers.set("webhook-id", "signed");
  CHECK(id_of(headers) == "signed");
  headers.set("Idempotency-Key", "key");
  CHECK(id_of(headers) == "key");
}
