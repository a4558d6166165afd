#include "diff/postgres_tls.hpp"

#include <libpq-fe.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/error.hpp"

namespace diffgate::diff {
namespace {

std::string* find(PostgresParameters& parameters, std::string_view key) {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const auto& parameter) { return parameter.first == key; });
  return found == parameters.end() ? nullptr : &found->second;
}

}  // namespace

void use_system_certificates(PostgresParameters& parameters) {
  constexpr std::string_view kSystem = "system";
  const char* const of_environment = std::getenv("PGSSLROOTCERT");
  if (find(parameters, "sslrootcert") == nullptr && of_environment != nullptr && of_environment == kSystem)
    parameters.emplace_back("sslrootcert", kSystem);
  const std::string* const asked = find(parameters, "sslrootcert");
  if (asked == nullptr || *asked != kSystem) return;
  const std::string* const mode = find(parameters, "sslmode");
  if (mode == nullptr) {
    parameters.emplace_back("sslmode", "verify-full");
  } else if (*mode != "verify-full") {
    throw Error(ErrorClass::configuration, "sslrootcert=system does not go with sslmode=" + *mode, "sslmode",
                "set sslmode=verify-full, or name a CA's file as sslrootcert");
  }
  constexpr int kKnowsSystem = 160'000;
  if (PQlibVersion() >= kKnowsSystem) return;
  for (const char* file : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"}) {
    if (::access(file, R_OK) != 0) continue;
    *find(parameters, "sslrootcert") = file;
    return;
  }
}

}  // namespace diffgate::diff
