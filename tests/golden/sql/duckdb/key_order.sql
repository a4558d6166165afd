SELECT count(CASE WHEN NOT (k > p) THEN 1 END),
    CAST(NULL AS bigint),
    CAST(NULL AS bigint)
FROM (SELECT row("orders"."id", ("orders"."region" COLLATE "C")) AS k,
      lag(row("orders"."id", ("orders"."region" COLLATE "C"))) OVER () AS p
  FROM "shop"."pr_42"."orders"
  WHERE (amount > 0
) AND "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL) o
