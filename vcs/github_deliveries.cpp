#include "vcs/github_deliveries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "vcs/github_error.hpp"
#include "vcs/github_requirements.hpp"
#include "vcs/json.hpp"

namespace diffgate::vcs {
namespace {

constexpr int kMaxPages = 50;          // of a hundred each
constexpr std::size_t kMaxRead = 500;  // each costs a request

struct Logged {
  std::int64_t id = 0;
  std::string guid;
  std::string event;
  std::string action;
  UtcTime delivered_at;
  bool is_ok = false;
};

Logged read_logged(const JsonView& json) {
  Logged logged;
  logged.id = json.integer("id");
  logged.guid = json.text("guid");
  logged.event = json.text("event");
  logged.action = json.optional_text("action").value_or("");
  logged.delivered_at = parse_iso8601(json.text("delivered_at")).value_or(UtcTime());
  const std::int64_t status = json.optional_integer("status_code").value_or(0);
  logged.is_ok = status >= 200 && status <= 299;
  return logged;
}

// Checks of other Apps come in numbers, and only what people press asks for something.
bool matters(const Logged& logged) {
  if (logged.event == "check_run")
    return logged.action == "rerequested" || logged.action == "requested_action";
  if (logged.event == "check_suite") return logged.action == "rerequested";
  if (logged.event == "installation" || logged.event == "installation_repositories") return true;
  return std::find(kGitHubEvents.begin(), kGitHubEvents.end(), logged.event) != kGitHubEvents.end();
}

// Newest first, as the log is.
Awaitable<std::vector<Logged>> read_log(GitHubApi& api, UtcTime since) {
  std::vector<Logged> log;
  ApiCall call{.path = "/app/hook/deliveries?per_page=100"};
  for (int page = 1; page <= kMaxPages; ++page) {
    const net::Response response = co_await api.app().send(call);
    if (response.status != 200) throw github_error(call, response);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    for (const JsonView& one : document.root().elements()) {
      Logged logged = read_logged(one);
      if (logged.delivered_at < since) co_return log;
      log.push_back(std::move(logged));
    }
    const std::optional<std::string> next = api.next_page(call, response);
    if (!next) break;
    call.path = *next;
  }
  co_return log;
}

}  // namespace

Awaitable<std::vector<MissedDelivery>> missed_github_deliveries(GitHubApi& api, UtcTime since) {
  const std::vector<Logged> log = co_await read_log(api, since);
  std::set<std::string> arrived;
  for (const Logged& logged : log) {
    if (logged.is_ok) arrived.insert(logged.guid);
  }
  std::vector<MissedDelivery> missed;
  std::set<std::string> seen;
  for (auto logged = log.rbegin(); logged != log.rend() && missed.size() < kMaxRead; ++logged) {
    if (arrived.contains(logged->guid) || !matters(*logged) || !seen.insert(logged->guid).second) continue;
    const ApiCall call{.path = fmt::format("/app/hook/deliveries/{}", logged->id)};
    const net::Response response = co_await api.app().send(call);
    if (response.status == 404) continue;  // the log has moved on
    if (response.status != 200) throw github_error(call, response);
    const JsonDocument document(response.body, ErrorClass::remote_final, name_of(call));
    missed.push_back({DeliveryId(logged->guid), logged->event,
                      document.root().object("request").object("payload").dump()});
  }
  co_return missed;
}

}  // namespace diffgate::vcs
