SELECT count(CASE WHEN a.v0 IS NOT NULL OR b.v0 IS NOT NULL THEN 1 END),
    count(CASE WHEN a.v0 IS NOT NULL AND NOT (a.v0 IS DISTINCT FROM b.v0) THEN 1 END),
    count(DISTINCT CASE WHEN a.v0 IS NOT NULL AND NOT (a.v0 IS DISTINCT FROM b.v0) THEN hashfloat8extended(CAST(hash_record_extended(ROW(timestamptz_send(a.v0)), 3) AS double precision), 4) END),
    count(CASE WHEN a.v1 IS NOT NULL OR b.v1 IS NOT NULL THEN 1 END),
    count(CASE WHEN a.v1 IS NOT NULL AND NOT (a.v1 IS DISTINCT FROM b.v1) THEN 1 END),
    count(DISTINCT CASE WHEN a.v1 IS NOT NULL AND NOT (a.v1 IS DISTINCT FROM b.v1) THEN hashfloat8extended(CAST(hash_record_extended(ROW(a.v1), 3) AS double precision), 4) END),
    count(CASE WHEN a.v2 IS NOT NULL OR b.v2 IS NOT NULL THEN 1 END),
    count(CASE WHEN a.v2 IS NOT NULL AND NOT (a.v2 IS DISTINCT FROM b.v2) THEN 1 END),
    count(DISTINCT CASE WHEN a.v2 IS NOT NULL AND NOT (a.v2 IS DISTINCT FROM b.v2) THEN hashfloat8extended(CAST(hash_record_extended(ROW(a.v2), 3) AS double precision), 4) END)
FROM (SELECT "id" AS k0,
      ("region" COLLATE "C") AS k1,
      "seen_at" AS v0,
      "ratio" AS v1,
      ("note" COLLATE "C") AS v2
  FROM "shop"."analytics"."orders"
  WHERE (amount > 0
) AND (hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C")), 2) AS double precision), 3) & 1048575) < 131072 AND "id" IS NOT NULL AND "region" IS NOT NULL) a
JOIN (SELECT "id" AS k0,
      ("region" COLLATE "C") AS k1,
      "seen_at_new" AS v0,
      "ratio_new" AS v1,
      ("note_new" COLLATE "C") AS v2
  FROM "shop"."pr_42"."orders"
  WHERE (amount > 0
) AND (hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C")), 2) AS double precision), 3) & 1048575) < 131072 AND "id" IS NOT NULL AND "region" IS NOT NULL) b ON a.k0 = b.k0 AND a.k1 = b.k1
