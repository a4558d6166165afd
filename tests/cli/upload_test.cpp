#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "net/crypto.hpp"
#include "net/http.hpp"
#include "run_binary.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

using namespace diffgate;
using test::run_diffgate;
using Json = nlohmann::json;

namespace {

const std::string sha = "0123456789abcdef0123456789abcdef01234567";

// A server on loopback that answers every request alike and remembers what came.
class Server {
 public:
  // `probe_status` answers a request without a body, which asks whether the content is known.
  explicit Server(int status, std::string answer, int probe_status = 0)
      : status_(status), probe_status_(probe_status), answer_(std::move(answer)) {
    net::HttpServerOptions options;
    server_ = net::start_http_server(
        context_.get_executor(), options, [](auto&&...) { return net::BodyPolicy{.max_bytes = 64U << 20U}; },
        [this](net::ServerRequest request) -> Awaitable<net::ServerResponse> {
          received_.push_back(request.method + " " + request.target + " " +
                              std::string(request.headers.get("authorization").value_or("")) + " " +
                              request.body);
          encodings_.emplace_back(request.headers.get("content-encoding").value_or(""));
          net::ServerResponse response;
          response.status = probe_status_ != 0 && request.body.empty() ? probe_status_ : status_;
          response.body = answer_;
          co_return response;
        },
        [](const std::string&) {});
    thread_ = std::thread([this] { context_.run(); });
  }
  ~Server() {
    context_.stop();
    thread_.join();
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  const std::vector<std::string>& received() const { return received_; }
  const std::vector<std::string>& encodings() const { return encodings_; }

 private:
  int status_;
  int probe_status_;
  std::string answer_;
  std::vector<std::string> received_;  // read only while no request is under way
  std::vector<std::string> encodings_;
  asio::io_context context_{1};
  std::unique_ptr<net::HttpServer> server_;
  std::thread thread_;
};

std::vector<std::string> upload_to(const std::string& url, const std::string& folder) {
  return {"upload",       "--server",        url,   "--project", "7", "--run-type",
          "pull_request", "--target-folder", folder};
}

}  // namespace

TEST_CASE("upload sends the manifest last, with the key, to the project's commit") {
  const test::Folder target;
  target.write("manifest.json", "{\"m\":1}");
  target.write("run_results.json", "{\"r\":1}");
  Server server(200, "{\"models\":3}");
  auto arguments = upload_to(server.url(), target.path());
  arguments.insert(arguments.end(), {"--commit-sha", sha, "--branch", "feature/x", "--json"});
  const test::Ran ran = run_diffgate(arguments, "", {{"DIFFGATE_API_KEY", "secret-key"}});
  CAPTURE(ran.err);
  REQUIRE(ran.code == 0);
  const std::string start = "PUT /api/v1/projects/7/artifacts/pull_request/" + sha;
  REQUIRE(server.received().size() == 2);
  CHECK(server.received()[0] == start + "/run_results.json?sha256=" + net::sha256_hex("{\"r\":1}") +
                                    "&branch=feature%2Fx Key secret-key {\"r\":1}");
  CHECK(server.received()[1] == start + "/manifest.json?sha256=" + net::sha256_hex("{\"m\":1}") +
                                    "&branch=feature%2Fx Key secret-key {\"m\":1}");
  CHECK(Json::parse(ran.out).at(1).at("answer") == Json{{"models", 3}});
}

TEST_CASE("upload takes the commit from the CI system's variables") {
  const test::Folder target;
  target.write("manifest.json", "{}");
  const std::string event =
      target.write("event.json", "{\"pull_request\":{\"head\":{\"sha\":\"" + sha + "\"}}}");
  Server server(201, "{}");
  const test::Ran ran = run_diffgate(
      upload_to(server.url(), target.path()), "",
      {{"DIFFGATE_API_KEY", "k"}, {"GITHUB_EVENT_PATH", event}, {"GITHUB_SHA", std::string(40, 'f')}});
  CAPTURE(ran.err);
  CHECK(ran.code == 0);
  REQUIRE(server.received().size() == 1);
  CHECK(server.received()[0].find(sha) != std::string::npos);
}

TEST_CASE("a large file is asked for first, and sent compressed only if the server lacks it") {
  const test::Folder target;
  target.write("manifest.json", "{\"m\":\"" + std::string(1'000'000, 'x') + "\"}");
  auto upload = [&](Server& server) {
    auto arguments = upload_to(server.url(), target.path());
    arguments.insert(arguments.end(), {"--commit-sha", sha});
    return run_diffgate(arguments, "", {{"DIFFGATE_API_KEY", "k"}});
  };
  Server lacks_it(201, "{}", 404);
  CHECK(upload(lacks_it).code == 0);
  REQUIRE(lacks_it.received().size() == 2);
  CHECK(lacks_it.received()[1].size() < 100'000);
  CHECK(lacks_it.encodings() == std::vector<std::string>{"", "gzip"});
  Server has_it(201, "{}", 200);
  const test::Ran ran = upload(has_it);
  CHECK(ran.code == 0);
  CHECK(has_it.received().size() == 1);
  CHECK(ran.out.find("there already") != std::string::npos);
}

TEST_CASE("what the server doubts about an upload is shown as a warning") {
  const test::Folder target;
  target.write("manifest.json", "{}");
  Server server(201, "{\"warnings\":[\"the head of pull request 42 is another\"]}");
  auto arguments = upload_to(server.url(), target.path());
  arguments.insert(arguments.end(), {"--commit-sha", sha, "--pull-request", "42"});
  const test::Ran ran = run_diffgate(arguments, "", {{"DIFFGATE_API_KEY", "k"}});
  CHECK(ran.code == 0);
  CHECK(ran.err.find("the head of pull request 42 is another") != std::string::npos);
  CHECK(server.received().at(0).find("&pull_request=42") != std::string::npos);
}

TEST_CASE("a refused upload says what the server said, and never the key") {
  const test::Folder target;
  target.write("manifest.json", "{}");
  struct {
    int status;
    int code;
  } const cases[] = {{401, 2}, {403, 2}, {404, 2}, {413, 2}, {422, 2}, {501, 3}};
  for (const auto& [status, code] : cases) {
    CAPTURE(status);
    Server server(status, "{\"title\":\"no\",\"detail\":\"not this one\"}");
    auto arguments = upload_to(server.url(), target.path());
    arguments.insert(arguments.end(), {"--commit-sha", sha});
    const test::Ran ran = run_diffgate(arguments, "", {{"DIFFGATE_API_KEY", "secret-key"}});
    CHECK(ran.code == code);
    CHECK(ran.out.empty());
    CHECK(ran.err.find("not this one") != std::string::npos);
    CHECK(ran.err.find("secret-key") == std::string::npos);
  }
}

TEST_CASE("upload follows no redirect, so that the key goes nowhere else") {
  const test::Folder target;
  target.write("manifest.json", "{}");
  Server server(302, "");
  auto arguments = upload_to(server.url(), target.path());
  arguments.insert(arguments.end(), {"--commit-sha", sha});
  const test::Ran ran = run_diffgate(arguments, "", {{"DIFFGATE_API_KEY", "secret-key"}});
  CHECK(ran.code == 2);
  CHECK(ran.err.find("the server answered 302: it leads to another address") != std::string::npos);
  CHECK(server.received().size() == 1);
}

TEST_CASE("upload asks for what it lacks before it sends anything") {
  const test::Folder target;
  target.write("manifest.json", "{}");
  const std::string url = "http://127.0.0.1:1";
  CHECK(run_diffgate(upload_to(url, target.path())).err.find("DIFFGATE_API_KEY") != std::string::npos);
  const test::Ran no_commit = run_diffgate(upload_to(url, target.path()), "", {{"DIFFGATE_API_KEY", "k"}});
  CHECK(no_commit.code == 2);
  CHECK(no_commit.err.find("--commit-sha") != std::string::npos);
  const test::Ran no_manifest =
      run_diffgate(upload_to(url, "/nowhere"), "", {{"DIFFGATE_API_KEY", "k"}, {"CI_COMMIT_SHA", sha}});
  CHECK(no_manifest.code == 2);
  CHECK(no_manifest.err.find("manifest.json") != std::string::npos);
}
