SELECT d.side,
    d.column_name,
    d.column_type,
    d.storage,
    d.can_be_null
FROM (SELECT 0 AS side,
      column_name AS column_name,
      column_type AS column_type,
      CAST(NULL AS CHAR) AS storage,
      is_nullable AS can_be_null,
      ordinal_position AS place
  FROM information_schema.columns
  WHERE table_schema = 'analytics' AND table_name = 'orders'
  UNION ALL SELECT 1 AS side,
      column_name AS column_name,
      column_type AS column_type,
      CAST(NULL AS CHAR) AS storage,
      is_nullable AS can_be_null,
      ordinal_position AS place
  FROM information_schema.columns
  WHERE table_schema = 'pr_42' AND table_name = 'orders') d
ORDER BY d.side,
    d.place
