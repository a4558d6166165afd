SELECT 0 AS side,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(SUM(h) AS VARCHAR), '0') AS h0
  FROM (SELECT HASH(HASH(0, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4)), ("ratio" + 0.0), coalesce(TRIM(lower(COLLATE("note", '')), ' '), ''), "shipped_on", "created_at", CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ), "is_paid", TO_JSON(TO_VARIANT("payload")))) AS h,
        CASE WHEN "id" IS NOT NULL AND "region" IS NOT NULL THEN 1 ELSE 0 END AS whole,
        count(*) OVER (PARTITION BY "id", COLLATE("region", '')) AS copies
    FROM shop.analytics.orders
    WHERE (amount > 0
)) r
  WHERE whole = 0 OR copies > 1) p
UNION ALL SELECT 1,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(SUM(h) AS VARCHAR), '0') AS h0
  FROM (SELECT HASH(HASH(0, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4)), ("ratio" + 0.0), coalesce(TRIM(lower(COLLATE("note", '')), ' '), ''), "shipped_on", "created_at", CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ), "is_paid", TO_JSON(TO_VARIANT("payload")))) AS h,
        CASE WHEN "id" IS NOT NULL AND "region" IS NOT NULL THEN 1 ELSE 0 END AS whole,
        count(*) OVER (PARTITION BY "id", COLLATE("region", '')) AS copies
    FROM shop.pr_42.orders
    WHERE (amount > 0
)) r
  WHERE whole = 0 OR copies > 1) p
