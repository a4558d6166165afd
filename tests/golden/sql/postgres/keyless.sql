WITH g AS MATERIALIZED (SELECT h0,
      h1,
      sum(a) AS na,
      sum(b) AS nb
  FROM (SELECT hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), CAST("amount" AS numeric), (CAST("amount" AS numeric) < 0), "ratio", ("note" COLLATE "C"), "shipped_on", timestamp_send("created_at"), timestamptz_send("seen_at"), "is_paid", "payload", regexp_replace(regexp_replace(CAST("payload" AS text), '(\.[0-9]*?)0+([^0-9]|$)', '\1\2', 'g'), '\.([^0-9]|$)', '\1', 'g')), 0) AS double precision), 1) AS h0,
        hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), CAST("amount" AS numeric), (CAST("amount" AS numeric) < 0), "ratio", ("note" COLLATE "C"), "shipped_on", timestamp_send("created_at"), timestamptz_send("seen_at"), "is_paid", "payload", regexp_replace(regexp_replace(CAST("payload" AS text), '(\.[0-9]*?)0+([^0-9]|$)', '\1\2', 'g'), '\.([^0-9]|$)', '\1', 'g')), 1) AS double precision), 2) AS h1,
        CAST(1 AS bigint) AS a,
        CAST(0 AS bigint) AS b
    FROM "shop"."analytics"."orders"
    WHERE (amount > 0
)
    UNION ALL SELECT hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), CAST("amount" AS numeric), (CAST("amount" AS numeric) < 0), "ratio", ("note" COLLATE "C"), "shipped_on", timestamp_send("created_at"), timestamptz_send("seen_at"), "is_paid", "payload", regexp_replace(regexp_replace(CAST("payload" AS text), '(\.[0-9]*?)0+([^0-9]|$)', '\1\2', 'g'), '\.([^0-9]|$)', '\1', 'g')), 0) AS double precision), 1) AS h0,
        hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), CAST("amount" AS numeric), (CAST("amount" AS numeric) < 0), "ratio", ("note" COLLATE "C"), "shipped_on", timestamp_send("created_at"), timestamptz_send("seen_at"), "is_paid", "payload", regexp_replace(regexp_replace(CAST("payload" AS text), '(\.[0-9]*?)0+([^0-9]|$)', '\1\2', 'g'), '\.([^0-9]|$)', '\1', 'g')), 1) AS double precision), 2) AS h1,
        CAST(0 AS bigint) AS a,
        CAST(1 AS bigint) AS b
    FROM "shop"."pr_42"."orders"
    WHERE (amount > 0
)) u
  GROUP BY h0,
      h1)
SELECT 'counts',
    '0',
    ((((coalesce(CAST(sum(na) AS text), '0') || ',') || coalesce(CAST(sum(nb) AS text), '0')) || ',') || ((coalesce(CAST(sum(CASE WHEN na > nb THEN na - nb END) AS text), '0') || ',') || coalesce(CAST(sum(CASE WHEN nb > na THEN nb - na END) AS text), '0'))),
    CAST(NULL AS text),
    CAST(NULL AS text),
    CAST(NULL AS text),
    CAST(NULL AS text),
    CAST(NULL AS text),
    CAST(NULL AS text),
    CAST(NULL AS text),
    CAST(NULL AS text),
    CAST(NULL AS text)
FROM g
UNION ALL SELECT 'removed:prod',
    CAST(0 AS text),
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
  FROM (SELECT hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), CAST("amount" AS numeric), (CAST("amount" AS numeric) < 0), "ratio", ("note" COLLATE "C"), "shipped_on", timestamp_send("created_at"), timestamptz_send("seen_at"), "is_paid", "payload", regexp_replace(regexp_replace(CAST("payload" AS text), '(\.[0-9]*?)0+([^0-9]|$)', '\1\2', 'g'), '\.([^0-9]|$)', '\1', 'g')), 0) AS double precision), 1) AS h0,
        hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), CAST("amount" AS numeric), (CAST("amount" AS numeric) < 0), "ratio", ("note" COLLATE "C"), "shipped_on", timestamp_send("created_at"), timestamptz_send("seen_at"), "is_paid", "payload", regexp_replace(regexp_replace(CAST("payload" AS text), '(\.[0-9]*?)0+([^0-9]|$)', '\1\2', 'g'), '\.([^0-9]|$)', '\1', 'g')), 1) AS double precision), 2) AS h1,
        left(CAST("id" AS text), 1000) AS c0,
        left(CAST("region" AS text), 1000) AS c1,
        left(CAST("amount" AS text), 1000) AS c2,
        left(CAST("ratio" AS text), 1000) AS c3,
        CASE WHEN "note" IS NOT NULL THEN '***' END AS c4,
        left(CAST("shipped_on" AS text), 1000) AS c5,
        left(CAST("created_at" AS text), 1000) AS c6,
        left(CAST("seen_at" AS text), 1000) AS c7,
        left(CAST("is_paid" AS text), 1000) AS c8,
        left(CAST("payload" AS text), 1000) AS c9
    FROM "shop"."analytics"."orders"
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
    CAST(0 AS text),
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
  FROM (SELECT hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), CAST("amount" AS numeric), (CAST("amount" AS numeric) < 0), "ratio", ("note" COLLATE "C"), "shipped_on", timestamp_send("created_at"), timestamptz_send("seen_at"), "is_paid", "payload", regexp_replace(regexp_replace(CAST("payload" AS text), '(\.[0-9]*?)0+([^0-9]|$)', '\1\2', 'g'), '\.([^0-9]|$)', '\1', 'g')), 0) AS double precision), 1) AS h0,
        hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), CAST("amount" AS numeric), (CAST("amount" AS numeric) < 0), "ratio", ("note" COLLATE "C"), "shipped_on", timestamp_send("created_at"), timestamptz_send("seen_at"), "is_paid", "payload", regexp_replace(regexp_replace(CAST("payload" AS text), '(\.[0-9]*?)0+([^0-9]|$)', '\1\2', 'g'), '\.([^0-9]|$)', '\1', 'g')), 1) AS double precision), 2) AS h1,
        left(CAST("id" AS text), 1000) AS c0,
        left(CAST("region" AS text), 1000) AS c1,
        left(CAST("amount" AS text), 1000) AS c2,
        left(CAST("ratio" AS text), 1000) AS c3,
        CASE WHEN "note" IS NOT NULL THEN '***' END AS c4,
        left(CAST("shipped_on" AS text), 1000) AS c5,
        left(CAST("created_at" AS text), 1000) AS c6,
        left(CAST("seen_at" AS text), 1000) AS c7,
        left(CAST("is_paid" AS text), 1000) AS c8,
        left(CAST("payload" AS text), 1000) AS c9
    FROM "shop"."pr_42"."orders"
    WHERE (amount > 0
)) p
  JOIN (SELECT h0,
        h1
    FROM g
    WHERE nb > na
    ORDER BY h0,
        h1 LIMIT 5) s ON s.h0 = p.h0 AND s.h1 = p.h1) r
WHERE r.copy = 1
