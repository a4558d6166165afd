SELECT 0 AS side,
    p.*
FROM (SELECT count(*) AS n,
      count(CASE WHEN `id` IS NOT NULL AND `region` IS NOT NULL THEN 1 END) AS nk
  FROM `analytics`.`orders`
  WHERE (amount > 0
)) p
UNION ALL SELECT 1,
    p.*
FROM (SELECT count(*) AS n,
      count(CASE WHEN `id` IS NOT NULL AND `region` IS NOT NULL THEN 1 END) AS nk
  FROM `pr_42`.`orders`
  WHERE (amount > 0
)) p
SETTINGS join_use_nulls = 1,
    prefer_column_name_to_alias = 1
