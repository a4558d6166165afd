#pragma once

// multipart/form-data (RFC 7578) in a file, as the upload of Datafold's client sends it. Read in pieces, so
// that memory does not grow with the body.

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace diffgate::app {

// The boundary that a Content-Type names; nullopt if it is not multipart/form-data with one.
std::optional<std::string> multipart_boundary(std::string_view content_type);

struct MultipartForm {
  std::map<std::string, std::string> fields;  // at most 20, of 4 KB each
  bool has_file = false;                      // the wanted part was there, and is written
};

// Writes the part named `file_field` to `into_file` and keeps the other parts as texts. Throws Error(caller)
// if the body is not such a form, ends before its end, or holds a name twice. Blocking.
MultipartForm read_multipart(const std::string& body_file, const std::string& boundary,
                             const std::string& file_field, const std::string& into_file);

}  // namespace diffgate::app
