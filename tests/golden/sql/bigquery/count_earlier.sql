SELECT 0 AS side,
    p.*
FROM (SELECT count(*) AS n,
      count(CASE WHEN `id` IS NOT NULL AND `region` IS NOT NULL THEN 1 END) AS nk
  FROM `shop`.`analytics`.`orders` FOR SYSTEM_TIME AS OF TIMESTAMP '2024-05-01 12:30:00+00:00'
  WHERE (amount > 0
)) p
UNION ALL SELECT 1,
    p.*
FROM (SELECT count(*) AS n,
      count(CASE WHEN `id` IS NOT NULL AND `region` IS NOT NULL THEN 1 END) AS nk
  FROM `shop`.`pr_42`.`orders`
  WHERE (amount > 0
)) p
