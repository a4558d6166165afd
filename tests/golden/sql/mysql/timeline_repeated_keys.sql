SELECT CAST(piece AS CHAR),
    count(CASE WHEN kind = 2 THEN 1 END),
    count(CASE WHEN kind = 1 THEN 1 END),
    count(CASE WHEN kind = 0 THEN 1 END),
    count(CASE WHEN d2 > 0 THEN 1 END),
    count(CASE WHEN d2 = 1 THEN 1 END)
FROM (SELECT CAST(DATE_FORMAT(coalesce(b.t, a.t), '%Y-%m-%d %H:00:00') AS DATETIME) AS piece,
      CASE WHEN b.x IS NULL THEN 1 WHEN a.x IS NULL THEN 2 ELSE 0 END AS kind,
      CASE WHEN a.x IS NULL OR b.x IS NULL THEN 0 ELSE CASE WHEN NOT (NOT (a.v2 <=> b.v2)) THEN 0 ELSE 1 END END AS d2
  FROM (SELECT 1 AS x,
        CAST(`seen_at` AS DATETIME(6)) AS t,
        `id` AS k0,
        CAST(CONVERT(`region` USING utf8mb4) AS BINARY) AS k1,
        CAST(CONVERT(`note` USING utf8mb4) AS BINARY) AS v2,
        count(*) OVER (PARTITION BY `id`, CAST(CONVERT(`region` USING utf8mb4) AS BINARY)) AS copies
    FROM `analytics`.`orders`
    WHERE `id` IS NOT NULL AND `region` IS NOT NULL AND (amount > 0
)) a
  LEFT
  JOIN (SELECT 1 AS x,
        CAST(`seen_at` AS DATETIME(6)) AS t,
        `id` AS k0,
        CAST(CONVERT(`region` USING utf8mb4) AS BINARY) AS k1,
        CAST(CONVERT(`note` USING utf8mb4) AS BINARY) AS v2,
        count(*) OVER (PARTITION BY `id`, CAST(CONVERT(`region` USING utf8mb4) AS BINARY)) AS copies
    FROM `pr_42`.`orders`
    WHERE `id` IS NOT NULL AND `region` IS NOT NULL AND (amount > 0
)) b ON a.k0 = b.k0 AND a.k1 = b.k1
  WHERE coalesce(a.copies, 1) = 1 AND coalesce(b.copies, 1) = 1
  UNION ALL SELECT CAST(DATE_FORMAT(coalesce(b.t, a.t), '%Y-%m-%d %H:00:00') AS DATETIME) AS piece,
      CASE WHEN b.x IS NULL THEN 1 WHEN a.x IS NULL THEN 2 ELSE 0 END AS kind,
      CASE WHEN a.x IS NULL OR b.x IS NULL THEN 0 ELSE CASE WHEN NOT (NOT (a.v2 <=> b.v2)) THEN 0 ELSE 1 END END AS d2
  FROM (SELECT 1 AS x,
        CAST(`seen_at` AS DATETIME(6)) AS t,
        `id` AS k0,
        CAST(CONVERT(`region` USING utf8mb4) AS BINARY) AS k1,
        CAST(CONVERT(`note` USING utf8mb4) AS BINARY) AS v2,
        count(*) OVER (PARTITION BY `id`, CAST(CONVERT(`region` USING utf8mb4) AS BINARY)) AS copies
    FROM `pr_42`.`orders`
    WHERE `id` IS NOT NULL AND `region` IS NOT NULL AND (amount > 0
)) b
  LEFT
  JOIN (SELECT 1 AS x,
        CAST(`seen_at` AS DATETIME(6)) AS t,
        `id` AS k0,
        CAST(CONVERT(`region` USING utf8mb4) AS BINARY) AS k1,
        CAST(CONVERT(`note` USING utf8mb4) AS BINARY) AS v2,
        count(*) OVER (PARTITION BY `id`, CAST(CONVERT(`region` USING utf8mb4) AS BINARY)) AS copies
    FROM `analytics`.`orders`
    WHERE `id` IS NOT NULL AND `region` IS NOT NULL AND (amount > 0
)) a ON a.k0 = b.k0 AND a.k1 = b.k1
  WHERE a.x IS NULL AND coalesce(a.copies, 1) = 1 AND coalesce(b.copies, 1) = 1) j
GROUP BY piece
ORDER BY piece
