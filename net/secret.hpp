#pragma once

#include <string>
#include <utility>

namespace diffgate {

// A text that must not reach a log, an error message or a URL. It has no stream operator and no formatter;
// `expose` is the one way to the text, so that every use can be found by that word.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  const std::string& expose() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

}  // namespace diffgate
