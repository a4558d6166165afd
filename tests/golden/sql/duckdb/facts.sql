SELECT 0 AS side,
    true AS can_sample,
    EXISTS (SELECT 1
  FROM duckdb_constraints()
  WHERE lower(table_name) = lower('orders') AND lower(schema_name) = lower('analytics') AND lower(database_name) = lower('shop') AND constraint_type IN ('PRIMARY KEY', 'UNIQUE') AND list_has_all([lower('id'), lower('region')], [lower(c) FOR c IN constraint_column_names])) AS is_unique,
    coalesce(max(estimated_size), 0) AS about_rows,
    count(*) = 1 AND NOT EXISTS (SELECT 1
  FROM duckdb_columns()
  WHERE lower(table_name) = lower('orders') AND lower(schema_name) = lower('analytics') AND lower(database_name) = lower('shop') AND lower(column_name) = 'rowid') AS has_addresses,
    false AS is_parallel
FROM duckdb_tables()
WHERE lower(table_name) = lower('orders') AND lower(schema_name) = lower('analytics') AND lower(database_name) = lower('shop')
UNION ALL SELECT 1 AS side,
    true AS can_sample,
    EXISTS (SELECT 1
  FROM duckdb_constraints()
  WHERE lower(table_name) = lower('orders') AND lower(schema_name) = lower('pr_42') AND lower(database_name) = lower('shop') AND constraint_type IN ('PRIMARY KEY', 'UNIQUE') AND list_has_all([lower('id'), lower('region')], [lower(c) FOR c IN constraint_column_names])) AS is_unique,
    coalesce(max(estimated_size), 0) AS about_rows,
    count(*) = 1 AND NOT EXISTS (SELECT 1
  FROM duckdb_columns()
  WHERE lower(table_name) = lower('orders') AND lower(schema_name) = lower('pr_42') AND lower(database_name) = lower('shop') AND lower(column_name) = 'rowid') AS has_addresses,
    false AS is_parallel
FROM duckdb_tables()
WHERE lower(table_name) = lower('orders') AND lower(schema_name) = lower('pr_42') AND lower(database_name) = lower('shop')
