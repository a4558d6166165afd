WITH dg__groups AS (SELECT h0,
      h1,
      sum(a) AS na,
      sum(b) AS nb
  FROM (SELECT from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['0', CAST("id" AS varchar), "region", CAST(CAST("amount" AS DECIMAL(14, 4)) AS varchar), CAST(("ratio" + 0.0) AS varchar), coalesce(TRIM(BOTH ' ' FROM lower("note")), ''), CAST("shipped_on" AS varchar), CAST("created_at" AS varchar), CAST(("seen_at" AT TIME ZONE 'UTC') AS varchar), CAST("is_paid" AS varchar), json_format("payload")] AS json))))) AS h0,
        from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['1', CAST("id" AS varchar), "region", CAST(CAST("amount" AS DECIMAL(14, 4)) AS varchar), CAST(("ratio" + 0.0) AS varchar), coalesce(TRIM(BOTH ' ' FROM lower("note")), ''), CAST("shipped_on" AS varchar), CAST("created_at" AS varchar), CAST(("seen_at" AT TIME ZONE 'UTC') AS varchar), CAST("is_paid" AS varchar), json_format("payload")] AS json))))) AS h1,
        CAST(1 AS bigint) AS a,
        CAST(0 AS bigint) AS b
    FROM "shop"."analytics"."orders"
    WHERE (amount > 0
) AND bitwise_and(from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['2', CAST("id" AS varchar), "region", CAST(CAST("amount" AS DECIMAL(14, 4)) AS varchar), CAST(("ratio" + 0.0) AS varchar), coalesce(TRIM(BOTH ' ' FROM lower("note")), ''), CAST("shipped_on" AS varchar), CAST("created_at" AS varchar), CAST(("seen_at" AT TIME ZONE 'UTC') AS varchar), CAST("is_paid" AS varchar), json_format("payload")] AS json))))), 1048575) < 131072
    UNION ALL SELECT from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['0', CAST("id" AS varchar), "region", CAST(CAST("amount" AS DECIMAL(14, 4)) AS varchar), CAST(("ratio" + 0.0) AS varchar), coalesce(TRIM(BOTH ' ' FROM lower("note")), ''), CAST("shipped_on" AS varchar), CAST("created_at" AS varchar), CAST(("seen_at" AT TIME ZONE 'UTC') AS varchar), CAST("is_paid" AS varchar), json_format("payload")] AS json))))) AS h0,
        from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['1', CAST("id" AS varchar), "region", CAST(CAST("amount" AS DECIMAL(14, 4)) AS varchar), CAST(("ratio" + 0.0) AS varchar), coalesce(TRIM(BOTH ' ' FROM lower("note")), ''), CAST("shipped_on" AS varchar), CAST("created_at" AS varchar), CAST(("seen_at" AT TIME ZONE 'UTC') AS varchar), CAST("is_paid" AS varchar), json_format("payload")] AS json))))) AS h1,
        CAST(0 AS bigint) AS a,
        CAST(1 AS bigint) AS b
    FROM "shop"."pr_42"."orders"
    WHERE (amount > 0
) AND bitwise_and(from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['2', CAST("id" AS varchar), "region", CAST(CAST("amount" AS DECIMAL(14, 4)) AS varchar), CAST(("ratio" + 0.0) AS varchar), coalesce(TRIM(BOTH ' ' FROM lower("note")), ''), CAST("shipped_on" AS varchar), CAST("created_at" AS varchar), CAST(("seen_at" AT TIME ZONE 'UTC') AS varchar), CAST("is_paid" AS varchar), json_format("payload")] AS json))))), 1048575) < 131072) u
  GROUP BY h0,
      h1)
SELECT 'counts',
    '0',
    ((((((coalesce(CAST(sum(na) AS varchar), '0') || ',') || coalesce(CAST(sum(nb) AS varchar), '0')) || ',') || ((coalesce(CAST(sum(CASE WHEN na > nb THEN na - nb END) AS varchar), '0') || ',') || ((coalesce(CAST(sum(CASE WHEN nb > na THEN nb - na END) AS varchar), '0') || ',') || coalesce(CAST(CAST(sum(CAST(na AS double) * CAST(na AS double)) AS varchar) AS varchar), '0')))) || ',') || ((((coalesce(CAST(CAST(sum(CAST(nb AS double) * CAST(nb AS double)) AS varchar) AS varchar), '0') || ',') || coalesce(CAST(CAST(sum(CAST(CASE WHEN na > nb THEN na - nb END AS double) * CAST(CASE WHEN na > nb THEN na - nb END AS double)) AS varchar) AS varchar), '0')) || ',') || ((coalesce(CAST(CAST(sum(CAST(CASE WHEN nb > na THEN nb - na END AS double) * CAST(CASE WHEN nb > na THEN nb - na END AS double)) AS varchar) AS varchar), '0') || ',') || ((coalesce(CAST(max(CASE WHEN na > nb THEN na - nb END) AS varchar), '0') || ',') || coalesce(CAST(max(CASE WHEN nb > na THEN nb - na END) AS varchar), '0'))))),
    CAST(NULL AS varchar),
    CAST(NULL AS varchar),
    CAST(NULL AS varchar),
    CAST(NULL AS varchar),
    CAST(NULL AS varchar),
    CAST(NULL AS varchar),
    CAST(NULL AS varchar),
    CAST(NULL AS varchar),
    CAST(NULL AS varchar)
FROM dg__groups
UNION ALL SELECT 'removed:prod',
    CAST(0 AS varchar),
    substr(CAST(r.c0 AS varchar), 1, 1000),
    substr(CAST(r.c1 AS varchar), 1, 1000),
    substr(CAST(r.c2 AS varchar), 1, 1000),
    substr(CAST(r.c3 AS varchar), 1, 1000),
    CASE WHEN r.c4 IS NOT NULL THEN '***' END,
    substr(CAST(r.c5 AS varchar), 1, 1000),
    substr(CAST(r.c6 AS varchar), 1, 1000),
    substr(CAST(r.c7 AS varchar), 1, 1000),
    substr(CAST(r.c8 AS varchar), 1, 1000),
    substr(json_format(r.c9), 1, 1000)
FROM (SELECT p.*,
      row_number() OVER (PARTITION BY p.h0, p.h1 ORDER BY p.h0) AS copy
  FROM (SELECT from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['0', CAST("id" AS varchar), "region", CAST(CAST("amount" AS DECIMAL(14, 4)) AS varchar), CAST(("ratio" + 0.0) AS varchar), coalesce(TRIM(BOTH ' ' FROM lower("note")), ''), CAST("shipped_on" AS varchar), CAST("created_at" AS varchar), CAST(("seen_at" AT TIME ZONE 'UTC') AS varchar), CAST("is_paid" AS varchar), json_format("payload")] AS json))))) AS h0,
        from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['1', CAST("id" AS varchar), "region", CAST(CAST("amount" AS DECIMAL(14, 4)) AS varchar), CAST(("ratio" + 0.0) AS varchar), coalesce(TRIM(BOTH ' ' FROM lower("note")), ''), CAST("shipped_on" AS varchar), CAST("created_at" AS varchar), CAST(("seen_at" AT TIME ZONE 'UTC') AS varchar), CAST("is_paid" AS varchar), json_format("payload")] AS json))))) AS h1,
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
    FROM "shop"."analytics"."orders"
    WHERE (amount > 0
) AND bitwise_and(from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['2', CAST("id" AS varchar), "region", CAST(CAST("amount" AS DECIMAL(14, 4)) AS varchar), CAST(("ratio" + 0.0) AS varchar), coalesce(TRIM(BOTH ' ' FROM lower("note")), ''), CAST("shipped_on" AS varchar), CAST("created_at" AS varchar), CAST(("seen_at" AT TIME ZONE 'UTC') AS varchar), CAST("is_paid" AS varchar), json_format("payload")] AS json))))), 1048575) < 131072) p
  JOIN (SELECT h0,
        h1
    FROM dg__groups
    WHERE na > nb
    ORDER BY h0,
        h1 LIMIT 5) s ON s.h0 = p.h0 AND s.h1 = p.h1) r
WHERE r.copy = 1
UNION ALL SELECT 'added:pr',
    CAST(0 AS varchar),
    substr(CAST(r.c0 AS varchar), 1, 1000),
    substr(CAST(r.c1 AS varchar), 1, 1000),
    substr(CAST(r.c2 AS varchar), 1, 1000),
    substr(CAST(r.c3 AS varchar), 1, 1000),
    CASE WHEN r.c4 IS NOT NULL THEN '***' END,
    substr(CAST(r.c5 AS varchar), 1, 1000),
    substr(CAST(r.c6 AS varchar), 1, 1000),
    substr(CAST(r.c7 AS varchar), 1, 1000),
    substr(CAST(r.c8 AS varchar), 1, 1000),
    substr(json_format(r.c9), 1, 1000)
FROM (SELECT p.*,
      row_number() OVER (PARTITION BY p.h0, p.h1 ORDER BY p.h0) AS copy
  FROM (SELECT from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['0', CAST("id" AS varchar), "region", CAST(CAST("amount" AS DECIMAL(14, 4)) AS varchar), CAST(("ratio" + 0.0) AS varchar), coalesce(TRIM(BOTH ' ' FROM lower("note")), ''), CAST("shipped_on" AS varchar), CAST("created_at" AS varchar), CAST(("seen_at" AT TIME ZONE 'UTC') AS varchar), CAST("is_paid" AS varchar), json_format("payload")] AS json))))) AS h0,
        from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['1', CAST("id" AS varchar), "region", CAST(CAST("amount" AS DECIMAL(14, 4)) AS varchar), CAST(("ratio" + 0.0) AS varchar), coalesce(TRIM(BOTH ' ' FROM lower("note")), ''), CAST("shipped_on" AS varchar), CAST("created_at" AS varchar), CAST(("seen_at" AT TIME ZONE 'UTC') AS varchar), CAST("is_paid" AS varchar), json_format("payload")] AS json))))) AS h1,
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
    FROM "shop"."pr_42"."orders"
    WHERE (amount > 0
) AND bitwise_and(from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['2', CAST("id" AS varchar), "region", CAST(CAST("amount" AS DECIMAL(14, 4)) AS varchar), CAST(("ratio" + 0.0) AS varchar), coalesce(TRIM(BOTH ' ' FROM lower("note")), ''), CAST("shipped_on" AS varchar), CAST("created_at" AS varchar), CAST(("seen_at" AT TIME ZONE 'UTC') AS varchar), CAST("is_paid" AS varchar), json_format("payload")] AS json))))), 1048575) < 131072) p
  JOIN (SELECT h0,
        h1
    FROM dg__groups
    WHERE nb > na
    ORDER BY h0,
        h1 LIMIT 5) s ON s.h0 = p.h0 AND s.h1 = p.h1) r
WHERE r.copy = 1
