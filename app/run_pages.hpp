#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/store/records.hpp"
#include "net/clock.hpp"
#include "net/secret.hpp"

namespace diffgate::app {

// The pages that checks link to, one a run, as files below a folder. Whoever may see a check at the forge has
// its link, and the link's token opens that one run: nothing can be guessed, and nobody has to sign in.
// Everything but the links blocks.
class RunPages {
 public:
  // Creates the folder and, at the first start, the key that makes the tokens. Throws Error(configuration) if
  // the folder can't be used. Links begin with `public_url`.
  RunPages(std::string folder, std::string public_url);

  // "" if the server has no public URL.
  std::string link(RunId run) const;
  bool opens(RunId run, std::string_view token) const;

  // The page of one attempt; replaces an earlier one in one step. Throws Error(internal) if the disk fails.
  void keep(const Run& run, const std::string& html) const;
  std::optional<std::string> read(const Run& run) const;
  // Drops the pages that were written before `time`.
  void prune(UtcTime time) const;

 private:
  std::string token_of(RunId run) const;
  std::string path_of(const Run& run) const;

  std::string folder_;
  std::string public_url_;
  Secret key_;
};

}  // namespace diffgate::app
