SELECT CAST(piece AS VARCHAR),
    count(CASE WHEN kind = 2 THEN 1 END),
    count(CASE WHEN kind = 1 THEN 1 END),
    count(CASE WHEN kind = 0 THEN 1 END),
    count(CASE WHEN d0 + d1 + d2 > 0 THEN 1 END),
    count(CASE WHEN d0 = 1 THEN 1 END),
    count(CASE WHEN d1 = 1 THEN 1 END),
    count(CASE WHEN d2 = 1 THEN 1 END)
FROM (SELECT date_trunc('week', coalesce(b.t, a.t)) AS piece,
      CASE WHEN b.x IS NULL THEN 1 WHEN a.x IS NULL THEN 2 ELSE 0 END AS kind,
      CASE WHEN a.x IS NULL OR b.x IS NULL THEN 0 ELSE CASE WHEN NOT (a.v0 IS DISTINCT FROM b.v0) THEN 0 WHEN (CASE WHEN TRY_CAST(ltrim(split_part(CAST(a.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(a.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT) IS NULL OR TRY_CAST(ltrim(split_part(CAST(b.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(b.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT) IS NULL THEN false WHEN starts_with(CAST(a.v0 AS VARCHAR), '-') = starts_with(CAST(b.v0 AS VARCHAR), '-') THEN greatest(TRY_CAST(ltrim(split_part(CAST(a.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(a.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT), TRY_CAST(ltrim(split_part(CAST(b.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(b.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT)) - least(TRY_CAST(ltrim(split_part(CAST(a.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(a.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT), TRY_CAST(ltrim(split_part(CAST(b.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(b.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT)) <= CAST('100' AS UHUGEINT) WHEN TRY_CAST(ltrim(split_part(CAST(a.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(a.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT) <= CAST('100' AS UHUGEINT) THEN TRY_CAST(ltrim(split_part(CAST(b.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(b.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT) <= CAST('100' AS UHUGEINT) - TRY_CAST(ltrim(split_part(CAST(a.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(a.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT) ELSE false END) THEN 0 ELSE 1 END END AS d0,
      CASE WHEN a.x IS NULL OR b.x IS NULL THEN 0 ELSE CASE WHEN NOT (a.v1 IS DISTINCT FROM b.v1) THEN 0 WHEN (CASE WHEN isfinite(CAST(a.v1 AS DOUBLE)) AND isfinite(CAST(b.v1 AS DOUBLE)) AND greatest(abs(CAST(a.v1 AS DOUBLE)), abs(CAST(b.v1 AS DOUBLE))) > 0 THEN abs(CAST(a.v1 AS DOUBLE) * 0.5 - CAST(b.v1 AS DOUBLE) * 0.5) <= 0.5 * greatest(1e-06::DOUBLE * greatest(abs(CAST(a.v1 AS DOUBLE)), abs(CAST(b.v1 AS DOUBLE)))) ELSE false END) THEN 0 ELSE 1 END END AS d1,
      CASE WHEN a.x IS NULL OR b.x IS NULL THEN 0 ELSE CASE WHEN NOT (a.v2 IS DISTINCT FROM b.v2) THEN 0 ELSE 1 END END AS d2
  FROM (SELECT 1 AS x,
        CAST("orders"."shipped_on" AS TIMESTAMP) AS t,
        "orders"."id" AS k0,
        ("orders"."region" COLLATE "C") AS k1,
        CAST("orders"."amount" AS DECIMAL(14, 4)) AS v0,
        "orders"."ratio" AS v1,
        ("orders"."note" COLLATE "C") AS v2
    FROM "shop"."analytics"."orders"
    WHERE "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL AND (amount > 0
)) a
  FULL
  JOIN (SELECT 1 AS x,
        CAST("orders"."shipped_on" AS TIMESTAMP) AS t,
        "orders"."id" AS k0,
        ("orders"."region" COLLATE "C") AS k1,
        CAST("orders"."amount" AS DECIMAL(14, 4)) AS v0,
        "orders"."ratio" AS v1,
        ("orders"."note" COLLATE "C") AS v2
    FROM "shop"."pr_42"."orders"
    WHERE "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL AND (amount > 0
)) b ON a.k0 = b.k0 AND a.k1 = b.k1) j
GROUP BY piece
ORDER BY piece
