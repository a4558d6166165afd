#include "dbt/state.hpp"

namespace diffgate::dbt {

std::string_view name_of(StateChange change) {
  switch (change) {
    case StateChange::is_new:
      return "new";
    case StateChange::body:
      return "body";
    case StateChange::configs:
      return "configs";
    case StateChange::relation:
      return "relation";
    case StateChange::persisted_descriptions:
      return "persisted_descriptions";
    case StateChange::macros:
      return "macros";
    case StateChange::contract:
      return "contract";
    case StateChange::fqn:
      return "fqn";
    case StateChange::ref:
      return "ref";
    case StateChange::contents:
      return "contents";
  }
  return "contents";
}

}  // namespace diffgate::dbt
