// Where a project's artifacts come from, other than by upload.

#include <string_view>

#include "config/fields.hpp"
#include "config/secret_fields.hpp"
#include "config/server_tables.hpp"

namespace diffgate::config {
namespace {

Table<DbtCloudAccount> make_dbt_cloud_table() {
  using Authorization = DbtCloudAccount::Authorization;
  Table<DbtCloudAccount> table;
  auto& f = table.fields;
  f.push_back(text_field<DbtCloudAccount>("name", &DbtCloudAccount::name,
                                          "What `account` of a project's dbt_cloud refers to."));
  f.push_back(required(text_field<DbtCloudAccount>(
      "url", &DbtCloudAccount::url,
      "Access URL of the account's region or cell, as in https://ab123.us1.dbt.com.", &Reader::url)));
  f.push_back(required(integer_field<DbtCloudAccount>("account_id", &DbtCloudAccount::account_id,
                                                      "Number of the account, as in its pages' URLs.", 1)));
  append_secret(table, "token", &DbtCloudAccount::token,
                "Token of a service account or a user that may read runs and, to trigger jobs, run them.",
                true);
  f.push_back(choice_field<DbtCloudAccount, Authorization>(
      "authorization", &DbtCloudAccount::authorization, "The word before the token in Authorization.",
      Choices<Authorization>{{"token", Authorization::token}, {"bearer", Authorization::bearer}}));
  append_secrets(table, "webhook_secret", &DbtCloudAccount::webhook_secrets,
                 "Secret of the account's webhook to /webhooks/dbt-cloud.", false);
  return table;
}

Table<DbtCloudJobs> make_dbt_cloud_jobs_table() {
  return {{text_field<DbtCloudJobs>("account", &DbtCloudJobs::account,
                                    "Name of an entry of dbt_cloud. Not needed if there is only one."),
           integer_field<DbtCloudJobs>("pull_request_job", &DbtCloudJobs::pull_request_job,
                                       "Id of the job that builds pull requests.", 0),
           integer_field<DbtCloudJobs>("artifacts_job", &DbtCloudJobs::artifacts_job,
                                       "Id of the job whose runs have production's manifest.", 0),
           text_field<DbtCloudJobs>("trigger_on_push_to", &DbtCloudJobs::trigger_on_push_to,
                                    "Branch whose pushes start the artifacts job.")},
          {}};
}

Table<CiArtifacts> make_ci_artifacts_table() {
  return {
      {text_field<CiArtifacts>("pull_request", &CiArtifacts::pull_request,
                               "Artifact (GitHub Actions) or job (GitLab CI) with a pull request's build."),
       text_field<CiArtifacts>("production", &CiArtifacts::production,
                               "The same with production's, of pushes to the base branch."),
       text_field<CiArtifacts>("folder", &CiArtifacts::folder,
                               "Folder in the archive that has manifest.json; its root is looked at too."),
       boolean_field<CiArtifacts>("from_forks", &CiArtifacts::from_forks,
                                  "Take what a fork's run made. Its author decides what is in it.")},
      {}};
}

// "{sha}" and "{branch}" are filled in later, and are no part of a URL.
std::string check_location(Secret& url) {
  const std::string_view text = url.expose();
  if (text.starts_with("https://") || text.starts_with("http://") || text.starts_with("s3://")) return {};
  return "the URL does not begin with https:// or s3://";
}

Table<ProductionLocation> make_production_location_table() {
  Table<ProductionLocation> table;
  table.fields.push_back(text_field<ProductionLocation>("folder", &ProductionLocation::folder,
                                                        "Folder that has manifest.json.", &Reader::path));
  append_secret(table, "url", &ProductionLocation::url,
                "URL of the file; {sha} stands for a commit, {branch} for the base branch.", false,
                check_location);
  table.one_of.back().keys.push_back("folder");
  table.one_of.back().is_required = true;
  return table;
}

}  // namespace

const Table<DbtCloudAccount>& dbt_cloud_table() {
  static const Table<DbtCloudAccount> table = make_dbt_cloud_table();
  return table;
}

const Table<DbtCloudJobs>& dbt_cloud_jobs_table() {
  static const Table<DbtCloudJobs> table = make_dbt_cloud_jobs_table();
  return table;
}

const Table<CiArtifacts>& ci_artifacts_table() {
  static const Table<CiArtifacts> table = make_ci_artifacts_table();
  return table;
}

const Table<ProductionLocation>& production_location_table() {
  static const Table<ProductionLocation> table = make_production_location_table();
  return table;
}

}  // namespace diffgate::config
