#include "app/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

namespace diffgate::app {
namespace {

constexpr const char* kLogger = "diffgate";
bool writes_json = false;  // set once, before the first line

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

std::string json_members(std::string_view message, LogFields fields) {
  nlohmann::ordered_json json;
  json["message"] = message;
  for (const auto& [name, value] : fields) json[std::string(name)] = value;
  // Without the braces: the pattern puts time and level in front.
  const std::string text = json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  return text.substr(1, text.size() - 2);
}

std::string text_line(std::string_view message, LogFields fields) {
  std::string line(message);
  for (const auto& [name, value] : fields) {
    line.append(" ").append(name).append("=");
    const bool is_plain = !value.empty() && value.find_first_of(" \"=\n\r\t") == std::string::npos;
    line += is_plain ? value
                     : nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  return line;
}

}  // namespace

void log(LogLevel level, std::string_view message, LogFields fields) {
  const auto logger = spdlog::get(kLogger);
  const auto wanted = spdlog_level(level);
  if (!logger || !logger->should_log(wanted)) return;
  logger->log(wanted, "{}", writes_json ? json_members(message, fields) : text_line(message, fields));
}

void set_up_logging(const std::string& level, const std::string& format) {
  spdlog::drop(kLogger);
  const auto logger = spdlog::stderr_logger_mt(kLogger);
  writes_json = format == "json";
  logger->set_pattern(
      writes_json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})" : "%Y-%m-%dT%H:%M:%S.%eZ %l %v",
      spdlog::pattern_time_type::utc);
  logger->set_level(spdlog::level::from_str(level));
  logger->flush_on(spdlog::level::info);
}

}  // namespace diffgate::app
