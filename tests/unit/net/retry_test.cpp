#include "net/retry.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <variant>

#include "manual_clock.hpp"
#include "net/http_format.hpp"
#include "run.hpp"

using namespace diffgate;
using namespace diffgate::net;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

const UtcTime kNow{1'777'857'292s};  // 2026-05-04T01:14:52Z

Response response(int status, Headers headers = {}, std::string body = "") {
  Response result;
  result.status = status;
  result.headers = std::move(headers);
  result.body = std::move(body);
  return result;
}

Request request(const char* method) {
  Request result;
  result.method = method;
  result.url = "https://forge.test/";
  return result;
}

using Answer = std::variant<Response, std::exception_ptr>;

template <class E>
Answer failure(E error) {
  return std::make_exception_ptr(std::move(error));
}

// Gives its answers one by one.
class ScriptedClient final : public HttpClient {
 public:
  explicit ScriptedClient(std::deque<Answer> answers) : answers_(std::move(answers)) {}

  Awaitable<Response> send(Request) override {
    ++sent;
    REQUIRE(!answers_.empty());
    Answer answer = std::move(answers_.front());
    answers_.pop_front();
    if (const auto* error = std::get_if<std::exception_ptr>(&answer)) std::rethrow_exception(*error);
    co_return std::get<Response>(std::move(answer));
  }

  int sent = 0;

 private:
  std::deque<Answer> answers_;
};

}  // namespace

TEST_CASE("whether and when a request is sent again follows from the answer") {
  const struct {
    const char* why;
    const char* method;
    int attempt;
    Response answer;
    std::optional<milliseconds> delay;
  } cases[] = {
      {"success", "GET", 1, response(200), std::nullopt},
      {"the caller's mistake", "GET", 1, response(404), std::nullopt},
      {"validation", "POST", 1, response(422), std::nullopt},
      {"a permission, not a limit", "GET", 1, response(403, {{"x-ratelimit-remaining", "12"}}, "no access"),
       std::nullopt},
      {"not implemented", "GET", 1, response(501), std::nullopt},

      {"first failure", "GET", 1, response(502), 375ms},
      {"second failure", "GET", 2, response(503), 750ms},
      {"third failure", "PUT", 3, response(504), 1500ms},
      {"fourth failure", "DELETE", 4, response(500), 3000ms},
      {"enough", "GET", 5, response(502), std::nullopt},
      {"a write may have had its effect", "POST", 1, response(502), std::nullopt},
      {"so may this", "PATCH", 1, response(500), std::nullopt},
      {"unread: may be sent again", "POST", 1, response(503, {{"Retry-After", "2"}}), 2250ms},

      {"told to wait", "POST", 1, response(429, {{"Retry-After", "30"}}), 30250ms},
      {"at once", "POST", 1, response(429, {{"retry-after", "0"}}), 250ms},
      {"told a date", "GET", 1, response(429, {{"Retry-After", "Mon, 04 May 2026 01:15:02 GMT"}}), 10250ms},
      {"a date gone by", "GET", 1, response(429, {{"Retry-After", "Mon, 04 May 2026 01:14:02 GMT"}}), 250ms},
      {"nonsense is no time", "GET", 1, response(429, {{"Retry-After", "soon"}}), 60250ms},
      {"negative is no time", "GET", 1, response(502, {{"Retry-After", "-5"}}), 375ms},
      {"too long", "GET", 1, response(429, {{"Retry-After", "901"}}), std::nullopt},
      {"absurdly long", "GET", 1, response(429, {{"Retry-After", "9223372036854775807"}}), std::nullopt},
      {"a server that is down says when", "GET", 1, response(503, {{"Retry-After", "5"}}), 5250ms},

      {"primary limit", "GET", 1,
       response(403, {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "1777857352"}}), 61250ms},
      {"primary limit, reset gone by", "GET", 1,
       response(403, {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "1777857000"}}), 250ms},
      {"primary limit, far away", "GET", 1,
       response(403, {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "1777860892"}}), std::nullopt},
      {"secondary limit with a time", "POST", 1,
       response(403, {{"Retry-After", "60"}, {"x-ratelimit-remaining", "4000"}}), 60250ms},
      {"Retry-After before reset", "GET", 1,
       response(403,
                {{"Retry-After", "1"}, {"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "1777857352"}}),
       1250ms},
      {"secondary limit without a time", "POST", 1,
       response(403, {}, R"({"message":"You have exceeded a secondary rate limit."})"), 60250ms},
      {"and again", "POST", 3,
       response(403, {}, R"({"message":"You have exceeded a secondary rate limit."})"), 240250ms},
      {"a limit without a time", "GET", 2, response(429), 120250ms},
  };
  const RetryPolicy policy;
  for (const auto& row : cases) {
    CAPTURE(row.why);
    CHECK(retry_delay(policy, row.attempt, request(row.method), row.answer, kNow, 0.5) == row.delay);
  }
}

TEST_CASE("the backoff grows to its maximum and spreads by half") {
  const RetryPolicy policy{.attempts = 100, .first_delay = 500ms, .max_delay = 10s};
  milliseconds last{0};
  for (int attempt = 1; attempt < 100; ++attempt) {
    const auto low = retry_delay(policy, attempt, request("GET"), response(502), kNow, 0.0);
    const auto high = retry_delay(policy, attempt, request("GET"), response(502), kNow, 0.999);
    REQUIRE(low);
    REQUIRE(high);
    CHECK(*low >= last);
    CHECK(*low * 2 >= *high);
    CHECK(*high <= 10s);
    last = *low;
  }
  CHECK(last == 5s);
}

TEST_CASE("without an answer only what had no effect or may be repeated is sent again") {
  const RetryPolicy policy;
  const Error transient(ErrorClass::remote_transient, "late");
  const Error final(ErrorClass::remote_final, "certificate");
  const RequestNotSent unreached("refused", "x");
  CHECK(retry_delay(policy, 1, request("GET"), transient, 0.5) == 375ms);
  CHECK(retry_delay(policy, 1, request("POST"), transient, 0.5) == std::nullopt);
  CHECK(retry_delay(policy, 2, request("POST"), unreached, 0.5) == 750ms);
  CHECK(retry_delay(policy, 1, request("GET"), final, 0.5) == std::nullopt);
  CHECK(retry_delay(policy, 5, request("GET"), unreached, 0.5) == std::nullopt);
}

TEST_CASE("a request is sent until it succeeds, and the waits are the policy's") {
  test::ManualClock clock;
  clock.skip_sleeps();
  ScriptedClient client({response(502), failure(RequestNotSent("refused", "x")),
                         response(429, {{"Retry-After", "9"}}), response(200, {}, "yes")});
  CHECK(test::run(send_with_retries(client, clock, {}, request("GET"))).body == "yes");
  REQUIRE(clock.slept().size() == 3);
  CHECK(clock.slept()[1] >= 500ms);
  CHECK(clock.slept()[1] <= 1s);
  CHECK(clock.slept()[2] >= 9s);
}

TEST_CASE("the last answer or error of a request that never succeeds is the caller's") {
  test::ManualClock clock;
  clock.skip_sleeps();
  const RetryPolicy twice{.attempts = 2};
  ScriptedClient busy({response(502), response(503)});
  CHECK(test::run(send_with_retries(busy, clock, twice, request("GET"))).status == 503);
  ScriptedClient gone(
      {failure(Error(ErrorClass::remote_transient, "late")), failure(RequestNotSent("refused", "x"))});
  CHECK_THROWS_WITH_AS(test::run(send_with_retries(gone, clock, twice, request("GET"))), "x: refused",
                       RequestNotSent);
  ScriptedClient write({failure(Error(ErrorClass::remote_transient, "late"))});
  CHECK_THROWS_AS(test::run(send_with_retries(write, clock, twice, request("POST"))), Error);
  CHECK(write.sent == 1);
}

TEST_CASE("a wait between two attempts can be cancelled") {
  test::run([](const asio::any_io_executor& executor) -> Awaitable<void> {
    test::ManualClock clock;
    ScriptedClient client({response(502)});
    bool ended = false;
    auto ask = [&]() -> Awaitable<void> {
      co_await send_with_retries(client, clock, {}, request("GET"));
      ended = true;
    };
    TaskGroup group(executor, [](const std::string&, const std::exception_ptr&) {});
    group.spawn("ask", ask());
    co_await clock.until_sleeping();
    group.cancel();
    const bool done = co_await group.wait(10s);
    CHECK(done);
    CHECK_FALSE(ended);
  });
}

TEST_CASE("turns are given in order and a gap apart") {
  test::run([](const asio::any_io_executor& executor) -> Awaitable<void> {
    test::ManualClock clock;
    Pacer pacer(executor, clock, 1s);
    const UtcTime start = clock.now();
    std::vector<std::pair<int, milliseconds>> turns;
    auto writer = [&](int number) -> Awaitable<void> {
      co_await pacer.turn();
      turns.emplace_back(number, std::chrono::duration_cast<milliseconds>(clock.now() - start));
    };
    TaskGroup group(executor, [](const std::string&, const std::exception_ptr&) {});
    for (int i = 0; i < 3; ++i) group.spawn("writer", writer(i));
    co_await clock.until_sleeping();
    CHECK(turns.size() == 1);
    clock.advance(999ms);
    co_await asio::post(executor, asio::use_awaitable);
    CHECK(turns.size() == 1);
    clock.advance(1ms);
    while (turns.size() < 2) co_await asio::post(executor, asio::use_awaitable);
    co_await clock.until_sleeping();
    clock.advance(5s);
    const bool done = co_await group.wait(10s);
    CHECK(done);
    CHECK(turns == std::vector<std::pair<int, milliseconds>>{{0, 0ms}, {1, 1s}, {2, 6s}});
    // After a pause nobody waits.
    clock.advance(10s);
    co_await pacer.turn();
    CHECK(clock.sleeping() == 0);
  });
}

TEST_CASE("an HTTP date is written and read") {
  CHECK(http_date(kNow) == "Mon, 04 May 2026 01:14:52 GMT");
  CHECK(parse_http_date("Mon, 04 May 2026 01:14:52 GMT") == kNow);
  CHECK(parse_http_date(http_date(UtcTime{})) == UtcTime{});
  for (const char* text :
       {"", "Mon, 04 May 2026 01:14:52 UTC", "Mon, 04 Mai 2026 01:14:52 GMT",
        "Monday, 04-May-26 01:14:52 GMT", "Mon, 32 May 2026 01:14:52 GMT", "Mon, 04 May 2026 25:14:52 GMT",
        "Mon May  4 01:14:52 2026     ", "Mon, +4 May 2026 01:14:52 GMT"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_http_date(text));
  }
}
