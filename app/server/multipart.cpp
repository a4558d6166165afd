#include "app/server/multipart.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <functional>
#include <memory>

#include "net/error.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t kLongestBoundary = 70;  // RFC 2046, 5.1.1
constexpr std::size_t kMostFields = 20;
constexpr std::size_t kLongestField = 4'096;
constexpr std::size_t kLongestHeaders = 8'192;
constexpr std::size_t kPiece = 64U << 10U;

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileCloser>;

using Sink = std::function<void(std::string_view)>;

[[noreturn]] void refuse(const std::string& what) {
  throw Error(ErrorClass::caller, what, "multipart/form-data");
}

// A file read from delimiter to delimiter.
class Reader {
 public:
  explicit Reader(const std::string& path) : file_(std::fopen(path.c_str(), "rbe")) {
    if (!file_) throw Error(ErrorClass::internal, "can't open the uploaded file");
    // The first delimiter may stand without the line end before it.
    buffer_ = "\r\n";
  }

  // Hands what stands before the delimiter to the sink, piece by piece, and goes on behind it.
  void until(const std::string& delimiter, const Sink& sink) {
    for (;;) {
      const std::size_t at = buffer_.find(delimiter);
      if (at != std::string::npos) {
        sink(std::string_view(buffer_).substr(0, at));
        buffer_.erase(0, at + delimiter.size());
        return;
      }
      // What may be the delimiter's beginning stays.
      const std::size_t keep = std::min(buffer_.size(), delimiter.size() - 1);
      sink(std::string_view(buffer_).substr(0, buffer_.size() - keep));
      buffer_.erase(0, buffer_.size() - keep);
      if (!fill()) refuse("the body ends before its end");
    }
  }

  std::string take(std::size_t count) {
    while (buffer_.size() < count) {
      if (!fill()) refuse("the body ends before its end");
    }
    std::string taken = buffer_.substr(0, count);
    buffer_.erase(0, count);
    return taken;
  }

 private:
  bool fill() {
    std::array<char, kPiece> piece{};
    const std::size_t got = std::fread(piece.data(), 1, piece.size(), file_.get());
    buffer_.append(piece.data(), got);
    return got > 0;
  }

  File file_;
  std::string buffer_;
};

Sink into_text(std::string& text, std::size_t most, std::string what) {
  return [&text, most, what = std::move(what)](std::string_view bytes) {
    if (text.size() + bytes.size() > most) refuse(what + " is too long");
    text += bytes;
  };
}

Sink into_file(std::FILE* file) {
  return [file](std::string_view bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size()) {
      throw Error(ErrorClass::configuration, "can't write the uploaded file", {},
                  "check the space in data_dir");
    }
  };
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

// The value of `name=` in a header, without its quotes; nullopt if there is none. Names are matched as whole
// words, so that "name" is not found in "filename".
std::optional<std::string> parameter(std::string_view header, std::string_view name) {
  const std::string small = lower(header);
  std::size_t at = 0;
  while ((at = small.find(name, at)) != std::string::npos) {
    const bool is_begin = at == 0 || small[at - 1] == ';' || small[at - 1] == ' ' || small[at - 1] == '\t';
    std::size_t value = at + name.size();
    at = value;
    if (!is_begin || value >= header.size() || header[value] != '=') continue;
    ++value;
    if (value < header.size() && header[value] == '"') {
      const std::size_t end = header.find('"', value + 1);
      if (end == std::string_view::npos) return std::nullopt;
      return std::string(header.substr(value + 1, end - value - 1));
    }
    const std::size_t end = std::min(header.find_first_of("; \t\r\n", value), header.size());
    return std::string(header.substr(value, end - value));
  }
  return std::nullopt;
}

std::string name_of_part(const std::string& headers) {
  std::size_t from = 0;
  while (from < headers.size()) {
    const std::size_t end = std::min(headers.find("\r\n", from), headers.size());
    const std::string_view line = std::string_view(headers).substr(from, end - from);
    from = end + 2;
    if (!lower(line).starts_with("content-disposition:")) continue;
    const auto name = parameter(line, "name");
    if (name && !name->empty()) return *name;
  }
  refuse("a part has no name");
}

}  // namespace

std::optional<std::string> multipart_boundary(std::string_view content_type) {
  if (!lower(content_type).starts_with("multipart/form-data")) return std::nullopt;
  auto boundary = parameter(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > kLongestBoundary) return std::nullopt;
  return boundary;
}

MultipartForm read_multipart(const std::string& body_file, const std::string& boundary,
                             const std::string& file_field, const std::string& to) {
  MultipartForm form;
  Reader reader(body_file);
  const std::string delimiter = "\r\n--" + boundary;
  reader.until(delimiter, [](std::string_view) {});
  while (reader.take(2) == "\r\n") {
    std::string headers;
    reader.until("\r\n\r\n", into_text(headers, kLongestHeaders, "a part's head"));
    const std::string name = name_of_part(headers);
    const bool is_known = form.fields.contains(name) || (name == file_field && form.has_file);
    if (is_known) refuse("'" + name + "' is there twice");
    if (name == file_field) {
      const File out(std::fopen(to.c_str(), "wbe"));
      if (!out) throw Error(ErrorClass::internal, "can't open a file for the upload");
      reader.until(delimiter, into_file(out.get()));
      if (std::fflush(out.get()) != 0)
        throw Error(ErrorClass::configuration, "can't write the uploaded file", {},
                    "check the space in data_dir");
      form.has_file = true;
      continue;
    }
    if (form.fields.size() == kMostFields) refuse("there are too many fields");
    std::string value;
    reader.until(delimiter, into_text(value, kLongestField, "'" + name + "'"));
    form.fields.emplace(name, std::move(value));
  }
  return form;
}

}  // namespace diffgate::app
