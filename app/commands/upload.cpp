#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/commands/commands.hpp"
#include "app/commands/commit_sha.hpp"
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
#include "vcs/types.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t max_artifact_bytes = std::size_t{1} << 30U;
constexpr std::size_t max_key_bytes = 4'096;

struct Arguments {
  std::string server;
  std::int64_t project = 0;
  std::string run_type;
  std::string commit_sha;
  std::string target_folder = "target";
  std::string key;
  std::string key_file;
  std::string branch;
  int timeout_seconds = 300;
  bool json = false;
};

struct Upload {
  std::string name;
  std::string body;
};

struct Answer {
  std::string name;
  int status = 0;
  std::string body;
};

Secret key_of(const Arguments& arguments, const std::map<std::string, std::string>& variables) {
  std::string key = arguments.key;
  if (!arguments.key_file.empty()) key = read_file(arguments.key_file, max_key_bytes);
  if (key.empty()) {
    if (const auto found = variables.find("DIFFGATE_API_KEY"); found != variables.end()) key = found->second;
  }
  while (!key.empty() && (key.back() == '\n' || key.back() == '\r' || key.back() == ' ')) key.pop_back();
  if (key.empty()) {
    throw Error(ErrorClass::caller, "no API key", "", "set DIFFGATE_API_KEY, or give --key-file");
  }
  if (key.find_first_of("\r\n") != std::string::npos)
    throw Error(ErrorClass::caller, "the API key has a line break in it");
  return Secret(std::move(key));
}

vcs::Sha sha_of(const Arguments& arguments, const std::map<std::string, std::string>& variables) {
  std::string text = arguments.commit_sha;
  if (text.empty()) text = commit_sha_of(variables, arguments.run_type == "pull_request").value_or("");
  if (text.empty()) throw Error(ErrorClass::caller, "the commit is not known", "", "give --commit-sha");
  const auto sha = vcs::parse_sha(text);
  if (!sha)
    throw Error(ErrorClass::caller, "is not a full commit id", "commit '" + clean_line(text, 80) + "'",
                "give all 40 digits");
  return *sha;
}

// The manifest goes last: it is what lets the server start.
std::vector<Upload> files_of(const std::string& folder) {
  std::vector<Upload> uploads;
  constexpr std::array<std::string_view, 2> optional_files = {"run_results.json", "catalog.json"};
  for (const std::string_view name : optional_files) {
    const auto path = std::filesystem::path(folder) / name;
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored))
      uploads.push_back({std::string(name), read_file(path.string(), max_artifact_bytes)});
  }
  const auto manifest = std::filesystem::path(folder) / "manifest.json";
  uploads.push_back({"manifest.json", read_file(manifest.string(), max_artifact_bytes)});
  return uploads;
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
  return clean_line(response.body, 200);
}

void check(const net::Response& response, const std::string& name) {
  if (response.status >= 200 && response.status < 300) return;
  const std::string said = words_of(response);
  const std::string what =
      fmt::format("the server answered {}{}{}", response.status, said.empty() ? "" : ": ", said);
  if (response.status == 401 || response.status == 403) {
    throw Error(ErrorClass::configuration, what, name, "check the API key and the project's id");
  }
  const bool is_ours =
      response.status >= 400 && response.status < 500 && response.status != 408 && response.status != 429;
  throw Error(is_ours ? ErrorClass::caller : ErrorClass::remote_final, what, name);
}

Awaitable<std::vector<Answer>> put_all(net::HttpClient& client, Clock& clock, std::string base,
                                       std::string query, std::string authorization,
                                       std::vector<Upload> uploads, std::chrono::seconds timeout) {
  std::vector<Answer> answers;
  for (Upload& upload : uploads) {
    net::Request request;
    request.method = "PUT";
    request.url = base + "/" + upload.name + query;
    request.headers = {{"Authorization", authorization}, {"Content-Type", "application/json"}};
    request.body = std::move(upload.body);
    request.timeout = timeout;
    net::Response response =
        co_await net::send_with_retries(client, clock, net::RetryPolicy{}, std::move(request));
    check(response, upload.name);
    answers.push_back({upload.name, response.status, std::move(response.body)});
  }
  co_return answers;
}

std::string json_of(const std::vector<Answer>& answers) {
  auto out = nlohmann::ordered_json::array();
  for (const Answer& answer : answers) {
    const auto body = nlohmann::ordered_json::parse(answer.body, nullptr, false);
    out.push_back({{"file", answer.name},
                   {"status", answer.status},
                   {"answer", body.is_discarded() ? nlohmann::ordered_json(answer.body) : body}});
  }
  return out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

int upload(const Arguments& arguments) {
  const auto variables = environment();
  const Secret key = key_of(arguments, variables);
  const vcs::Sha sha = sha_of(arguments, variables);
  std::string server = arguments.server;
  while (server.ends_with('/')) server.pop_back();
  const auto url = net::parse_url(server);
  if (!url)
    throw Error(ErrorClass::caller, "is not an http or https URL",
                "--server '" + clean_line(server, 200) + "'");
  if (url->scheme == "http" && url->host != "localhost" && url->host != "127.0.0.1" && url->host != "::1") {
    print_warnings({"the API key goes over the network in clear text: use https"});
  }
  std::vector<Upload> uploads = files_of(arguments.target_folder);
  const std::string base = fmt::format("{}/api/v1/projects/{}/artifacts/{}/{}", server, arguments.project,
                                       arguments.run_type, sha.value());
  const std::string query =
      arguments.branch.empty() ? "" : "?branch=" + net::encode_path_segment(arguments.branch);

  EventLoop loop;
  SystemClock clock;
  net::HttpClientOptions client_options;
  client_options.user_agent = "diffgate/" + std::string(version());
  const auto client = net::create_http_client(loop.executor(), std::move(client_options));
  const std::vector<Answer> answers =
      loop.run(put_all(*client, clock, base, query, "Key " + key.expose(), std::move(uploads),
                       std::chrono::seconds(arguments.timeout_seconds)));
  if (arguments.json) {
    print_result(json_of(answers));
  } else {
    for (const Answer& answer : answers)
      print_result(fmt::format("{}: {}\n", answer.name, clean_line(answer.body, 500)));
  }
  return 0;
}

}  // namespace

void add_upload(CLI::App& app, Job& chosen) {
  CLI::App* command = app.add_subcommand("upload", "Send dbt's artifacts of one commit to a server");
  auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  command->add_option("--server", a.server, "URL of the diffgate server")->required();
  command->add_option("--project", a.project, "Id of the project")->required()->check(CLI::PositiveNumber);
  command->add_option("--run-type", a.run_type, "production or pull_request")
      ->required()
      ->check(CLI::IsMember({"production", "pull_request"}));
  command->add_option("--commit-sha", a.commit_sha,
                      "The commit; without it, the one that the CI system names");
  command
      ->add_option("--target-folder", a.target_folder,
                   "Folder with manifest.json and, if there, run_results.json and catalog.json")
      ->capture_default_str();
  CLI::Option* key = command->add_option("--key", a.key, "API key; better in DIFFGATE_API_KEY or a file");
  command->add_option("--key-file", a.key_file, "File with the API key")->excludes(key);
  command->add_option("--branch", a.branch, "Branch of the commit");
  command->add_option("--timeout", a.timeout_seconds, "Seconds that sending one file may take")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  command->add_flag("--json", a.json, "The server's answers as JSON");
  command->footer(
      "Example:\n  DIFFGATE_API_KEY=… diffgate upload --server https://diffgate.example.com --project 1 "
      "--run-type pull_request");
  command->callback([&chosen, arguments] { chosen = [arguments] { return upload(*arguments); }; });
}

}  // namespace diffgate::app
