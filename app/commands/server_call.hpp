#pragma once

// What the commands that call a diffgate server have in common: where it is, the key, and how its answer
// becomes a result or an error.

#include <string>

#include "net/http.hpp"

namespace CLI {
class App;
}

namespace diffgate::app {

struct ServerOptions {
  std::string server;
  std::string key;
  std::string key_file;
  int timeout_seconds = 60;
};

// Adds --server, --key, --key-file and --timeout. The server may also come from DIFFGATE_SERVER or
// DATAFOLD_HOST, the key from DIFFGATE_API_KEY, DATAFOLD_API_KEY or DATAFOLD_APIKEY.
void add_server_options(CLI::App& command, ServerOptions& options);

// Posts JSON and returns the answer's body. Throws Error: configuration for a key that does not open it,
// caller for what the server refuses, remote_… for the rest.
std::string post_to_server(const ServerOptions& options, const std::string& path, std::string json);

// Throws what an answer that is no success means, with what the server said: caller for what is wrong with
// the call, configuration for a key or an address, remote_final for a failure over there. `where`: of what.
void expect_success(const net::Response& response, const std::string& where);

}  // namespace diffgate::app
