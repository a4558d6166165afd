SELECT CAST(min(to_unixtime(CAST(("seen_at" AT TIME ZONE 'UTC') AS timestamp(12)))) AS varchar),
    CAST(max(to_unixtime(CAST(("seen_at" AT TIME ZONE 'UTC') AS timestamp(12)))) AS varchar)
FROM "shop"."analytics"."orders"
WHERE (amount > 0
)
UNION ALL SELECT CAST(min(to_unixtime(CAST(("seen_at" AT TIME ZONE 'UTC') AS timestamp(12)))) AS varchar),
    CAST(max(to_unixtime(CAST(("seen_at" AT TIME ZONE 'UTC') AS timestamp(12)))) AS varchar)
FROM "shop"."pr_42"."orders"
WHERE (amount > 0
)
