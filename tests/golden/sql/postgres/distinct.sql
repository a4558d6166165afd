SELECT count(DISTINCT hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C")), 0) AS double precision), 1))
FROM "shop"."pr_42"."orders"
WHERE (amount > 0
) AND "id" IS NOT NULL AND "region" IS NOT NULL
