SELECT 0 AS side,
    p.*
FROM (SELECT count(*) AS n,
      count(CASE WHEN "id" IS NOT NULL AND "region" IS NOT NULL THEN 1 END) AS nk
  FROM "shop"."analytics"."orders"
  WHERE (amount > 0
) AND ("seen_at" >= CAST('2024-05-01 00:00:00' AS TIMESTAMP WITH TIME ZONE) AND "seen_at" <= CAST('2024-05-31 12:00:00' AS TIMESTAMP WITH TIME ZONE)) AND (hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C")), 2) AS double precision), 3) & 1048575) < 131072) p
UNION ALL SELECT 1,
    p.*
FROM (SELECT count(*) AS n,
      count(CASE WHEN "id" IS NOT NULL AND "region" IS NOT NULL THEN 1 END) AS nk
  FROM "shop"."pr_42"."orders"
  WHERE (amount > 0
) AND ("seen_at" >= CAST('2024-05-01 00:00:00' AS TIMESTAMP WITH TIME ZONE) AND "seen_at" <= CAST('2024-05-31 12:00:00' AS TIMESTAMP WITH TIME ZONE)) AND (hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C")), 2) AS double precision), 3) & 1048575) < 131072) p
