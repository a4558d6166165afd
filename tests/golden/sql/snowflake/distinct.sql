SELECT count(DISTINCT HASH(HASH(0, "id", COLLATE("region", ''))))
FROM shop.pr_42.orders
WHERE (amount > 0
) AND "id" IS NOT NULL AND "region" IS NOT NULL
