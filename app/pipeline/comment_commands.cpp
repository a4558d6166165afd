#include "app/pipeline/comment_commands.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace diffgate::app {
namespace {

constexpr std::size_t kMaxCommands = 20;
constexpr std::size_t kMaxModels = 50;
constexpr std::size_t kMaxLine = 1'000;  // bytes that are looked at
constexpr std::string_view kBlanks = " \t\r";

constexpr std::array<std::pair<std::string_view, RequestKind>, 5> kVerbs{{
    {"run", RequestKind::run},
    {"downstream", RequestKind::downstream},
    {"cancel", RequestKind::cancel},
    {"accept", RequestKind::accept},
    {"help", RequestKind::help},
}};

// Takes the next word off `rest`; empty at the end.
std::string_view take_word(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(kBlanks), rest.size()));
  const std::string_view word = rest.substr(0, rest.find_first_of(kBlanks));
  rest.remove_prefix(word.size());
  rest.remove_prefix(std::min(rest.find_first_not_of(kBlanks), rest.size()));
  return word;
}

std::string without_end(std::string_view text) {
  while (!text.empty() && kBlanks.find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  return std::string(text);
}

bool is_fence(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  return line.starts_with("```") || line.starts_with("~~~");
}

// Markdown shows a line indented by four blanks as code.
bool is_indented(std::string_view line) { return line.starts_with("    ") || line.starts_with("\t"); }

std::optional<Request> parse_line(std::string_view line) {
  Request request;
  request.line = without_end(line);
  if (auto rename = parse_rename(line)) {
    request.kind = RequestKind::remap;
    request.rename = std::move(rename);
    return request;
  }
  std::string_view rest = line;
  const std::string_view prefix = take_word(rest);
  if (prefix != "/diffgate" && prefix != "/datafold") return std::nullopt;
  const std::string_view verb = take_word(rest);
  const auto* known =
      std::find_if(kVerbs.begin(), kVerbs.end(), [verb](const auto& entry) { return entry.first == verb; });
  request.kind = known == kVerbs.end() ? RequestKind::unknown : known->second;
  if (verb.empty()) request.kind = RequestKind::help;
  if (request.kind == RequestKind::accept) request.text = without_end(rest);
  while (request.kind == RequestKind::run && !rest.empty() && request.models.size() < kMaxModels) {
    request.models.emplace_back(take_word(rest));
  }
  return request;
}

}  // namespace

std::vector<Request> parse_commands(std::string_view comment, const std::string& actor) {
  std::vector<Request> requests;
  bool is_in_fence = false;
  while (!comment.empty() && requests.size() < kMaxCommands) {
    const std::size_t end = std::min(comment.find('\n'), comment.size());
    const std::string_view line = comment.substr(0, std::min(end, kMaxLine));
    comment.remove_prefix(std::min(end + 1, comment.size()));
    if (is_fence(line)) {
      is_in_fence = !is_in_fence;
      continue;
    }
    if (is_in_fence || is_indented(line)) continue;
    if (auto request = parse_line(line)) {
      request->actor = actor;
      requests.push_back(std::move(*request));
    }
  }
  return requests;
}

std::string command_help() {
  return "| Command | Does |\n|:--|:--|\n"
         "| `/diffgate run` | compares everything again, also where the label or another rule says no run |\n"
         "| `/diffgate run MODEL…` | compares these models too |\n"
         "| `/diffgate downstream` | compares all models downstream of the changed ones too |\n"
         "| `/diffgate cancel` | stops the run |\n"
         "| `/diffgate accept [MODEL] [reason]` | takes the differences of one model, or of all, as they "
         "are; "
         "holds until the result changes |\n"
         "| `/diffgate remap OLD NEW [MODEL]` | compares a column with the one that took its place |\n"
         "| `/diffgate help` | this |\n";
}

}  // namespace diffgate::app
