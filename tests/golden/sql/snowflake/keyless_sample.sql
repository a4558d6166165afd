WITH dg__groups AS (SELECT h0,
      h1,
      sum(a) AS na,
      sum(b) AS nb
  FROM (SELECT HASH(HASH(0, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4)), ("ratio" + 0.0), coalesce(TRIM(lower(COLLATE("note", '')), ' '), ''), "shipped_on", "created_at", CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ), "is_paid", TO_JSON(TO_VARIANT("payload")))) AS h0,
        HASH(HASH(1, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4)), ("ratio" + 0.0), coalesce(TRIM(lower(COLLATE("note", '')), ' '), ''), "shipped_on", "created_at", CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ), "is_paid", TO_JSON(TO_VARIANT("payload")))) AS h1,
        CAST(1 AS bigint) AS a,
        CAST(0 AS bigint) AS b
    FROM shop.analytics.orders
    WHERE (amount > 0
) AND BITAND(HASH(HASH(2, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4)), ("ratio" + 0.0), coalesce(TRIM(lower(COLLATE("note", '')), ' '), ''), "shipped_on", "created_at", CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ), "is_paid", TO_JSON(TO_VARIANT("payload")))), 1048575) < 131072
    UNION ALL SELECT HASH(HASH(0, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4)), ("ratio" + 0.0), coalesce(TRIM(lower(COLLATE("note", '')), ' '), ''), "shipped_on", "created_at", CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ), "is_paid", TO_JSON(TO_VARIANT("payload")))) AS h0,
        HASH(HASH(1, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4)), ("ratio" + 0.0), coalesce(TRIM(lower(COLLATE("note", '')), ' '), ''), "shipped_on", "created_at", CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ), "is_paid", TO_JSON(TO_VARIANT("payload")))) AS h1,
        CAST(0 AS bigint) AS a,
        CAST(1 AS bigint) AS b
    FROM shop.pr_42.orders
    WHERE (amount > 0
) AND BITAND(HASH(HASH(2, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4)), ("ratio" + 0.0), coalesce(TRIM(lower(COLLATE("note", '')), ' '), ''), "shipped_on", "created_at", CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ), "is_paid", TO_JSON(TO_VARIANT("payload")))), 1048575) < 131072) u
  GROUP BY h0,
      h1)
SELECT 'counts',
    '0',
    ((((((coalesce(CAST(sum(na) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(nb) AS VARCHAR), '0')) || ',') || ((coalesce(CAST(sum(CASE WHEN na > nb THEN na - nb END) AS VARCHAR), '0') || ',') || ((coalesce(CAST(sum(CASE WHEN nb > na THEN nb - na END) AS VARCHAR), '0') || ',') || coalesce(CAST(CAST(sum(CAST(na AS DOUBLE PRECISION) * CAST(na AS DOUBLE PRECISION)) AS VARCHAR) AS VARCHAR), '0')))) || ',') || ((((coalesce(CAST(CAST(sum(CAST(nb AS DOUBLE PRECISION) * CAST(nb AS DOUBLE PRECISION)) AS VARCHAR) AS VARCHAR), '0') || ',') || coalesce(CAST(CAST(sum(CAST(CASE WHEN na > nb THEN na - nb END AS DOUBLE PRECISION) * CAST(CASE WHEN na > nb THEN na - nb END AS DOUBLE PRECISION)) AS VARCHAR) AS VARCHAR), '0')) || ',') || ((coalesce(CAST(CAST(sum(CAST(CASE WHEN nb > na THEN nb - na END AS DOUBLE PRECISION) * CAST(CASE WHEN nb > na THEN nb - na END AS DOUBLE PRECISION)) AS VARCHAR) AS VARCHAR), '0') || ',') || ((coalesce(CAST(max(CASE WHEN na > nb THEN na - nb END) AS VARCHAR), '0') || ',') || coalesce(CAST(max(CASE WHEN nb > na THEN nb - na END) AS VARCHAR), '0'))))),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR)
FROM dg__groups
UNION ALL SELECT 'removed:prod',
    CAST(0 AS VARCHAR),
    left(CAST(r.c0 AS VARCHAR), 1000),
    left(CAST(r.c1 AS VARCHAR), 1000),
    left(CAST(r.c2 AS VARCHAR), 1000),
    left(CAST(r.c3 AS VARCHAR), 1000),
    CASE WHEN r.c4 IS NOT NULL THEN '***' END,
    left(CAST(r.c5 AS VARCHAR), 1000),
    left(TO_CHAR(r.c6, 'YYYY-MM-DD HH24:MI:SS.FF9'), 1000),
    left(TO_CHAR(r.c7, 'YYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM'), 1000),
    left(CAST(r.c8 AS VARCHAR), 1000),
    left(TO_JSON(TO_VARIANT(r.c9)), 1000)
FROM (SELECT p.*,
      row_number() OVER (PARTITION BY p.h0, p.h1 ORDER BY p.h0) AS copy
  FROM (SELECT HASH(HASH(0, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4)), ("ratio" + 0.0), coalesce(TRIM(lower(COLLATE("note", '')), ' '), ''), "shipped_on", "created_at", CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ), "is_paid", TO_JSON(TO_VARIANT("payload")))) AS h0,
        HASH(HASH(1, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4)), ("ratio" + 0.0), coalesce(TRIM(lower(COLLATE("note", '')), ' '), ''), "shipped_on", "created_at", CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ), "is_paid", TO_JSON(TO_VARIANT("payload")))) AS h1,
        "id" AS c0,
        "region" AS c1,
        "amount" AS c2,
        "ratio" AS c3,
        "note" AS c4,
        "shipped_on" AS c5,
        "created_at" AS c6,
        "seen_at" AS c7,
        "is_paid" AS c8,
        "payload" AS c9
    FROM shop.analytics.orders
    WHERE (amount > 0
) AND BITAND(HASH(HASH(2, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4)), ("ratio" + 0.0), coalesce(TRIM(lower(COLLATE("note", '')), ' '), ''), "shipped_on", "created_at", CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ), "is_paid", TO_JSON(TO_VARIANT("payload")))), 1048575) < 131072) p
  JOIN (SELECT h0,
        h1
    FROM dg__groups
    WHERE na > nb
    ORDER BY h0,
        h1 LIMIT 5) s ON s.h0 = p.h0 AND s.h1 = p.h1) r
WHERE r.copy = 1
UNION ALL SELECT 'added:pr',
    CAST(0 AS VARCHAR),
    left(CAST(r.c0 AS VARCHAR), 1000),
    left(CAST(r.c1 AS VARCHAR), 1000),
    left(CAST(r.c2 AS VARCHAR), 1000),
    left(CAST(r.c3 AS VARCHAR), 1000),
    CASE WHEN r.c4 IS NOT NULL THEN '***' END,
    left(CAST(r.c5 AS VARCHAR), 1000),
    left(TO_CHAR(r.c6, 'YYYY-MM-DD HH24:MI:SS.FF9'), 1000),
    left(TO_CHAR(r.c7, 'YYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM'), 1000),
    left(CAST(r.c8 AS VARCHAR), 1000),
    left(TO_JSON(TO_VARIANT(r.c9)), 1000)
FROM (SELECT p.*,
      row_number() OVER (PARTITION BY p.h0, p.h1 ORDER BY p.h0) AS copy
  FROM (SELECT HASH(HASH(0, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4)), ("ratio" + 0.0), coalesce(TRIM(lower(COLLATE("note", '')), ' '), ''), "shipped_on", "created_at", CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ), "is_paid", TO_JSON(TO_VARIANT("payload")))) AS h0,
        HASH(HASH(1, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4)), ("ratio" + 0.0), coalesce(TRIM(lower(COLLATE("note", '')), ' '), ''), "shipped_on", "created_at", CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ), "is_paid", TO_JSON(TO_VARIANT("payload")))) AS h1,
        "id" AS c0,
        "region" AS c1,
        "amount" AS c2,
        "ratio" AS c3,
        "note" AS c4,
        "shipped_on" AS c5,
        "created_at" AS c6,
        "seen_at" AS c7,
        "is_paid" AS c8,
        "payload" AS c9
    FROM shop.pr_42.orders
    WHERE (amount > 0
) AND BITAND(HASH(HASH(2, "id", COLLATE("region", ''), CAST("amount" AS NUMBER(14, 4)), ("ratio" + 0.0), coalesce(TRIM(lower(COLLATE("note", '')), ' '), ''), "shipped_on", "created_at", CAST(CONVERT_TIMEZONE('UTC', "seen_at") AS TIMESTAMP_NTZ), "is_paid", TO_JSON(TO_VARIANT("payload")))), 1048575) < 131072) p
  JOIN (SELECT h0,
        h1
    FROM dg__groups
    WHERE nb > na
    ORDER BY h0,
        h1 LIMIT 5) s ON s.h0 = p.h0 AND s.h1 = p.h1) r
WHERE r.copy = 1
