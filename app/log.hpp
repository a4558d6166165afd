#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace diffgate::app {

enum class LogLevel { debug, info, warning, error };

// A name and a value that log searches go by: {"run", "17"}.
using LogFields = std::initializer_list<std::pair<std::string_view, std::string>>;

// One line on stderr, once `set_up_logging` was called; before that, nothing.
void log(LogLevel level, std::string_view message, LogFields fields = {});

// `level`: debug, info, warning, error. `format`: "text" (time, level, message, name=value …) or "json" (one
// object a line).
void set_up_logging(const std::string& level, const std::string& format);

}  // namespace diffgate::app
