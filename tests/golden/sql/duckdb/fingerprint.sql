SELECT count(*) AS n,
    count(CASE WHEN "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL THEN 1 END) AS nk,
    coalesce(CAST(sum(CAST(hash(hash("orders"."id", ("orders"."region" COLLATE "C"), CAST("orders"."amount" AS DECIMAL(14, 4)), "orders"."ratio", ("orders"."note" COLLATE "C"), "orders"."shipped_on", "orders"."created_at", "orders"."seen_at", "orders"."is_paid", "orders"."payload")) >> 8 AS BIGINT)) AS VARCHAR), '0') AS h1
FROM "shop"."analytics"."orders"
WHERE (amount > 0
)
