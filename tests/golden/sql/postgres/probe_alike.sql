SELECT count(*),
    count(b.k0),
    count(CASE WHEN b.k0 IS NOT NULL AND ((a.v0 IS DISTINCT FROM b.v0) OR (a.v1 IS DISTINCT FROM b.v1) OR (a.v2 IS DISTINCT FROM b.v2) OR (a.v3 IS DISTINCT FROM b.v3) OR (a.v4 IS DISTINCT FROM b.v4) OR (a.v5 IS DISTINCT FROM b.v5) OR (a.v6 IS DISTINCT FROM b.v6) OR (a.v7 IS DISTINCT FROM b.v7)) THEN 1 END)
FROM (SELECT "id" AS k0,
      ("region" COLLATE "C") AS k1,
      CAST("amount" AS numeric) AS v0,
      "ratio" AS v1,
      ("note" COLLATE "C") AS v2,
      "shipped_on" AS v3,
      "created_at" AS v4,
      "seen_at" AS v5,
      "is_paid" AS v6,
      "payload" AS v7
  FROM "shop"."analytics"."orders" TABLESAMPLE SYSTEM (0.1) REPEATABLE (1)
  WHERE (amount > 0
) AND "id" IS NOT NULL AND "region" IS NOT NULL) a
LEFT
JOIN (SELECT "id" AS k0,
      ("region" COLLATE "C") AS k1,
      CAST("amount" AS numeric) AS v0,
      "ratio" AS v1,
      ("note" COLLATE "C") AS v2,
      "shipped_on" AS v3,
      "created_at" AS v4,
      "seen_at" AS v5,
      "is_paid" AS v6,
      "payload" AS v7
  FROM "shop"."pr_42"."orders" TABLESAMPLE SYSTEM (0.1) REPEATABLE (1)
  WHERE (amount > 0
) AND "id" IS NOT NULL AND "region" IS NOT NULL) b ON a.k0 = b.k0 AND a.k1 = b.k1
