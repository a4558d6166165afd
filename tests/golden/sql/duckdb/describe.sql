SELECT 0 AS side,
    column_name,
    column_type,
    CAST(NULL AS VARCHAR) AS storage,
    "null" = 'YES' AS nullable
FROM (DESCRIBE "shop"."analytics"."orders")
UNION ALL SELECT 1 AS side,
    column_name,
    column_type,
    CAST(NULL AS VARCHAR) AS storage,
    "null" = 'YES' AS nullable
FROM (DESCRIBE "shop"."pr_42"."orders")
