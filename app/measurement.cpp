#include "app/measurement.hpp"

// The structs of a diff are written field by field in their order, without names (Boost.PFR lists the
// fields), so that a field that is added later can't be forgotten here. A text of another layout has another
// shape and is not read.

#include <boost/pfr.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace diffgate::app {
namespace {

using Json = nlohmann::json;

struct Measurement {
  ModelResultKind kind = ModelResultKind::skipped;
  std::string reason;
  std::vector<std::string> notes;
  std::optional<diff::TableDiff> diff;
  std::optional<diff::TableProfile> profile;
};

template <class T>
struct Form;  // write and read of one kind of type

template <class T>
Json write(const T& value) {
  return Form<T>::write(value);
}

template <class T>
T read(const Json& json) {
  return Form<T>::read(json);
}

[[noreturn]] void refuse() { throw std::invalid_argument("another layout"); }

const Json& list_of(const Json& json) {
  if (!json.is_array()) refuse();
  return json;
}

template <class T>
  requires std::is_arithmetic_v<T> || std::is_same_v<T, std::string>
struct Form<T> {
  static Json write(const T& value) { return value; }
  static T read(const Json& json) { return json.get<T>(); }
};

template <class T>
  requires std::is_enum_v<T>
struct Form<T> {
  static Json write(T value) { return static_cast<int>(value); }
  static T read(const Json& json) { return static_cast<T>(json.get<int>()); }
};

template <class T, class Tag>
struct Form<Named<T, Tag>> {
  static Json write(const Named<T, Tag>& value) { return app::write(value.value()); }
  static Named<T, Tag> read(const Json& json) { return Named<T, Tag>(app::read<T>(json)); }
};

template <class Count, class Unit>
struct Form<std::chrono::duration<Count, Unit>> {
  using Duration = std::chrono::duration<Count, Unit>;
  static Json write(const Duration& value) { return value.count(); }
  static Duration read(const Json& json) { return Duration(json.get<Count>()); }
};

// A list of none or one, so that an absent value and an empty one stay apart.
template <class T>
struct Form<std::optional<T>> {
  static Json write(const std::optional<T>& value) {
    Json json = Json::array();
    if (value) json.push_back(app::write(*value));
    return json;
  }
  static std::optional<T> read(const Json& json) {
    if (list_of(json).size() > 1) refuse();
    if (json.empty()) return std::nullopt;
    return app::read<T>(json[0]);
  }
};

template <class T>
struct Form<std::vector<T>> {
  static Json write(const std::vector<T>& values) {
    Json json = Json::array();
    for (const T& value : values) json.push_back(app::write(value));
    return json;
  }
  static std::vector<T> read(const Json& json) {
    std::vector<T> values;
    for (const Json& item : list_of(json)) values.push_back(app::read<T>(item));
    return values;
  }
};

template <class T>
  requires std::is_aggregate_v<T>
struct Form<T> {
  static Json write(const T& value) {
    Json json = Json::array();
    boost::pfr::for_each_field(value, [&](const auto& field) { json.push_back(app::write(field)); });
    return json;
  }
  static T read(const Json& json) {
    if (list_of(json).size() != boost::pfr::tuple_size_v<T>) refuse();
    T value;
    std::size_t index = 0;
    boost::pfr::for_each_field(value, [&](auto& field) {
      field = app::read<std::remove_reference_t<decltype(field)>>(json[index++]);
    });
    return value;
  }
};

}  // namespace

std::string write_measurement(const ModelResult& result) {
  const Json json = write(Measurement{result.kind, result.reason, result.notes, result.diff, result.profile});
  // Samples carry what a warehouse holds, which need not be UTF-8.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool read_measurement(const std::string& text, ModelResult& into) {
  try {
    auto found = read<Measurement>(Json::parse(text));
    into.kind = found.kind;
    into.reason = std::move(found.reason);
    into.notes = std::move(found.notes);
    into.diff = std::move(found.diff);
    into.profile = std::move(found.profile);
    return true;
  } catch (const Json::exception&) {
    return false;
  } catch (const std::invalid_argument&) {
    return false;
  }
}

}  // namespace diffgate::app
