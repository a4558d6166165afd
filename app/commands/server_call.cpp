#include "app/commands/server_call.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>

#include "app/commands/event_loop.hpp"
#include "app/commands/files.hpp"
#include "app/commands/terminal.hpp"
#include "app/report/escape.hpp"
#include "app/version.hpp"
#include "net/error.hpp"
#include "net/http.hpp"
#include "net/retry.hpp"
#include "net/secret.hpp"
#include "net/url.hpp"

namespace diffgate::app {
namespace {

using Environment = std::map<std::string, std::string>;

constexpr std::size_t kMaxKeyBytes = 4'096;

// The first of the variables that is set to something.
std::string first_of(const Environment& variables, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto found = variables.find(name);
    if (found != variables.end() && !found->second.empty()) return found->second;
  }
  return {};
}

Secret key_of(const ServerOptions& options, const Environment& variables) {
  std::string key = options.key;
  if (!options.key_file.empty()) key = read_file(options.key_file, kMaxKeyBytes);
  if (key.empty()) key = first_of(variables, {"DIFFGATE_API_KEY", "DATAFOLD_API_KEY", "DATAFOLD_APIKEY"});
  while (!key.empty() && (key.back() == '\n' || key.back() == '\r' || key.back() == ' ')) key.pop_back();
  if (key.empty())
    throw Error(ErrorClass::caller, "no API key", "", "set DIFFGATE_API_KEY, or give --key-file");
  if (key.find_first_of("\r\n") != std::string::npos)
    throw Error(ErrorClass::caller, "the API key has a line break in it");
  return Secret(std::move(key));
}

std::string base_url(const ServerOptions& options, const Environment& variables) {
  std::string server = options.server;
  if (server.empty()) server = first_of(variables, {"DIFFGATE_SERVER", "DATAFOLD_HOST"});
  if (server.empty())
    throw Error(ErrorClass::caller, "no server", "", "give --server, or set DIFFGATE_SERVER");
  while (server.ends_with('/')) server.pop_back();
  const auto url = net::parse_url(server);
  if (!url) {
    throw Error(ErrorClass::caller, "is not an http or https URL",
                "server '" + clean_line(server, 200) + "'");
  }
  if (url->scheme == "http" && url->host != "localhost" && url->host != "127.0.0.1" && url->host != "::1")
    print_warnings({"the API key goes over the network in clear text: use https"});
  return server;
}

// What a problem+json answer says, or the start of whatever came.
std::string words_of(const net::Response& response) {
  const auto json = nlohmann::json::parse(response.body, nullptr, false);
  if (json.is_object()) {
    for (const char* field : {"detail", "title", "error", "message"}) {
      if (json.contains(field) && json.at(field).is_string())
        return clean_line(json.at(field).get<std::string>(), 400);
    }
  }
  std::string text = response.body;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return clean_line(text, 200);
}

}  // namespace

void expect_success(const net::Response& response, const std::string& where) {
  if (response.status >= 200 && response.status < 300) return;
  if (response.status >= 300 && response.status < 400) {
    const std::string target = clean_line(std::string(response.headers.get("Location").value_or("")), 200);
    throw Error(ErrorClass::configuration,
                fmt::format("the server answered {}: it leads to {}, where the key is not sent",
                            response.status, target.empty() ? "another address" : target),
                where, "--server is the address at which diffgate itself answers");
  }
  const std::string said = words_of(response);
  const std::string what =
      fmt::format("the server answered {}{}{}", response.status, said.empty() ? "" : ": ", said);
  if (response.status == 401 || response.status == 403)
    throw Error(ErrorClass::configuration, what, where, "check the API key, its scopes and the project's id");
  const bool is_ours =
      response.status >= 400 && response.status < 500 && response.status != 408 && response.status != 429;
  throw Error(is_ours ? ErrorClass::caller : ErrorClass::remote_final, what, where);
}

void add_server_options(CLI::App& command, ServerOptions& options) {
  command.add_option("--server", options.server, "URL of the diffgate server; or set DIFFGATE_SERVER");
  CLI::Option* key =
      command.add_option("--key", options.key, "API key; better in DIFFGATE_API_KEY or a file");
  command.add_option("--key-file", options.key_file, "File with the API key")->excludes(key);
  command.add_option("--timeout", options.timeout_seconds, "Seconds that a call may take")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
}

std::string post_to_server(const ServerOptions& options, const std::string& path, std::string json) {
  const Environment variables = environment();
  const Secret key = key_of(options, variables);
  net::Request request;
  request.method = "POST";
  request.url = base_url(options, variables) + path;
  request.headers = {{"Authorization", "Key " + key.expose()}, {"Content-Type", "application/json"}};
  request.body = std::move(json);
  request.timeout = std::chrono::seconds(options.timeout_seconds);

  EventLoop loop;
  SystemClock clock;
  net::HttpClientOptions client_options;
  client_options.user_agent = "diffgate/" + std::string(version());
  const auto client = net::create_http_client(loop.executor(), std::move(client_options));
  net::Response response =
      loop.run(net::send_with_retries(*client, clock, net::RetryPolicy{}, std::move(request)));
  expect_success(response, {});
  return std::move(response.body);
}

}  // namespace diffgate::app
