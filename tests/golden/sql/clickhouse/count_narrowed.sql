SELECT 0 AS side,
    p.*
FROM (SELECT count(*) AS n,
      count(CASE WHEN `id` IS NOT NULL AND `region` IS NOT NULL THEN 1 END) AS nk
  FROM `analytics`.`orders`
  WHERE (amount > 0
) AND (`seen_at` >= CAST('2024-05-01 00:00:00' AS Nullable(DateTime64(6, 'UTC'))) AND `seen_at` <= CAST('2024-05-31 12:00:00' AS Nullable(DateTime64(6, 'UTC')))) AND bitAnd(cityHash64(cityHash64(tuple(2, `id`, `region`))), 1048575) < 131072) p
UNION ALL SELECT 1,
    p.*
FROM (SELECT count(*) AS n,
      count(CASE WHEN `id` IS NOT NULL AND `region` IS NOT NULL THEN 1 END) AS nk
  FROM `pr_42`.`orders`
  WHERE (amount > 0
) AND (`seen_at` >= CAST('2024-05-01 00:00:00' AS Nullable(DateTime64(6, 'UTC'))) AND `seen_at` <= CAST('2024-05-31 12:00:00' AS Nullable(DateTime64(6, 'UTC')))) AND bitAnd(cityHash64(cityHash64(tuple(2, `id`, `region`))), 1048575) < 131072) p
SETTINGS join_use_nulls = 1,
    prefer_column_name_to_alias = 1
