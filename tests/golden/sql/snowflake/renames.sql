SELECT count(CASE WHEN a.v0 IS NOT NULL OR b.v0 IS NOT NULL THEN 1 END),
    count(CASE WHEN a.v0 IS NOT NULL AND NOT (a.v0 IS DISTINCT FROM b.v0) THEN 1 END),
    count(DISTINCT CASE WHEN a.v0 IS NOT NULL AND NOT (a.v0 IS DISTINCT FROM b.v0) THEN HASH(HASH(3, a.v0)) END),
    count(CASE WHEN a.v1 IS NOT NULL OR b.v1 IS NOT NULL THEN 1 END),
    count(CASE WHEN a.v1 IS NOT NULL AND NOT (a.v1 IS DISTINCT FROM b.v1) THEN 1 END),
    count(DISTINCT CASE WHEN a.v1 IS NOT NULL AND NOT (a.v1 IS DISTINCT FROM b.v1) THEN HASH(HASH(3, (a.v1 + 0.0))) END),
    count(CASE WHEN a.v2 IS NOT NULL OR b.v2 IS NOT NULL THEN 1 END),
    count(CASE WHEN a.v2 IS NOT NULL AND NOT (a.v2 IS DISTINCT FROM b.v2) THEN 1 END),
    count(DISTINCT CASE WHEN a.v2 IS NOT NULL AND NOT (a.v2 IS DISTINCT FROM b.v2) THEN HASH(HASH(3, a.v2)) END)
FROM (SELECT "id" AS k0,
      COLLATE("region", '') AS k1,
      CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ) AS v0,
      "ratio" AS v1,
      COLLATE("note", '') AS v2
  FROM shop.analytics.orders
  WHERE (amount > 0
) AND BITAND(HASH(HASH(2, "id", COLLATE("region", ''))), 1048575) < 131072 AND "id" IS NOT NULL AND "region" IS NOT NULL) a
JOIN (SELECT "id" AS k0,
      COLLATE("region", '') AS k1,
      CAST(CONVERT_TIMEZONE('UTC', "seen_at_new") AS TIMESTAMP_NTZ) AS v0,
      "ratio_new" AS v1,
      COLLATE("note_new", '') AS v2
  FROM shop.pr_42.orders
  WHERE (amount > 0
) AND BITAND(HASH(HASH(2, "id", COLLATE("region", ''))), 1048575) < 131072 AND "id" IS NOT NULL AND "region" IS NOT NULL) b ON a.k0 = b.k0 AND a.k1 = b.k1
