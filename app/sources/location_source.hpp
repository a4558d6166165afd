#pragma once

// Production's manifest at a fixed place: a folder on this machine, or a URL (S3 and what speaks like it, by
// public or presigned URLs).

#include "app/artifact_reception.hpp"
#include "app/sources/artifact_source.hpp"
#include "config/server_config.hpp"
#include "net/http.hpp"

namespace diffgate::app {

// "s3://bucket/key" as the HTTPS URL of a public object; anything else as it is.
std::string https_url_of(const std::string& url);

// The URL for a commit and a branch: {sha} and {branch} filled in, the latter percent-encoded.
std::string filled_in(std::string url, const std::string& sha, const std::string& branch);

class LocationSource final : public ArtifactSource {
 public:
  // `http` and `location` must outlive it.
  LocationSource(net::HttpClient& http, const config::ProductionLocation& location, Reception reception)
      : http_(http), location_(location), reception_(reception) {}

  // There is none: it is never asked for.
  Awaitable<SourceReport> pull_request(Run run) override;

  // A place without {sha} holds the newest manifest, which is taken for that of the base branch's tip.
  Awaitable<SourceReport> production(Run run, std::optional<vcs::Sha> commit) override;

 private:
  Awaitable<SourceReport> from_folder(Run run);
  Awaitable<SourceReport> from_url(Run run, vcs::Sha sha);

  net::HttpClient& http_;
  const config::ProductionLocation& location_;
  Reception reception_;
};

}  // namespace diffgate::app
