#include "config/secret_fields.hpp"

#include <fmt/format.h>

#include "config/text_file.hpp"

namespace diffgate::config {
namespace {

constexpr std::size_t kLargestSecret = std::size_t{64} << 10U;
constexpr std::size_t kMostSecrets = 100;

std::optional<Secret> checked(Reader& reader, const Place& at, std::string text, SecretCheck check) {
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
    reader.problem(at, "the secret is empty");
    return std::nullopt;
  }
  Secret secret(std::move(text));
  const std::string wrong = check(secret);
  if (!wrong.empty()) {
    reader.problem(at, wrong);
    return std::nullopt;
  }
  return secret;
}

}  // namespace

std::optional<Secret> read_secret(Reader& reader, const Place& at, SecretCheck check) {
  auto text = reader.text(at);
  if (!text) return std::nullopt;
  return checked(reader, at, std::move(*text), check);
}

std::optional<Secret> read_secret_file(Reader& reader, const Place& at, SecretCheck check) {
  const auto path = reader.path(at);
  if (!path) return std::nullopt;
  std::string error;
  auto text = read_text_file(*path, kLargestSecret, error);
  if (!text) {
    // The path is not shown: whoever wrote the secret itself there must not find it in a log.
    reader.problem(at, "the secret's file can't be read: " + error,
                   "give the path of a file; relative ones count from this file's folder");
    return std::nullopt;
  }
  while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
  return checked(reader, at, std::move(*text), check);
}

std::optional<std::vector<Secret>> read_secrets(Reader& reader, const Place& at, SecretCheck check) {
  if (!at.node.is_list()) {
    reader.wrong_type(at, "a list of texts", "begin each entry with '- '");
    return std::nullopt;
  }
  if (at.node.items.empty()) {
    reader.problem(at, "the list is empty");
    return std::nullopt;
  }
  if (at.node.items.size() > kMostSecrets) {
    reader.problem(at,
                   fmt::format("{} secrets are too many: at most {}", at.node.items.size(), kMostSecrets));
    return std::nullopt;
  }
  std::vector<Secret> secrets;
  for (std::size_t i = 0; i < at.node.items.size(); ++i) {
    if (auto secret = read_secret(reader, at.item(i), check)) secrets.push_back(std::move(*secret));
  }
  return secrets;
}

Property secret_property(std::string name, std::string doc) {
  return {std::move(name), std::move(doc), {.kind = Shape::Kind::text, .is_nonempty = true}, {}};
}

Property secret_file_property(const std::string& name) {
  return {name + "_file",
          fmt::format("A file that holds `{}`; relative paths count from this file's folder.", name),
          {.kind = Shape::Kind::text, .is_nonempty = true},
          {}};
}

Property secret_list_property(std::string name, std::string doc) {
  return {std::move(name),
          std::move(doc),
          {.kind = Shape::Kind::list,
           .is_nonempty = true,
           .parts = {{.kind = Shape::Kind::text, .is_nonempty = true}}},
          {}};
}

}  // namespace diffgate::config
