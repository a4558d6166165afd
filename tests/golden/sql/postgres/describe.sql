SELECT s.side,
    a.attname::text,
    format_type(a.atttypid, a.atttypmod),
    CASE WHEN b.typtype = 'e' THEN 'enum' WHEN b.typtype = 'c' THEN 'composite' WHEN b.typtype IN ('r', 'm') THEN 'range' WHEN t.typtype = 'd' THEN format_type(b.oid, d.typtypmod) END,
    NOT a.attnotnull,
    c.reltuples::bigint,
    c.relkind::text
FROM (SELECT 0 AS side,
      to_regclass('"shop"."analytics"."orders"') AS relation
  UNION ALL SELECT 1 AS side,
      to_regclass('"shop"."pr_42"."orders"') AS relation) s
JOIN pg_class c ON c.oid = s.relation AND (c.relfilenode = 0 OR c.relfilenode = pg_relation_filenode(c.oid)) AND (c.relkind <> 'p' OR NOT (EXISTS (SELECT 1
  FROM pg_class k
  WHERE k.relkind IN ('r', 'p', 'f') AND NOT k.relispartition AND k.oid <> pg_partition_root(c.oid) AND pg_partition_root(k.oid) = pg_partition_root(c.oid)) OR EXISTS (WITH RECURSIVE tree AS (SELECT c.oid
    UNION ALL SELECT i.inhrelid
    FROM pg_inherits i
    JOIN tree ON tree.oid = i.inhparent)
  SELECT 1
  FROM tree
  JOIN pg_class k ON k.oid = tree.oid
  WHERE k.relfilenode <> 0 AND k.relfilenode IS DISTINCT
  FROM pg_relation_filenode(k.oid))))
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid,
    LATERAL (WITH RECURSIVE down AS (SELECT t.oid,
        t.typtype,
        t.typbasetype,
        t.typtypmod
    UNION ALL SELECT n.oid,
        n.typtype,
        n.typbasetype,
        CASE WHEN n.typtype = 'd' THEN n.typtypmod ELSE down.typtypmod END
    FROM down
    JOIN pg_type n ON n.oid = down.typbasetype
    WHERE down.typtype = 'd')
  SELECT oid,
      typtypmod
  FROM down
  WHERE typtype <> 'd') d
JOIN pg_type b ON b.oid = d.oid
ORDER BY s.side,
    a.attnum
