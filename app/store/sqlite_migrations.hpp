#pragma once

#include "app/store/sqlite_database.hpp"

namespace diffgate::app {

// The schema version that this program writes.
int newest_schema_version();

// Brings the file to the newest version, one transaction a step, forward only. Throws Error(configuration)
// for a file that a newer program wrote or that is another program's.
void migrate(Database& database);

}  // namespace diffgate::app
