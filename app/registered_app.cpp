#include "app/registered_app.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "net/error.hpp"

namespace diffgate::app {
namespace {

using nlohmann::json;

Error unusable(const std::string& file, const std::string& why) {
  return {ErrorClass::configuration, why, file,
          "restore the file, or remove it and register the App again; the old one is deleted on its settings "
          "page"};
}

void write_all(int fd, std::string_view text, const std::string& file) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw unusable(file, std::string("can't be written: ") + std::strerror(errno));
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(fd) != 0) throw unusable(file, std::string("can't be written: ") + std::strerror(errno));
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

std::string text_of(const json& object, const char* key, const std::string& file) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string() || found->get_ref<const std::string&>().empty())
    throw unusable(file, std::string("has no ") + key);
  return *found;
}

}  // namespace

std::string registered_app_file(const config::ServerConfig& config) {
  return config.data_dir + "/github-app.json";
}

void store_registered_app(const std::string& file, const vcs::RegisteredApp& app) {
  const std::string text = json{{"app_id", app.app_id},
                                {"slug", app.slug},
                                {"html_url", app.html_url},
                                {"client_id", app.client_id},
                                {"client_secret", app.client_secret.expose()},
                                {"webhook_secret", app.webhook_secret.expose()},
                                {"private_key", app.private_key.expose()}}
                               .dump(2) +
                           "\n";
  const std::string draft = file + ".new";
  {
    // The mode holds from the first byte on, and an older draft of another mode is no way around it.
    ::unlink(draft.c_str());
    const Descriptor fd(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (fd.get() < 0) throw unusable(draft, std::string("can't be written: ") + std::strerror(errno));
    write_all(fd.get(), text, draft);
  }
  if (::rename(draft.c_str(), file.c_str()) != 0)
    throw unusable(file, std::string("can't be written: ") + std::strerror(errno));
  const Descriptor folder(
      ::open(std::filesystem::path(file).parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() >= 0) ::fsync(folder.get());
}

void use_registered_app(config::ServerConfig& config, const vcs::RegisteredApp& app) {
  for (config::GitHubApp& entry : config.github) {
    if (!entry.app_id.empty()) continue;
    entry.app_id = app.app_id;
    entry.private_key = app.private_key;
    entry.webhook_secrets = {app.webhook_secret};
  }
}

bool load_registered_app(config::ServerConfig& config) {
  if (!config.register_github_app.is_wanted) return true;
  const std::string file = registered_app_file(config);
  struct stat facts{};
  if (::stat(file.c_str(), &facts) != 0) {
    if (errno == ENOENT) return false;
    throw unusable(file, std::string("can't be read: ") + std::strerror(errno));
  }
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    throw Error(ErrorClass::configuration, "others may read the App's private key", file,
                "give it the mode 0600, and generate a new key if anybody has");
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in) throw unusable(file, "can't be read");
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) throw unusable(file, "is not what the registration wrote");
  vcs::RegisteredApp app;
  app.app_id = text_of(object, "app_id", file);
  app.private_key = Secret(text_of(object, "private_key", file));
  app.webhook_secret = Secret(text_of(object, "webhook_secret", file));
  use_registered_app(config, app);
  return true;
}

}  // namespace diffgate::app
