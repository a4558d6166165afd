SELECT 0 AS side,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(SUM(HASH(HASH(0, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4)), ("ratio" + 0.0), COLLATE("note", ''), "shipped_on", "created_at", CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ), "is_paid", TO_JSON(TO_VARIANT("payload"))))) AS VARCHAR), '0') AS h1
  FROM shop.analytics.orders
  WHERE (amount > 0
)) p
UNION ALL SELECT 1,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(SUM(HASH(HASH(0, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4)), ("ratio" + 0.0), COLLATE("note", ''), "shipped_on", "created_at", CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ), "is_paid", TO_JSON(TO_VARIANT("payload"))))) AS VARCHAR), '0') AS h1
  FROM shop.pr_42.orders
  WHERE (amount > 0
)) p
