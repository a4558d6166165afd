SELECT count(*) AS n,
    count(CASE WHEN "id" IS NOT NULL AND "region" IS NOT NULL THEN 1 END) AS nk,
    coalesce(CAST(SUM(HASH(HASH(0, "id", COLLATE("region", '')))) AS VARCHAR), '0') AS h1,
    coalesce(CAST(SUM(HASH(HASH(0, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4))))) AS VARCHAR), '0') AS h2,
    coalesce(CAST(SUM(HASH(HASH(0, "id", COLLATE("region", ''), ("ratio" + 0.0)))) AS VARCHAR), '0') AS h3,
    coalesce(CAST(SUM(HASH(HASH(0, "id", COLLATE("region", ''), COLLATE("note", '')))) AS VARCHAR), '0') AS h4,
    coalesce(CAST(SUM(HASH(HASH(0, "id", COLLATE("region", ''), "shipped_on"))) AS VARCHAR), '0') AS h5,
    coalesce(CAST(SUM(HASH(HASH(0, "id", COLLATE("region", ''), "created_at"))) AS VARCHAR), '0') AS h6,
    coalesce(CAST(SUM(HASH(HASH(0, "id", COLLATE("region", ''), CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ)))) AS VARCHAR), '0') AS h7,
    coalesce(CAST(SUM(HASH(HASH(0, "id", COLLATE("region", ''), "is_paid"))) AS VARCHAR), '0') AS h8,
    coalesce(CAST(SUM(HASH(HASH(0, "id", COLLATE("region", ''), TO_JSON(TO_VARIANT("payload"))))) AS VARCHAR), '0') AS h9
FROM shop.analytics.orders
WHERE (amount > 0
)
