#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "net/crypto.hpp"
#include "vcs/delivery.hpp"

using namespace diffgate;
using namespace diffgate::vcs;

namespace {

const std::string kBody = "Hello, World!";
const Secret kSecret("It's a Secret to Everybody");
// GitHub docs, "Validating webhook deliveries": published for this secret and body.
const std::string kSignature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

net::Headers genuine() {
  return {{"x-hub-signature-256", kSignature},
          {"x-github-event", "pull_request"},
          {"x-github-delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958"},
          {"content-type", "application/json; charset=utf-8"}};
}

net::Headers without(const std::string& name) {
  net::Headers headers;
  for (const auto& [field, value] : genuine()) {
    if (field != name) headers.add(field, value);
  }
  return headers;
}

net::Headers with(const std::string& name, const std::string& value) {
  net::Headers headers = genuine();
  headers.set(name, value);
  return headers;
}

Refusal refusal_of(const std::variant<Delivery, Refusal>& answer) {
  REQUIRE(std::holds_alternative<Refusal>(answer));
  return std::get<Refusal>(answer);
}

}  // namespace

TEST_CASE("GitHub's published signature proves a delivery") {
  const auto answer = verify_github_delivery({kSecret}, genuine(), kBody);
  REQUIRE(std::holds_alternative<Delivery>(answer));
  CHECK(std::get<Delivery>(answer).id == DeliveryId("72d3162e-cc78-11e3-81ab-4c9367dc0958"));
  CHECK(std::get<Delivery>(answer).event == "pull_request");
}

TEST_CASE("any of several secrets proves a delivery, and an empty one never does") {
  CHECK(std::holds_alternative<Delivery>(verify_github_delivery({Secret("old"), kSecret}, genuine(), kBody)));
  CHECK(std::holds_alternative<Delivery>(verify_github_delivery({kSecret, Secret("new")}, genuine(), kBody)));
  const std::string signed_with_nothing = "sha256=" + net::to_hex(net::hmac_sha256(Secret(""), kBody));
  const net::Headers headers = with("X-Hub-Signature-256", signed_with_nothing);
  CHECK(refusal_of(verify_github_delivery({Secret("")}, headers, kBody)).status == 401);
  CHECK(refusal_of(verify_github_delivery({Secret(""), kSecret}, headers, kBody)).status == 401);
}

TEST_CASE("a GitHub delivery that is not as it should be is refused with the status that says why") {
  struct Row {
    std::string what;
    std::vector<Secret> secrets;
    net::Headers headers;
    std::string body;
    int status;
    std::string reason;
  };
  const std::string wrong_digit = kSignature.substr(0, kSignature.size() - 1) + "8";
  const std::string form = "payload=%7B%7D";
  net::Headers signed_form = with("content-type", "application/x-www-form-urlencoded");
  signed_form.set("X-Hub-Signature-256", "sha256=" + net::to_hex(net::hmac_sha256(kSecret, form)));
  const std::vector<Row> rows = {
      {"no secret is configured", {}, genuine(), kBody, 401, "no webhook secret is configured"},
      {"unsigned", {kSecret}, without("x-hub-signature-256"), kBody, 401, "no X-Hub-Signature-256"},
      {"signed with another secret", {Secret("other")}, genuine(), kBody, 401, "does not match"},
      {"one byte of the body flipped", {kSecret}, genuine(), "Hello, Worle!", 401, "does not match"},
      {"one digit of the signature",
       {kSecret},
       with("x-hub-signature-256", wrong_digit),
       kBody,
       401,
       "does not match"},
      {"an empty signature", {kSecret}, with("x-hub-signature-256", ""), kBody, 401, "does not match"},
      {"a cut signature",
       {kSecret},
       with("x-hub-signature-256", kSignature.substr(0, 20)),
       kBody,
       401,
       "does not match"},
      {"only the scheme's name",
       {kSecret},
       with("x-hub-signature-256", "sha256="),
       kBody,
       401,
       "does not match"},
      {"a form", {kSecret}, signed_form, form, 415, "set the webhook's content type to application/json"},
      {"no content type", {kSecret}, without("content-type"), kBody, 415, "application/json"},
      {"another JSON", {kSecret}, with("content-type", "application/json5"), kBody, 415, "application/json"},
      {"no event", {kSecret}, without("x-github-event"), kBody, 400, "X-GitHub-Event"},
      {"no delivery id", {kSecret}, without("x-github-delivery"), kBody, 400, "X-GitHub-Delivery"},
      {"an endless delivery id",
       {kSecret},
       with("x-github-delivery", std::string(5000, 'a')),
       kBody,
       400,
       "X-GitHub-Delivery"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const Refusal refusal = refusal_of(verify_github_delivery(row.secrets, row.headers, row.body));
    CHECK(refusal.status == row.status);
    CHECK(refusal.reason.find(row.reason) != std::string::npos);
    CHECK(refusal.reason.find(kSecret.expose()) == std::string::npos);
    CHECK(refusal.reason.find("757107") == std::string::npos);
  }
}

TEST_CASE("an unsigned form is refused for its missing signature before its content type is looked at") {
  net::Headers headers = without("x-hub-signature-256");
  headers.set("Content-Type", "application/x-www-form-urlencoded");
  CHECK(refusal_of(verify_github_delivery({kSecret}, headers, kBody)).status == 401);
}
