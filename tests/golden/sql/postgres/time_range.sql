SELECT CAST(min(EXTRACT(EPOCH FROM CAST("seen_at" AS TIMESTAMP))) AS text),
    CAST(max(EXTRACT(EPOCH FROM CAST("seen_at" AS TIMESTAMP))) AS text)
FROM "shop"."analytics"."orders"
WHERE (amount > 0
)
UNION ALL SELECT CAST(min(EXTRACT(EPOCH FROM CAST("seen_at" AS TIMESTAMP))) AS text),
    CAST(max(EXTRACT(EPOCH FROM CAST("seen_at" AS TIMESTAMP))) AS text)
FROM "shop"."pr_42"."orders"
WHERE (amount > 0
)
