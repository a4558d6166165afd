#pragma once

#include "net/error.hpp"

namespace diffgate::diff {

// A value that its type does not take: the warehouse computed it, or turned it into the type in which both
// sides are compared.
class ValueOutOfRange : public Error {
 public:
  ValueOutOfRange(const std::string& problem, const std::string& where, const std::string& hint)
      : Error(ErrorClass::remote_final, problem, where, hint) {}
};

}  // namespace diffgate::diff
