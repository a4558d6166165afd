#pragma once

#include <string_view>

namespace diffgate::diff {

// Why a filter may not call this function, as the rest of "it …", or nothing if it may. Read-only sessions
// and closed file systems are what protects a warehouse; this is for what they leave open (locks, sleep,
// other servers, the server's own files for a superuser), and so that its refusal has a reason. By name, in
// any case.
std::string_view why_not_in_filter(std::string_view function);

// The same of a schema's functions, all of them.
std::string_view why_not_schema_in_filter(std::string_view schema);

}  // namespace diffgate::diff
