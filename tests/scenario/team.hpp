#pragma once

// A pull request of the shop on either forge, and what people do with it there, told in the same words.

#include <nlohmann/json.hpp>

#include "world.hpp"

namespace diffgate::test {

class Team : public World {
 public:
  Team(const std::string& rules, bool gitlab) : World(rules, gitlab), is_gitlab_(gitlab) {
    run(stage.upload_production());
  }

  void open() { open(stage.shop_pull_request()); }
  void open(stand_in::NewPullRequest request) {
    const stand_in::Hook opened =
        is_gitlab_ ? gitlab().open(std::move(request)) : github().open(std::move(request));
    number_ = opened.number;
    send(opened);
  }

  // CI has built the head.
  void build() {
    run(stage.upload_pull_request(head_sha()));
    settle();
  }

  void push(const std::string& message = "a second thought") {
    const stand_in::TreeEdits files = {{"models/more.sql", message}};
    send(is_gitlab_ ? gitlab().push(number_, message, files) : github().push(number_, message, files));
  }

  void label(const std::string& name) {
    send(is_gitlab_ ? gitlab().label(number_, name) : github().label(number_, name));
  }

  // The comment's id.
  std::int64_t say(const std::string& user, const std::string& text) {
    if (is_gitlab_) {
      send(gitlab().comment(number_, user, text));
      return all_comments().back().id;
    }
    const std::int64_t id = github().comment_as(number_, user, text);
    send(github().sign("issue_comment", github_comment(id, user, text).dump()));
    return id;
  }

  // "pending", "running", "success", "failure" or "cancelled", whatever the forge calls it.
  std::string state() {
    if (is_gitlab_) {
      const auto* status = gitlab().status(head_sha(), "diffgate");
      if (status == nullptr) return "none";
      const std::string state = status->now().state;
      return state == "failed" ? "failure" : state == "canceled" ? "cancelled" : state;
    }
    const auto* check = github().check(head_sha(), "diffgate");
    if (check == nullptr) return "none";
    const auto& now = check->now();
    if (now.status == "queued") return "pending";
    return now.status == "in_progress" ? "running" : now.conclusion;
  }
  std::string title() {
    return is_gitlab_ ? gitlab().status(head_sha(), "diffgate")->now().description
                      : github().check(head_sha(), "diffgate")->now().title;
  }

  // Of the bot.
  std::vector<stand_in::StandInComment> comments() {
    std::vector<stand_in::StandInComment> own;
    for (const auto& comment : all_comments()) {
      if (comment.author.starts_with("diffgate")) own.push_back(comment);
    }
    return own;
  }
  std::string comment() {
    const auto own = comments();
    REQUIRE(own.size() == 1);
    return own[0].body;
  }
  void delete_comment(std::int64_t id) {
    is_gitlab_ ? gitlab().delete_comment(id) : github().delete_comment(id);
  }
  std::vector<std::string> reactions_to(std::int64_t id) {
    return is_gitlab_ ? gitlab().emoji_of(id) : github().reactions_to(id);
  }
  void may_only_read(const std::string& user) {
    if (is_gitlab_) {
      gitlab().set_access_level(user, 20);
    } else {
      github().set_permission(user, "read");
    }
  }

  std::string head_sha() {
    return is_gitlab_ ? gitlab().merge_request(number_).head_sha : github().pull_request(number_).head_sha;
  }
  int number() const { return number_; }
  bool is_gitlab() const { return is_gitlab_; }

  // Changes the pull request's tables.
  void sql(const std::string& script) {
    journey::run_duckdb_script(std::string(DIFFGATE_BINARY_DIR) + "/diffgate-duckdb",
                               stage.folder() + "/shop.duckdb", script);
  }

  nlohmann::json run_json(int id) {
    return nlohmann::json::parse(run(stage.get("/api/v1/runs/" + std::to_string(id))).body);
  }
  nlohmann::json model_json(int run_id, const std::string& name) {
    const nlohmann::json all = run_json(run_id);
    for (const auto& model : all.at("report").at("models")) {
      if (model.at("name") == name) return model;
    }
    return nullptr;
  }

 private:
  std::vector<stand_in::StandInComment> all_comments() {
    return is_gitlab_ ? gitlab().comments(number_) : github().comments(number_);
  }
  nlohmann::json github_comment(std::int64_t id, const std::string& user, const std::string& text) const {
    return {{"action", "created"},
            {"issue", {{"number", number_}, {"pull_request", {{"url", "https://example.com"}}}}},
            {"comment", {{"id", id}, {"body", text}, {"user", {{"login", user}, {"type", "User"}}}}},
            {"repository", {{"id", 7001}, {"full_name", "acme/shop"}}},
            {"sender", {{"login", user}, {"type", "User"}}},
            {"installation", {{"id", 31}}}};
  }

  bool is_gitlab_;
  int number_ = 0;
};

}  // namespace diffgate::test
