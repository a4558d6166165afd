#include "app/commands/gzip_file.hpp"

#include <zlib.h>

#include <memory>

#include "net/body_file.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t kPiece = 1U << 20U;
// Manifests shrink to a tenth or less at any level; higher ones cost seconds and win little.
constexpr const char* kMode = "wb4";

struct Closer {
  void operator()(gzFile_s* file) const { gzclose(file); }
};

[[noreturn]] void refuse(const std::string& path) {
  throw Error(ErrorClass::caller, "can't write the compressed file", path,
              "TMPDIR names another folder for it");
}

}  // namespace

void gzip_file(const std::string& from, const std::string& to) {
  net::BodyFileReader in(from);
  std::unique_ptr<gzFile_s, Closer> out(gzopen(to.c_str(), kMode));
  if (!out) refuse(to);
  for (;;) {
    const std::string piece = in.read(kPiece);
    if (piece.empty()) break;
    if (gzwrite(out.get(), piece.data(), static_cast<unsigned>(piece.size())) <= 0) refuse(to);
  }
  if (gzclose(out.release()) != Z_OK) refuse(to);
}

}  // namespace diffgate::app
