#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "net/body_file.hpp"
#include "net/crypto.hpp"
#include "net/error.hpp"
#include "net/file_hash.hpp"
#include "net/http.hpp"
#include "run.hpp"

using namespace diffgate;
using namespace diffgate::net;

namespace {

// A folder that goes away with the test.
class Folder {
 public:
  Folder() {
    std::string path = (std::filesystem::temp_directory_path() / "diffgate-body-XXXXXX").string();
    REQUIRE(mkdtemp(path.data()) != nullptr);
    path_ = path;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string path(const std::string& name) const { return (path_ / name).string(); }
  std::string write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path(name), std::ios::binary) << bytes;
    return path(name);
  }
  std::string read(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

 private:
  std::filesystem::path path_;
};

using Handler = Awaitable<ServerResponse> (*)(ServerRequest);

// Answers with what was sent.
template <int status>
Awaitable<ServerResponse> echo(ServerRequest request) {
  ServerResponse response;
  response.status = status;
  response.body = std::move(request.body);
  co_return response;
}

// A server that answers so, and a client.
struct Echo {
  explicit Echo(Handler handler = echo<200>)
      : server(start_http_server(
            loop.executor(), {}, [](auto&&...) { return BodyPolicy{.max_bytes = 64U << 20U}; }, handler,
            [](const std::string&) {})),
        client(create_http_client(loop.executor(), {})) {}
  ~Echo() { loop.run(server->stop(std::chrono::milliseconds(0))); }
  Echo(const Echo&) = delete;
  Echo& operator=(const Echo&) = delete;

  Response send(Request request) {
    request.method = "PUT";
    request.url = "http://127.0.0.1:" + std::to_string(server->port()) + "/";
    return loop.run(client->send(std::move(request)), std::chrono::seconds(60));
  }

  test::Loop loop;
  std::unique_ptr<HttpServer> server;
  std::unique_ptr<HttpClient> client;
};

std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>((i * 31 + i / 251) % 256);
  return bytes;
}

}  // namespace

TEST_CASE("a body is sent from a file and an answer received into one, whatever their size") {
  const Folder folder;
  Echo server;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{64} << 10U,
                                 std::size_t{1} << 20U, (std::size_t{1} << 20U) + 1, std::size_t{5} << 20U}) {
    CAPTURE(size);
    Request request;
    request.body_file = folder.write("sent", pattern(size));
    request.response_file = folder.write("received", "what was there before");
    const Response response = server.send(std::move(request));
    CHECK(response.status == 200);
    CHECK(response.body.empty());
    CHECK(folder.read("received") == pattern(size));
    CHECK(std::filesystem::exists(folder.path("sent")));
  }
}

TEST_CASE("an answer that is no success stays in memory, and the file is not touched") {
  const Folder folder;
  Echo server(echo<404>);
  Request request;
  request.body = "no such thing";
  request.response_file = folder.write("received", "before");
  const Response response = server.send(std::move(request));
  CHECK(response.status == 404);
  CHECK(response.body == "no such thing");
  CHECK(folder.read("received") == "before");
}

TEST_CASE("an answer beyond the limit is given up, also into a file") {
  const Folder folder;
  Echo server;
  Request request;
  request.body = pattern(3U << 20U);
  request.response_file = folder.path("received");
  request.max_response_bytes = 2U << 20U;
  CHECK_THROWS_AS((void)server.send(std::move(request)), Error);
  std::error_code ignored;
  const bool is_there = std::filesystem::exists(folder.path("received"));
  CHECK((!is_there || std::filesystem::file_size(folder.path("received"), ignored) <= 2U << 20U));
}

TEST_CASE("a body that is not there, and an answer that can't be written, are errors that name the file") {
  const Folder folder;
  Echo server;
  Request no_body;
  no_body.body_file = folder.path("nothing");
  CHECK_THROWS_AS((void)server.send(std::move(no_body)), Error);
  Request no_place;
  no_place.body = "x";
  no_place.response_file = folder.path("no/such/folder/file");
  CHECK_THROWS_AS((void)server.send(std::move(no_place)), Error);
}

TEST_CASE("a file's hash is that of its bytes") {
  const Folder folder;
  for (const std::size_t size : {std::size_t{0}, std::size_t{3}, std::size_t{3} << 20U}) {
    CHECK(sha256_hex_of_file(folder.write("file", pattern(size))) == sha256_hex(pattern(size)));
  }
  CHECK_THROWS_AS((void)sha256_hex_of_file(folder.path("nothing")), Error);
}
