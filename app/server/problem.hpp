#pragma once

#include <string>

#include "app/store/records.hpp"
#include "net/error.hpp"
#include "net/http.hpp"

namespace diffgate::app {

net::ServerResponse json_response(int status, std::string json);
net::ServerResponse text_response(int status, std::string text);

// An error as RFC 9457 has it (application/problem+json).
net::ServerResponse problem(int status, std::string title, std::string detail);

net::ServerResponse problem_of(const TriggerRefusal& refusal);

// What a caller may know of a failure: the text of caller's and configuration mistakes, and nothing but "try
// again" or "internal error" of the rest.
net::ServerResponse problem_of(const Error& error);

}  // namespace diffgate::app
