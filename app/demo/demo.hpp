#pragma once

namespace diffgate::app {

struct DemoOptions {
  bool gitlab = false;  // as GitLab would do it
  bool keep = false;    // leave everything up until Ctrl-C
};

// One pull request's journey on this machine: the real daemon, real manifests, real tables, and a stand-in
// forge. Prints the check's life and the comment. Returns the exit code: 0 if the check ended as it must, 1
// if it did not, 3 if the journey broke off (the reason is on stderr).
int demo(DemoOptions options);

}  // namespace diffgate::app
