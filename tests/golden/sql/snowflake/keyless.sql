WITH g AS (SELECT h0,
      h1,
      sum(a) AS na,
      sum(b) AS nb
  FROM (SELECT HASH(HASH(0, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4)), ("ratio" + 0.0), COLLATE("note", ''), "shipped_on", "created_at", CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ), "is_paid", TO_JSON(TO_VARIANT("payload")))) AS h0,
        HASH(HASH(1, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4)), ("ratio" + 0.0), COLLATE("note", ''), "shipped_on", "created_at", CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ), "is_paid", TO_JSON(TO_VARIANT("payload")))) AS h1,
        CAST(1 AS bigint) AS a,
        CAST(0 AS bigint) AS b
    FROM shop.analytics.orders
    WHERE (amount > 0
)
    UNION ALL SELECT HASH(HASH(0, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4)), ("ratio" + 0.0), COLLATE("note", ''), "shipped_on", "created_at", CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ), "is_paid", TO_JSON(TO_VARIANT("payload")))) AS h0,
        HASH(HASH(1, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4)), ("ratio" + 0.0), COLLATE("note", ''), "shipped_on", "created_at", CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ), "is_paid", TO_JSON(TO_VARIANT("payload")))) AS h1,
        CAST(0 AS bigint) AS a,
        CAST(1 AS bigint) AS b
    FROM shop.pr_42.orders
    WHERE (amount > 0
)) u
  GROUP BY h0,
      h1)
SELECT 'counts',
    '0',
    ((((coalesce(CAST(sum(na) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(nb) AS VARCHAR), '0')) || ',') || ((coalesce(CAST(sum(CASE WHEN na > nb THEN na - nb END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN nb > na THEN nb - na END) AS VARCHAR), '0'))),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR)
FROM g
UNION ALL SELECT 'removed:prod',
    CAST(0 AS VARCHAR),
    r.c0,
    r.c1,
    r.c2,
    r.c3,
    r.c4,
    r.c5,
    r.c6,
    r.c7,
    r.c8,
    r.c9
FROM (SELECT p.*,
      row_number() OVER (PARTITION BY p.h0, p.h1 ORDER BY p.h0) AS copy
  FROM (SELECT HASH(HASH(0, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4)), ("ratio" + 0.0), COLLATE("note", ''), "shipped_on", "created_at", CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ), "is_paid", TO_JSON(TO_VARIANT("payload")))) AS h0,
        HASH(HASH(1, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4)), ("ratio" + 0.0), COLLATE("note", ''), "shipped_on", "created_at", CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ), "is_paid", TO_JSON(TO_VARIANT("payload")))) AS h1,
        left(CAST("id" AS VARCHAR), 1000) AS c0,
        left(CAST("region" AS VARCHAR), 1000) AS c1,
        left(CAST("amount" AS VARCHAR), 1000) AS c2,
        left(CAST("ratio" AS VARCHAR), 1000) AS c3,
        CASE WHEN "note" IS NOT NULL THEN '***' END AS c4,
        left(CAST("shipped_on" AS VARCHAR), 1000) AS c5,
        left(CAST("created_at" AS VARCHAR), 1000) AS c6,
        left(CAST("seen_at" AS VARCHAR), 1000) AS c7,
        left(CAST("is_paid" AS VARCHAR), 1000) AS c8,
        left(TO_JSON(TO_VARIANT("payload")), 1000) AS c9
    FROM shop.analytics.orders
    WHERE (amount > 0
)) p
  JOIN (SELECT h0,
        h1
    FROM g
    WHERE na > nb
    ORDER BY h0,
        h1 LIMIT 5) s ON s.h0 = p.h0 AND s.h1 = p.h1) r
WHERE r.copy = 1
UNION ALL SELECT 'added:pr',
    CAST(0 AS VARCHAR),
    r.c0,
    r.c1,
    r.c2,
    r.c3,
    r.c4,
    r.c5,
    r.c6,
    r.c7,
    r.c8,
    r.c9
FROM (SELECT p.*,
      row_number() OVER (PARTITION BY p.h0, p.h1 ORDER BY p.h0) AS copy
  FROM (SELECT HASH(HASH(0, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4)), ("ratio" + 0.0), COLLATE("note", ''), "shipped_on", "created_at", CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ), "is_paid", TO_JSON(TO_VARIANT("payload")))) AS h0,
        HASH(HASH(1, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4)), ("ratio" + 0.0), COLLATE("note", ''), "shipped_on", "created_at", CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ), "is_paid", TO_JSON(TO_VARIANT("payload")))) AS h1,
        left(CAST("id" AS VARCHAR), 1000) AS c0,
        left(CAST("region" AS VARCHAR), 1000) AS c1,
        left(CAST("amount" AS VARCHAR), 1000) AS c2,
        left(CAST("ratio" AS VARCHAR), 1000) AS c3,
        CASE WHEN "note" IS NOT NULL THEN '***' END AS c4,
        left(CAST("shipped_on" AS VARCHAR), 1000) AS c5,
        left(CAST("created_at" AS VARCHAR), 1000) AS c6,
        left(CAST("seen_at" AS VARCHAR), 1000) AS c7,
        left(CAST("is_paid" AS VARCHAR), 1000) AS c8,
        left(TO_JSON(TO_VARIANT("payload")), 1000) AS c9
    FROM shop.pr_42.orders
    WHERE (amount > 0
)) p
  JOIN (SELECT h0,
        h1
    FROM g
    WHERE nb > na
    ORDER BY h0,
        h1 LIMIT 5) s ON s.h0 = p.h0 AND s.h1 = p.h1) r
WHERE r.copy = 1
