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
  const std::string& socket_folder() const { return folder_; }

  void stop();
  // With more settings ("ssl=on"), which stay for later starts.
  void start(const std::vector<std::string>& settings = {});

  // The postmaster alone: connections that are there go on, new ones and cancel requests get no answer.
  void hang() const;
  void go_on() const;

  // Both while it is stopped or before a reload: a file in the cluster's folder, and pg_hba.conf.
  void put_file(const std::string& name, const std::string& from) const;
  void write_hba(const std::string& lines) const;

 private:
  std::string folder_;
  std::vector<std::string> settings_ = {"fsync=off", "synchronous_commit=off", "full_page_writes=off",
                                        "shared_buffers=256MB", "max_wal_size=4GB"};
  std::string binaries_;
  std::string user_;  // the server refuses to run as root; then this one is used
  int port_ = 0;
  pid_t pid_ = 0;
};

}  // namespace diffgate::test
