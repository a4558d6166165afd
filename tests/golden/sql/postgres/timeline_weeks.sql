SELECT CAST(piece AS text),
    count(CASE WHEN kind = 2 THEN 1 END),
    count(CASE WHEN kind = 1 THEN 1 END),
    count(CASE WHEN kind = 0 THEN 1 END),
    count(CASE WHEN d0 + d1 + d2 > 0 THEN 1 END),
    count(CASE WHEN d0 = 1 THEN 1 END),
    count(CASE WHEN d1 = 1 THEN 1 END),
    count(CASE WHEN d2 = 1 THEN 1 END)
FROM (SELECT date_trunc('week', coalesce(b.t, a.t)) AS piece,
      CASE WHEN b.x IS NULL THEN 1 WHEN a.x IS NULL THEN 2 ELSE 0 END AS kind,
      CASE WHEN a.x IS NULL OR b.x IS NULL THEN 0 ELSE CASE WHEN NOT (a.v0 IS DISTINCT FROM b.v0) THEN 0 WHEN CASE WHEN abs(CAST(CAST(a.v0 AS text) AS numeric)) < 'Infinity'::numeric AND abs(CAST(CAST(b.v0 AS text) AS numeric)) < 'Infinity'::numeric THEN abs(CAST(CAST(a.v0 AS text) AS numeric) - CAST(CAST(b.v0 AS text) AS numeric)) <= greatest(CAST(0.01 AS numeric)) ELSE false END THEN 0 ELSE 1 END END AS d0,
      CASE WHEN a.x IS NULL OR b.x IS NULL THEN 0 ELSE CASE WHEN NOT (a.v1 IS DISTINCT FROM b.v1) THEN 0 WHEN CASE WHEN abs(CAST(CAST(a.v1 AS text) AS numeric)) < 'Infinity'::numeric AND abs(CAST(CAST(b.v1 AS text) AS numeric)) < 'Infinity'::numeric THEN abs(CAST(CAST(a.v1 AS text) AS numeric) - CAST(CAST(b.v1 AS text) AS numeric)) <= greatest(CAST(1e-06 AS numeric) * greatest(abs(CAST(CAST(a.v1 AS text) AS numeric)), abs(CAST(CAST(b.v1 AS text) AS numeric)))) ELSE false END THEN 0 ELSE 1 END END AS d1,
      CASE WHEN a.x IS NULL OR b.x IS NULL THEN 0 ELSE CASE WHEN NOT (a.v2 IS DISTINCT FROM b.v2) THEN 0 ELSE 1 END END AS d2
  FROM (SELECT 1 AS x,
        CAST("shipped_on" AS TIMESTAMP) AS t,
        "id" AS k0,
        ("region" COLLATE "C") AS k1,
        CAST("amount" AS numeric) AS v0,
        "ratio" AS v1,
        ("note" COLLATE "C") AS v2
    FROM "shop"."analytics"."orders"
    WHERE "id" IS NOT NULL AND "region" IS NOT NULL AND (amount > 0
)) a
  FULL
  JOIN (SELECT 1 AS x,
        CAST("shipped_on" AS TIMESTAMP) AS t,
        "id" AS k0,
        ("region" COLLATE "C") AS k1,
        CAST("amount" AS numeric) AS v0,
        "ratio" AS v1,
        ("note" COLLATE "C") AS v2
    FROM "shop"."pr_42"."orders"
    WHERE "id" IS NOT NULL AND "region" IS NOT NULL AND (amount > 0
)) b ON a.k0 = b.k0 AND a.k1 = b.k1) j
GROUP BY piece
ORDER BY piece
