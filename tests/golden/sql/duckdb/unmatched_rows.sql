SELECT 0 AS side,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(sum(CAST(h >> 8 AS BIGINT)) AS VARCHAR), '0') AS h0
  FROM (SELECT hash(hash("orders"."id", ("orders"."region" COLLATE "C"), CAST("orders"."amount" AS DECIMAL(14, 4)), "orders"."ratio", coalesce(TRIM(BOTH ' ' FROM lower(("orders"."note" COLLATE "C"))), ''), "orders"."shipped_on", "orders"."created_at", "orders"."seen_at", "orders"."is_paid", (CASE WHEN "orders"."payload" IS NOT NULL THEN (SELECT string_agg(fullkey || ' ' || CASE WHEN type IN ('DOUBLE', 'BIGINT', 'UBIGINT') THEN 'NUMBER ' || CASE WHEN type = 'DOUBLE' AND abs(CAST(atom AS DOUBLE)) < 1e18 AND CAST(atom AS DOUBLE) = floor(CAST(atom AS DOUBLE)) THEN CAST(CAST(CAST(atom AS DOUBLE) AS BIGINT) AS VARCHAR) ELSE CAST(atom AS VARCHAR) END ELSE type || ' ' || coalesce(CAST(atom AS VARCHAR), '') END, chr(10) ORDER BY fullkey, id)
      FROM json_tree("orders"."payload")) END))) AS h,
        CASE WHEN "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL THEN 1 ELSE 0 END AS whole,
        count(*) OVER (PARTITION BY "orders"."id", ("orders"."region" COLLATE "C")) AS copies
    FROM "shop"."analytics"."orders"
    WHERE (amount > 0
)) r
  WHERE whole = 0 OR copies > 1) p
UNION ALL SELECT 1,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(sum(CAST(h >> 8 AS BIGINT)) AS VARCHAR), '0') AS h0
  FROM (SELECT hash(hash("orders"."id", ("orders"."region" COLLATE "C"), CAST("orders"."amount" AS DECIMAL(14, 4)), "orders"."ratio", coalesce(TRIM(BOTH ' ' FROM lower(("orders"."note" COLLATE "C"))), ''), "orders"."shipped_on", "orders"."created_at", "orders"."seen_at", "orders"."is_paid", (CASE WHEN "orders"."payload" IS NOT NULL THEN (SELECT string_agg(fullkey || ' ' || CASE WHEN type IN ('DOUBLE', 'BIGINT', 'UBIGINT') THEN 'NUMBER ' || CASE WHEN type = 'DOUBLE' AND abs(CAST(atom AS DOUBLE)) < 1e18 AND CAST(atom AS DOUBLE) = floor(CAST(atom AS DOUBLE)) THEN CAST(CAST(CAST(atom AS DOUBLE) AS BIGINT) AS VARCHAR) ELSE CAST(atom AS VARCHAR) END ELSE type || ' ' || coalesce(CAST(atom AS VARCHAR), '') END, chr(10) ORDER BY fullkey, id)
      FROM json_tree("orders"."payload")) END))) AS h,
        CASE WHEN "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL THEN 1 ELSE 0 END AS whole,
        count(*) OVER (PARTITION BY "orders"."id", ("orders"."region" COLLATE "C")) AS copies
    FROM "shop"."pr_42"."orders"
    WHERE (amount > 0
)) r
  WHERE whole = 0 OR copies > 1) p
