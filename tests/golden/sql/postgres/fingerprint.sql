SELECT count(*) AS n,
    count(CASE WHEN "id" IS NOT NULL AND "region" IS NOT NULL THEN 1 END) AS nk,
    coalesce(CAST(sum(hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C")), 0) AS double precision), 1)) AS text), '0') AS h1,
    coalesce(CAST(sum(hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), CAST("amount" AS numeric), (CAST("amount" AS numeric) < 0)), 0) AS double precision), 1)) AS text), '0') AS h2,
    coalesce(CAST(sum(hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), "ratio"), 0) AS double precision), 1)) AS text), '0') AS h3,
    coalesce(CAST(sum(hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), ("note" COLLATE "C")), 0) AS double precision), 1)) AS text), '0') AS h4,
    coalesce(CAST(sum(hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), "shipped_on"), 0) AS double precision), 1)) AS text), '0') AS h5,
    coalesce(CAST(sum(hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), timestamp_send("created_at")), 0) AS double precision), 1)) AS text), '0') AS h6,
    coalesce(CAST(sum(hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), timestamptz_send("seen_at")), 0) AS double precision), 1)) AS text), '0') AS h7,
    coalesce(CAST(sum(hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), "is_paid"), 0) AS double precision), 1)) AS text), '0') AS h8,
    coalesce(CAST(sum(hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), "payload", regexp_replace(regexp_replace(CAST("payload" AS text), '(\.[0-9]*?)0+([^0-9]|$)', '\1\2', 'g'), '\.([^0-9]|$)', '\1', 'g')), 0) AS double precision), 1)) AS text), '0') AS h9
FROM "shop"."analytics"."orders"
WHERE (amount > 0
)
