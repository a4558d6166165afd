SELECT d.side,
    d.column_name,
    d.column_type,
    d.storage,
    d.can_be_null
FROM (SELECT 0 AS side,
      column_name AS column_name,
      CASE data_type WHEN 'NUMBER' THEN 'NUMBER(' || numeric_precision || ',' || numeric_scale || ')' WHEN 'TEXT' THEN 'VARCHAR(' || character_maximum_length || ')' ELSE data_type END AS column_type,
      CAST(NULL AS VARCHAR) AS storage,
      is_nullable AS can_be_null,
      ordinal_position AS place
  FROM "SHOP".information_schema.columns
  WHERE table_schema = 'ANALYTICS' AND table_name = 'ORDERS'
  UNION ALL SELECT 1 AS side,
      column_name AS column_name,
      CASE data_type WHEN 'NUMBER' THEN 'NUMBER(' || numeric_precision || ',' || numeric_scale || ')' WHEN 'TEXT' THEN 'VARCHAR(' || character_maximum_length || ')' ELSE data_type END AS column_type,
      CAST(NULL AS VARCHAR) AS storage,
      is_nullable AS can_be_null,
      ordinal_position AS place
  FROM "SHOP".information_schema.columns
  WHERE table_schema = 'PR_42' AND table_name = 'ORDERS') d
ORDER BY d.side,
    d.place
