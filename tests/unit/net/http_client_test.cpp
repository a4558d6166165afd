#include <doctest/doctest.h>
#include <fmt/format.h>

#include <boost/asio/steady_timer.hpp>
#include <random>

#include "net/error.hpp"
#include "net/http.hpp"
#include "raw_peer.hpp"
#include "run.hpp"
#include "test_certificates.hpp"

using namespace diffgate;
using namespace diffgate::net;
using namespace std::chrono_literals;
using asio::ip::tcp;
using test::RawPeer;

namespace {

void ignore_task_errors(const std::string&, const std::exception_ptr&) {}

// A server that says to each connection what a test wants, by a script that is a coroutine.
class ScriptedServer {
 public:
  using Script = std::function<Awaitable<void>(RawPeer&)>;

  ScriptedServer(const asio::any_io_executor& executor, Script script)
      : state_(std::make_shared<State>(executor, std::move(script))) {
    spawn(executor, "scripted server", accept(state_), ignore_task_errors);
  }
  ~ScriptedServer() { state_->acceptor.close(); }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::uint16_t port() const { return state_->acceptor.local_endpoint().port(); }
  std::string url(const std::string& target = "/") const {
    return fmt::format("http://127.0.0.1:{}{}", port(), target);
  }
  int connections() const { return state_->connections; }

 private:
  // Lives as long as the last connection, whose script's captures it holds.
  struct State {
    State(const asio::any_io_executor& executor, Script what)
        : acceptor(executor, {asio::ip::make_address("127.0.0.1"), 0}), script(std::move(what)) {}
    tcp::acceptor acceptor;
    Script script;
    int connections = 0;
  };

  static Awaitable<void> accept(std::shared_ptr<State> state) {
    while (state->acceptor.is_open()) {
      tcp::socket socket = co_await state->acceptor.async_accept(asio::use_awaitable);
      ++state->connections;
      spawn(state->acceptor.get_executor(), "connection", serve(state, RawPeer(std::move(socket))),
            ignore_task_errors);
    }
  }

  static Awaitable<void> serve(std::shared_ptr<State> state, RawPeer peer) { co_await state->script(peer); }

  std::shared_ptr<State> state_;
};

// Answers the first request of each connection with `text` and closes.
ScriptedServer::Script say(std::string text) {
  return [text](RawPeer& peer) -> Awaitable<void> {
    co_await peer.read_until("\r\n\r\n");
    co_await peer.send(text);
  };
}

// A loop and a client on it.
struct Fixture {
  explicit Fixture(HttpClientOptions options = {})
      : client(create_http_client(loop.executor(), std::move(options))) {}

  Response send(Request request) { return loop.run(client->send(std::move(request))); }
  Response get(std::string url) {
    Request request;
    request.url = std::move(url);
    return send(std::move(request));
  }

  // The error that a request ends with.
  Error error_of(Request request) {
    try {
      send(std::move(request));
    } catch (const Error& error) {
      return error;
    }
    FAIL("it was answered");
    return Error(ErrorClass::internal, "");
  }
  Error error_of(std::string url) {
    Request request;
    request.url = std::move(url);
    return error_of(std::move(request));
  }

  test::Loop loop;
  std::unique_ptr<HttpClient> client;
};

Awaitable<ServerResponse> repeat(ServerRequest request) {
  ServerResponse response;
  response.status = 200;
  response.body = request.method + " " + request.target + " " + request.body;
  for (const auto& [name, value] : request.headers) response.headers.add("X-" + name, value);
  co_return response;
}

std::unique_ptr<HttpServer> start_repeater(test::Loop& loop, HttpServerOptions options = {}) {
  return start_http_server(
      loop.executor(), std::move(options), [](auto&&...) { return BodyPolicy{.max_bytes = 64U << 20U}; },
      repeat, [](const std::string&) {});
}

}  // namespace

TEST_CASE("a request goes out framed, with its own headers, and its answer comes back whole") {
  Fixture fixture;
  const auto server = start_repeater(fixture.loop);
  Request request;
  request.method = "PATCH";
  request.url = fmt::format("http://127.0.0.1:{}/a%2Fb?x=1", server->port());
  request.headers = {{"Authorization", "Bearer t"}, {"Content-Length", "77"}, {"Host", "evil"}};
  request.body = std::string(300'000, 'b');
  const Response response = fixture.send(request);
  CHECK(response.status == 200);
  CHECK(response.body == "PATCH /a%2Fb?x=1 " + request.body);
  CHECK(response.headers.get("x-authorization") == "Bearer t");
  CHECK(response.headers.get("x-content-length") == "300000");
  CHECK(response.headers.get("x-host") == fmt::format("127.0.0.1:{}", server->port()));
  CHECK(response.headers.get("x-user-agent") == "diffgate");
}

TEST_CASE("any status is an answer, with its headers raw and in order") {
  Fixture fixture;
  ScriptedServer server(fixture.loop.executor(),
                        say("HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nX: 1\r\nx:  a b \r\n"
                            "Content-Length: 4\r\n\r\nbusy"));
  const Response response = fixture.get(server.url());
  CHECK(response.status == 503);
  CHECK(response.headers.get("retry-after") == "7");
  CHECK(response.headers.size() == 4);
  CHECK((response.headers.begin() + 2)->second == "a b");
  CHECK(response.body == "busy");
}

TEST_CASE("answers are understood in every framing") {
  const struct {
    const char* answer;
    const char* body;
  } cases[] = {
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\nT: 1\r\n\r\n",
       "abcde"},
      {"HTTP/1.1 200 OK\r\n\r\nuntil the end", "until the end"},
      {"HTTP/1.0 200 \r\n\r\nold", "old"},
      {"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 "
       "OK\r\nContent-Length: 2\r\n"
       "\r\nok",
       "ok"},
      {"HTTP/1.1 204 No Content\r\n\r\n", ""},
      {"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", ""},
  };
  for (const auto& row : cases) {
    CAPTURE(std::string(row.answer));
    Fixture fixture;
    ScriptedServer server(fixture.loop.executor(), say(row.answer));
    CHECK(fixture.get(server.url()).body == row.body);
  }
}

TEST_CASE("an answer to HEAD has no body, whatever length it states") {
  Fixture fixture;
  const auto server = start_repeater(fixture.loop);
  Request request;
  request.method = "HEAD";
  request.url = fmt::format("http://127.0.0.1:{}/", server->port());
  const Response response = fixture.send(request);
  CHECK(response.body.empty());
  CHECK(response.headers.get("content-length") == "7");
}

TEST_CASE("connections are kept and used again, at most so many a host") {
  HttpClientOptions options;
  options.idle_connections_per_host = 2;
  Fixture fixture(options);
  int requests = 0;
  ScriptedServer server(fixture.loop.executor(), [&](RawPeer& peer) -> Awaitable<void> {
    while (!(co_await peer.read_until("\r\n\r\n")).empty()) {
      ++requests;
      co_await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    }
  });
  for (int i = 0; i < 5; ++i) fixture.get(server.url());
  CHECK(requests == 5);
  CHECK(server.connections() == 1);
  fixture.loop.run([&](const asio::any_io_executor& executor) -> Awaitable<void> {
    TaskGroup group(executor, ignore_task_errors);
    auto one = [&]() -> Awaitable<void> {
      Request request;
      request.url = server.url();
      co_await fixture.client->send(std::move(request));
    };
    for (int round = 0; round < 2; ++round) {
      for (int i = 0; i < 4; ++i) group.spawn("request", one());
      const bool done = co_await group.wait(10s);
      CHECK(done);
    }
  });
  CHECK(requests == 13);
  // Of four connections two were kept, so that the second round opened two.
  CHECK(server.connections() == 6);
}

TEST_CASE("a kept connection that the server closed is not used again") {
  Fixture fixture;
  ScriptedServer server(fixture.loop.executor(), say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  for (int i = 0; i < 3; ++i) {
    Request request;
    request.method = "POST";
    request.url = server.url();
    CHECK(fixture.send(request).status == 200);
  }
  CHECK(server.connections() == 3);
}

TEST_CASE(
    "when a kept connection breaks under a request, only a request that may be repeated is sent again") {
  Fixture fixture;
  int connection = 0;
  std::vector<std::string> seen;
  ScriptedServer server(fixture.loop.executor(), [&](RawPeer& peer) -> Awaitable<void> {
    const int number = ++connection;
    co_await peer.read_until("\r\n\r\n");
    co_await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    const std::string next = co_await peer.read_until("\r\n\r\n");
    seen.push_back(fmt::format("{}: {}", number, next.substr(0, next.find(' '))));
  });
  fixture.get(server.url());
  CHECK(fixture.get(server.url()).status == 200);
  CHECK(connection == 2);
  Request request;
  request.method = "POST";
  request.url = server.url();
  const Error error = fixture.error_of(request);
  CHECK(error.error_class() == ErrorClass::remote_transient);
  CHECK(error.problem().starts_with("the connection broke off before an answer came"));
  CHECK(connection == 2);
  CHECK(seen == std::vector<std::string>{"1: GET", "2: POST"});
}

TEST_CASE("a refused connection is reported as refused, at once, and as not sent") {
  Fixture fixture;
  std::string url;
  {
    const ScriptedServer closed(fixture.loop.executor(), say(""));
    url = closed.url();
  }
  try {
    fixture.get(url + "?token=secret");
    FAIL("it was answered");
  } catch (const RequestNotSent& error) {
    CHECK(error.error_class() == ErrorClass::remote_transient);
    CHECK(std::string(error.what()) == "GET " + url + ": can't connect: Connection refused");
  }
}

TEST_CASE("a host name that does not exist is reported as that") {
  Fixture fixture;
  const Error error = fixture.error_of("http://no-such-host.invalid/x");
  CHECK(error.error_class() == ErrorClass::remote_transient);
  CHECK(std::string(error.what())
            .starts_with("GET http://no-such-host.invalid/x: the host name can't be resolved: "));
}

TEST_CASE("a name is looked up and its addresses are tried") {
  Fixture fixture;
  ScriptedServer server(fixture.loop.executor(), say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  CHECK(fixture.get(fmt::format("http://localhost:{}/", server.port())).status == 200);
}

TEST_CASE("a server that does not answer in time is a time-out, in whatever phase") {
  Fixture fixture;
  const char* beginnings[] = {"", "HTTP/1.1 200 OK\r\nContent-",
                              "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"};
  for (const std::string beginning : beginnings) {
    CAPTURE(beginning);
    ScriptedServer server(fixture.loop.executor(), [&](RawPeer& peer) -> Awaitable<void> {
      co_await peer.read_until("\r\n\r\n");
      co_await peer.send(beginning);
      co_await peer.read_all();
    });
    Request request;
    request.url = server.url("/slow?key=secret");
    request.timeout = 50ms;
    const Error error = fixture.error_of(request);
    CHECK(error.error_class() == ErrorClass::remote_transient);
    CHECK(std::string(error.what()) == "GET " + server.url("/slow") + ": no answer within 0.05 s");
  }
}

TEST_CASE("answers that are too large, broken off or no HTTP are told apart") {
  const struct {
    const char* answer;
    ErrorClass error_class;
    const char* problem;
  } cases[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n", ErrorClass::remote_final,
       "the answer is larger than 100 bytes"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n", ErrorClass::remote_final,
       "the answer is larger than 100 bytes"},
      {"HTTP/1.1 200 OK\r\n\r\n"
       "1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"
       "1",
       ErrorClass::remote_final, "the answer is larger than 100 bytes"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", ErrorClass::remote_transient,
       "the answer broke off before its end"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", ErrorClass::remote_transient,
       "the answer broke off before its end"},
      {"HTTP/1.1 200", ErrorClass::remote_transient, "the answer broke off before its end"},
      {"", ErrorClass::remote_transient, "the connection broke off before an answer came: End of file"},
      {"SSH-2.0-OpenSSH_9.2\r\n", ErrorClass::remote_transient, "the answer is not valid HTTP: bad version"},
  };
  for (const auto& row : cases) {
    CAPTURE(std::string(row.answer));
    Fixture fixture;
    ScriptedServer server(fixture.loop.executor(), say(row.answer));
    Request request;
    request.url = server.url();
    request.max_response_bytes = 100;
    const Error error = fixture.error_of(request);
    CHECK(error.error_class() == row.error_class);
    CHECK(error.problem() == row.problem);
  }
}

TEST_CASE("an endless head and endless interim answers end") {
  Fixture fixture;
  ScriptedServer endless_head(fixture.loop.executor(), [](RawPeer& peer) -> Awaitable<void> {
    co_await peer.read_until("\r\n\r\n");
    co_await peer.send("HTTP/1.1 200 OK\r\n");
    while (true) co_await peer.send("X: " + std::string(1000, 'x') + "\r\n");
  });
  CHECK(fixture.error_of(endless_head.url()).problem() == "the answer's head is too large");
  ScriptedServer interim(fixture.loop.executor(), [](RawPeer& peer) -> Awaitable<void> {
    co_await peer.read_until("\r\n\r\n");
    while (true) co_await peer.send("HTTP/1.1 102 Processing\r\n\r\n");
  });
  Request request;
  request.url = interim.url();
  request.timeout = 50ms;
  CHECK(fixture.error_of(request).problem().ends_with("no answer within 0.05 s"));
}

TEST_CASE("whatever a server sends, a request ends with an answer or an error") {
  const std::string answers[] = {
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n3\r\nabc\r\n0\r\nT: 1\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"};
  std::mt19937 random(11);
  int answered = 0;
  Fixture fixture;
  for (int i = 0; i < 300; ++i) {
    std::string text = answers[i % 2];
    for (int change = 0; change < i % 5; ++change) text[random() % text.size()] = static_cast<char>(random());
    if (i % 3 == 0) text.resize(random() % text.size());
    CAPTURE(text);
    ScriptedServer server(fixture.loop.executor(), say(text));
    try {
      fixture.get(server.url());
      ++answered;
    } catch (const Error& error) {
      CHECK(error.error_class() != ErrorClass::internal);
    }
  }
  CHECK(answered > 20);
}

TEST_CASE("an early refusal of a large body is seen although the body was not taken") {
  Fixture fixture;
  const auto server = start_http_server(
      fixture.loop.executor(), {}, [](auto&&...) { return BodyPolicy{.max_bytes = 10}; }, repeat,
      [](const std::string&) {});
  Request request;
  request.method = "POST";
  request.url = fmt::format("http://127.0.0.1:{}/", server->port());
  request.body = std::string(26U << 20U, 'x');
  const Response response = fixture.send(request);
  CHECK(response.status == 413);
  CHECK(response.body == "the request's body is larger than 10 bytes\n");
}

TEST_CASE("a cancelled request ends as a cancellation and leaves its connection unused") {
  Fixture fixture;
  ScriptedServer server(fixture.loop.executor(),
                        [](RawPeer& peer) -> Awaitable<void> { co_await peer.read_all(); });
  fixture.loop.run([&](const asio::any_io_executor& executor) -> Awaitable<void> {
    bool cancelled = false;
    auto ask = [&]() -> Awaitable<void> {
      Request request;
      request.url = server.url();
      try {
        co_await fixture.client->send(std::move(request));
      } catch (...) {
        cancelled = is_cancellation(std::current_exception());
      }
    };
    TaskGroup group(executor, ignore_task_errors);
    group.spawn("ask", ask());
    while (server.connections() == 0) co_await asio::post(executor, asio::use_awaitable);
    group.cancel();
    const bool done = co_await group.wait(10s);
    CHECK(done);
    CHECK(cancelled);
  });
}

TEST_CASE(
    "a URL that is none, and a header that would break out of its line, are refused before anything is "
    "sent") {
  Fixture fixture;
  CHECK(fixture.error_of("ftp://host/").error_class() == ErrorClass::configuration);
  CHECK(fixture.error_of("https://user:secret@host/").where().find("secret") == std::string::npos);
  Request request;
  request.url = "http://127.0.0.1:1/";
  request.headers.add("X-Name", "a\r\nX-Evil: b");
  CHECK(fixture.error_of(request).error_class() == ErrorClass::internal);
  request.headers = {{"X Name", "a"}};
  CHECK(fixture.error_of(request).error_class() == ErrorClass::internal);
}

TEST_CASE("TLS is spoken with a server whose certificate is of a CA that we trust and for its name") {
  const test::Certificates certificates;
  HttpClientOptions options;
  options.extra_ca_files = {certificates.ca_file()};
  Fixture fixture(options);
  HttpServerOptions server_options;
  server_options.tls_certificate_file = certificates.localhost().certificate_file;
  server_options.tls_key_file = certificates.localhost().key_file;
  const auto server = start_repeater(fixture.loop, server_options);
  const std::string url = fmt::format("https://localhost:{}/t", server->port());
  CHECK(fixture.get(url).body == "GET /t ");
  // The same with a body of many TLS records, on the kept connection.
  Request request;
  request.method = "PUT";
  request.url = url;
  request.body = std::string(3U << 20U, 'z');
  CHECK(fixture.send(request).body == "PUT /t " + request.body);

  SUBCASE("the address must be in the certificate too") {
    CHECK(fixture.get(fmt::format("https://127.0.0.1:{}/", server->port())).status == 200);
  }
  SUBCASE("a client that does not know the CA refuses it") {
    Fixture stranger;
    const auto other = start_repeater(stranger.loop, server_options);
    const Error error = stranger.error_of(fmt::format("https://localhost:{}/", other->port()));
    CHECK(error.error_class() == ErrorClass::remote_final);
    CHECK(error.problem().starts_with("the certificate is refused: "));
  }
  SUBCASE("plain HTTP to a TLS port, and TLS to a plain port, fail clearly") {
    const Error plain = fixture.error_of(fmt::format("http://localhost:{}/", server->port()));
    CHECK(plain.error_class() == ErrorClass::remote_transient);
    ScriptedServer no_tls(fixture.loop.executor(), [](RawPeer& peer) -> Awaitable<void> {
      co_await peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
      co_await peer.read_all();
    });
    const Error tls = fixture.error_of(fmt::format("https://localhost:{}/", no_tls.port()));
    CHECK(tls.error_class() == ErrorClass::remote_final);
    CHECK(tls.problem().starts_with("TLS can't be agreed on: "));
  }
}

TEST_CASE("a certificate for another name or address is refused") {
  const test::Certificates certificates;
  HttpClientOptions options;
  options.extra_ca_files = {certificates.ca_file()};
  Fixture fixture(options);
  HttpServerOptions server_options;
  server_options.tls_certificate_file = certificates.elsewhere().certificate_file;
  server_options.tls_key_file = certificates.elsewhere().key_file;
  const auto server = start_repeater(fixture.loop, server_options);
  for (const char* host : {"localhost", "127.0.0.1"}) {
    const Error error = fixture.error_of(fmt::format("https://{}:{}/", host, server->port()));
    CHECK(error.error_class() == ErrorClass::remote_final);
    CHECK(error.problem().find("mismatch") != std::string::npos);
  }
}

TEST_CASE("files that are no certificates or keys are named") {
  const test::Certificates certificates;
  HttpClientOptions options;
  options.extra_ca_files = {certificates.ca_file(), "/nowhere/ca.pem"};
  CHECK_THROWS_WITH_AS(
      Fixture{options},
      "/nowhere/ca.pem: no CA certificate can be read: No such file or directory (it must be a file with "
      "certificates in PEM form)",
      Error);
  test::Loop loop;
  HttpServerOptions server_options;
  server_options.tls_certificate_file = certificates.localhost().certificate_file;
  server_options.tls_key_file = certificates.elsewhere().key_file;
  try {
    start_repeater(loop, server_options);
    FAIL("it was taken");
  } catch (const Error& error) {
    CHECK(error.where() == server_options.tls_key_file);
    CHECK(error.error_class() == ErrorClass::configuration);
  }
}

TEST_CASE("a TLS client that never finishes its handshake is dropped") {
  const test::Certificates certificates;
  test::Loop loop;
  HttpServerOptions options;
  options.tls_certificate_file = certificates.localhost().certificate_file;
  options.tls_key_file = certificates.localhost().key_file;
  options.header_timeout = 30ms;
  const auto server = start_repeater(loop, options);
  loop.run([&](const asio::any_io_executor&) -> Awaitable<void> {
    RawPeer silent = co_await RawPeer::connect(server->port());
    const std::string nothing = co_await silent.read_all();
    CHECK(nothing.empty());
    RawPeer noise = co_await RawPeer::connect(server->port());
    co_await noise.send("GET / HTTP/1.1\r\n\r\n");
    const std::string alert = co_await noise.read_all();
    CHECK(alert.find("HTTP") == std::string::npos);
  });
}
