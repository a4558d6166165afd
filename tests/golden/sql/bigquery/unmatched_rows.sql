SELECT 0 AS side,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(SUM(CAST(h AS BIGNUMERIC)) AS STRING), '0') AS h0
  FROM (SELECT FARM_FINGERPRINT(TO_JSON_STRING(['0', CAST(`id` AS STRING), COLLATE(`region`, ''), CAST(CAST(`amount` AS NUMERIC) AS STRING), IF((`ratio` + 0.0) IS NULL, NULL, TO_JSON_STRING((`ratio` + 0.0))), coalesce(TRIM(lower(COLLATE(`note`, '')), ' '), ''), CAST(`shipped_on` AS STRING), CAST(`created_at` AS STRING), CAST(`seen_at` AS STRING), CAST(`is_paid` AS STRING), IF(`payload` IS NULL, NULL, TO_JSON_STRING(`payload`))])) AS h,
        CASE WHEN `id` IS NOT NULL AND `region` IS NOT NULL THEN 1 ELSE 0 END AS whole,
        count(*) OVER (PARTITION BY `id`, COLLATE(`region`, '')) AS copies
    FROM `shop`.`analytics`.`orders`
    WHERE (amount > 0
)) r
  WHERE whole = 0 OR copies > 1) p
UNION ALL SELECT 1,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(SUM(CAST(h AS BIGNUMERIC)) AS STRING), '0') AS h0
  FROM (SELECT FARM_FINGERPRINT(TO_JSON_STRING(['0', CAST(`id` AS STRING), COLLATE(`region`, ''), CAST(CAST(`amount` AS NUMERIC) AS STRING), IF((`ratio` + 0.0) IS NULL, NULL, TO_JSON_STRING((`ratio` + 0.0))), coalesce(TRIM(lower(COLLATE(`note`, '')), ' '), ''), CAST(`shipped_on` AS STRING), CAST(`created_at` AS STRING), CAST(`seen_at` AS STRING), CAST(`is_paid` AS STRING), IF(`payload` IS NULL, NULL, TO_JSON_STRING(`payload`))])) AS h,
        CASE WHEN `id` IS NOT NULL AND `region` IS NOT NULL THEN 1 ELSE 0 END AS whole,
        count(*) OVER (PARTITION BY `id`, COLLATE(`region`, '')) AS copies
    FROM `shop`.`pr_42`.`orders`
    WHERE (amount > 0
)) r
  WHERE whole = 0 OR copies > 1) p
