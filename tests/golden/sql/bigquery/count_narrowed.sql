SELECT 0 AS side,
    p.*
FROM (SELECT count(*) AS n,
      count(CASE WHEN `id` IS NOT NULL AND `region` IS NOT NULL THEN 1 END) AS nk
  FROM `shop`.`analytics`.`orders`
  WHERE (amount > 0
) AND (`seen_at` >= CAST('2024-05-01 00:00:00' AS TIMESTAMP) AND `seen_at` <= CAST('2024-05-31 12:00:00' AS TIMESTAMP)) AND (FARM_FINGERPRINT(TO_JSON_STRING(['2', CAST(`id` AS STRING), COLLATE(`region`, '')])) & 1048575) < 131072) p
UNION ALL SELECT 1,
    p.*
FROM (SELECT count(*) AS n,
      count(CASE WHEN `id` IS NOT NULL AND `region` IS NOT NULL THEN 1 END) AS nk
  FROM `shop`.`pr_42`.`orders`
  WHERE (amount > 0
) AND (`seen_at` >= CAST('2024-05-01 00:00:00' AS TIMESTAMP) AND `seen_at` <= CAST('2024-05-31 12:00:00' AS TIMESTAMP)) AND (FARM_FINGERPRINT(TO_JSON_STRING(['2', CAST(`id` AS STRING), COLLATE(`region`, '')])) & 1048575) < 131072) p
