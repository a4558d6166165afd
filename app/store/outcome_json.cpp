#include "app/store/outcome_json.hpp"

#include <nlohmann/json.hpp>

#include "net/error.hpp"

namespace diffgate::app {

using Json = nlohmann::json;

std::string to_json(const Outcome& outcome) {
  Json annotations = Json::array();
  for (const vcs::Annotation& annotation : outcome.annotations) {
    annotations.push_back({{"path", annotation.path},
                           {"line", annotation.line},
                           {"level", static_cast<int>(annotation.level)},
                           {"title", annotation.title},
                           {"message", annotation.message}});
  }
  Json json = {{"conclusion", static_cast<int>(outcome.conclusion)},
               {"title", outcome.title},
               {"summary", outcome.summary},
               {"text", outcome.text},
               {"annotations", std::move(annotations)}};
  if (outcome.comment) json["comment"] = *outcome.comment;
  // Texts carry what a warehouse or a repository said, which need not be UTF-8.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Outcome parse_outcome(const std::string& json) {
  try {
    const Json read = Json::parse(json);
    Outcome outcome;
    outcome.conclusion = static_cast<vcs::Conclusion>(read.at("conclusion").get<int>());
    outcome.title = read.at("title").get<std::string>();
    outcome.summary = read.at("summary").get<std::string>();
    outcome.text = read.at("text").get<std::string>();
    for (const Json& item : read.at("annotations")) {
      vcs::Annotation annotation;
      annotation.path = item.at("path").get<std::string>();
      annotation.line = item.at("line").get<int>();
      annotation.level = static_cast<vcs::Annotation::Level>(item.at("level").get<int>());
      annotation.title = item.at("title").get<std::string>();
      annotation.message = item.at("message").get<std::string>();
      outcome.annotations.push_back(std::move(annotation));
    }
    if (read.contains("comment")) outcome.comment = read.at("comment").get<std::string>();
    return outcome;
  } catch (const Json::exception& error) {
    throw Error(ErrorClass::internal, std::string("a stored outcome can't be read: ") + error.what());
  }
}

}  // namespace diffgate::app
