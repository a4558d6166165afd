SELECT 0 AS side,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(sum(CAST(h AS decimal(38, 0))) AS varchar), '0') AS h0
  FROM (SELECT from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['0', CAST("id" AS varchar), "region", CAST(CAST("amount" AS DECIMAL(14, 4)) AS varchar), CAST(("ratio" + 0.0) AS varchar), coalesce(TRIM(BOTH ' ' FROM lower("note")), ''), CAST("shipped_on" AS varchar), CAST("created_at" AS varchar), CAST(("seen_at" AT TIME ZONE 'UTC') AS varchar), CAST("is_paid" AS varchar), json_format("payload")] AS json))))) AS h,
        CASE WHEN "id" IS NOT NULL AND "region" IS NOT NULL THEN 1 ELSE 0 END AS whole,
        count(*) OVER (PARTITION BY "id", "region") AS copies
    FROM "shop"."analytics"."orders"
    WHERE (amount > 0
)) r
  WHERE whole = 0 OR copies > 1) p
UNION ALL SELECT 1,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(sum(CAST(h AS decimal(38, 0))) AS varchar), '0') AS h0
  FROM (SELECT from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['0', CAST("id" AS varchar), "region", CAST(CAST("amount" AS DECIMAL(14, 4)) AS varchar), CAST(("ratio" + 0.0) AS varchar), coalesce(TRIM(BOTH ' ' FROM lower("note")), ''), CAST("shipped_on" AS varchar), CAST("created_at" AS varchar), CAST(("seen_at" AT TIME ZONE 'UTC') AS varchar), CAST("is_paid" AS varchar), json_format("payload")] AS json))))) AS h,
        CASE WHEN "id" IS NOT NULL AND "region" IS NOT NULL THEN 1 ELSE 0 END AS whole,
        count(*) OVER (PARTITION BY "id", "region") AS copies
    FROM "shop"."pr_42"."orders"
    WHERE (amount > 0
)) r
  WHERE whole = 0 OR copies > 1) p
