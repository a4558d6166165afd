#include "support/postgres_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace diffgate::test {
namespace {

namespace fs = std::filesystem;

// Debian keeps one folder a major version.
std::string newest_binaries() {
  int newest = 0;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    if (!fs::exists(entry.path() / "bin" / "initdb")) continue;
    newest = std::max(newest, std::atoi(entry.path().filename().c_str()));
  }
  if (newest == 0)
    throw std::runtime_error("no PostgreSQL server below /usr/lib/postgresql: run ./dev setup");
  return "/usr/lib/postgresql/" + std::to_string(newest) + "/bin";
}

std::string unprivileged_user() {
  if (::geteuid() != 0) return {};
  return ::getpwnam("postgres") ? "postgres" : "nobody";
}

int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return ::ntohs(address.sin_port);
}

// Starts a program, as `user` if given, its output into `log`. `ends_with_us`: it is told to end when this
// process dies, however that happens.
pid_t start_program(const std::string& user, const std::vector<std::string>& command, const std::string& log,
                    bool ends_with_us) {
  std::vector<std::string> words;
  if (!user.empty()) {
    const passwd* entry = ::getpwnam(user.c_str());
    words = {"setpriv", "--reuid=" + std::to_string(entry->pw_uid),
             "--regid=" + std::to_string(entry->pw_gid), "--clear-groups"};
    if (ends_with_us) words.insert(words.end(), {"--pdeathsig", "QUIT"});
    words.emplace_back("--");
  }
  words.insert(words.end(), command.begin(), command.end());
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  // No stdio here: its buffers are the parent's.
  const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (output < 0 || ::dup2(output, STDOUT_FILENO) < 0 || ::dup2(output, STDERR_FILENO) < 0 ||
      ::chdir("/") != 0) {
    ::_exit(126);
  }
  if (ends_with_us) ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execvp(argv[0], argv.data());
  ::_exit(127);
}

int run(const std::string& user, const std::vector<std::string>& command, const std::string& log) {
  int status = 0;
  ::waitpid(start_program(user, command, log, false), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

std::unique_ptr<PGconn, decltype(&PQfinish)> connect(const std::string& url) {
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(url.c_str()), &PQfinish);
  PQsetNoticeReceiver(connection.get(), [](void*, const PGresult*) {}, nullptr);
  if (PQstatus(connection.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(connection.get()));
  return connection;
}

std::string run_query(const std::string& url, const std::string& sql) {
  const auto connection = connect(url);
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), sql.c_str()), &PQclear);
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    throw std::runtime_error(std::string(PQerrorMessage(connection.get())) + " in: " + sql.substr(0, 2000));
  }
  return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
}

}  // namespace

PostgresServer::PostgresServer()
    : binaries_(newest_binaries()), user_(unprivileged_user()), port_(free_port()) {
  std::string pattern = (fs::temp_directory_path() / "diffgate-pg-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder for PostgreSQL");
  folder_ = pattern;
  if (!user_.empty()) {
    const passwd* entry = ::getpwnam(user_.c_str());
    if (::chown(folder_.c_str(), entry->pw_uid, entry->pw_gid) != 0)
      throw std::runtime_error("can't chown " + folder_);
  }
  const int made = run(user_,
                       {binaries_ + "/initdb", "-D", folder_ + "/data", "-U", "admin", "-A", "trust", "-E",
                        "UTF8", "--locale=C.UTF-8", "--no-sync"},
                       folder_ + "/log");
  try {
    if (made != 0) throw std::runtime_error("initdb failed: " + text_of(folder_ + "/log"));
    start();
    run_query("postgresql://admin@127.0.0.1:" + std::to_string(port_) + "/postgres", "CREATE DATABASE test");
  } catch (...) {
    stop();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
    throw;
  }
}

PostgresServer::~PostgresServer() {
  stop();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void PostgresServer::start(const std::vector<std::string>& settings) {
  if (pid_ > 0) return;
  settings_.insert(settings_.end(), settings.begin(), settings.end());
  std::vector<std::string> command = {binaries_ + "/postgres",
                                      "-D",
                                      folder_ + "/data",
                                      "-p",
                                      std::to_string(port_),
                                      "-k",
                                      folder_,
                                      "-h",
                                      "127.0.0.1"};
  for (const std::string& setting : settings_) command.insert(command.end(), {"-c", setting});
  pid_ = start_program(user_, command, folder_ + "/log", true);
  const std::string server = "postgresql://admin@127.0.0.1:" + std::to_string(port_) + "/postgres";
  for (int attempt = 0; PQping(server.c_str()) != PQPING_OK; ++attempt) {
    const bool has_ended = ::waitpid(pid_, nullptr, WNOHANG) == pid_;
    if (has_ended) pid_ = 0;
    if (has_ended || attempt > 3000)
      throw std::runtime_error("PostgreSQL does not start: " + text_of(folder_ + "/log"));
    ::usleep(20'000);
  }
}

// At once, as a crash would: nothing in the cluster is worth keeping.
void PostgresServer::stop() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGQUIT);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

void PostgresServer::hang() const { ::kill(pid_, SIGSTOP); }

void PostgresServer::go_on() const { ::kill(pid_, SIGCONT); }

void PostgresServer::put_file(const std::string& name, const std::string& from) const {
  const std::string to = folder_ + "/data/" + name;
  fs::copy_file(from, to, fs::copy_options::overwrite_existing);
  fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write);
  if (user_.empty()) return;
  const passwd* entry = ::getpwnam(user_.c_str());
  if (::chown(to.c_str(), entry->pw_uid, entry->pw_gid) != 0) throw std::runtime_error("can't chown " + to);
}

void PostgresServer::write_hba(const std::string& lines) const {
  std::ofstream(folder_ + "/data/pg_hba.conf") << lines;
}

void PostgresServer::execute(const std::string& statements) const { run_query(url(), statements); }

std::string PostgresServer::value(const std::string& query) const { return run_query(url(), query); }

std::string PostgresServer::url(const std::string& user) const {
  return "postgresql://" + (user.empty() ? "admin" : user) + "@127.0.0.1:" + std::to_string(port_) + "/test";
}

}  // namespace diffgate::test
