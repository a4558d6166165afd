#include "net/error.hpp"

#include <doctest/doctest.h>

using namespace diffgate;

TEST_CASE("an error is one line: where, what, and what to do") {
  const Error error(ErrorClass::configuration, "no such\nkey", "diffgate.yml", "run `diffgate config check`");
  CHECK(std::string(error.what()) == "diffgate.yml: no such key (run `diffgate config check`)");
}
