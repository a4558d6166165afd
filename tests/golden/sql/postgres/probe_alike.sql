SELECT count(*),
    count(b.k0),
    count(CASE WHEN b.k0 IS NOT NULL AND a.h IS DISTINCT FROM b.h THEN 1 END)
FROM (SELECT "id" AS k0,
      ("region" COLLATE "C") AS k1,
      hashfloat8extended(CAST(hash_record_extended(ROW(CAST("amount" AS numeric), (CAST("amount" AS numeric) < 0), "ratio", ("note" COLLATE "C"), "shipped_on", timestamp_send("created_at"), timestamptz_send("seen_at"), "is_paid", "payload", regexp_replace(regexp_replace(CAST("payload" AS text), '(\.[0-9]*?)0+([^0-9]|$)', '\1\2', 'g'), '\.([^0-9]|$)', '\1', 'g')), 0) AS double precision), 1) AS h
  FROM "shop"."analytics"."orders" TABLESAMPLE SYSTEM (0.1) REPEATABLE (1)
  WHERE (amount > 0
) AND "id" IS NOT NULL AND "region" IS NOT NULL) a
LEFT
JOIN (SELECT "id" AS k0,
      ("region" COLLATE "C") AS k1,
      hashfloat8extended(CAST(hash_record_extended(ROW(CAST("amount" AS numeric), (CAST("amount" AS numeric) < 0), "ratio", ("note" COLLATE "C"), "shipped_on", timestamp_send("created_at"), timestamptz_send("seen_at"), "is_paid", "payload", regexp_replace(regexp_replace(CAST("payload" AS text), '(\.[0-9]*?)0+([^0-9]|$)', '\1\2', 'g'), '\.([^0-9]|$)', '\1', 'g')), 0) AS double precision), 1) AS h
  FROM "shop"."pr_42"."orders" TABLESAMPLE SYSTEM (0.1) REPEATABLE (1)
  WHERE (amount > 0
) AND "id" IS NOT NULL AND "region" IS NOT NULL) b ON a.k0 = b.k0 AND a.k1 = b.k1
