SELECT count(CASE WHEN a.v0 IS NOT NULL OR b.v0 IS NOT NULL THEN 1 END),
    count(CASE WHEN a.v0 IS NOT NULL AND NOT (a.v0 IS DISTINCT FROM b.v0) THEN 1 END),
    count(DISTINCT CASE WHEN a.v0 IS NOT NULL AND NOT (a.v0 IS DISTINCT FROM b.v0) THEN hash(hash(hash(xor(hash(a.v0), 3::UBIGINT)))) END),
    count(CASE WHEN a.v1 IS NOT NULL OR b.v1 IS NOT NULL THEN 1 END),
    count(CASE WHEN a.v1 IS NOT NULL AND NOT (a.v1 IS DISTINCT FROM b.v1) THEN 1 END),
    count(DISTINCT CASE WHEN a.v1 IS NOT NULL AND NOT (a.v1 IS DISTINCT FROM b.v1) THEN hash(hash(hash(xor(hash(a.v1), 3::UBIGINT)))) END),
    count(CASE WHEN a.v2 IS NOT NULL OR b.v2 IS NOT NULL THEN 1 END),
    count(CASE WHEN a.v2 IS NOT NULL AND NOT (a.v2 IS DISTINCT FROM b.v2) THEN 1 END),
    count(DISTINCT CASE WHEN a.v2 IS NOT NULL AND NOT (a.v2 IS DISTINCT FROM b.v2) THEN hash(hash(hash(xor(hash(a.v2), 3::UBIGINT)))) END)
FROM (SELECT "orders"."id" AS k0,
      ("orders"."region" COLLATE "C") AS k1,
      "orders"."seen_at" AS v0,
      "orders"."ratio" AS v1,
      ("orders"."note" COLLATE "C") AS v2
  FROM "shop"."analytics"."orders"
  WHERE (amount > 0
) AND (hash(hash(hash(xor(hash("orders"."id"), 2::UBIGINT)), hash(xor(hash(("orders"."region" COLLATE "C")), 2::UBIGINT)))) & 1048575) < 131072 AND "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL) a
JOIN (SELECT "orders"."id" AS k0,
      ("orders"."region" COLLATE "C") AS k1,
      "orders"."seen_at_new" AS v0,
      "orders"."ratio_new" AS v1,
      ("orders"."note_new" COLLATE "C") AS v2
  FROM "shop"."pr_42"."orders"
  WHERE (amount > 0
) AND (hash(hash(hash(xor(hash("orders"."id"), 2::UBIGINT)), hash(xor(hash(("orders"."region" COLLATE "C")), 2::UBIGINT)))) & 1048575) < 131072 AND "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL) b ON a.k0 = b.k0 AND a.k1 = b.k1
