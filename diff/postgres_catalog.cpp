#include "diff/postgres_catalog.hpp"

#include <cstdint>

namespace diffgate::diff {
namespace {

// Whether c has no other partitions, and these no other files, than the snapshot has. Nobody is kept from
// attaching a partition to a table that is being read, and if its rows are old enough the next statement sees
// them; who takes one away has to wait. The functions look at what is there now, and take no locks.
Sql has_its_partitions() {
  return "(c.relkind <> 'p' OR NOT (EXISTS (SELECT 1 FROM pg_class k WHERE k.relkind IN ('r', 'p', 'f') AND "
         "NOT k.relispartition AND k.oid <> pg_partition_root(c.oid) AND pg_partition_root(k.oid) = "
         "pg_partition_root(c.oid)) OR EXISTS (WITH RECURSIVE tree AS (SELECT c.oid UNION ALL SELECT "
         "i.inhrelid "
         "FROM pg_inherits i JOIN tree ON tree.oid = i.inhparent) SELECT 1 FROM tree JOIN pg_class k ON "
         "k.oid = tree.oid WHERE k.relfilenode <> 0 AND k.relfilenode IS DISTINCT FROM pg_relation_filenode(k.oid))))"_sql;
}

}  // namespace

// Names and files are looked up as they are now, pg_class as the snapshot has it: a table that has been
// replaced or refilled since is not there.
Sql postgres_describe(const std::vector<Relation>& relations) {
  std::vector<Sql> sides;
  for (std::size_t i = 0; i < relations.size(); ++i) {
    sides.push_back("SELECT "_sql + Sql::number(static_cast<std::int64_t>(i)) + " AS side, to_regclass("_sql +
                    literal(postgres_dialect(), relations[i].sql) + ") AS relation"_sql);
  }
  return "SELECT s.side, a.attname::text, format_type(a.atttypid, a.atttypmod), "
         "CASE WHEN b.typtype = 'e' THEN 'enum' WHEN b.typtype = 'c' THEN 'composite' "
         "WHEN b.typtype IN ('r', 'm') THEN 'range' "
         "WHEN t.typtype = 'd' THEN format_type(b.oid, d.typtypmod) END, "
         "NOT a.attnotnull, c.reltuples::bigint, c.relkind::text FROM ("_sql +
         join(sides, " UNION ALL "_sql) +
         ") s JOIN pg_class c ON c.oid = s.relation AND (c.relfilenode = 0 OR c.relfilenode = "
         "pg_relation_filenode(c.oid)) AND "_sql +
         has_its_partitions() +
         " JOIN pg_attribute a ON a.attrelid = c.oid "
         "AND a.attnum > 0 AND NOT a.attisdropped JOIN pg_type t ON t.oid = a.atttypid, "
         // Down from a domain to the type that it is stored as.
         "LATERAL (WITH RECURSIVE down AS (SELECT t.oid, t.typtype, t.typbasetype, t.typtypmod UNION ALL "
         "SELECT n.oid, n.typtype, n.typbasetype, CASE WHEN n.typtype = 'd' THEN n.typtypmod ELSE "
         "down.typtypmod "
         "END FROM down JOIN pg_type n ON n.oid = down.typbasetype WHERE down.typtype = 'd') SELECT oid, "
         "typtypmod FROM down WHERE typtype <> 'd') d JOIN pg_type b ON b.oid = d.oid ORDER BY s.side, a.attnum"_sql;
}

// An index over some of the key's columns that is unique, whole and in force. Children of a table that others
// inherit from are not in its index. Of a table that was never analyzed the number of rows is guessed from
// its size, at 100 bytes a row.
Sql postgres_facts(const std::vector<Relation>& relations, const std::vector<std::vector<Identifier>>& keys) {
  std::vector<Sql> sides;
  for (std::size_t i = 0; i < relations.size(); ++i) {
    std::vector<Sql> names;
    for (const Identifier& name : keys[i]) names.push_back(literal(postgres_dialect(), name.value()));
    sides.push_back(
        "SELECT "_sql + Sql::number(static_cast<std::int64_t>(i)) +
        " AS side, c.relkind IN ('r', 'm', 'p') AS can_sample, (c.relkind = 'p' OR NOT c.relhassubclass) AND "
        "EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND "
        "i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL AND NOT EXISTS (SELECT 1 FROM "
        "pg_attribute a "
        "WHERE a.attrelid = c.oid AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]) "
        "AND a.attname::text <> ALL (ARRAY["_sql +
        join(names, ", "_sql) +
        "]::text[]))) AS is_unique, CASE WHEN c.reltuples > 0 THEN c.reltuples::bigint WHEN c.relkind IN "
        "('r', 'm') THEN pg_relation_size(c.oid) / 100 ELSE 0 END AS about_rows, c.relkind IN ('r', 'm') AND "
        "NOT "
        "c.relhassubclass AS has_addresses, current_setting('max_parallel_workers_per_gather')::int > 0 AS "
        "is_parallel FROM pg_class c WHERE c.oid = to_regclass("_sql +
        literal(postgres_dialect(), relations[i].sql) + ")"_sql);
  }
  return join(sides, " UNION ALL "_sql);
}

}  // namespace diffgate::diff
