#pragma once

// One output of profiles.yml, and what each adapter's keys mean for a connection that only reads.

#include <yaml-cpp/yaml.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "app/commands/profiles.hpp"

namespace diffgate::app {

// The mapping with its merge keys ("<<: *base") replaced by what they name: keys of its own go over those,
// an earlier one of a list of mappings over a later one (YAML's merge key language, as PyYAML's loaders read
// it). Other nodes are returned as they are. `where` names it in an Error(configuration).
YAML::Node with_merges(const YAML::Node& node, const std::string& where);

// Its values with env_var() rendered when they are asked for, so that a variable that only another target
// needs does not have to be set.
class ProfileOutput {
 public:
  ProfileOutput(const YAML::Node& node, std::string where, const Environment& environment)
      : node_(with_merges(node, where)), where_(std::move(where)), environment_(environment) {}

  // The first of these keys that has a value; empty if none has.
  std::string text(std::initializer_list<std::string_view> names) const;
  std::string required(std::initializer_list<std::string_view> names) const;
  // The same for a password: what does not read as Jinja is the password itself, as to dbt.
  std::string password() const;
  // A whole number within the bounds, as text.
  std::string number(std::string_view name, std::string fallback, int least, int most) const;
  bool flag(std::string_view name) const;

  YAML::Node child(std::string_view name) const { return node_[std::string(name)]; }
  std::string key(std::string_view name) const { return where_ + "." + std::string(name); }
  std::vector<std::string> keys() const;
  const std::string& where() const { return where_; }
  const Environment& environment() const { return environment_; }

 private:
  std::string rendered(const YAML::Node& value, std::string_view name) const;

  YAML::Node node_;
  std::string where_;
  const Environment& environment_;
};

[[noreturn]] void fail_profile(const std::string& what, const std::string& where,
                               const std::string& hint = {});

// The settings of an output of type postgres, redshift or duckdb. Throws Error(configuration).
ProfileWarehouse warehouse_of(const ProfileOutput& output);

}  // namespace diffgate::app
