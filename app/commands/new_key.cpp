#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/commands/commands.hpp"
#include "app/commands/terminal.hpp"
#include "net/crypto.hpp"

namespace diffgate::app {
namespace {

// 256 random bits: such a key can't be guessed, so that a hash without salt or rounds is enough to keep it.
constexpr std::size_t kKeyBytes = 32;

int new_key(bool as_json) {
  const std::string key = "dgk_" + net::to_hex(net::random_bytes(kKeyBytes));
  const std::string hash = "sha256:" + net::sha256_hex(key);
  if (as_json) {
    print_result(nlohmann::ordered_json({{"key", key}, {"key_hash", hash}}).dump(2) + "\n");
  } else {
    print_result("key       " + key + "\nkey_hash  " + hash + "\n");
  }
  return 0;
}

}  // namespace

void add_new_key(CLI::App& config, Job& chosen) {
  CLI::App* command =
      config.add_subcommand("new-key", "A new key of the HTTP API, and its hash for the server file");
  auto as_json = std::make_shared<bool>(false);
  command->add_flag("--json", *as_json, "As a JSON object");
  command->footer(
      "The key goes to whoever uses it and is shown this once; the hash goes into the server file, as "
      "key_hash "
      "of an entry of the project's api_keys.\n\nExample:\n  diffgate config new-key");
  command->callback([&chosen, as_json] { chosen = [as_json] { return new_key(*as_json); }; });
}

}  // namespace diffgate::app
