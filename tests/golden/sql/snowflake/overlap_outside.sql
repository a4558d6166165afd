SELECT 0 AS side,
    count(CASE WHEN "seen_at" < CAST('2024-05-01 00:00:00' AS TIMESTAMP_TZ) THEN 1 END),
    count(CASE WHEN "seen_at" > CAST('2024-05-31 12:00:00' AS TIMESTAMP_TZ) THEN 1 END),
    count(CASE WHEN "seen_at" IS NULL THEN 1 END)
FROM shop.analytics.orders
WHERE (amount > 0
)
UNION ALL SELECT 1,
    count(CASE WHEN "seen_at" < CAST('2024-05-01 00:00:00' AS TIMESTAMP_TZ) THEN 1 END),
    count(CASE WHEN "seen_at" > CAST('2024-05-31 12:00:00' AS TIMESTAMP_TZ) THEN 1 END),
    count(CASE WHEN "seen_at" IS NULL THEN 1 END)
FROM shop.pr_42.orders
WHERE (amount > 0
)
