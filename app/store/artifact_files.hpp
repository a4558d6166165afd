#pragma once

// Uploaded files by the hash of their content, so that the same manifest uploaded for ten commits is kept
// once.

#include <map>
#include <memory>
#include <string>

namespace diffgate::app {

// Where the file of that content lies below `directory`, the one that ArtifactFiles keeps.
std::string artifact_path(const std::string& directory, const std::string& content_hash);

// Used from the event loop, except for `path_of`, which only reads.
class ArtifactFiles {
 public:
  // Throws Error(configuration) if the directory can't be made.
  explicit ArtifactFiles(std::string directory);

  std::string path_of(const std::string& content_hash) const;

  // Where files may be written before they are filed: on the same file system, emptied at the start.
  const std::string& incoming() const { return incoming_; }

  // Keeps the file of that hash from being removed until the last Pin of it is gone: held from before the
  // file is put in place until the store refers to it.
  class Pin {
   public:
    explicit Pin(std::shared_ptr<const std::string> held) : held_(std::move(held)) {}

   private:
    std::shared_ptr<const std::string> held_;
  };
  Pin pin(const std::string& content_hash);

  // Removes the file unless it is pinned.
  void remove(const std::string& content_hash);

 private:
  std::string directory_;
  std::string incoming_;
  std::map<std::string, std::weak_ptr<const std::string>> pinned_;
};

// Moves the file at `from` to its place; both on one file system. It is on disk when this returns. Blocking.
void file_content(const std::string& from, const std::string& to);

// Whether the file starts as gzip does (RFC 1952, 2.3.1). Blocking; throws Error(internal) if it can't be
// read.
bool is_gzip_file(const std::string& path);

// Expands a gzip file into `to`. Throws Error(caller) if it is not gzip, or expands to more than `max_bytes`.
// Blocking.
void expand_gzip(const std::string& from, const std::string& to, std::size_t max_bytes);

}  // namespace diffgate::app
