SELECT bit_count(bitstring_agg("orders"."id", 1, 1000000))
FROM "shop"."pr_42"."orders"
WHERE (amount > 0
) AND "orders"."id" IS NOT NULL
