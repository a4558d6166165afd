#include "dbt/manifest_text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "dbt/gzip_source.hpp"
#include "net/error.hpp"

namespace diffgate::dbt {

class OpenFile {
 public:
  explicit OpenFile(const ManifestFile& file)
      : name_(file.name.empty() ? file.path : file.name),
        descriptor_(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) fail(fmt::format("can't be read: {}", std::strerror(errno)));
    at_open_ = status();
  }
  ~OpenFile() { ::close(descriptor_); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  [[noreturn]] void fail(std::string what, std::string hint = {}) const {
    throw Error(ErrorClass::caller, std::move(what), name_, std::move(hint));
  }

  const std::string& name() const { return name_; }
  int descriptor() const { return descriptor_; }
  bool is_folder() const { return S_ISDIR(at_open_.st_mode); }
  bool is_regular() const { return S_ISREG(at_open_.st_mode); }
  std::size_t size() const { return static_cast<std::size_t>(at_open_.st_size); }

  // Whether nobody wrote to it since it was opened; of a pipe nobody can tell.
  bool is_as_opened() const {
    if (!is_regular()) return true;
    const struct stat now = status();
    return now.st_size == at_open_.st_size && now.st_mtim.tv_sec == at_open_.st_mtim.tv_sec &&
           now.st_mtim.tv_nsec == at_open_.st_mtim.tv_nsec;
  }

  // Up to `size` bytes; 0 at the end.
  std::size_t read(char* into, std::size_t size) const {
    for (;;) {
      const ssize_t count = ::read(descriptor_, into, size);
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR) fail(fmt::format("can't be read: {}", std::strerror(errno)));
    }
  }

 private:
  struct stat status() const {
    struct stat status{};
    if (::fstat(descriptor_, &status) != 0) fail(fmt::format("can't be read: {}", std::strerror(errno)));
    return status;
  }

  std::string name_;
  int descriptor_;
  struct stat at_open_{};
};

namespace {

constexpr std::string_view kGzipMagic = "\x1f\x8b";

void refuse_if_larger(const std::string& name, std::size_t size) {
  if (size <= ManifestText::kMaximumBytes) return;
  throw Error(ErrorClass::caller, fmt::format("larger than {} MB", ManifestText::kMaximumBytes >> 20), name,
              "is it a manifest.json?");
}

// The file's bytes; the first few are looked at before they are read.
class FileSource final : public ByteSource {
 public:
  explicit FileSource(std::shared_ptr<const OpenFile> file) : file_(std::move(file)) {
    while (start_size_ < start_.size()) {
      const std::size_t count = file_->read(start_.data() + start_size_, start_.size() - start_size_);
      if (count == 0) break;
      start_size_ += count;
    }
  }

  bool is_gzip() const { return std::string_view(start_.data(), start_size_) == kGzipMagic; }

  std::size_t read(char* into, std::size_t size) override {
    if (given_ == start_size_) return file_->read(into, size);
    const std::size_t count = std::min(size, start_size_ - given_);
    std::memcpy(into, start_.data() + given_, count);
    given_ += count;
    return count;
  }

 private:
  std::shared_ptr<const OpenFile> file_;
  std::array<char, kGzipMagic.size()> start_{};
  std::size_t start_size_ = 0;
  std::size_t given_ = 0;
};

// Refuses more than the most that a manifest may have: what gzip data or a pipe holds is known only at its
// end.
class LimitedSource final : public ByteSource {
 public:
  LimitedSource(std::unique_ptr<ByteSource> source, std::string name)
      : source_(std::move(source)), name_(std::move(name)) {}

  std::size_t read(char* into, std::size_t size) override {
    const std::size_t count = source_->read(into, size);
    total_ += count;
    refuse_if_larger(name_, total_);
    return count;
  }

 private:
  std::unique_ptr<ByteSource> source_;
  std::string name_;
  std::size_t total_ = 0;
};

}  // namespace

ManifestText::ManifestText() = default;
ManifestText::~ManifestText() = default;
ManifestText::ManifestText(ManifestText&&) noexcept = default;
ManifestText& ManifestText::operator=(ManifestText&&) noexcept = default;

ManifestText ManifestText::from_string(std::string json, std::size_t window_size) {
  ManifestText text;
  text.string_ = std::make_unique<const std::string>(std::move(json));
  text.window_ = window_over(*text.string_, window_size);
  return text;
}

ManifestText ManifestText::from_file(const ManifestFile& named, FileAccess access, std::size_t window_size) {
  ManifestText text;
  auto file = std::make_shared<const OpenFile>(named);
  if (file->is_folder()) file->fail("is a folder", "name the manifest.json in it");
  if (file->is_regular()) refuse_if_larger(file->name(), file->size());
  text.file_ = file;

  auto source = std::make_unique<FileSource>(file);
  const bool is_gzip = source->is_gzip();
  if (access == FileAccess::map && !is_gzip && file->is_regular()) {
    text.mapping_ = FileMapping::of(file->descriptor(), file->size());
    if (text.mapping_) {
      text.window_ = window_over(text.mapping_->view(), window_size);
      return text;
    }
  }
  text.is_whole_ = false;
  std::unique_ptr<ByteSource> bytes = std::move(source);
  if (is_gzip) bytes = expanded_gzip(std::move(bytes), file->name());
  text.window_ = window_over(std::make_unique<LimitedSource>(std::move(bytes), file->name()), window_size);
  return text;
}

void ManifestText::close() {
  window_.reset();
  if (file_ == nullptr) return;
  was_intact_ = file_->is_as_opened();
  if (mapping_ == nullptr) file_.reset();
}

bool ManifestText::is_intact() const {
  return was_intact_ && (file_ == nullptr || file_->is_as_opened()) &&
         (mapping_ == nullptr || !mapping_->is_damaged());
}

}  // namespace diffgate::dbt
