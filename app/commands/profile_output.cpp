#include "app/commands/profile_output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace diffgate::app {

void fail_profile(const std::string& what, const std::string& where, const std::string& hint) {
  throw Error(ErrorClass::configuration, what, where, hint);
}

std::string ProfileOutput::rendered(const YAML::Node& value, std::string_view name) const {
  if (!value.IsScalar()) fail_profile("is not a single value", key(name));
  return render_env_vars(value.Scalar(), environment_, key(name));
}

std::string ProfileOutput::text(std::initializer_list<std::string_view> names) const {
  for (const std::string_view name : names) {
    const YAML::Node value = child(name);
    if (value.IsDefined() && !value.IsNull()) return rendered(value, name);
  }
  return {};
}

std::string ProfileOutput::required(std::initializer_list<std::string_view> names) const {
  std::string value = text(names);
  if (value.empty()) fail_profile("is missing", key(*names.begin()));
  return value;
}

std::string ProfileOutput::password() const {
  try {
    return text({"password", "pass"});
  } catch (const NotUnderstood&) {
    const YAML::Node value = child("password").IsDefined() ? child("password") : child("pass");
    return value.Scalar();
  }
}

std::string ProfileOutput::number(std::string_view name, std::string fallback, int least, int most) const {
  std::string value = text({name});
  if (value.empty()) return fallback;
  int parsed = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
  if (error != std::errc() || end != value.data() + value.size() || parsed < least || parsed > most)
    fail_profile(fmt::format("is not a whole number from {} to {}", least, most), key(name));
  return value;
}

bool ProfileOutput::flag(std::string_view name) const {
  const std::string value = text({name});
  return value == "true" || value == "True" || value == "yes" || value == "on";
}

std::vector<std::string> ProfileOutput::keys() const {
  std::vector<std::string> out;
  for (const auto& entry : node_) {
    if (entry.first.IsScalar()) out.push_back(entry.first.Scalar());
  }
  return out;
}

}  // namespace diffgate::app
