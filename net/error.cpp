#include "net/error.hpp"

#include <algorithm>
#include <utility>

namespace diffgate {
namespace {

std::string one_line(std::string text) {
  std::replace_if(text.begin(), text.end(), [](unsigned char c) { return c < 0x20; }, ' ');
  return text;
}

}  // namespace

Error::Error(ErrorClass error_class, std::string what, std::string where, std::string hint)
    : class_(error_class), problem_(std::move(what)), where_(std::move(where)), hint_(std::move(hint)) {
  if (!where_.empty()) line_ = where_ + ": ";
  line_ += problem_;
  if (!hint_.empty()) line_ += " (" + hint_ + ")";
  line_ = one_line(std::move(line_));
}

std::string error_line(const std::exception& error) { return one_line(error.what()); }

std::string error_line(const std::exception_ptr& error) {
  if (!error) return "no error";
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& known) {
    return error_line(known);
  } catch (...) {
    return "an exception that is not a std::exception";
  }
}

}  // namespace diffgate
