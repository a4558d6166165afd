#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/commands/ci_build.hpp"
#include "app/commands/commands.hpp"
#include "app/commands/event_loop.hpp"
#include "app/commands/files.hpp"
#include "app/commands/gzip_file.hpp"
#include "app/commands/server_call.hpp"
#include "app/commands/terminal.hpp"
#include "app/report/escape.hpp"
#include "app/version.hpp"
#include "net/error.hpp"
#include "net/file_hash.hpp"
#include "net/http.hpp"
#include "net/retry.hpp"
#include "net/secret.hpp"
#include "net/temporary_file.hpp"
#include "net/url.hpp"
#include "vcs/types.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t max_key_bytes = 4'096;
// Smaller files are sent as they are: neither asking first nor compressing them is worth its time.
constexpr std::uintmax_t large_file_bytes = 64U << 10U;

struct Arguments {
  std::string server;
  std::int64_t project = 0;
  std::string run_type;
  std::string commit_sha;
  std::string target_folder = "target";
  std::string key;
  std::string key_file;
  std::string branch;
  std::int64_t pull_request = 0;
  int timeout_seconds = 300;
  bool json = false;
};

// Where files go, and with what.
struct Destination {
  std::string base_url;
  std::string query;  // begins with '&', or empty
  std::string authorization;
  std::chrono::seconds timeout{300};
};

struct Upload {
  std::string name;
  std::string path;
};

struct Answer {
  std::string name;
  int status = 0;
  std::string body;
  bool was_known = false;
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

CiBuild build_of(const Arguments& arguments) {
  CiBuild build = ci_build_of(environment(), arguments.run_type == "pull_request");
  if (!arguments.commit_sha.empty()) build.sha = arguments.commit_sha;
  if (!arguments.branch.empty()) build.branch = arguments.branch;
  if (arguments.pull_request > 0) build.pull_request = arguments.pull_request;
  return build;
}

vcs::Sha sha_of(const CiBuild& build) {
  if (!build.sha) {
    const std::string hint = build.system.empty()
                                 ? "give --commit-sha"
                                 : "give --commit-sha with the head of the pull request: the variables of " +
                                       build.system + " name a merge commit alone";
    throw Error(ErrorClass::caller, "the commit is not known", "", hint);
  }
  const auto sha = vcs::parse_sha(*build.sha);
  if (!sha)
    throw Error(ErrorClass::caller, "is not a full commit id", "commit '" + clean_line(*build.sha, 80) + "'",
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
    if (std::filesystem::exists(path, ignored)) uploads.push_back({std::string(name), path.string()});
  }
  const auto manifest = std::filesystem::path(folder) / "manifest.json";
  std::error_code error;
  if (!std::filesystem::is_regular_file(manifest, error)) {
    throw Error(ErrorClass::caller, "there is no such file", manifest.string(),
                "--target-folder names dbt's target folder");
  }
  uploads.push_back({"manifest.json", manifest.string()});
  return uploads;
}

net::Request put(const Destination& to, const std::string& name, const std::string& hash) {
  net::Request request;
  request.method = "PUT";
  request.url = fmt::format("{}/{}?sha256={}{}", to.base_url, name, hash, to.query);
  request.headers = {{"Authorization", to.authorization}, {"Content-Type", "application/json"}};
  request.timeout = to.timeout;
  return request;
}

Awaitable<Answer> put_file(net::HttpClient& client, Clock& clock, BlockingPool& pool, Destination to,
                           Upload upload) {
  const std::string path = upload.path;
  const std::string hash = co_await run_blocking(pool, [path] { return net::sha256_hex_of_file(path); });
  net::Request request = put(to, upload.name, hash);
  const bool is_large = std::filesystem::file_size(path) >= large_file_bytes;
  if (is_large) {
    // Without a body it asks whether the content is there already, as after an upload that broke off before
    // its answer, or that of another commit.
    net::Response known = co_await net::send_with_retries(client, clock, net::RetryPolicy{}, request);
    if (known.status / 100 == 2) co_return Answer{upload.name, known.status, std::move(known.body), true};
    if (known.status == 401 || known.status == 403) expect_success(known, upload.name);
  }
  std::optional<net::TemporaryFile> compressed;
  if (is_large) {
    compressed.emplace(std::filesystem::temp_directory_path().string());
    co_await run_blocking(pool, [path, to_path = compressed->path()] { gzip_file(path, to_path); });
    request.headers.set("Content-Encoding", "gzip");
  }
  request.body_file = compressed ? compressed->path() : path;
  net::Response response =
      co_await net::send_with_retries(client, clock, net::RetryPolicy{}, std::move(request));
  expect_success(response, upload.name);
  co_return Answer{upload.name, response.status, std::move(response.body)};
}

Awaitable<std::vector<Answer>> put_all(net::HttpClient& client, Clock& clock, BlockingPool& pool,
                                       Destination to, std::vector<Upload> uploads) {
  std::vector<Answer> answers;
  for (Upload& upload : uploads) {
    answers.push_back(co_await put_file(client, clock, pool, to, std::move(upload)));
  }
  co_return answers;
}

std::string json_of(const std::vector<Answer>& answers) {
  auto out = nlohmann::ordered_json::array();
  for (const Answer& answer : answers) {
    const auto body = nlohmann::ordered_json::parse(answer.body, nullptr, false);
    out.push_back({{"file", answer.name},
                   {"status", answer.status},
                   {"was_known", answer.was_known},
                   {"answer", body.is_discarded() ? nlohmann::ordered_json(answer.body) : body}});
  }
  return out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

// What the server doubts, in people's sight: a wrong commit is the commonest mistake.
void show_warnings(const std::vector<Answer>& answers) {
  std::vector<std::string> warnings;
  for (const Answer& answer : answers) {
    const auto body = nlohmann::json::parse(answer.body, nullptr, false);
    if (!body.is_object() || !body.contains("warnings") || !body["warnings"].is_array()) continue;
    for (const auto& warning : body["warnings"]) {
      if (warning.is_string()) warnings.push_back(clean_line(warning.get<std::string>(), 400));
    }
  }
  print_warnings(warnings);
}

int upload(const Arguments& arguments) {
  const Secret key = key_of(arguments, environment());
  const CiBuild build = build_of(arguments);
  const vcs::Sha sha = sha_of(build);
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
  Destination to;
  to.base_url = fmt::format("{}/api/v1/projects/{}/artifacts/{}/{}", server, arguments.project,
                            arguments.run_type, sha.value());
  if (!build.branch.empty()) to.query += "&branch=" + net::encode_path_segment(build.branch);
  if (build.pull_request) to.query += fmt::format("&pull_request={}", *build.pull_request);
  to.authorization = "Key " + key.expose();
  to.timeout = std::chrono::seconds(arguments.timeout_seconds);

  EventLoop loop;
  SystemClock clock;
  net::HttpClientOptions client_options;
  client_options.user_agent = "diffgate/" + std::string(version());
  const auto client = net::create_http_client(loop.executor(), std::move(client_options));
  const std::vector<Answer> answers =
      loop.run(put_all(*client, clock, loop.pool(), std::move(to), std::move(uploads)));
  show_warnings(answers);
  if (arguments.json) {
    print_result(json_of(answers));
  } else {
    for (const Answer& answer : answers)
      print_result(fmt::format("{}: {}{}\n", answer.name, answer.was_known ? "there already: " : "",
                               clean_line(answer.body, 500)));
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
  command->add_option("--branch", a.branch,
                      "Branch of the commit; without it, the one that the CI system names");
  command
      ->add_option("--pull-request", a.pull_request,
                   "Number of the pull request; without it, the one that the CI system names")
      ->check(CLI::PositiveNumber);
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
