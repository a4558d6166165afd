#include "app/store/artifact_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string_view>

#include "net/error.hpp"

namespace diffgate::app {

namespace fs = std::filesystem;

namespace {

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC)) {
    if (fd_ < 0) throw Error(ErrorClass::internal, "can't open the file", path);
  }
  ~Descriptor() { ::close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

void sync(const std::string& path, int flags) {
  const Descriptor descriptor(path, flags);
  if (::fsync(descriptor.get()) != 0) {
    throw Error(ErrorClass::configuration, "can't write to disk", path,
                "check space and permissions of data_dir");
  }
}

struct GzipCloser {
  void operator()(gzFile_s* file) const { gzclose(file); }
};
struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

ArtifactFiles::ArtifactFiles(std::string directory)
    : directory_(std::move(directory)), incoming_(directory_ + "/incoming") {
  std::error_code error;
  fs::create_directories(incoming_, error);
  if (error) {
    throw Error(ErrorClass::configuration, "can't make the directory: " + error.message(), incoming_,
                "check data_dir and its permissions");
  }
  // What an earlier process was still receiving belongs to nobody.
  for (const auto& entry : fs::directory_iterator(incoming_, error)) {
    std::error_code ignored;
    fs::remove(entry.path(), ignored);
  }
}

std::string artifact_path(const std::string& directory, const std::string& content_hash) {
  return directory + "/" + content_hash.substr(0, 2) + "/" + content_hash;
}

std::string ArtifactFiles::path_of(const std::string& content_hash) const {
  return artifact_path(directory_, content_hash);
}

ArtifactFiles::Pin ArtifactFiles::pin(const std::string& content_hash) {
  std::erase_if(pinned_, [](const auto& entry) { return entry.second.expired(); });
  auto held = pinned_[content_hash].lock();
  if (!held) {
    held = std::make_shared<const std::string>(content_hash);
    pinned_[content_hash] = held;
  }
  return Pin(std::move(held));
}

void ArtifactFiles::remove(const std::string& content_hash) {
  const auto pinned = pinned_.find(content_hash);
  if (pinned != pinned_.end() && !pinned->second.expired()) return;
  std::error_code ignored;  // a file that stays is found by the next round
  fs::remove(path_of(content_hash), ignored);
}

void file_content(const std::string& from, const std::string& to) {
  std::error_code error;
  const fs::path folder = fs::path(to).parent_path();
  fs::create_directories(folder, error);
  if (fs::exists(to, error)) {
    fs::remove(from, error);
    return;
  }
  sync(from, O_RDONLY);
  fs::rename(from, to, error);
  if (error) throw Error(ErrorClass::internal, "can't file the artifact: " + error.message(), to);
  sync(folder.string(), O_RDONLY | O_DIRECTORY);
}

bool is_gzip_file(const std::string& path) {
  const Descriptor descriptor(path, O_RDONLY);
  std::array<char, 2> start{};
  const ssize_t got = ::read(descriptor.get(), start.data(), start.size());
  return std::string_view(start.data(), got > 0 ? static_cast<std::size_t>(got) : 0) == "\x1f\x8b";
}

void expand_gzip(const std::string& from, const std::string& to, std::size_t max_bytes) {
  const std::unique_ptr<gzFile_s, GzipCloser> in(gzopen(from.c_str(), "rb"));
  const std::unique_ptr<std::FILE, FileCloser> out(std::fopen(to.c_str(), "wbe"));
  if (!in || !out) throw Error(ErrorClass::internal, "can't open the uploaded file");
  std::array<char, 64U << 10U> buffer{};
  std::size_t total = 0;
  for (;;) {
    const int got = gzread(in.get(), buffer.data(), static_cast<unsigned>(buffer.size()));
    // zlib passes bytes that are not gzip through unchanged; the caller said that they are.
    if (gzdirect(in.get()) != 0 && got > 0) throw Error(ErrorClass::caller, "the body is not gzip");
    if (got < 0) throw Error(ErrorClass::caller, "the gzip body is broken");
    if (got == 0) break;
    total += static_cast<std::size_t>(got);
    if (total > max_bytes) {
      throw Error(ErrorClass::caller, fmt::format("the body expands to more than {} bytes", max_bytes), {},
                  "artifacts.max_bytes in the server's configuration sets the limit");
    }
    if (std::fwrite(buffer.data(), 1, static_cast<std::size_t>(got), out.get()) !=
        static_cast<std::size_t>(got)) {
      throw Error(ErrorClass::configuration, "can't write the uploaded file", {},
                  "check the space in data_dir");
    }
  }
  int code = Z_OK;
  gzerror(in.get(), &code);
  if (code == Z_BUF_ERROR) throw Error(ErrorClass::caller, "the gzip body ends too early");
  if (std::fflush(out.get()) != 0) {
    throw Error(ErrorClass::configuration, "can't write the uploaded file", {},
                "check the space in data_dir");
  }
}

}  // namespace diffgate::app
