SELECT CAST(piece AS VARCHAR(65535)),
    count(CASE WHEN kind = 2 THEN 1 END),
    count(CASE WHEN kind = 1 THEN 1 END),
    count(CASE WHEN kind = 0 THEN 1 END),
    count(CASE WHEN d0 + d1 + d2 > 0 THEN 1 END),
    count(CASE WHEN d0 = 1 THEN 1 END),
    count(CASE WHEN d1 = 1 THEN 1 END),
    count(CASE WHEN d2 = 1 THEN 1 END)
FROM (SELECT date_trunc('week', coalesce(b.t, a.t)) AS piece,
      CASE WHEN b.x IS NULL THEN 1 WHEN a.x IS NULL THEN 2 ELSE 0 END AS kind,
      CASE WHEN a.x IS NULL OR b.x IS NULL THEN 0 ELSE CASE WHEN NOT (CASE WHEN a.v0 = b.v0 OR (a.v0 IS NULL AND b.v0 IS NULL) THEN 0 ELSE 1 END = 1) THEN 0 WHEN (ABS(CAST(a.v0 AS DECIMAL(15, 4)) - CAST(b.v0 AS DECIMAL(15, 4))) <= CAST('0.01' AS DECIMAL(15, 4))) THEN 0 ELSE 1 END END AS d0,
      CASE WHEN a.x IS NULL OR b.x IS NULL THEN 0 ELSE CASE WHEN NOT (CASE WHEN a.v1 = b.v1 OR (a.v1 IS NULL AND b.v1 IS NULL) THEN 0 ELSE 1 END = 1) THEN 0 WHEN ((ABS(CAST(a.v1 AS DOUBLE PRECISION)) <= 1.7976931348623157e308 AND ABS(CAST(b.v1 AS DOUBLE PRECISION)) <= 1.7976931348623157e308 AND ABS(CAST(a.v1 AS DOUBLE PRECISION) * 0.5 - CAST(b.v1 AS DOUBLE PRECISION) * 0.5) <= 0.5 * CAST(1e-06 AS DOUBLE PRECISION) * (CASE WHEN ABS(CAST(a.v1 AS DOUBLE PRECISION)) > ABS(CAST(b.v1 AS DOUBLE PRECISION)) THEN ABS(CAST(a.v1 AS DOUBLE PRECISION)) ELSE ABS(CAST(b.v1 AS DOUBLE PRECISION)) END))) THEN 0 ELSE 1 END END AS d1,
      CASE WHEN a.x IS NULL OR b.x IS NULL THEN 0 ELSE CASE WHEN NOT (CASE WHEN a.v2 = b.v2 OR (a.v2 IS NULL AND b.v2 IS NULL) THEN 0 ELSE 1 END = 1) THEN 0 ELSE 1 END END AS d2
  FROM (SELECT 1 AS x,
        CAST("shipped_on" AS TIMESTAMP) AS t,
        "id" AS k0,
        COLLATE("region", 'case_sensitive') AS k1,
        CAST("amount" AS DECIMAL(14, 4)) AS v0,
        "ratio" AS v1,
        COLLATE("note", 'case_sensitive') AS v2
    FROM "shop"."analytics"."orders"
    WHERE "id" IS NOT NULL AND "region" IS NOT NULL AND (amount > 0
)) a
  FULL
  JOIN (SELECT 1 AS x,
        CAST("shipped_on" AS TIMESTAMP) AS t,
        "id" AS k0,
        COLLATE("region", 'case_sensitive') AS k1,
        CAST("amount" AS DECIMAL(14, 4)) AS v0,
        "ratio" AS v1,
        COLLATE("note", 'case_sensitive') AS v2
    FROM "shop"."pr_42"."orders"
    WHERE "id" IS NOT NULL AND "region" IS NOT NULL AND (amount > 0
)) b ON a.k0 = b.k0 AND a.k1 = b.k1) j
GROUP BY piece
ORDER BY piece
