#pragma once

// What people ask of a run, and how a comment says it: a line that begins with "/diffgate". Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/renames.hpp"

namespace diffgate::app {

enum class RequestKind {
  run,         // again, or although a rule such as the label says no; or these models besides
  downstream,  // all downstream models under Slim Diff
  cancel,
  accept,  // the result of one model, or of all that differ
  remap,   // a column that has another name
  help,
  unknown,  // a command that is none
};

struct Request {
  RequestKind kind = RequestKind::run;
  std::vector<std::string> models = {};  // of run and accept: names or ids; none: all
  std::string text = {};  // of accept: the reason; in a comment a model's name may stand before it
  std::optional<RenameDirective> rename = std::nullopt;  // of remap
  std::string actor = {};                                // who asks, and may
  std::string line = {};                                 // as written in a comment, on one line
};

// The commands in a comment, in order; lines within code fences and quotations are none. At most 20.
std::vector<Request> parse_commands(std::string_view comment, const std::string& actor);

// The answer to "/diffgate help", Markdown.
std::string command_help();

}  // namespace diffgate::app
