#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "diff/dialect.hpp"
#include "net/clock.hpp"

namespace diffgate::diff {

// A version of a table as its engine names it: a number (Delta, Iceberg), or a query's id (Snowflake).
struct Version {
  std::string id;  // letters, digits and hyphens
};

// What state of a table to read.
struct Moment {
  std::variant<UtcTime, Version> at;
};

// Reads what people write: "2024-05-01", "2024-05-01 12:30:00", "2024-05-01T12:30:00+02:00" (UTC without a
// zone); "-1h", "-90m", "-2d" or "-3600" seconds, with or without the sign, before `now`; "version:42".
// Throws Error(configuration) for anything else.
Moment parse_moment(const std::string& text, UtcTime now);

// The time of a moment in UTC as '2024-05-01 12:30:00' with `zone` behind it. Throws Error(configuration) for
// a version, naming the engine.
Sql time_literal(const Moment& moment, const Dialect& dialect, std::string_view zone);

// The number of a version. Throws Error(configuration) for one that is no number.
Sql version_number(const Version& version, const Dialect& dialect);

}  // namespace diffgate::diff
