SELECT d.side,
    d.column_name,
    d.column_type,
    d.storage,
    d.can_be_null
FROM (SELECT 0 AS side,
      name AS column_name,
      type AS column_type,
      CAST(NULL AS Nullable(String)) AS storage,
      CASE WHEN type LIKE '%Nullable(%' THEN 'YES' ELSE 'NO' END AS can_be_null,
      position AS place
  FROM system.columns
  WHERE database = 'analytics' AND table = 'orders'
  UNION ALL SELECT 1 AS side,
      name AS column_name,
      type AS column_type,
      CAST(NULL AS Nullable(String)) AS storage,
      CASE WHEN type LIKE '%Nullable(%' THEN 'YES' ELSE 'NO' END AS can_be_null,
      position AS place
  FROM system.columns
  WHERE database = 'pr_42' AND table = 'orders') d
ORDER BY d.side,
    d.place
