SELECT CAST(piece AS varchar),
    count(CASE WHEN kind = 2 THEN 1 END),
    count(CASE WHEN kind = 1 THEN 1 END),
    count(CASE WHEN kind = 0 THEN 1 END),
    count(CASE WHEN d2 > 0 THEN 1 END),
    count(CASE WHEN d2 = 1 THEN 1 END)
FROM (SELECT date_trunc('hour', coalesce(b.t, a.t)) AS piece,
      CASE WHEN b.x IS NULL THEN 1 WHEN a.x IS NULL THEN 2 ELSE 0 END AS kind,
      CASE WHEN a.x IS NULL OR b.x IS NULL THEN 0 ELSE CASE WHEN NOT (a.v2 IS DISTINCT FROM b.v2) THEN 0 ELSE 1 END END AS d2
  FROM (SELECT 1 AS x,
        CAST(("seen_at" AT TIME ZONE 'UTC') AS timestamp(12)) AS t,
        "id" AS k0,
        "region" AS k1,
        "note" AS v2,
        count(*) OVER (PARTITION BY "id", "region") AS copies
    FROM "shop"."analytics"."orders"
    WHERE "id" IS NOT NULL AND "region" IS NOT NULL AND (amount > 0
)) a
  FULL
  JOIN (SELECT 1 AS x,
        CAST(("seen_at" AT TIME ZONE 'UTC') AS timestamp(12)) AS t,
        "id" AS k0,
        "region" AS k1,
        "note" AS v2,
        count(*) OVER (PARTITION BY "id", "region") AS copies
    FROM "shop"."pr_42"."orders"
    WHERE "id" IS NOT NULL AND "region" IS NOT NULL AND (amount > 0
)) b ON a.k0 = b.k0 AND a.k1 = b.k1
  WHERE coalesce(a.copies, 1) = 1 AND coalesce(b.copies, 1) = 1) j
GROUP BY piece
ORDER BY piece
