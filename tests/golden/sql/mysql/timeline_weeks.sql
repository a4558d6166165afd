SELECT CAST(piece AS CHAR),
    count(CASE WHEN kind = 2 THEN 1 END),
    count(CASE WHEN kind = 1 THEN 1 END),
    count(CASE WHEN kind = 0 THEN 1 END),
    count(CASE WHEN d0 + d1 + d2 > 0 THEN 1 END),
    count(CASE WHEN d0 = 1 THEN 1 END),
    count(CASE WHEN d1 = 1 THEN 1 END),
    count(CASE WHEN d2 = 1 THEN 1 END)
FROM (SELECT CAST(DATE_SUB(DATE(coalesce(b.t, a.t)), INTERVAL WEEKDAY(coalesce(b.t, a.t)) DAY) AS DATETIME) AS piece,
      CASE WHEN b.x IS NULL THEN 1 WHEN a.x IS NULL THEN 2 ELSE 0 END AS kind,
      CASE WHEN a.x IS NULL OR b.x IS NULL THEN 0 ELSE CASE WHEN NOT (NOT (a.v0 <=> b.v0)) THEN 0 WHEN (ABS(CAST(a.v0 AS DECIMAL(15, 4)) - CAST(b.v0 AS DECIMAL(15, 4))) <= CAST('0.01' AS DECIMAL(15, 4))) THEN 0 ELSE 1 END END AS d0,
      CASE WHEN a.x IS NULL OR b.x IS NULL THEN 0 ELSE CASE WHEN NOT (NOT (a.v1 <=> b.v1)) THEN 0 WHEN ((ABS(CAST(a.v1 AS DOUBLE)) <= 1.7976931348623157e308 AND ABS(CAST(b.v1 AS DOUBLE)) <= 1.7976931348623157e308 AND ABS(CAST(a.v1 AS DOUBLE) * 0.5 - CAST(b.v1 AS DOUBLE) * 0.5) <= 0.5 * CAST(1e-06 AS DOUBLE) * (CASE WHEN ABS(CAST(a.v1 AS DOUBLE)) > ABS(CAST(b.v1 AS DOUBLE)) THEN ABS(CAST(a.v1 AS DOUBLE)) ELSE ABS(CAST(b.v1 AS DOUBLE)) END))) THEN 0 ELSE 1 END END AS d1,
      CASE WHEN a.x IS NULL OR b.x IS NULL THEN 0 ELSE CASE WHEN NOT (NOT (a.v2 <=> b.v2)) THEN 0 ELSE 1 END END AS d2
  FROM (SELECT 1 AS x,
        CAST(`shipped_on` AS DATETIME(6)) AS t,
        `id` AS k0,
        CAST(CONVERT(`region` USING utf8mb4) AS BINARY) AS k1,
        CAST(`amount` AS DECIMAL(14, 4)) AS v0,
        `ratio` AS v1,
        CAST(CONVERT(`note` USING utf8mb4) AS BINARY) AS v2
    FROM `analytics`.`orders`
    WHERE `id` IS NOT NULL AND `region` IS NOT NULL AND (amount > 0
)) a
  LEFT
  JOIN (SELECT 1 AS x,
        CAST(`shipped_on` AS DATETIME(6)) AS t,
        `id` AS k0,
        CAST(CONVERT(`region` USING utf8mb4) AS BINARY) AS k1,
        CAST(`amount` AS DECIMAL(14, 4)) AS v0,
        `ratio` AS v1,
        CAST(CONVERT(`note` USING utf8mb4) AS BINARY) AS v2
    FROM `pr_42`.`orders`
    WHERE `id` IS NOT NULL AND `region` IS NOT NULL AND (amount > 0
)) b ON a.k0 = b.k0 AND a.k1 = b.k1
  UNION ALL SELECT CAST(DATE_SUB(DATE(coalesce(b.t, a.t)), INTERVAL WEEKDAY(coalesce(b.t, a.t)) DAY) AS DATETIME) AS piece,
      CASE WHEN b.x IS NULL THEN 1 WHEN a.x IS NULL THEN 2 ELSE 0 END AS kind,
      CASE WHEN a.x IS NULL OR b.x IS NULL THEN 0 ELSE CASE WHEN NOT (NOT (a.v0 <=> b.v0)) THEN 0 WHEN (ABS(CAST(a.v0 AS DECIMAL(15, 4)) - CAST(b.v0 AS DECIMAL(15, 4))) <= CAST('0.01' AS DECIMAL(15, 4))) THEN 0 ELSE 1 END END AS d0,
      CASE WHEN a.x IS NULL OR b.x IS NULL THEN 0 ELSE CASE WHEN NOT (NOT (a.v1 <=> b.v1)) THEN 0 WHEN ((ABS(CAST(a.v1 AS DOUBLE)) <= 1.7976931348623157e308 AND ABS(CAST(b.v1 AS DOUBLE)) <= 1.7976931348623157e308 AND ABS(CAST(a.v1 AS DOUBLE) * 0.5 - CAST(b.v1 AS DOUBLE) * 0.5) <= 0.5 * CAST(1e-06 AS DOUBLE) * (CASE WHEN ABS(CAST(a.v1 AS DOUBLE)) > ABS(CAST(b.v1 AS DOUBLE)) THEN ABS(CAST(a.v1 AS DOUBLE)) ELSE ABS(CAST(b.v1 AS DOUBLE)) END))) THEN 0 ELSE 1 END END AS d1,
      CASE WHEN a.x IS NULL OR b.x IS NULL THEN 0 ELSE CASE WHEN NOT (NOT (a.v2 <=> b.v2)) THEN 0 ELSE 1 END END AS d2
  FROM (SELECT 1 AS x,
        CAST(`shipped_on` AS DATETIME(6)) AS t,
        `id` AS k0,
        CAST(CONVERT(`region` USING utf8mb4) AS BINARY) AS k1,
        CAST(`amount` AS DECIMAL(14, 4)) AS v0,
        `ratio` AS v1,
        CAST(CONVERT(`note` USING utf8mb4) AS BINARY) AS v2
    FROM `pr_42`.`orders`
    WHERE `id` IS NOT NULL AND `region` IS NOT NULL AND (amount > 0
)) b
  LEFT
  JOIN (SELECT 1 AS x,
        CAST(`shipped_on` AS DATETIME(6)) AS t,
        `id` AS k0,
        CAST(CONVERT(`region` USING utf8mb4) AS BINARY) AS k1,
        CAST(`amount` AS DECIMAL(14, 4)) AS v0,
        `ratio` AS v1,
        CAST(CONVERT(`note` USING utf8mb4) AS BINARY) AS v2
    FROM `analytics`.`orders`
    WHERE `id` IS NOT NULL AND `region` IS NOT NULL AND (amount > 0
)) a ON a.k0 = b.k0 AND a.k1 = b.k1
  WHERE a.x IS NULL) j
GROUP BY piece
ORDER BY piece
