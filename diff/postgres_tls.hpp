#pragma once

#include "diff/postgres_hosts.hpp"

namespace diffgate::diff {

// sslrootcert=system, as a parameter or as PGSSLROOTCERT, as libpq understands it from version 16 on, also
// where libpq is older: the system's certificates, and sslmode=verify-full. Throws Error(configuration) for a
// weaker mode: anybody may get one of those certificates for another name.
void use_system_certificates(PostgresParameters& parameters);

}  // namespace diffgate::diff
