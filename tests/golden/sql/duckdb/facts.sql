WITH t AS MATERIALIZED (SELECT database_name,
      schema_name,
      table_name,
      estimated_size,
      sql
  FROM duckdb_tables()
  WHERE lower(table_name) = lower('orders') AND lower(schema_name) = lower('analytics') AND lower(database_name) = lower('shop') OR lower(table_name) = lower('orders') AND lower(schema_name) = lower('pr_42') AND lower(database_name) = lower('shop'))
SELECT 0 AS side,
    true AS can_sample,
    EXISTS (SELECT 1
  FROM duckdb_constraints()
  WHERE (lower(table_name) = lower('orders') AND lower(schema_name) = lower('analytics') AND lower(database_name) = lower('shop')) AND constraint_type IN ('PRIMARY KEY', 'UNIQUE') AND list_has_all([lower('id'), lower('region')], [lower(c) FOR c IN constraint_column_names])) AS is_unique,
    coalesce(max(estimated_size), 0) AS about_rows,
    coalesce(count(*) = 1 AND NOT bool_or(contains(lower(sql), 'rowid')), false) AS has_addresses,
    false AS is_parallel
FROM t
WHERE lower(table_name) = lower('orders') AND lower(schema_name) = lower('analytics') AND lower(database_name) = lower('shop')
UNION ALL SELECT 1 AS side,
    true AS can_sample,
    EXISTS (SELECT 1
  FROM duckdb_constraints()
  WHERE (lower(table_name) = lower('orders') AND lower(schema_name) = lower('pr_42') AND lower(database_name) = lower('shop')) AND constraint_type IN ('PRIMARY KEY', 'UNIQUE') AND list_has_all([lower('id'), lower('region')], [lower(c) FOR c IN constraint_column_names])) AS is_unique,
    coalesce(max(estimated_size), 0) AS about_rows,
    coalesce(count(*) = 1 AND NOT bool_or(contains(lower(sql), 'rowid')), false) AS has_addresses,
    false AS is_parallel
FROM t
WHERE lower(table_name) = lower('orders') AND lower(schema_name) = lower('pr_42') AND lower(database_name) = lower('shop')
