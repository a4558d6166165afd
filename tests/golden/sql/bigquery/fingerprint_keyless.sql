SELECT 0 AS side,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(SUM(CAST(FARM_FINGERPRINT(TO_JSON_STRING(['0', CAST(`id` AS STRING), COLLATE(`region`, ''), CAST(CAST(`amount` AS NUMERIC) AS STRING), IF((`ratio` + 0.0) IS NULL, NULL, TO_JSON_STRING((`ratio` + 0.0))), COLLATE(`note`, ''), CAST(`shipped_on` AS STRING), CAST(`created_at` AS STRING), CAST(`seen_at` AS STRING), CAST(`is_paid` AS STRING), IF(`payload` IS NULL, NULL, TO_JSON_STRING(`payload`))])) AS BIGNUMERIC)) AS STRING), '0') AS h1
  FROM `shop`.`analytics`.`orders`
  WHERE (amount > 0
)) p
UNION ALL SELECT 1,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(SUM(CAST(FARM_FINGERPRINT(TO_JSON_STRING(['0', CAST(`id` AS STRING), COLLATE(`region`, ''), CAST(CAST(`amount` AS NUMERIC) AS STRING), IF((`ratio` + 0.0) IS NULL, NULL, TO_JSON_STRING((`ratio` + 0.0))), COLLATE(`note`, ''), CAST(`shipped_on` AS STRING), CAST(`created_at` AS STRING), CAST(`seen_at` AS STRING), CAST(`is_paid` AS STRING), IF(`payload` IS NULL, NULL, TO_JSON_STRING(`payload`))])) AS BIGNUMERIC)) AS STRING), '0') AS h1
  FROM `shop`.`pr_42`.`orders`
  WHERE (amount > 0
)) p
