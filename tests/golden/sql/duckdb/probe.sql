SELECT count(*),
    count(b.k0),
    count(CASE WHEN b.k0 IS NOT NULL AND a.h IS DISTINCT FROM b.h THEN 1 END)
FROM (SELECT "orders"."id" AS k0,
      ("orders"."region" COLLATE "C") AS k1,
      hash(hash(CAST("orders"."amount" AS DECIMAL(14, 4)), "orders"."ratio", ("orders"."note" COLLATE "C"), "orders"."shipped_on", "orders"."created_at", "orders"."seen_at", "orders"."is_paid", (CASE WHEN "orders"."payload" IS NOT NULL THEN (SELECT string_agg(fullkey || ' ' || CASE WHEN type IN ('DOUBLE', 'BIGINT', 'UBIGINT') THEN 'NUMBER ' || CASE WHEN type = 'DOUBLE' AND abs(CAST(atom AS DOUBLE)) < 1e18 AND CAST(atom AS DOUBLE) = floor(CAST(atom AS DOUBLE)) THEN CAST(CAST(CAST(atom AS DOUBLE) AS BIGINT) AS VARCHAR) ELSE CAST(atom AS VARCHAR) END ELSE type || ' ' || coalesce(CAST(atom AS VARCHAR), '') END, chr(10) ORDER BY fullkey, id)
    FROM json_tree("orders"."payload")) END))) AS h
  FROM "shop"."analytics"."orders" TABLESAMPLE system(0.1%)
  WHERE (amount > 0
) AND "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL) a
LEFT
JOIN (SELECT "orders"."id" AS k0,
      ("orders"."region" COLLATE "C") AS k1,
      hash(hash(CAST("orders"."amount" AS DECIMAL(14, 4)), "orders"."ratio", ("orders"."note" COLLATE "C"), "orders"."shipped_on", "orders"."created_at", "orders"."seen_at", "orders"."is_paid", (CASE WHEN "orders"."payload" IS NOT NULL THEN (SELECT string_agg(fullkey || ' ' || CASE WHEN type IN ('DOUBLE', 'BIGINT', 'UBIGINT') THEN 'NUMBER ' || CASE WHEN type = 'DOUBLE' AND abs(CAST(atom AS DOUBLE)) < 1e18 AND CAST(atom AS DOUBLE) = floor(CAST(atom AS DOUBLE)) THEN CAST(CAST(CAST(atom AS DOUBLE) AS BIGINT) AS VARCHAR) ELSE CAST(atom AS VARCHAR) END ELSE type || ' ' || coalesce(CAST(atom AS VARCHAR), '') END, chr(10) ORDER BY fullkey, id)
    FROM json_tree("orders"."payload")) END))) AS h
  FROM "shop"."pr_42"."orders"
  WHERE (amount > 0
) AND "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL) b ON a.k0 = b.k0 AND a.k1 = b.k1
