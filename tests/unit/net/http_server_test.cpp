#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/steady_timer.hpp>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "net/error.hpp"
#include "net/http.hpp"
#include "raw_peer.hpp"
#include "run.hpp"

using namespace diffgate;
using namespace diffgate::net;
using namespace std::chrono_literals;
using test::RawPeer;

namespace {

void ignore_task_errors(const std::string&, const std::exception_ptr&) {}

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A server on a free port whose handler repeats what it got.
struct Echo {
  explicit Echo(HttpServerOptions changed = {}, BodyPolicy body = {})
      : options(std::move(changed)), policy(body) {
    server = start_http_server(
        loop.executor(), options,
        [this](std::string_view, std::string_view, const Headers&) { return policy; },
        [this](ServerRequest request) { return answer(std::move(request)); },
        [this](const std::string& line) { errors.push_back(line); });
  }

  Awaitable<ServerResponse> answer(ServerRequest request) {
    ++handled;
    if (!request.body_file.empty()) {
      last_file = request.body_file;
      request.body = file_text(request.body_file);
    }
    ServerResponse response;
    response.status = 200;
    response.headers.add("X-From", request.remote_address);
    response.body = fmt::format("{} {} {}", request.method, request.target, request.body);
    co_return response;
  }

  // What a connection that sends `text` gets until the server closes it.
  std::string talk(std::string text) {
    return loop.run([&](const asio::any_io_executor&) -> Awaitable<std::string> {
      RawPeer peer = co_await RawPeer::connect(server->port());
      co_await peer.send(text);
      co_return co_await peer.read_all();
    });
  }

  test::Loop loop;
  HttpServerOptions options;
  BodyPolicy policy;
  int handled = 0;
  std::string last_file;
  std::vector<std::string> errors;
  std::unique_ptr<HttpServer> server;
};

std::string body_of(const std::string& message) { return message.substr(message.find("\r\n\r\n") + 4); }

std::string status_of(const std::string& message) { return message.substr(0, message.find("\r\n")); }

std::string post(const std::string& body, const std::string& more = "") {
  return fmt::format("POST /p HTTP/1.1\r\nHost: x\r\n{}Content-Length: {}\r\n\r\n{}", more, body.size(),
                     body);
}

// A directory of one test.
struct Directory {
  Directory() {
    std::string name = (std::filesystem::temp_directory_path() / "net-test-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Directory() { std::filesystem::remove_all(path); }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path), {}));
  }
  std::string path;
};

}  // namespace

TEST_CASE("a request is answered with a framed message and the connection closed when asked") {
  Echo echo;
  const std::string answer = echo.talk("GET /a?b=%20c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CHECK(status_of(answer) == "HTTP/1.1 200 OK");
  CHECK(answer.find("\r\nContent-Length: 14\r\n") != std::string::npos);
  CHECK(answer.find("\r\nConnection: close\r\n") != std::string::npos);
  CHECK(answer.find("\r\nX-From: 127.0.0.1\r\n") != std::string::npos);
  CHECK(body_of(answer) == "GET /a?b=%20c ");
  CHECK(echo.errors.empty());
}

TEST_CASE("requests on one connection are answered in order, pipelined or not") {
  Echo echo;
  const std::string first = "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::string last = "GET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  const std::string answer = echo.talk(first + post("two") + last);
  const std::size_t one = answer.find("GET /1 ");
  const std::size_t two = answer.find("POST /p two");
  const std::size_t three = answer.find("GET /3 ");
  CHECK(one < two);
  CHECK(two < three);
  CHECK(three != std::string::npos);
  CHECK(echo.handled == 3);
}

TEST_CASE("a request that comes byte by byte is a request") {
  Echo echo;
  const std::string answer = echo.loop.run([&](const asio::any_io_executor&) -> Awaitable<std::string> {
    RawPeer peer = co_await RawPeer::connect(echo.server->port());
    peer.socket().set_option(asio::ip::tcp::no_delay(true));
    for (const char c : post("body", "Connection: close\r\n")) co_await peer.send(std::string(1, c));
    co_return co_await peer.read_all();
  });
  CHECK(body_of(answer) == "POST /p body");
}

TEST_CASE("an answer to HEAD has the length of the body and no body") {
  Echo echo;
  const std::string answer = echo.talk("HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CHECK(answer.find("\r\nContent-Length: 8\r\n") != std::string::npos);
  CHECK(body_of(answer).empty());
}

TEST_CASE("a chunked body is put together, extensions and trailers are left out") {
  Echo echo;
  const std::string answer = echo.talk(
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
      "5;name=value\r\nhello\r\n1\r\n,\r\n6\r\n world\r\n0\r\nX-Trailer: 1\r\n\r\n");
  CHECK(body_of(answer) == "POST / hello, world");
}

TEST_CASE("HTTP/1.0 is answered and closed") {
  Echo echo;
  CHECK(body_of(echo.talk("GET /old HTTP/1.0\r\n\r\n")) == "GET /old ");
}

TEST_CASE("a target in the form that proxies get is understood") {
  Echo echo;
  const std::string close = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  CHECK(body_of(echo.talk("GET http://x:1/a/b?c" + close)) == "GET /a/b?c ");
  CHECK(body_of(echo.talk("GET HTTPS://x?c" + close)) == "GET /?c ");
  CHECK(body_of(echo.talk("GET http://x" + close)) == "GET / ");
}

TEST_CASE("a client that expects 100 Continue gets it before it sends the body") {
  Echo echo;
  echo.loop.run([&](const asio::any_io_executor&) -> Awaitable<void> {
    RawPeer peer = co_await RawPeer::connect(echo.server->port());
    co_await peer.send(
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: "
        "close\r\n\r\n");
    const std::string interim = co_await peer.read_until("\r\n\r\n");
    CHECK(interim == "HTTP/1.1 100 Continue\r\n\r\n");
    co_await peer.send("ok");
    const std::string answer = co_await peer.read_all();
    CHECK(body_of(answer) == "POST / ok");
  });
}

TEST_CASE("a client that expects 100 Continue for too large a body is refused at once") {
  Echo echo({}, {.max_bytes = 1});
  const std::string answer =
      echo.talk("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  CHECK(status_of(answer) == "HTTP/1.1 413 Payload Too Large");
}

TEST_CASE("a body over the limit is answered 413, however it is framed and however much the client sends") {
  Echo echo({}, {.max_bytes = 25U << 20U});
  const std::string chunk(1U << 20U, 'x');
  std::string chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 26; ++i) chunked += "100000\r\n" + chunk + "\r\n";
  chunked += "0\r\n\r\n";
  for (const std::string& request : {post(std::string(26U << 20U, 'x')), chunked}) {
    const std::string answer = echo.talk(request);
    CHECK(status_of(answer) == "HTTP/1.1 413 Payload Too Large");
    CHECK(body_of(answer) == "the request's body is larger than 26214400 bytes\n");
  }
  CHECK(echo.handled == 0);
}

TEST_CASE("a body as large as the limit is taken") {
  Echo echo({}, {.max_bytes = 300'000});
  const std::string body(300'000, 'y');
  CHECK(body_of(echo.talk(post(body, "Connection: close\r\n"))) == "POST /p " + body);
}

TEST_CASE("a body for a file is in the file while the handler runs and the file is gone afterwards") {
  const Directory directory;
  HttpServerOptions options;
  options.body_directory = directory.path;
  Echo echo(options, {.max_bytes = 5U << 20U, .to_file = true});
  std::string body;
  for (int i = 0; body.size() < 3'000'000; ++i) body += std::to_string(i);
  CHECK(body_of(echo.talk(post(body, "Connection: close\r\n"))) == "POST /p " + body);
  CHECK(echo.last_file.starts_with(directory.path));
  CHECK(body_of(echo.talk(post("", "Connection: close\r\n"))) == "POST /p ");
  CHECK(status_of(echo.talk(post(std::string(6U << 20U, 'x')))) == "HTTP/1.1 413 Payload Too Large");
  echo.talk("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n300000\r\n" +
            std::string(0x300000, 'x') + "\r\n300000\r\n");
  CHECK(echo.handled == 2);
  CHECK(directory.files() == 0);
}

TEST_CASE("a body that can't be written to its file is an internal error whose reason is told to us alone") {
  HttpServerOptions options;
  options.body_directory = "/nowhere";
  Echo echo(options, {.to_file = true});
  const std::string answer = echo.talk(post("x"));
  CHECK(status_of(answer) == "HTTP/1.1 500 Internal Server Error");
  CHECK(body_of(answer) == "internal error\n");
  REQUIRE(echo.errors.size() == 1);
  CHECK(echo.errors[0] == "POST /p: /nowhere: No such file or directory");
}

TEST_CASE("a head over the limit is answered 431") {
  HttpServerOptions options;
  options.max_header_bytes = 4096;
  Echo echo(options);
  const std::string one_long = "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(4100, 'x') + "\r\n\r\n";
  const std::string long_target = "GET /" + std::string(4100, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n";
  std::string many = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 600; ++i) many += "X: yy\r\n";
  for (const std::string& request : {one_long, long_target, many + "\r\n", std::string(5000, 'A')}) {
    CHECK(status_of(echo.talk(request)) == "HTTP/1.1 431 Request Header Fields Too Large");
  }
  const std::string within =
      "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: " + std::string(4000, 'x') + "\r\n\r\n";
  CHECK(status_of(echo.talk(within)) == "HTTP/1.1 200 OK");
}

TEST_CASE("what is not a request, or could be read in two ways, is refused and the connection closed") {
  const struct {
    const char* text;
    const char* status;
  } cases[] = {
      {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "HTTP/1.1 400 Bad Request"},
      {"hello\r\n\r\n", "HTTP/1.1 400 Bad Request"},
      {"GET / HTTP/2.0\r\n\r\n", "HTTP/1.1 400 Bad Request"},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/1.1 400 Bad Request"},
      {"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400 Bad Request"},
      {"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request"},
      {"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "HTTP/1.1 400 Bad Request"},
      {"GET / HTTP/1.1\r\nHost : x\r\n\r\n", "HTTP/1.1 400 Bad Request"},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 400 Bad Request"},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
       "HTTP/1.1 400 Bad Request"},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
       "HTTP/1.1 400 Bad Request"},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       "HTTP/1.1 400 Bad Request"},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 400 Bad Request"},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabcd\r\n",
       "HTTP/1.1 400 Bad Request"},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
       "HTTP/1.1 400 Bad Request"},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
       "HTTP/1.1 413 Payload Too Large"},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 501 Not Implemented"},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
       "HTTP/1.1 501 Not Implemented"},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 501 Not Implemented"},
      {"GET / HTTP/1.1\r\nHost: x\r\nExpect: 200-ok\r\n\r\n", "HTTP/1.1 417 Expectation Failed"},
  };
  Echo echo;
  for (const auto& row : cases) {
    CAPTURE(std::string(row.text));
    const std::string answer = echo.talk(row.text);
    CHECK(status_of(answer) == row.status);
    CHECK(answer.find("Connection: close\r\n") != std::string::npos);
  }
  CHECK(echo.handled == 0);
  CHECK(echo.errors.empty());
}

TEST_CASE("an endless line between chunks is refused") {
  Echo echo;
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  CHECK(status_of(echo.talk(head + "1;" + std::string(200'000, 'x'))) == "HTTP/1.1 400 Bad Request");
  CHECK(status_of(echo.talk(head + "0\r\nX: " + std::string(200'000, 'x'))) == "HTTP/1.1 400 Bad Request");
}

TEST_CASE("random bytes and damaged requests never stop the server") {
  Echo echo;
  std::mt19937 random(7);
  const std::string good = post("some body", "Transfer-Encoding: chunked\r\n") + post("x");
  for (int i = 0; i < 300; ++i) {
    std::string text =
        i % 2 == 0
            ? good
            : "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n";
    for (int change = 0; change < 1 + i % 4; ++change) {
      text[random() % text.size()] = static_cast<char>(random());
    }
    if (i % 3 == 0) text.resize(random() % text.size());
    echo.loop.run([&](const asio::any_io_executor&) -> Awaitable<void> {
      RawPeer peer = co_await RawPeer::connect(echo.server->port());
      co_await peer.send(text);
      peer.socket().shutdown(asio::ip::tcp::socket::shutdown_send);
      co_await peer.read_all();
    });
  }
  CHECK(status_of(echo.talk("GET / HTTP/1.0\r\n\r\n")) == "HTTP/1.1 200 OK");
  CHECK(echo.errors.empty());
}

TEST_CASE("a head that does not come in time is answered 408, a connection without a byte of it is closed") {
  HttpServerOptions options;
  options.header_timeout = 20ms;
  Echo echo(options);
  CHECK(status_of(echo.talk("GET / HTTP/1.1\r\nHo")) == "HTTP/1.1 408 Request Timeout");
  CHECK(echo.talk("").empty());
}

TEST_CASE("a body that does not come in time is answered 408") {
  Echo echo({}, {.timeout = 20ms});
  const std::string answer = echo.talk("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n123");
  CHECK(status_of(answer) == "HTTP/1.1 408 Request Timeout");
}

TEST_CASE("a kept connection that stays idle is closed without a word") {
  HttpServerOptions options;
  options.idle_timeout = 20ms;
  Echo echo(options);
  CHECK(body_of(echo.talk("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")) == "GET /a ");
}

TEST_CASE("a client that sends a byte now and then gets no more time than the limit of the head") {
  HttpServerOptions options;
  options.header_timeout = 50ms;
  Echo echo(options);
  const std::string answer =
      echo.loop.run([&](const asio::any_io_executor& executor) -> Awaitable<std::string> {
        RawPeer peer = co_await RawPeer::connect(echo.server->port());
        co_await peer.send("GET / HTTP/1.1\r\nX: ");
        TaskGroup group(executor, ignore_task_errors);
        auto drip = [&]() -> Awaitable<void> {
          while (true) {
            co_await peer.send("x");
            asio::steady_timer pause(executor, 5ms);
            co_await pause.async_wait(asio::use_awaitable);
          }
        };
        group.spawn("drip", drip());
        std::string text = co_await peer.read_all();
        group.cancel();
        co_await group.wait(5s);
        co_return text;
      });
  CHECK(status_of(answer) == "HTTP/1.1 408 Request Timeout");
}

TEST_CASE("an exception of the handler is told to us and answered without details") {
  test::Loop loop;
  std::vector<std::string> errors;
  auto fail = [](ServerRequest) -> Awaitable<ServerResponse> {
    throw Error(ErrorClass::internal, "the disk is full");
    co_return ServerResponse{};
  };
  auto server = start_http_server(
      loop.executor(), {}, [](auto&&...) { return BodyPolicy{}; }, fail,
      [&](const std::string& line) { errors.push_back(line); });
  const std::string answer = loop.run([&](const asio::any_io_executor&) -> Awaitable<std::string> {
    RawPeer peer = co_await RawPeer::connect(server->port());
    co_await peer.send("GET /x?token=secret HTTP/1.0\r\n\r\n");
    co_return co_await peer.read_all();
  });
  CHECK(status_of(answer) == "HTTP/1.1 500 Internal Server Error");
  CHECK(body_of(answer) == "internal error\n");
  CHECK(errors == std::vector<std::string>{"GET /x: the disk is full"});
}

TEST_CASE("a handler can't break out of a header") {
  test::Loop loop;
  std::vector<std::string> errors;
  auto inject = [](ServerRequest) -> Awaitable<ServerResponse> {
    ServerResponse response;
    response.status = 302;
    response.headers.add("Location", "/a\r\nSet-Cookie: x=1");
    co_return response;
  };
  auto server = start_http_server(
      loop.executor(), {}, [](auto&&...) { return BodyPolicy{}; }, inject,
      [&](const std::string& line) { errors.push_back(line); });
  const std::string answer = loop.run([&](const asio::any_io_executor&) -> Awaitable<std::string> {
    RawPeer peer = co_await RawPeer::connect(server->port());
    co_await peer.send("GET /x HTTP/1.0\r\n\r\n");
    co_return co_await peer.read_all();
  });
  CHECK(status_of(answer) == "HTTP/1.1 500 Internal Server Error");
  CHECK(answer.find("Set-Cookie") == std::string::npos);
  CHECK(errors.size() == 1);
}

TEST_CASE("an address that can't be listened on is named") {
  Echo echo;
  HttpServerOptions options;
  options.port = echo.server->port();
  const std::string where = fmt::format("127.0.0.1:{}: ", options.port);
  CHECK_THROWS_WITH_AS(
      Echo{options},
      (where +
       "can't listen: Address already in use (choose an address of this machine and a port that is free)")
          .c_str(),
      Error);
  options.tls_certificate_file = "/nowhere/cert.pem";
  CHECK_THROWS_AS(Echo{options}, Error);
}

TEST_CASE("a graceful stop finishes the request under way, closes idle connections and refuses new ones") {
  test::Loop loop;
  bool entered = false;
  asio::steady_timer gate(loop.executor(), asio::steady_timer::time_point::max());
  auto slow = [&](ServerRequest) -> Awaitable<ServerResponse> {
    entered = true;
    boost::system::error_code opened;
    co_await gate.async_wait(asio::redirect_error(asio::use_awaitable, opened));
    ServerResponse response;
    response.status = 200;
    response.body = "done";
    co_return response;
  };
  auto server = start_http_server(
      loop.executor(), {}, [](auto&&...) { return BodyPolicy{}; }, slow, [](const std::string&) {});
  loop.run([&](const asio::any_io_executor& executor) -> Awaitable<void> {
    RawPeer idle = co_await RawPeer::connect(server->port());
    RawPeer busy = co_await RawPeer::connect(server->port());
    co_await busy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    while (!entered) co_await asio::post(executor, asio::use_awaitable);
    TaskGroup group(executor, ignore_task_errors);
    group.spawn("stop", server->stop(10s));
    const std::string nothing = co_await idle.read_all();
    CHECK(nothing.empty());
    CHECK(group.size() == 1);
    boost::system::error_code refused;
    asio::ip::tcp::socket late(executor);
    co_await late.async_connect({asio::ip::make_address("127.0.0.1"), server->port()},
                                asio::redirect_error(asio::use_awaitable, refused));
    CHECK(refused == asio::error::connection_refused);
    gate.cancel();
    const std::string answer = co_await busy.read_all();
    CHECK(body_of(answer) == "done");
    CHECK(answer.find("Connection: close") != std::string::npos);
    const bool stopped = co_await group.wait(10s);
    CHECK(stopped);
    co_await server->stop(1s);
  });
}

TEST_CASE("a stop cancels what is still under way after its grace") {
  test::Loop loop;
  bool entered = false;
  auto endless = [&](ServerRequest) -> Awaitable<ServerResponse> {
    entered = true;
    asio::steady_timer never(loop.executor(), asio::steady_timer::time_point::max());
    co_await never.async_wait(asio::use_awaitable);
    co_return ServerResponse{};
  };
  auto server = start_http_server(
      loop.executor(), {}, [](auto&&...) { return BodyPolicy{}; }, endless, [](const std::string&) {});
  loop.run([&](const asio::any_io_executor& executor) -> Awaitable<void> {
    RawPeer busy = co_await RawPeer::connect(server->port());
    co_await busy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    while (!entered) co_await asio::post(executor, asio::use_awaitable);
    co_await server->stop(1ms);
    const std::string nothing = co_await busy.read_all();
    CHECK(nothing.empty());
  });
}

TEST_CASE("a thousand clients at once are all served") {
  // Both ends are in this process, and many systems allow 1,024 descriptors unless asked for more.
  rlimit descriptors{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &descriptors) == 0);
  descriptors.rlim_cur = descriptors.rlim_max;
  REQUIRE(setrlimit(RLIMIT_NOFILE, &descriptors) == 0);
  Echo echo;
  int served = 0;
  auto client = [&](int number) -> Awaitable<void> {
    RawPeer peer = co_await RawPeer::connect(echo.server->port());
    co_await peer.send(fmt::format("GET /{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", number));
    const std::string answer = co_await peer.read_all();
    if (body_of(answer) == fmt::format("GET /{} ", number)) ++served;
  };
  echo.loop.run(
      [&](const asio::any_io_executor& executor) -> Awaitable<void> {
        TaskGroup group(executor, ignore_task_errors);
        for (int i = 0; i < 1000; ++i) group.spawn("client", client(i));
        const bool done = co_await group.wait(30s);
        CHECK(done);
      },
      40s);
  CHECK(served == 1000);
}

TEST_CASE("a server without free descriptors says so once and goes on when there are some") {
  Echo echo;
  asio::ip::tcp::socket waiting(echo.loop.executor());
  waiting.connect({asio::ip::make_address("127.0.0.1"), echo.server->port()});
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  const int next = dup(0);
  REQUIRE(next >= 0);
  close(next);
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(next);
  REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
  echo.loop.run([&](const asio::any_io_executor& executor) -> Awaitable<void> {
    while (echo.errors.empty()) co_await asio::post(executor, asio::use_awaitable);
  });
  REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(echo.errors == std::vector<std::string>{"connections can't be accepted: Too many open files"});
  const std::string answer = echo.loop.run([&](const asio::any_io_executor&) -> Awaitable<std::string> {
    RawPeer peer(std::move(waiting));
    co_await peer.send("GET /a HTTP/1.0\r\n\r\n");
    co_return co_await peer.read_all();
  });
  CHECK(body_of(answer) == "GET /a ");
}

TEST_CASE("a full server closes its longest idle connection for a new one, and keeps none open") {
  HttpServerOptions options;
  options.max_connections = 2;
  Echo echo(options);
  echo.loop.run([&](const asio::any_io_executor&) -> Awaitable<void> {
    RawPeer first = co_await RawPeer::connect(echo.server->port());
    co_await first.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string kept = co_await first.read_until("GET /1 ");
    CHECK(kept.find("Connection: keep-alive") != std::string::npos);
    RawPeer second = co_await RawPeer::connect(echo.server->port());
    RawPeer third = co_await RawPeer::connect(echo.server->port());
    co_await third.send("GET /3 HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string nothing = co_await first.read_all();
    CHECK(nothing.empty());
    const std::string answer = co_await third.read_all();
    CHECK(body_of(answer) == "GET /3 ");
    CHECK(answer.find("Connection: close") != std::string::npos);
    co_await second.send("GET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string late = co_await second.read_until("GET /2 ");
    CHECK(late.ends_with("GET /2 "));
  });
}

TEST_CASE("a server with room for one serves one after the other") {
  HttpServerOptions options;
  options.max_connections = 1;
  Echo echo(options);
  echo.loop.run([&](const asio::any_io_executor&) -> Awaitable<void> {
    RawPeer first = co_await RawPeer::connect(echo.server->port());
    RawPeer second = co_await RawPeer::connect(echo.server->port());
    for (RawPeer* peer : {&second, &first}) co_await peer->send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
    for (RawPeer* peer : {&first, &second}) {
      const std::string answer = co_await peer->read_all();
      CHECK(body_of(answer) == "GET /x ");
    }
  });
}
