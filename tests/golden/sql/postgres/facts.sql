SELECT 0 AS side,
    c.relkind IN ('r', 'm', 'p') AS can_sample,
    (c.relkind = 'p' OR NOT c.relhassubclass) AND EXISTS (SELECT 1
  FROM pg_index i
  WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL AND NOT EXISTS (SELECT 1
    FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]) AND a.attname::text <> ALL (ARRAY['id', 'region']::text[]))) AS is_unique,
    CASE WHEN c.reltuples > 0 THEN c.reltuples::bigint WHEN c.relkind IN ('r', 'm') THEN pg_relation_size(c.oid) / 100 ELSE 0 END AS about_rows,
    c.relkind IN ('r', 'm') AND NOT c.relhassubclass AS has_addresses,
    current_setting('max_parallel_workers_per_gather')::int > 0 AS is_parallel
FROM pg_class c
WHERE c.oid = to_regclass('"shop"."analytics"."orders"')
UNION ALL SELECT 1 AS side,
    c.relkind IN ('r', 'm', 'p') AS can_sample,
    (c.relkind = 'p' OR NOT c.relhassubclass) AND EXISTS (SELECT 1
  FROM pg_index i
  WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL AND NOT EXISTS (SELECT 1
    FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]) AND a.attname::text <> ALL (ARRAY['id', 'region']::text[]))) AS is_unique,
    CASE WHEN c.reltuples > 0 THEN c.reltuples::bigint WHEN c.relkind IN ('r', 'm') THEN pg_relation_size(c.oid) / 100 ELSE 0 END AS about_rows,
    c.relkind IN ('r', 'm') AND NOT c.relhassubclass AS has_addresses,
    current_setting('max_parallel_workers_per_gather')::int > 0 AS is_parallel
FROM pg_class c
WHERE c.oid = to_regclass('"shop"."pr_42"."orders"')
