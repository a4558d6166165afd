SELECT count(*),
    count(b.k0),
    count(CASE WHEN b.k0 IS NOT NULL AND ((a.v0 IS DISTINCT FROM b.v0) OR (a.v1 IS DISTINCT FROM b.v1) OR (a.v2 IS DISTINCT FROM b.v2) OR (a.v3 IS DISTINCT FROM b.v3) OR (a.v4 IS DISTINCT FROM b.v4) OR (a.v5 IS DISTINCT FROM b.v5) OR (a.v6 IS DISTINCT FROM b.v6) OR (a.v7 IS DISTINCT FROM b.v7)) THEN 1 END)
FROM (SELECT "orders"."id" AS k0,
      ("orders"."region" COLLATE "C") AS k1,
      CAST("orders"."amount" AS DECIMAL(14, 4)) AS v0,
      "orders"."ratio" AS v1,
      ("orders"."note" COLLATE "C") AS v2,
      "orders"."shipped_on" AS v3,
      "orders"."created_at" AS v4,
      "orders"."seen_at" AS v5,
      "orders"."is_paid" AS v6,
      (CASE WHEN "orders"."payload" IS NOT NULL THEN (SELECT string_agg(fullkey || ' ' || CASE WHEN type IN ('DOUBLE', 'BIGINT', 'UBIGINT') THEN 'NUMBER ' || CASE WHEN type = 'DOUBLE' AND abs(CAST(atom AS DOUBLE)) < 1e18 AND CAST(atom AS DOUBLE) = floor(CAST(atom AS DOUBLE)) THEN CAST(CAST(CAST(atom AS DOUBLE) AS BIGINT) AS VARCHAR) ELSE CAST(atom AS VARCHAR) END ELSE type || ' ' || coalesce(CAST(atom AS VARCHAR), '') END, chr(10) ORDER BY fullkey, id)
    FROM json_tree("orders"."payload")) END) AS v7
  FROM "shop"."analytics"."orders" TABLESAMPLE system(0.1%)
  WHERE (amount > 0
) AND "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL) a
LEFT
JOIN (SELECT "orders"."id" AS k0,
      ("orders"."region" COLLATE "C") AS k1,
      CAST("orders"."amount" AS DECIMAL(14, 4)) AS v0,
      "orders"."ratio" AS v1,
      ("orders"."note" COLLATE "C") AS v2,
      "orders"."shipped_on" AS v3,
      "orders"."created_at" AS v4,
      "orders"."seen_at" AS v5,
      "orders"."is_paid" AS v6,
      (CASE WHEN "orders"."payload" IS NOT NULL THEN (SELECT string_agg(fullkey || ' ' || CASE WHEN type IN ('DOUBLE', 'BIGINT', 'UBIGINT') THEN 'NUMBER ' || CASE WHEN type = 'DOUBLE' AND abs(CAST(atom AS DOUBLE)) < 1e18 AND CAST(atom AS DOUBLE) = floor(CAST(atom AS DOUBLE)) THEN CAST(CAST(CAST(atom AS DOUBLE) AS BIGINT) AS VARCHAR) ELSE CAST(atom AS VARCHAR) END ELSE type || ' ' || coalesce(CAST(atom AS VARCHAR), '') END, chr(10) ORDER BY fullkey, id)
    FROM json_tree("orders"."payload")) END) AS v7
  FROM "shop"."pr_42"."orders"
  WHERE (amount > 0
) AND "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL) b ON a.k0 = b.k0 AND a.k1 = b.k1
