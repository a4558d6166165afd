#include "run_binary.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace diffgate::test {

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "diffgate-cli-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Folder::write(const std::string& name, const std::string& text) const {
  const std::filesystem::path file = path(name);
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
  return file.string();
}

std::string read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

Ran run_diffgate(const std::vector<std::string>& arguments, const std::string& input,
                 const std::map<std::string, std::string>& environment) {
  const Folder folder;
  const std::string in = folder.write("in", input);
  const std::string out = folder.path("out");
  const std::string err = folder.path("err");

  std::vector<std::string> argv_texts = {DIFFGATE_PROGRAM};
  argv_texts.insert(argv_texts.end(), arguments.begin(), arguments.end());
  std::vector<std::string> env_texts;
  if (const char* path = std::getenv("PATH")) env_texts.push_back(std::string("PATH=") + path);
  for (const auto& [name, value] : environment) env_texts.push_back(name + "=" + value);
  const auto pointers = [](std::vector<std::string>& texts) {
    std::vector<char*> out_pointers;
    for (std::string& text : texts) out_pointers.push_back(text.data());
    out_pointers.push_back(nullptr);
    return out_pointers;
  };
  std::vector<char*> argv = pointers(argv_texts);
  std::vector<char*> envp = pointers(env_texts);

  const pid_t child = fork();
  if (child == 0) {
    const int in_fd = open(in.c_str(), O_RDONLY);
    const int out_fd = open(out.c_str(), O_WRONLY | O_CREAT, 0600);
    const int err_fd = open(err.c_str(), O_WRONLY | O_CREAT, 0600);
    dup2(in_fd, 0);
    dup2(out_fd, 1);
    dup2(err_fd, 2);
    execve(argv[0], argv.data(), envp.data());
    _exit(127);
  }
  if (child < 0) throw std::runtime_error("no child process");
  int status = 0;
  waitpid(child, &status, 0);
  Ran ran;
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  ran.out = read(out);
  ran.err = read(err);
  return ran;
}

}  // namespace diffgate::test
