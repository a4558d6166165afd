#include "app/server/multipart.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "net/error.hpp"
#include "temporary_directory.hpp"

namespace diffgate::app {
namespace {

class Upload {
 public:
  MultipartForm read(const std::string& body) {
    std::ofstream(body_, std::ios::binary) << body;
    return read_multipart(body_, "XyZ", "artifacts", file_);
  }
  std::string file() const {
    std::ifstream file(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  // What is wrong with the body.
  std::string refusal(const std::string& body) {
    try {
      read(body);
    } catch (const Error& error) {
      CHECK(error.error_class() == ErrorClass::caller);
      return error.problem();
    }
    return "nothing";
  }

 private:
  test::TemporaryDirectory directory_;
  std::string body_ = directory_.file("body");
  std::string file_ = directory_.file("file");
};

std::string part(const std::string& name, const std::string& content) {
  return "--XyZ\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + content + "\r\n";
}

}  // namespace

TEST_CASE("multipart: fields become texts and the file is written byte by byte") {
  Upload upload;
  // Longer than a piece, with all bytes and with what looks like the delimiter's beginning.
  std::string content;
  for (int i = 0; i < 100'000; ++i) content += static_cast<char>(i % 251);
  content += "\r\n--XyY\r\n--Xy\r\n--";
  const std::string file =
      "--XyZ\r\nContent-Disposition: form-data; filename=\"a.zip\"; name=\"artifacts\"\r\n"
      "Content-Type: application/zip\r\n\r\n" +
      content + "\r\n";
  const MultipartForm form = upload.read(part("commit_sha", "abc") + file + part("run_type", "production") +
                                         part("empty", "") + "--XyZ--\r\n");
  CHECK(form.has_file);
  CHECK(upload.file() == content);
  CHECK(form.fields ==
        std::map<std::string, std::string>{{"commit_sha", "abc"}, {"run_type", "production"}, {"empty", ""}});
  CHECK_FALSE(upload.read("preamble\r\n" + part("a", "b") + "--XyZ--").has_file);
}

TEST_CASE("multipart: what is not such a form is refused") {
  Upload upload;
  struct Row {
    std::string body;
    const char* said;
  };
  const Row rows[] = {
      {"", "the body ends before its end"},
      {"--XyZ", "the body ends before its end"},
      {part("a", "b"), "the body ends before its end"},
      {"--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb", "the body ends before its end"},
      {"--XyZ\r\nContent-Disposition: form-data; filename=\"a\"\r\n\r\nb\r\n--XyZ--", "a part has no name"},
      {"--XyZ\r\nX: y\r\n\r\nb\r\n--XyZ--", "a part has no name"},
      {part("a", "b") + part("a", "c") + "--XyZ--", "'a' is there twice"},
      {part("artifacts", "b") + part("artifacts", "c") + "--XyZ--", "'artifacts' is there twice"},
      {part("a", std::string(5'000, 'x')) + "--XyZ--", "'a' is too long"},
      {"--XyZ\r\nX: " + std::string(9'000, 'x') + "\r\n\r\nb\r\n--XyZ--", "a part's head is too long"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.body.substr(0, 100));
    CHECK(upload.refusal(row.body) == row.said);
  }
  std::string many;
  for (int i = 0; i < 30; ++i) many += part("f" + std::to_string(i), "x");
  CHECK(upload.refusal(many + "--XyZ--") == "there are too many fields");
}

TEST_CASE("multipart: the boundary is read from the content type") {
  CHECK(multipart_boundary("multipart/form-data; boundary=abc") == "abc");
  CHECK(multipart_boundary("Multipart/Form-Data; charset=utf-8; boundary=\"a b\"") == "a b");
  CHECK(multipart_boundary("multipart/form-data") == std::nullopt);
  CHECK(multipart_boundary("multipart/form-data; boundary=") == std::nullopt);
  CHECK(multipart_boundary("multipart/form-data; boundary=" + std::string(71, 'a')) == std::nullopt);
  CHECK(multipart_boundary("application/json; boundary=abc") == std::nullopt);
}

}  // namespace diffgate::app
