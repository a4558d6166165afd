SELECT 0 AS side,
    count(*) AS distinct_keys,
    coalesce(CAST(sum(CASE WHEN n > 1 THEN n END) AS SIGNED), 0) AS duplicate_rows
FROM (SELECT count(*) AS n
  FROM (SELECT `id` AS k0,
        CAST(CONVERT(`region` USING utf8mb4) AS BINARY) AS k1
    FROM `analytics`.`orders`
    WHERE (amount > 0
) AND `id` IS NOT NULL AND `region` IS NOT NULL) r
  GROUP BY k0,
      k1) h
UNION ALL SELECT 1 AS side,
    count(*) AS distinct_keys,
    coalesce(CAST(sum(CASE WHEN n > 1 THEN n END) AS SIGNED), 0) AS duplicate_rows
FROM (SELECT count(*) AS n
  FROM (SELECT `id` AS k0,
        CAST(CONVERT(`region` USING utf8mb4) AS BINARY) AS k1
    FROM `pr_42`.`orders`
    WHERE (amount > 0
) AND `id` IS NOT NULL AND `region` IS NOT NULL) r
  GROUP BY k0,
      k1) h
