WITH dg__groups AS (SELECT h0,
      h1,
      sum(a) AS na,
      sum(b) AS nb
  FROM (SELECT FARM_FINGERPRINT(TO_JSON_STRING(['0', CAST(`id` AS STRING), COLLATE(`region`, ''), CAST(CAST(`amount` AS NUMERIC) AS STRING), IF((`ratio` + 0.0) IS NULL, NULL, TO_JSON_STRING((`ratio` + 0.0))), COLLATE(`note`, ''), CAST(`shipped_on` AS STRING), CAST(`created_at` AS STRING), CAST(`seen_at` AS STRING), CAST(`is_paid` AS STRING), IF(`payload` IS NULL, NULL, TO_JSON_STRING(`payload`))])) AS h0,
        FARM_FINGERPRINT(TO_JSON_STRING(['1', CAST(`id` AS STRING), COLLATE(`region`, ''), CAST(CAST(`amount` AS NUMERIC) AS STRING), IF((`ratio` + 0.0) IS NULL, NULL, TO_JSON_STRING((`ratio` + 0.0))), COLLATE(`note`, ''), CAST(`shipped_on` AS STRING), CAST(`created_at` AS STRING), CAST(`seen_at` AS STRING), CAST(`is_paid` AS STRING), IF(`payload` IS NULL, NULL, TO_JSON_STRING(`payload`))])) AS h1,
        CAST(1 AS INT64) AS a,
        CAST(0 AS INT64) AS b
    FROM `shop`.`analytics`.`orders`
    WHERE (amount > 0
)
    UNION ALL SELECT FARM_FINGERPRINT(TO_JSON_STRING(['0', CAST(`id` AS STRING), COLLATE(`region`, ''), CAST(CAST(`amount` AS NUMERIC) AS STRING), IF((`ratio` + 0.0) IS NULL, NULL, TO_JSON_STRING((`ratio` + 0.0))), COLLATE(`note`, ''), CAST(`shipped_on` AS STRING), CAST(`created_at` AS STRING), CAST(`seen_at` AS STRING), CAST(`is_paid` AS STRING), IF(`payload` IS NULL, NULL, TO_JSON_STRING(`payload`))])) AS h0,
        FARM_FINGERPRINT(TO_JSON_STRING(['1', CAST(`id` AS STRING), COLLATE(`region`, ''), CAST(CAST(`amount` AS NUMERIC) AS STRING), IF((`ratio` + 0.0) IS NULL, NULL, TO_JSON_STRING((`ratio` + 0.0))), COLLATE(`note`, ''), CAST(`shipped_on` AS STRING), CAST(`created_at` AS STRING), CAST(`seen_at` AS STRING), CAST(`is_paid` AS STRING), IF(`payload` IS NULL, NULL, TO_JSON_STRING(`payload`))])) AS h1,
        CAST(0 AS INT64) AS a,
        CAST(1 AS INT64) AS b
    FROM `shop`.`pr_42`.`orders`
    WHERE (amount > 0
)) u
  GROUP BY h0,
      h1)
SELECT 'counts',
    '0',
    ((((coalesce(CAST(sum(na) AS STRING), '0') || ',') || coalesce(CAST(sum(nb) AS STRING), '0')) || ',') || ((coalesce(CAST(sum(CASE WHEN na > nb THEN na - nb END) AS STRING), '0') || ',') || coalesce(CAST(sum(CASE WHEN nb > na THEN nb - na END) AS STRING), '0'))),
    CAST(NULL AS STRING),
    CAST(NULL AS STRING),
    CAST(NULL AS STRING),
    CAST(NULL AS STRING),
    CAST(NULL AS STRING),
    CAST(NULL AS STRING),
    CAST(NULL AS STRING),
    CAST(NULL AS STRING),
    CAST(NULL AS STRING)
FROM dg__groups
UNION ALL SELECT 'removed:prod',
    CAST(0 AS STRING),
    left(CAST(r.c0 AS STRING), 1000),
    left(CAST(r.c1 AS STRING), 1000),
    left(CAST(r.c2 AS STRING), 1000),
    left(IF(r.c3 IS NULL, NULL, TO_JSON_STRING(r.c3)), 1000),
    CASE WHEN r.c4 IS NOT NULL THEN '***' END,
    left(CAST(r.c5 AS STRING), 1000),
    left(CAST(r.c6 AS STRING), 1000),
    left(CAST(r.c7 AS STRING), 1000),
    left(CAST(r.c8 AS STRING), 1000),
    left(IF(r.c9 IS NULL, NULL, TO_JSON_STRING(r.c9)), 1000)
FROM (SELECT p.*,
      row_number() OVER (PARTITION BY p.h0, p.h1 ORDER BY p.h0) AS copy
  FROM (SELECT FARM_FINGERPRINT(TO_JSON_STRING(['0', CAST(`id` AS STRING), COLLATE(`region`, ''), CAST(CAST(`amount` AS NUMERIC) AS STRING), IF((`ratio` + 0.0) IS NULL, NULL, TO_JSON_STRING((`ratio` + 0.0))), COLLATE(`note`, ''), CAST(`shipped_on` AS STRING), CAST(`created_at` AS STRING), CAST(`seen_at` AS STRING), CAST(`is_paid` AS STRING), IF(`payload` IS NULL, NULL, TO_JSON_STRING(`payload`))])) AS h0,
        FARM_FINGERPRINT(TO_JSON_STRING(['1', CAST(`id` AS STRING), COLLATE(`region`, ''), CAST(CAST(`amount` AS NUMERIC) AS STRING), IF((`ratio` + 0.0) IS NULL, NULL, TO_JSON_STRING((`ratio` + 0.0))), COLLATE(`note`, ''), CAST(`shipped_on` AS STRING), CAST(`created_at` AS STRING), CAST(`seen_at` AS STRING), CAST(`is_paid` AS STRING), IF(`payload` IS NULL, NULL, TO_JSON_STRING(`payload`))])) AS h1,
        `id` AS c0,
        `region` AS c1,
        `amount` AS c2,
        `ratio` AS c3,
        `note` AS c4,
        `shipped_on` AS c5,
        `created_at` AS c6,
        `seen_at` AS c7,
        `is_paid` AS c8,
        `payload` AS c9
    FROM `shop`.`analytics`.`orders`
    WHERE (amount > 0
)) p
  JOIN (SELECT h0,
        h1
    FROM dg__groups
    WHERE na > nb
    ORDER BY h0,
        h1 LIMIT 5) s ON s.h0 = p.h0 AND s.h1 = p.h1) r
WHERE r.copy = 1
UNION ALL SELECT 'added:pr',
    CAST(0 AS STRING),
    left(CAST(r.c0 AS STRING), 1000),
    left(CAST(r.c1 AS STRING), 1000),
    left(CAST(r.c2 AS STRING), 1000),
    left(IF(r.c3 IS NULL, NULL, TO_JSON_STRING(r.c3)), 1000),
    CASE WHEN r.c4 IS NOT NULL THEN '***' END,
    left(CAST(r.c5 AS STRING), 1000),
    left(CAST(r.c6 AS STRING), 1000),
    left(CAST(r.c7 AS STRING), 1000),
    left(CAST(r.c8 AS STRING), 1000),
    left(IF(r.c9 IS NULL, NULL, TO_JSON_STRING(r.c9)), 1000)
FROM (SELECT p.*,
      row_number() OVER (PARTITION BY p.h0, p.h1 ORDER BY p.h0) AS copy
  FROM (SELECT FARM_FINGERPRINT(TO_JSON_STRING(['0', CAST(`id` AS STRING), COLLATE(`region`, ''), CAST(CAST(`amount` AS NUMERIC) AS STRING), IF((`ratio` + 0.0) IS NULL, NULL, TO_JSON_STRING((`ratio` + 0.0))), COLLATE(`note`, ''), CAST(`shipped_on` AS STRING), CAST(`created_at` AS STRING), CAST(`seen_at` AS STRING), CAST(`is_paid` AS STRING), IF(`payload` IS NULL, NULL, TO_JSON_STRING(`payload`))])) AS h0,
        FARM_FINGERPRINT(TO_JSON_STRING(['1', CAST(`id` AS STRING), COLLATE(`region`, ''), CAST(CAST(`amount` AS NUMERIC) AS STRING), IF((`ratio` + 0.0) IS NULL, NULL, TO_JSON_STRING((`ratio` + 0.0))), COLLATE(`note`, ''), CAST(`shipped_on` AS STRING), CAST(`created_at` AS STRING), CAST(`seen_at` AS STRING), CAST(`is_paid` AS STRING), IF(`payload` IS NULL, NULL, TO_JSON_STRING(`payload`))])) AS h1,
        `id` AS c0,
        `region` AS c1,
        `amount` AS c2,
        `ratio` AS c3,
        `note` AS c4,
        `shipped_on` AS c5,
        `created_at` AS c6,
        `seen_at` AS c7,
        `is_paid` AS c8,
        `payload` AS c9
    FROM `shop`.`pr_42`.`orders`
    WHERE (amount > 0
)) p
  JOIN (SELECT h0,
        h1
    FROM dg__groups
    WHERE nb > na
    ORDER BY h0,
        h1 LIMIT 5) s ON s.h0 = p.h0 AND s.h1 = p.h1) r
WHERE r.copy = 1
