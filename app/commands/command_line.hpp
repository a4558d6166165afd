#pragma once

// The command line. Results go to stdout, everything else to stderr.

namespace diffgate::app {

// Exit codes: 0 fine; 1 the gates failed, or there are differences under --fail-on-difference; 2 the caller's
// or the configuration's mistake; 3 a remote or internal failure.
int run_command_line(int argc, char** argv);

}  // namespace diffgate::app
