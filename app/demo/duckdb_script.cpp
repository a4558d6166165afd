#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "app/demo/stage.hpp"
#include "net/error.hpp"

extern char** environ;

namespace diffgate::app::journey {
namespace {

// The helper's stdin and stderr are files: nothing to pump, nothing to deadlock.
struct FileActions {
  FileActions() { posix_spawn_file_actions_init(&actions); }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;

  posix_spawn_file_actions_t actions{};
};

std::string first_line_of(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

}  // namespace

std::string duckdb_helper_beside_program() {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "diffgate-duckdb").string();
}

void run_duckdb_script(const std::string& helper, const std::string& database, std::string_view sql) {
  const std::string script = database + ".sql";
  const std::string complaints = database + ".err";
  std::ofstream(script, std::ios::binary) << sql;

  FileActions redirect;
  posix_spawn_file_actions_addopen(&redirect.actions, STDIN_FILENO, script.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&redirect.actions, STDERR_FILENO, complaints.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0600);
  std::string program = helper;
  std::string mode = "--script";
  std::string file = database;
  std::array<char*, 4> arguments = {program.data(), mode.data(), file.data(), nullptr};
  pid_t child = 0;
  const int failure =
      posix_spawn(&child, helper.c_str(), &redirect.actions, nullptr, arguments.data(), environ);
  if (failure != 0) {
    throw Error(ErrorClass::configuration, std::strerror(failure), helper,
                "build the target diffgate-duckdb");
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw Error(ErrorClass::internal, "the tables can't be built: " + first_line_of(complaints), database);
  }
  std::filesystem::remove(script);
  std::filesystem::remove(complaints);
}

}  // namespace diffgate::app::journey
