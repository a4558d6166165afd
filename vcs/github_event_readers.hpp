#pragma once

// GitHub's payloads, one reader an event. Each takes the verified payload and throws Error(caller) naming the
// JSON path that is missing or of another type.

#include <string_view>

#include "vcs/events.hpp"
#include "vcs/json.hpp"

namespace diffgate::vcs {

// The repository and the installation that a payload is about.
Repo read_event_repo(std::string_view forge, const JsonView& payload);

// The login of whoever set the event off; empty if the payload names nobody.
std::string read_event_actor(const JsonView& payload);

Event read_check_run(std::string_view forge, const JsonView& payload);
Event read_check_suite(std::string_view forge, const JsonView& payload);
Event read_merge_group(std::string_view forge, const JsonView& payload);
Event read_workflow_run(std::string_view forge, const JsonView& payload);

Event read_installation(std::string_view forge, const JsonView& payload);
Event read_installation_repositories(std::string_view forge, const JsonView& payload);
Event read_installation_target(std::string_view forge, const JsonView& payload);
Event read_repository(std::string_view forge, const JsonView& payload);

}  // namespace diffgate::vcs
