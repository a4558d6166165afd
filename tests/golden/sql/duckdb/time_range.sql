SELECT CAST(min(EXTRACT(EPOCH FROM CAST("orders"."seen_at" AS TIMESTAMP))) AS VARCHAR),
    CAST(max(EXTRACT(EPOCH FROM CAST("orders"."seen_at" AS TIMESTAMP))) AS VARCHAR)
FROM "shop"."analytics"."orders"
WHERE (amount > 0
)
UNION ALL SELECT CAST(min(EXTRACT(EPOCH FROM CAST("orders"."seen_at" AS TIMESTAMP))) AS VARCHAR),
    CAST(max(EXTRACT(EPOCH FROM CAST("orders"."seen_at" AS TIMESTAMP))) AS VARCHAR)
FROM "shop"."pr_42"."orders"
WHERE (amount > 0
)
