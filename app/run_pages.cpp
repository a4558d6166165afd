#include "app/run_pages.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "net/crypto.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kTokenDigits = 40;  // 160 bits

std::optional<std::string> content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

bool write_private(const std::string& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return false;
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  const bool is_synced = text.empty() && ::fsync(file) == 0;
  return ::close(file) == 0 && is_synced;
}

bool replace_file(const std::string& path, std::string_view text) {
  const std::string draft = path + ".new";
  return write_private(draft, text) && ::rename(draft.c_str(), path.c_str()) == 0;
}

}  // namespace

RunPages::RunPages(std::string folder, std::string public_url)
    : folder_(std::move(folder)), public_url_(std::move(public_url)) {
  std::error_code error;
  if (std::filesystem::create_directories(folder_, error))
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, error);
  const std::string path = folder_ + "/key";
  std::optional<std::string> key = content_of(path);
  if (!key || key->size() != 2 * kKeyBytes) {
    key = net::to_hex(net::random_bytes(kKeyBytes));
    if (!replace_file(path, *key))
      throw Error(ErrorClass::configuration, std::string("can't be written: ") + std::strerror(errno), path,
                  "set data_dir to a directory that this user may write");
  }
  key_ = Secret(std::move(*key));
}

std::string RunPages::token_of(RunId run) const {
  return net::to_hex(net::hmac_sha256(key_, fmt::format("run page {}", run.value()))).substr(0, kTokenDigits);
}

std::string RunPages::link(RunId run) const {
  if (public_url_.empty()) return {};
  return fmt::format("{}/runs/{}?token={}", public_url_, run.value(), token_of(run));
}

bool RunPages::opens(RunId run, std::string_view token) const {
  return net::constant_time_equal(token, token_of(run));
}

std::string RunPages::path_of(const Run& run) const {
  return fmt::format("{}/{}-{}.html", folder_, run.id.value(), run.attempt);
}

void RunPages::keep(const Run& run, const std::string& html) const {
  if (!replace_file(path_of(run), html))
    throw Error(ErrorClass::internal, std::string("can't be written: ") + std::strerror(errno), path_of(run));
}

std::optional<std::string> RunPages::read(const Run& run) const { return content_of(path_of(run)); }

void RunPages::prune(UtcTime time) const {
  const auto limit = std::filesystem::file_time_type::clock::from_sys(
      std::chrono::time_point_cast<std::chrono::system_clock::duration>(time));
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    std::error_code ignored;
    const bool is_page = entry.path().extension() == ".html" || entry.path().extension() == ".new";
    if (is_page && entry.last_write_time(ignored) < limit) std::filesystem::remove(entry.path(), ignored);
  }
}

}  // namespace diffgate::app
