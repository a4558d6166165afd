SELECT count(*) AS n,
    count(CASE WHEN "id" IS NOT NULL AND "region" IS NOT NULL THEN 1 END) AS nk,
    coalesce(CAST(sum(hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C")), 0) AS double precision), 1)) AS text), '0') AS h1,
    coalesce(CAST(sum(hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), CAST("amount" AS numeric), (CAST("amount" AS numeric) < 0), "ratio", ("note" COLLATE "C"), "shipped_on", timestamp_send("created_at"), timestamptz_send("seen_at"), "is_paid", "payload", regexp_replace(regexp_replace(CAST("payload" AS text), '(\.[0-9]*?)0+([^0-9]|$)', '\1\2', 'g'), '\.([^0-9]|$)', '\1', 'g')), 0) AS double precision), 1)) AS text), '0') AS h2
FROM "shop"."analytics"."orders"
WHERE (amount > 0
)
