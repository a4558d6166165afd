#pragma once

// Secrets in the server file: `x` holds the text (mostly "${NAME}"), `x_file` names a file that does, `xs` is
// a list of several that are valid at once. One of the forms may be given. No problem ever shows a secret.

#include <string>
#include <vector>

#include "config/description.hpp"
#include "net/secret.hpp"

namespace diffgate::config {

// What is wrong with a secret, in words that do not show it; empty if nothing is. May bring it into its usual
// form.
using SecretCheck = std::string (*)(Secret&);

inline std::string any_secret(Secret&) { return {}; }

std::optional<Secret> read_secret(Reader& reader, const Place& at, SecretCheck check);
// The file's text without trailing line ends, at most 64 KiB.
std::optional<Secret> read_secret_file(Reader& reader, const Place& at, SecretCheck check);
std::optional<std::vector<Secret>> read_secrets(Reader& reader, const Place& at, SecretCheck check);

Property secret_property(std::string name, std::string doc);
Property secret_file_property(const std::string& name);
Property secret_list_property(std::string name, std::string doc);

// Adds the keys `name` and `name_file`.
template <class T>
void append_secret(Table<T>& table, const std::string& name, Secret T::* member, std::string doc,
                   bool is_required, SecretCheck check = any_secret) {
  const auto field = [&](Property property, auto read) {
    Field<T> result;
    result.property = std::move(property);
    result.read = [member, check, read](Reader& reader, const Place& at, T& into) {
      if (auto secret = read(reader, at, check)) into.*member = std::move(*secret);
    };
    table.fields.push_back(std::move(result));
  };
  field(secret_property(name, std::move(doc)), read_secret);
  field(secret_file_property(name), read_secret_file);
  table.one_of.push_back({{name, name + "_file"}, is_required});
}

// Adds the keys `name`, `name_file` and the list `name` + "s".
template <class T>
void append_secrets(Table<T>& table, const std::string& name, std::vector<Secret> T::* member,
                    const std::string& doc, bool is_required, SecretCheck check = any_secret) {
  const auto single = [&](Property property, auto read) {
    Field<T> field;
    field.property = std::move(property);
    field.read = [member, check, read](Reader& reader, const Place& at, T& into) {
      if (auto secret = read(reader, at, check)) (into.*member).push_back(std::move(*secret));
    };
    table.fields.push_back(std::move(field));
  };
  single(secret_property(name, doc), read_secret);
  single(secret_file_property(name), read_secret_file);
  Field<T> several;
  several.property =
      secret_list_property(name + "s", doc + " Several are valid at once, to change one without a gap.");
  several.read = [member, check](Reader& reader, const Place& at, T& into) {
    if (auto secrets = read_secrets(reader, at, check)) into.*member = std::move(*secrets);
  };
  table.fields.push_back(std::move(several));
  table.one_of.push_back({{name, name + "_file", name + "s"}, is_required});
}

}  // namespace diffgate::config
