#include "config/server_config.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "support.hpp"

using namespace diffgate::config;

namespace {

constexpr std::string_view kKey = "-----BEGIN PRIVATE KEY-----\\nMIIB\\n-----END PRIVATE KEY-----";

// A small valid file whose parts a test can replace; every secret in it holds the word hunter2.
struct ServerFile {
  std::string top = "public_url: https://diffgate.example\n";
  std::string github = "github: [{app_id: 1, private_key: '${KEY}', webhook_secret: hunter2}]\n";
  std::string gitlab;
  std::string warehouses = "warehouses: {local: {type: duckdb, path: /data/x.duckdb}}\n";
  std::string projects = "projects: [{id: 1, name: a, repository: acme/dbt}]\n";
  std::map<std::string, std::string> environment{
      {"KEY", std::string(kKey)}, {"SECRET", "hunter2"}, {"EMPTY", ""}};

  void give_api_key(const std::string& entry) {
    projects = "projects: [{id: 1, name: a, repository: acme/dbt, api_keys: [" + entry + "]}]\n";
  }

  Parsed<ServerConfig> parse(const std::string& file = "f") const {
    return parse_server_config(top + github + gitlab + warehouses + projects, file, environment);
  }
  // Without places: they are tested by themselves.
  std::string problems() const {
    std::string text;
    for (Problem problem : parse().problems) {
      problem.line = 0;
      text += to_line(problem) + "\n";
    }
    return text;
  }
};

// A folder that goes away with the test.
class Folder {
 public:
  Folder() {
    std::string path = (std::filesystem::temp_directory_path() / "diffgate-config-XXXXXX").string();
    REQUIRE(mkdtemp(path.data()) != nullptr);
    path_ = path;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return (path_ / name).string();
  }
  std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("a small file is enough, the rest has defaults") {
  const auto parsed = ServerFile{}.parse();
  INFO(test::joined(parsed.problems));
  REQUIRE(parsed.ok());
  const ServerConfig& config = parsed.value;
  CHECK(config.listen.host == "127.0.0.1");
  CHECK(config.listen.port == 8080);
  CHECK(config.data_dir == "/var/lib/diffgate");
  CHECK(config.github[0].private_key.expose() ==
        "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----");
  CHECK(config.projects[0].forge == "github");     // the only one
  CHECK(config.projects[0].warehouse == "local");  // the only one
  CHECK(config.projects[0].upload_keys.empty());
  CHECK(config.warehouses[0].concurrency == 4);
  CHECK(config.warehouses[0].statement_timeout == std::chrono::minutes(10));
}

TEST_CASE("an API key is given as itself or as its hash, with scopes") {
  ServerFile file;
  const std::string hash(64, 'a');
  file.give_api_key("{name: ci, key: '${SECRET}'}, {name: page, key_hash: 'sha256:" + hash +
                    "', scopes: [read, accept]}");
  const auto parsed = file.parse();
  INFO(test::joined(parsed.problems));
  REQUIRE(parsed.ok());
  const std::vector<ApiKey>& keys = parsed.value.projects[0].api_keys;
  REQUIRE(keys.size() == 2);
  CHECK(keys[0].key.expose() == "hunter2");
  CHECK(keys[0].scopes == std::set{Scope::read, Scope::upload, Scope::run});
  CHECK(keys[1].sha256 == hash);
  CHECK(keys[1].key.empty());
  CHECK(keys[1].scopes == std::set{Scope::read, Scope::accept});
}

TEST_CASE("addresses are hosts with ports") {
  struct Case {
    std::string listen;
    std::string host;
    int port;
  };
  const Case good[] = {{"'0.0.0.0:80'", "0.0.0.0", 80},
                       {"localhost:0", "localhost", 0},
                       {"'[::1]:8080'", "::1", 8080},
                       {"127.0.0.1:65535", "127.0.0.1", 65535}};
  for (const Case& c : good) {
    CAPTURE(c.listen);
    ServerFile file;
    file.top += "listen: " + c.listen + "\n";
    const auto parsed = file.parse();
    CHECK(parsed.ok());
    CHECK(parsed.value.listen.host == c.host);
    CHECK(parsed.value.listen.port == c.port);
  }
  for (const std::string bad :
       {"8080", "':8080'", "a:65536", "a:-1", "'a:'", "'::1:8080'", "http://a:80", "'a:80 '", "'a b:80'"}) {
    CAPTURE(bad);
    ServerFile file;
    file.top += "listen: " + bad + "\n";
    CHECK(file.problems().find("is not an address and port") != std::string::npos);
  }
}

TEST_CASE("every mistake is told with its key and what to do") {
  struct Case {
    std::string name;
    void (*change)(ServerFile&);
    std::string problem;
  };
  const Case cases[] = {
      {"a key instead of its hash", [](ServerFile& f) { f.give_api_key("{name: ci, key_hash: hunter2}"); },
       "f: projects[0].api_keys[0].key_hash: is not the hash of a key: 'sha256:' and 64 lower-case hex "
       "digits "
       "(diffgate config new-key makes one)"},
      {"an API key without a key", [](ServerFile& f) { f.give_api_key("{name: ci}"); },
       "f: projects[0].api_keys[0]: key, key_file or key_hash is missing"},
      {"a scope that is none",
       [](ServerFile& f) { f.give_api_key("{name: ci, key: hunter2, scopes: [raed]}"); },
       "f: projects[0].api_keys[0].scopes[0]: 'raed' is not one of read, upload, run, accept (did you mean "
       "'read'?)"},
      {"no scope", [](ServerFile& f) { f.give_api_key("{name: ci, key: hunter2, scopes: []}"); },
       "f: projects[0].api_keys[0].scopes: the list is empty"},
      {"unknown key", [](ServerFile& f) { f.top += "lisen: x\n"; },
       "f: lisen: unknown key (did you mean 'listen'?)"},
      {"no address", [](ServerFile& f) { f.top.clear(); }, "f: public_url is missing"},
      {"no URL", [](ServerFile& f) { f.top = "public_url: diffgate.example\n"; },
       "f: public_url: 'diffgate.example' is not an absolute http or https URL (write https://host)"},
      {"another scheme", [](ServerFile& f) { f.top = "public_url: ftp://x\n"; },
       "f: public_url: 'ftp://x' is not an absolute http or https URL (write https://host)"},
      {"a query", [](ServerFile& f) { f.top = "public_url: https://x/?a=b\n"; },
       "f: public_url: 'https://x/?a=b' is not an absolute http or https URL (write https://host)"},
      {"a password", [](ServerFile& f) { f.top = "public_url: https://u:hunter2@x\n"; },
       "f: public_url: a URL must not hold a user or a password (give the secret under its own key)"},
      {"half of TLS", [](ServerFile& f) { f.top += "tls: {key_file: x}\n"; },
       "f: tls: certificate_file is missing"},
      {"a bare duration", [](ServerFile& f) { f.top += "artifacts: {wait: 60}\n"; },
       "f: artifacts.wait: '60' is not a duration (write 90s, 60m, 2h or 1d)"},
      {"seconds", [](ServerFile& f) { f.top += "artifacts: {wait: 90s}\n"; },
       "f: artifacts.wait: '90s' is not a whole number of minutes"},
      {"a long wait", [](ServerFile& f) { f.top += "artifacts: {wait: 8d}\n"; },
       "f: artifacts.wait: '8d' is out of range: from 1m to 7d"},
      {"an endless wait", [](ServerFile& f) { f.top += "artifacts: {wait: 999999999999999999d}\n"; },
       "f: artifacts.wait: '999999999999999999d' is not a duration (write 90s, 60m, 2h or 1d)"},
      {"a size", [](ServerFile& f) { f.top += "artifacts: {max_bytes: 5XB}\n"; },
       "f: artifacts.max_bytes: '5XB' is not a size (write 512MB or 2GB)"},
      {"no forge", [](ServerFile& f) { f.github.clear(); },
       "f: there is no forge (give at least one entry under github or gitlab)"},
      {"a map for a list", [](ServerFile& f) { f.github = "github: {app_id: 1}\n"; },
       "f: github: expected a list, found a map (begin each entry with '- ')"},
      {"no secret", [](ServerFile& f) { f.github = "github: [{app_id: 1, private_key: '${KEY}'}]\n"; },
       "f: github[0]: webhook_secret, webhook_secret_file or webhook_secrets is missing"},
      {"an empty secret",
       [](ServerFile& f) {
         f.github = "github: [{app_id: 1, private_key: '${KEY}', webhook_secret: '${EMPTY}'}]\n";
       },
       "f: github[0].webhook_secret: the secret is empty"},
      {"a blank secret",
       [](ServerFile& f) {
         f.github = "github: [{app_id: 1, private_key: '${KEY}', webhook_secrets: [hunter2, ' ']}]\n";
       },
       "f: github[0].webhook_secrets[1]: the secret is empty"},
      {"no secrets",
       [](ServerFile& f) {
         f.github = "github: [{app_id: 1, private_key: '${KEY}', webhook_secrets: []}]\n";
       },
       "f: github[0].webhook_secrets: the list is empty"},
      {"both forms",
       [](ServerFile& f) {
         f.github =
             "github: [{app_id: 1, private_key: '${KEY}', webhook_secret: hunter2, webhook_secrets: "
             "[hunter2]}]\n";
       },
       "f: github[0].webhook_secrets: stands beside webhook_secret (give only one of webhook_secret, "
       "webhook_secret_file and webhook_secrets)"},
      {"no PEM",
       [](ServerFile& f) {
         f.github = "github: [{app_id: 1, private_key: hunter2, webhook_secret: hunter2}]\n";
       },
       "f: github[0].private_key: the private key is not in PEM form: it begins with '-----BEGIN RSA PRIVATE "
       "KEY-----'"},
      {"a secret as path",
       [](ServerFile& f) {
         f.github = "github: [{app_id: 1, private_key: '${KEY}', webhook_secret_file: hunter2}]\n";
       },
       "f: github[0].webhook_secret_file: the secret's file can't be read: no such file (give the path of a "
       "file; relative ones count from this file's folder)"},
      {"a folder as secret",
       [](ServerFile& f) {
         f.github = "github: [{app_id: 1, private_key: '${KEY}', webhook_secret_file: /}]\n";
       },
       "f: github[0].webhook_secret_file: the secret's file can't be read: not a regular file (give the path "
       "of a file; relative ones count from this file's folder)"},
      {"a list as secret",
       [](ServerFile& f) {
         f.github = "github: [{app_id: 1, private_key: '${KEY}', webhook_secret: [hunter2]}]\n";
       },
       "f: github[0].webhook_secret: expected a text, found a list"},
      {"a variable that is not set",
       [](ServerFile& f) {
         f.github = "github: [{app_id: 1, private_key: '${KEY}', webhook_secret: 'hunter2${NOPE}'}]\n";
       },
       "f: github[0].webhook_secret: the environment variable NOPE is not set (set it, or write $${ for the "
       "characters themselves)"},
      {"an open variable", [](ServerFile& f) { f.top += "data_dir: '${KEY'\n"; },
       "f: data_dir: '${' without the name of an environment variable and '}' (write ${NAME}, or $${ for the "
       "characters themselves)"},
      {"a wrong variable", [](ServerFile& f) { f.top += "log: {level: '${SECRET}'}\n"; },
       "f: log.level: the value from the environment is not one of trace, debug, info, warn, error"},
      {"no proof", [](ServerFile& f) { f.gitlab = "gitlab: [{token: hunter2}]\n"; },
       "f: gitlab[0]: webhook_token or signing_key is missing (deliveries can't be proved without)\nf: "
       "projects[0]: forge is missing, and there is more than one"},
      {"signatures without a key",
       [](ServerFile& f) {
         f.gitlab = "gitlab: [{token: hunter2, webhook_token: hunter2, require_signature: true}]\n";
         f.github.clear();
       },
       "f: gitlab[0].require_signature: there is no key to prove signatures with (give signing_key)"},
      {"no signing key",
       [](ServerFile& f) {
         f.gitlab = "gitlab: [{token: hunter2, signing_key: hunter2}]\n";
         f.github.clear();
       },
       "f: gitlab[0].signing_key: the signing key is not 'whsec_' and base64, as GitLab shows it"},
      {"one name for two",
       [](ServerFile& f) {
         f.gitlab = "gitlab: [{name: github, token: hunter2, webhook_token: hunter2}]\n";
         f.projects = "projects: [{id: 1, name: a, forge: github, repository: acme/dbt}]\n";
       },
       "f: gitlab[0].name: the forge name 'github' is used twice, first in line 2 (give each its own forge "
       "name)"},
      {"no warehouse", [](ServerFile& f) { f.warehouses = "warehouses: {}\n"; },
       "f: warehouses: there is no warehouse (give at least one)"},
      {"no type", [](ServerFile& f) { f.warehouses = "warehouses: {local: {path: x}}\n"; },
       "f: warehouses.local: type is missing (write type: postgres, redshift or duckdb, or name a profile of "
       "dbt)"},
      {"another type", [](ServerFile& f) { f.warehouses = "warehouses: {local: {type: postgresql}}\n"; },
       "f: warehouses.local.type: 'postgresql' is not one of duckdb, postgres, profile, redshift (did you "
       "mean 'postgres'?)"},
      {"a key of the other type",
       [](ServerFile& f) { f.warehouses = "warehouses: {local: {type: postgres, dbname: x, path: y}}\n"; },
       "f: warehouses.local.path: unknown key"},
      {"a connection string",
       [](ServerFile& f) {
         f.warehouses = "warehouses: {local: {type: postgres, dbname: 'postgresql://u:hunter2@h/d'}}\n";
       },
       "f: warehouses.local.dbname: expected the name of a database, found a connection string (give host, "
       "port, user, dbname and password under their own keys)"},
      {"a port",
       [](ServerFile& f) { f.warehouses = "warehouses: {local: {type: postgres, dbname: x, port: 0}}\n"; },
       "f: warehouses.local.port: '0' is out of range: from 1 to 65535"},
      {"a server of DuckDB's, whose token is not shown",
       [](ServerFile& f) {
         f.warehouses = "warehouses: {local: {type: duckdb, path: 'md:shop?motherduck_token=hunter2'}}\n";
       },
       "f: warehouses.local.path: is not a local DuckDB file (only files are supported)"},
      {"the same, attached",
       [](ServerFile& f) {
         f.warehouses = "warehouses: {local: {type: duckdb, path: x, attach: {a: 's3://b/hunter2'}}}\n";
       },
       "f: warehouses.local.attach.a: is not a local DuckDB file (only files are supported)"},
      {"the system's certificates without the name's check",
       [](ServerFile& f) {
         f.warehouses =
             "warehouses: {local: {type: postgres, dbname: x, sslrootcert: system, sslmode: require}}\n";
       },
       "f: warehouses.local.sslmode: sslrootcert: system needs sslmode: verify-full (leave sslmode out, or "
       "name a CA's file as sslrootcert)"},
      {"an alias",
       [](ServerFile& f) {
         f.warehouses = "warehouses: {local: {type: duckdb, path: x, attach: {'a\"b': y}}}\n";
       },
       "f: warehouses.local.attach.a\"b: an alias is made of letters, digits and '_'"},
      {"a timeout",
       [](ServerFile& f) {
         f.warehouses = "warehouses: {local: {type: duckdb, path: x, statement_timeout: 2d}}\n";
       },
       "f: warehouses.local.statement_timeout: '2d' is out of range: from 1s to 1d"},
      {"no project", [](ServerFile& f) { f.projects = "projects: []\n"; },
       "f: projects: there is no project (give at least one)"},
      {"no projects", [](ServerFile& f) { f.projects.clear(); }, "f: projects is missing"},
      {"an unknown forge",
       [](ServerFile& f) { f.projects = "projects: [{id: 1, name: a, repository: a/b, forge: githup}]\n"; },
       "f: projects[0].forge: 'githup' is not the name of a forge (did you mean 'github'?)"},
      {"an unknown warehouse",
       [](ServerFile& f) { f.projects = "projects: [{id: 1, name: a, repository: a/b, warehouse: loca}]\n"; },
       "f: projects[0].warehouse: 'loca' is not the name of a warehouse (did you mean 'local'?)"},
      {"ids twice",
       [](ServerFile& f) {
         f.projects = "projects: [{id: 1, name: a, repository: a/b}, {id: 1, name: b, repository: a/b}]\n";
       },
       "f: projects[1].id: the project id '1' is used twice, first in line 4 (give each its own project id)"},
      {"names twice",
       [](ServerFile& f) {
         f.projects = "projects: [{id: 1, name: a, repository: a/b}, {id: 2, name: a, repository: a/b}]\n";
       },
       "f: projects[1].name: the project name 'a' is used twice, first in line 4 (give each its own project "
       "name)"},
      {"no id", [](ServerFile& f) { f.projects = "projects: [{id: 0, name: a, repository: a/b}]\n"; },
       "f: projects[0].id: '0' is out of range: at least 1"},
      {"a name with a slash",
       [](ServerFile& f) { f.projects = "projects: [{id: 1, name: a/b, repository: a/b}]\n"; },
       "f: projects[0].name: 'a/b' is not a good name: at most 100 bytes, without '/', line ends and spaces "
       "around it"},
      {"a repository's URL",
       [](ServerFile& f) {
         f.projects = "projects: [{id: 1, name: a, repository: 'https://github.com/a/b'}]\n";
       },
       "f: projects[0].repository: 'https://github.com/a/b' is not the full name of a repository (write "
       "owner/name, as in acme/dbt)"},
      {"a group on GitHub",
       [](ServerFile& f) { f.projects = "projects: [{id: 1, name: a, repository: a/b/c}]\n"; },
       "f: projects[0].repository: 'a/b/c' is not a repository of GitHub (write owner/name, as in acme/dbt)"},
      {"a rule of a project",
       [](ServerFile& f) { f.projects = "projects: [{id: 1, name: a, repository: a/b, slim_dif: true}]\n"; },
       "f: projects[0].slim_dif: unknown key (did you mean 'slim_diff'?)"},
      {"a rule of the defaults", [](ServerFile& f) { f.top += "defaults: {diff_threshold: x}\n"; },
       "f: defaults.diff_threshold: expected a whole number, found a text"},
      {"a label for forks",
       [](ServerFile& f) {
         f.projects = "projects: [{id: 1, name: a, repository: a/b, fork_pull_requests: with_label}]\n";
       },
       "f: projects[0].fork_pull_requests: with_label needs a label (set pull_request_label)"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    ServerFile file;
    c.change(file);
    const std::string problems = file.problems();
    CHECK(problems == c.problem + "\n");
    CHECK(problems.find("hunter2") == std::string::npos);
  }
}

TEST_CASE("variables stand in any value, and are taken as they are") {
  ServerFile file;
  file.environment["PORT"] = "99";
  file.environment["YES"] = "true";
  file.environment["ODD"] = "${KEY}: [x] # no";
  file.environment["NAME"] = "da";
  file.top += "listen: 'localhost:${PORT}'\ndata_dir: '/x/$${KEY}/$5/${NAME}ta'\n";
  file.projects =
      "projects: [{id: '${PORT}', name: '${ODD}', repository: acme/dbt, slim_diff: '${YES}', diff_threshold: "
      "\"${PORT}\"}]\n";
  const auto parsed = file.parse();
  INFO(test::joined(parsed.problems));
  REQUIRE(parsed.ok());
  CHECK(parsed.value.listen.port == 99);
  CHECK(parsed.value.data_dir == "/x/${KEY}/$5/data");
  CHECK(parsed.value.projects[0].name == "${KEY}: [x] # no");
  CHECK(parsed.value.projects[0].id == 99);
  CHECK(parsed.value.projects[0].rules.slim_diff);
  CHECK(parsed.value.projects[0].rules.diff_threshold == 99);
}

TEST_CASE("a secret in a file loses its line ends alone, and its path counts from the configuration") {
  const Folder folder;
  folder.write("hook", " hunter2 \r\n\n");
  folder.write("key.pem", "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\n");
  ServerFile file;
  file.github = "github: [{app_id: 1, private_key_file: key.pem, webhook_secret_file: ./hook}]\n";
  file.top += "data_dir: state\ntls: {certificate_file: ../c.pem, key_file: /k.pem}\n";
  const auto parsed = file.parse(folder.path("diffgate.yml"));
  INFO(test::joined(parsed.problems));
  REQUIRE(parsed.ok());
  CHECK(parsed.value.github[0].webhook_secrets.at(0).expose() == " hunter2 ");
  CHECK(parsed.value.github[0].private_key.expose().ends_with("-----END RSA PRIVATE KEY-----"));
  CHECK(parsed.value.data_dir == folder.path("state"));
  CHECK(parsed.value.listen.tls_key_file == "/k.pem");
  CHECK(parsed.value.listen.tls_certificate_file ==
        std::filesystem::path(folder.path("../c.pem")).lexically_normal().string());

  folder.write("hook", "\n\n");
  CHECK(test::joined(file.parse(folder.path("f")).problems).find("the secret is empty") != std::string::npos);
  folder.write("hook", std::string(70'000, 'x'));
  CHECK(test::joined(file.parse(folder.path("f")).problems).find("larger than 64 KiB") != std::string::npos);
}

TEST_CASE("a GitHub Enterprise Server's API follows from its address") {
  ServerFile file;
  file.github =
      "github: [{app_id: Iv1.abc, web_url: 'https://git.acme.example/', private_key: '${KEY}', "
      "webhook_secret: x}]\n";
  const auto parsed = file.parse();
  INFO(test::joined(parsed.problems));
  REQUIRE(parsed.ok());
  CHECK(parsed.value.github[0].web_url == "https://git.acme.example");
  CHECK(parsed.value.github[0].api_url == "https://git.acme.example/api/v3");
}

TEST_CASE("an App that is to be registered takes the place of one that is configured") {
  ServerFile file;
  file.github = "register_github_app: {web_url: https://git.example.com}\n";
  const auto parsed = file.parse();
  REQUIRE(parsed.ok());
  CHECK(parsed.value.register_github_app.is_wanted);
  REQUIRE(parsed.value.github.size() == 1);
  CHECK(parsed.value.github[0].app_id.empty());
  CHECK(parsed.value.github[0].api_url == "https://git.example.com/api/v3");
  CHECK(parsed.value.register_github_app.api_url == "https://git.example.com/api/v3");
  CHECK(parsed.value.projects[0].forge == "github");

  file.github = "register_github_app: {}\n";
  CHECK(file.problems().empty());
  file.github = ServerFile().github + "register_github_app: {}\n";
  CHECK(file.problems() ==
        "f: register_github_app: stands beside github (remove it: the App is configured already)\n");
}

TEST_CASE("a project's rules go over the defaults wherever those stand in the file") {
  ServerFile file;
  file.projects =
      "projects: [{id: 1, name: a, repository: a/b, comment: never}, {id: 2, name: b, repository: a/c, "
      "diff_threshold: null}]\n"
      "defaults: {diff_threshold: 5, slim_diff: true}\n";
  const auto parsed = file.parse();
  REQUIRE(parsed.ok());
  CHECK(parsed.value.projects[0].rules.diff_threshold == 5);
  CHECK(parsed.value.projects[0].rules.comment == CommentWhen::never);
  CHECK_FALSE(parsed.value.projects[1].rules.diff_threshold.has_value());
  CHECK(parsed.value.projects[1].rules.slim_diff);
  CHECK(parsed.value.defaults.diff_threshold == 5);
}

TEST_CASE("a file that is not there, a folder and an empty file are problems of the file") {
  const Folder folder;
  const auto missing = read_server_config(folder.path("none.yml"), {});
  CHECK(test::joined(missing.problems) ==
        folder.path("none.yml") + ": the configuration can't be read: no such file\n");
  CHECK(test::joined(read_server_config(folder.path(""), {}).problems).find("not a regular file") !=
        std::string::npos);
  CHECK(test::joined(read_server_config(folder.write("e", ""), {}).problems).find("the file is empty") !=
        std::string::npos);
  const std::string large = folder.write("l", std::string((1U << 20U) + 1, 'a'));
  CHECK(test::joined(read_server_config(large, {}).problems).find("larger than 1024 KiB") !=
        std::string::npos);
}

TEST_CASE("the mistakes of a whole file come in the order of its lines") {
  ServerFile file;
  file.top = "lisen: 1\nlog: {level: x}\n";
  file.projects = "projects:\n  - {id: x, name: a, repository: a}\n";
  CHECK(test::joined(file.parse().problems) ==
        "f:1:1: public_url is missing\n"
        "f:1:1: lisen: unknown key (did you mean 'listen'?)\n"
        "f:2:14: log.level: 'x' is not one of trace, debug, info, warn, error\n"
        "f:6:10: projects[0].id: expected a whole number, found a text\n"
        "f:6:34: projects[0].repository: 'a' is not the full name of a repository (write owner/name, as in "
        "acme/dbt)\n");
}
