#pragma once

#include <map>
#include <string>
#include <vector>

namespace diffgate::test {

struct Ran {
  int code = -1;  // exit code; -1 if a signal ended it
  std::string out;
  std::string err;
};

// Runs the built diffgate to its end, from the repository's root, with the environment that is given and PATH
// alone.
Ran run_diffgate(const std::vector<std::string>& arguments, const std::string& input = {},
                 const std::map<std::string, std::string>& environment = {});

// A folder of the test's own, removed by the destructor.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  // Writes a file, with its folders, and returns its path.
  std::string write(const std::string& name, const std::string& text) const;
  std::string path(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string read(const std::string& path);

}  // namespace diffgate::test
