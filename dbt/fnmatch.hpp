#pragma once

#include <string_view>

namespace diffgate::dbt {

// Python's fnmatch on a POSIX system: `*`, `?`, `[abc]`, `[a-z]`, `[!abc]`, case counts, over UTF-8
// characters.
bool fnmatch(std::string_view text, std::string_view pattern);

// Python's Path.glob of a relative pattern against one relative path: as fnmatch within a path segment, and a
// `**` segment stands for any number of folders. A `.` segment and a trailing slash mean nothing.
bool path_glob_match(std::string_view path, std::string_view pattern);

}  // namespace diffgate::dbt
