SELECT d.side,
    d.column_name,
    d.column_type,
    d.storage,
    d.can_be_null
FROM (SELECT 0 AS side,
      column_name AS column_name,
      CASE WHEN data_type = 'numeric' THEN 'numeric(' || CAST(numeric_precision AS VARCHAR(10)) || ',' || CAST(numeric_scale AS VARCHAR(10)) || ')' WHEN data_type IN ('character varying', 'character') THEN data_type || '(' || CAST(character_maximum_length AS VARCHAR(10)) || ')' ELSE data_type END AS column_type,
      CAST(NULL AS VARCHAR(256)) AS storage,
      is_nullable AS can_be_null,
      ordinal_position AS place
  FROM svv_columns
  WHERE table_schema = 'analytics' AND table_name = 'orders' AND table_catalog = 'shop'
  UNION ALL SELECT 1 AS side,
      column_name AS column_name,
      CASE WHEN data_type = 'numeric' THEN 'numeric(' || CAST(numeric_precision AS VARCHAR(10)) || ',' || CAST(numeric_scale AS VARCHAR(10)) || ')' WHEN data_type IN ('character varying', 'character') THEN data_type || '(' || CAST(character_maximum_length AS VARCHAR(10)) || ')' ELSE data_type END AS column_type,
      CAST(NULL AS VARCHAR(256)) AS storage,
      is_nullable AS can_be_null,
      ordinal_position AS place
  FROM svv_columns
  WHERE table_schema = 'pr_42' AND table_name = 'orders' AND table_catalog = 'shop') d
ORDER BY d.side,
    d.place
