#pragma once

#include <string>
#include <vector>

#include "diff/sql.hpp"
#include "net/named.hpp"

namespace diffgate::diff {

// A name exactly as the catalog stores it, without quotes.
using Identifier = Named<std::string, struct IdentifierTag>;

// A table or view as SQL text that may stand after FROM, quoted as the engine wants it: dbt's relation_name,
// or what the caller of `compare` wrote, checked by `parse_relation`.
struct Relation {
  std::string sql;

  friend bool operator==(const Relation&, const Relation&) = default;
};

// Accepts one to three dotted parts, each a plain word or quoted in the dialect's quotes ("x", `x`, [x]);
// refuses everything else with Error(caller), so that no SQL can hide in a name.
Relation parse_relation(const std::string& text);

struct RelationPart {
  Identifier name;
  bool is_quoted = false;
};
std::vector<RelationPart> relation_parts(const Relation& relation);

// The raw parts, quotes removed and undoubled; unquoted parts as written.
std::vector<Identifier> parts_of(const Relation& relation);

// The relation for a FROM clause, checked again because a Relation may come straight from a manifest.
Sql from_text(const Relation& relation);

}  // namespace diffgate::diff
