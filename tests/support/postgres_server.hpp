#pragma once

// A PostgreSQL server of the test's own: the newest installed one, a cluster in a temporary folder, a unix
// socket and a free port on loopback. Stopped and removed by the destructor.

#include <sys/types.h>

#include <string>
#include <vector>

namespace diffgate::test {

class PostgresServer {
 public:
  // Throws std::runtime_error with the server's own words if it can't be started.
  PostgresServer();
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  // Runs statements as the superuser, in the database "test".
  void execute(const std::string& statements) const;

  // The first column of the first row, as text.
  std::string value(const std::string& query) const;

  // postgresql://user@127.0.0.1:port/test; without `user` the superuser.
  std::string url(const std::string& user = {}) const;

  int port() const { return port_; }

  void stop();
  void start();

 private:
  std::string folder_;
  std::string binaries_;
  std::string user_;  // the server refuses to run as root; then this one is used
  int port_ = 0;
  pid_t pid_ = 0;
};

}  // namespace diffgate::test
