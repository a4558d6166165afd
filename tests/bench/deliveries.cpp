// How fast does the daemon take webhooks? Sends signed pull_request deliveries over keep-alive connections to
// a running daemon and prints deliveries per second and the time to the 202, which comes only after the
// delivery is on disk. The same connections then ask /healthz, which stores nothing: the ratio is the price
// of durability.
//
//   bench_deliveries PORT SECRET CONNECTIONS DELIVERIES

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "net/crypto.hpp"

namespace {

using Clock = std::chrono::steady_clock;

// A connection that sends a request and reads one response of known form, blocking.
class Connection {
 public:
  explicit Connection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("can't connect to the daemon");
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int exchange(const std::string& request) {
    for (std::size_t sent = 0; sent < request.size();) {
      const auto n = ::send(socket_, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) throw std::runtime_error("connection lost while sending");
      sent += static_cast<std::size_t>(n);
    }
    buffer_.clear();
    std::size_t want = 0;
    while (want == 0 || buffer_.size() < want) {
      char chunk[8192];
      const auto n = ::recv(socket_, chunk, sizeof chunk, 0);
      if (n <= 0) throw std::runtime_error("connection lost while reading");
      buffer_.append(chunk, static_cast<std::size_t>(n));
      const auto head_end = buffer_.find("\r\n\r\n");
      if (want == 0 && head_end != std::string::npos) want = head_end + 4 + content_length(head_end);
    }
    return std::atoi(buffer_.c_str() + 9);
  }

 private:
  std::size_t content_length(std::size_t head_end) const {
    std::string head = buffer_.substr(0, head_end);
    std::transform(head.begin(), head.end(), head.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto at = head.find("content-length:");
    return at == std::string::npos ? 0 : static_cast<std::size_t>(std::atol(head.c_str() + at + 15));
  }

  int socket_;
  std::string buffer_;
};

// The median payload of GitHub's is 8 kB.
std::string payload(int number) {
  std::string sha(40, 'a');
  return fmt::format(
      R"({{"action":"opened","number":{0},"pull_request":{{"number":{0},"title":"t","html_url":"https://github.example/pull/{0}",)"
      R"("state":"open","draft":false,"user":{{"login":"u"}},"labels":[],"body":"{2}",)"
      R"("base":{{"ref":"main","sha":"{1}","repo":{{"id":1,"full_name":"nobody/unknown"}}}},)"
      R"("head":{{"ref":"f","sha":"{1}","repo":{{"id":1,"full_name":"nobody/unknown"}}}},"updated_at":"2026-01-01T00:00:00Z"}},)"
      R"("repository":{{"id":1,"full_name":"nobody/unknown"}},"installation":{{"id":1}},"sender":{{"login":"u"}}}})",
      number, sha, std::string(7000, 'x'));
}

struct Figures {
  double per_second = 0;
  double p50_ms = 0;
  double p99_ms = 0;
};

template <class MakeRequest>
Figures run(std::uint16_t port, int connections, int total, int expected_status, MakeRequest make_request) {
  std::vector<std::vector<double>> times(static_cast<std::size_t>(connections));
  std::atomic<int> next{0};
  const auto begin = Clock::now();
  std::vector<std::thread> threads;
  for (int c = 0; c < connections; ++c) {
    threads.emplace_back([&, c] {
      Connection connection(port);
      for (int i = next++; i < total; i = next++) {
        const std::string request = make_request(i);
        const auto sent = Clock::now();
        if (connection.exchange(request) != expected_status) {
          std::fprintf(stderr, "unexpected answer\n");
          std::exit(1);
        }
        times[static_cast<std::size_t>(c)].push_back(
            std::chrono::duration<double, std::milli>(Clock::now() - sent).count());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  std::vector<double> all;
  for (const auto& some : times) all.insert(all.end(), some.begin(), some.end());
  std::sort(all.begin(), all.end());
  return {static_cast<double>(total) / seconds, all[all.size() / 2], all[all.size() * 99 / 100]};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: bench_deliveries PORT SECRET CONNECTIONS DELIVERIES\n");
    return 2;
  }
  const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  const diffgate::Secret secret{std::string(argv[2])};
  const int connections = std::atoi(argv[3]);
  const int total = std::atoi(argv[4]);

  // Signing is GitHub's work, so it is done before the clock starts.
  std::vector<std::string> requests;
  requests.reserve(static_cast<std::size_t>(total));
  for (int i = 0; i < total; ++i) {
    const std::string body = payload(i);
    requests.push_back(fmt::format(
        "POST /webhooks/github HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "X-GitHub-Event: pull_request\r\nX-GitHub-Delivery: bench-{}-{}\r\nX-Hub-Signature-256: sha256={}\r\n"
        "Content-Length: {}\r\n\r\n{}",
        ::getpid(), i, diffgate::net::to_hex(diffgate::net::hmac_sha256(secret, body)), body.size(), body));
  }
  const std::string health = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

  const Figures plain = run(port, connections, total, 200, [&](int) { return health; });
  const Figures stored =
      run(port, connections, total, 202, [&](int i) { return requests[static_cast<std::size_t>(i)]; });
  fmt::print("| | per second | p50 ms | p99 ms |\n|---|---|---|---|\n");
  fmt::print("| /healthz (nothing stored) | {:.0f} | {:.2f} | {:.2f} |\n", plain.per_second, plain.p50_ms,
             plain.p99_ms);
  fmt::print("| verified and durably stored delivery, 8 kB | {:.0f} | {:.2f} | {:.2f} |\n", stored.per_second,
             stored.p50_ms, stored.p99_ms);
  fmt::print("| ratio | {:.2f} | {:.1f} | {:.1f} |\n", stored.per_second / plain.per_second,
             stored.p50_ms / plain.p50_ms, stored.p99_ms / plain.p99_ms);
  return 0;
}
