SELECT 0 AS side,
    count(CASE WHEN `seen_at` < CAST('2024-05-01 00:00:00' AS Nullable(DateTime64(6, 'UTC'))) THEN 1 END),
    count(CASE WHEN `seen_at` > CAST('2024-05-31 12:00:00' AS Nullable(DateTime64(6, 'UTC'))) THEN 1 END),
    count(CASE WHEN `seen_at` IS NULL THEN 1 END)
FROM `analytics`.`orders`
WHERE (amount > 0
)
UNION ALL SELECT 1,
    count(CASE WHEN `seen_at` < CAST('2024-05-01 00:00:00' AS Nullable(DateTime64(6, 'UTC'))) THEN 1 END),
    count(CASE WHEN `seen_at` > CAST('2024-05-31 12:00:00' AS Nullable(DateTime64(6, 'UTC'))) THEN 1 END),
    count(CASE WHEN `seen_at` IS NULL THEN 1 END)
FROM `pr_42`.`orders`
WHERE (amount > 0
)
SETTINGS join_use_nulls = 1,
    prefer_column_name_to_alias = 1
