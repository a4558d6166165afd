#pragma once

#include <string>

#include "net/error.hpp"

namespace diffgate::diff {

// An Error that says what failed without the engine's text, and that text, until a session has handed it to
// OnWithheldText.
class WithheldError : public Error {
 public:
  WithheldError(const Error& error, std::string text) : Error(error), text_(std::move(text)) {}

  bool is_out_of_range = false;  // what is shown is a ValueOutOfRange

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// The end of a hint: where the text is.
inline constexpr const char* kWhereWithheld =
    "the engine's own text may hold row values: the daemon's log has it, and `diffgate compare` without "
    "--mask shows it";

}  // namespace diffgate::diff
