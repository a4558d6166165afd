#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>

namespace diffgate {

// A value with a meaning of its own: ids of different kinds do not mix, and none is made by accident.
//
//   using PullNumber = Named<std::int64_t, struct PullNumberTag>;
template <class T, class Tag>
class Named {
 public:
  Named() = default;
  explicit Named(T value) : value_(std::move(value)) {}

  const T& value() const { return value_; }

  friend bool operator==(const Named&, const Named&) = default;
  friend auto operator<=>(const Named&, const Named&) = default;

 private:
  T value_{};
};

}  // namespace diffgate

template <class T, class Tag>
struct std::hash<diffgate::Named<T, Tag>> {
  std::size_t operator()(const diffgate::Named<T, Tag>& named) const { return std::hash<T>{}(named.value()); }
};
