#pragma once

#include <string_view>

namespace diffgate::app {

// app/server/openapi.json: the API's description, OpenAPI 3.1.
std::string_view openapi_document();

}  // namespace diffgate::app
