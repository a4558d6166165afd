#pragma once

#include <exception>
#include <string>

namespace diffgate {

// Who can act on a failure, and so what happens next: the class decides the exit code of the command line
// and whether a job is tried again.
enum class ErrorClass {
  caller,            // a wrong argument, payload or upload: exit code 2, HTTP 4xx, never retried
  configuration,     // a wrong setting of theirs, a missing permission: exit code 2, never retried
  remote_transient,  // a server that may answer next time: exit code 3, retried within bounds
  remote_final,      // a server that said no: exit code 3, not retried
  internal,          // a defect of ours: exit code 3
};

// A failure that ends what was being done. Its text is one line for the person who can act:
// "where: what (hint)", in lower case, without secrets.
//
// Expected outcomes are values, not errors.
class Error : public std::exception {
 public:
  // `where` names the file, URL, relation or setting; `hint` says what to do. Either may be empty.
  Error(ErrorClass error_class, std::string what, std::string where = {}, std::string hint = {});

  const char* what() const noexcept override { return line_.c_str(); }

  ErrorClass error_class() const { return class_; }
  const std::string& problem() const { return problem_; }
  const std::string& where() const { return where_; }
  const std::string& hint() const { return hint_; }

 private:
  ErrorClass class_;
  std::string problem_;
  std::string where_;
  std::string hint_;
  std::string line_;
};

// The text of any exception as one line, whatever it holds.
std::string error_line(const std::exception& error);
std::string error_line(const std::exception_ptr& error);

}  // namespace diffgate
