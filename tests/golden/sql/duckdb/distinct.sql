SELECT count(DISTINCT hash(hash("orders"."id", ("orders"."region" COLLATE "C"))))
FROM "shop"."pr_42"."orders"
WHERE (amount > 0
) AND "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL
