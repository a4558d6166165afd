#include "app/demo/shop.hpp"

#include <zlib.h>

#include <array>
#include <sstream>
#include <stdexcept>

#include "app/demo/embedded.hpp"

namespace diffgate::app::journey {
namespace {

std::string_view file(std::string_view name) {
  for (const EmbeddedFile& each : embedded_files()) {
    if (each.name == name) return each.bytes;
  }
  throw std::logic_error("not embedded: " + std::string(name));
}

std::string unzipped(std::string_view gzip) {
  constexpr int with_gzip_header = 16 + MAX_WBITS;
  z_stream stream{};
  if (inflateInit2(&stream, with_gzip_header) != Z_OK) throw std::runtime_error("zlib does not start");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
  stream.avail_in = static_cast<uInt>(gzip.size());
  std::string text;
  std::array<char, 64 * 1024> part{};
  int result = Z_OK;
  while (result == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(part.data());
    stream.avail_out = static_cast<uInt>(part.size());
    result = inflate(&stream, Z_NO_FLUSH);
    text.append(part.data(), part.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (result != Z_STREAM_END) throw std::runtime_error("an embedded file is damaged");
  return text;
}

stand_in::TreeEdits files_below(std::string_view folder) {
  stand_in::TreeEdits files;
  for (const EmbeddedFile& each : embedded_files()) {
    if (each.name.starts_with(folder))
      files[std::string(each.name.substr(folder.size()))] = std::string(each.bytes);
  }
  return files;
}

}  // namespace

std::string production_manifest() { return unzipped(file("built/production_manifest.json.gz")); }
std::string pull_request_manifest() { return unzipped(file("built/pull_request_manifest.json.gz")); }
std::string pull_request_run_results() { return unzipped(file("built/pull_request_run_results.json.gz")); }
std::string_view tables_sql() { return file("built/tables.sql"); }

stand_in::TreeEdits production_files() { return files_below("shop/"); }

stand_in::TreeEdits pull_request_edits() {
  stand_in::TreeEdits edits = files_below("pull_request/");
  std::istringstream removed{std::string(file("pull_request.removed"))};
  std::string path;
  while (std::getline(removed, path)) edits[path] = std::nullopt;
  return edits;
}

}  // namespace diffgate::app::journey
