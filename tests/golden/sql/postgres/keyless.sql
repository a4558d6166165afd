WITH dg__groups AS MATERIALIZED (SELECT h0,
      h1,
      sum(a) AS na,
      sum(b) AS nb
  FROM (SELECT hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), CAST("amount" AS numeric), (CAST("amount" AS numeric) < 0), (CAST("amount" AS numeric) >= 'Infinity'::numeric), (CAST("amount" AS numeric) > 'Infinity'::numeric), "ratio", ("note" COLLATE "C"), "shipped_on", timestamp_send("created_at"), timestamptz_send("seen_at"), "is_paid", "payload", regexp_replace(regexp_replace(CAST("payload" AS text), '(\.[0-9]*?)0+([^0-9]|$)', '\1\2', 'g'), '\.([^0-9]|$)', '\1', 'g')), 0) AS double precision), 1) AS h0,
        hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), CAST("amount" AS numeric), (CAST("amount" AS numeric) < 0), (CAST("amount" AS numeric) >= 'Infinity'::numeric), (CAST("amount" AS numeric) > 'Infinity'::numeric), "ratio", ("note" COLLATE "C"), "shipped_on", timestamp_send("created_at"), timestamptz_send("seen_at"), "is_paid", "payload", regexp_replace(regexp_replace(CAST("payload" AS text), '(\.[0-9]*?)0+([^0-9]|$)', '\1\2', 'g'), '\.([^0-9]|$)', '\1', 'g')), 1) AS double precision), 2) AS h1,
        CAST(1 AS bigint) AS a,
        CAST(0 AS bigint) AS b
    FROM "shop"."analytics"."orders"
    WHERE (amount > 0
)
    UNION ALL SELECT hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), CAST("amount" AS numeric), (CAST("amount" AS numeric) < 0), (CAST("amount" AS numeric) >= 'Infinity'::numeric), (CAST("amount" AS numeric) > 'Infinity'::numeric), "ratio", ("note" COLLATE "C"), "shipped_on", timestamp_send("created_at"), timestamptz_send("seen_at"), "is_paid", "payload", regexp_replace(regexp_replace(CAST("payload" AS text), '(\.[0-9]*?)0+([^0-9]|$)', '\1\2', 'g'), '\.([^0-9]|$)', '\1', 'g')), 0) AS double precision), 1) AS h0,
        hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), CAST("amount" AS numeric), (CAST("amount" AS numeric) < 0), (CAST("amount" AS numeric) >= 'Infinity'::numeric), (CAST("amount" AS numeric) > 'Infinity'::numeric), "ratio", ("note" COLLATE "C"), "shipped_on", timestamp_send("created_at"), timestamptz_send("seen_at"), "is_paid", "payload", regexp_replace(regexp_replace(CAST("payload" AS text), '(\.[0-9]*?)0+([^0-9]|$)', '\1\2', 'g'), '\.([^0-9]|$)', '\1', 'g')), 1) AS double precision), 2) AS h1,
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
FROM dg__groups
UNION ALL SELECT 'removed:prod',
    CAST(0 AS text),
    left(CAST(r.c0 AS text), 1000),
    left(CAST(r.c1 AS text), 1000),
    left(CAST(r.c2 AS text), 1000),
    left(CAST(r.c3 AS text), 1000),
    CASE WHEN r.c4 IS NOT NULL THEN '***' END,
    left(CAST(r.c5 AS text), 1000),
    left(CAST(r.c6 AS text), 1000),
    left(CAST(r.c7 AS text), 1000),
    left(CAST(r.c8 AS text), 1000),
    left(CAST(r.c9 AS text), 1000)
FROM (SELECT p.*,
      row_number() OVER (PARTITION BY p.h0, p.h1 ORDER BY p.h0) AS copy
  FROM (SELECT hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), CAST("amount" AS numeric), (CAST("amount" AS numeric) < 0), (CAST("amount" AS numeric) >= 'Infinity'::numeric), (CAST("amount" AS numeric) > 'Infinity'::numeric), "ratio", ("note" COLLATE "C"), "shipped_on", timestamp_send("created_at"), timestamptz_send("seen_at"), "is_paid", "payload", regexp_replace(regexp_replace(CAST("payload" AS text), '(\.[0-9]*?)0+([^0-9]|$)', '\1\2', 'g'), '\.([^0-9]|$)', '\1', 'g')), 0) AS double precision), 1) AS h0,
        hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), CAST("amount" AS numeric), (CAST("amount" AS numeric) < 0), (CAST("amount" AS numeric) >= 'Infinity'::numeric), (CAST("amount" AS numeric) > 'Infinity'::numeric), "ratio", ("note" COLLATE "C"), "shipped_on", timestamp_send("created_at"), timestamptz_send("seen_at"), "is_paid", "payload", regexp_replace(regexp_replace(CAST("payload" AS text), '(\.[0-9]*?)0+([^0-9]|$)', '\1\2', 'g'), '\.([^0-9]|$)', '\1', 'g')), 1) AS double precision), 2) AS h1,
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
)) p
  JOIN (SELECT h0,
        h1
    FROM dg__groups
    WHERE na > nb
    ORDER BY h0,
        h1 LIMIT 5) s ON s.h0 = p.h0 AND s.h1 = p.h1) r
WHERE r.copy = 1
UNION ALL SELECT 'added:pr',
    CAST(0 AS text),
    left(CAST(r.c0 AS text), 1000),
    left(CAST(r.c1 AS text), 1000),
    left(CAST(r.c2 AS text), 1000),
    left(CAST(r.c3 AS text), 1000),
    CASE WHEN r.c4 IS NOT NULL THEN '***' END,
    left(CAST(r.c5 AS text), 1000),
    left(CAST(r.c6 AS text), 1000),
    left(CAST(r.c7 AS text), 1000),
    left(CAST(r.c8 AS text), 1000),
    left(CAST(r.c9 AS text), 1000)
FROM (SELECT p.*,
      row_number() OVER (PARTITION BY p.h0, p.h1 ORDER BY p.h0) AS copy
  FROM (SELECT hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), CAST("amount" AS numeric), (CAST("amount" AS numeric) < 0), (CAST("amount" AS numeric) >= 'Infinity'::numeric), (CAST("amount" AS numeric) > 'Infinity'::numeric), "ratio", ("note" COLLATE "C"), "shipped_on", timestamp_send("created_at"), timestamptz_send("seen_at"), "is_paid", "payload", regexp_replace(regexp_replace(CAST("payload" AS text), '(\.[0-9]*?)0+([^0-9]|$)', '\1\2', 'g'), '\.([^0-9]|$)', '\1', 'g')), 0) AS double precision), 1) AS h0,
        hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), CAST("amount" AS numeric), (CAST("amount" AS numeric) < 0), (CAST("amount" AS numeric) >= 'Infinity'::numeric), (CAST("amount" AS numeric) > 'Infinity'::numeric), "ratio", ("note" COLLATE "C"), "shipped_on", timestamp_send("created_at"), timestamptz_send("seen_at"), "is_paid", "payload", regexp_replace(regexp_replace(CAST("payload" AS text), '(\.[0-9]*?)0+([^0-9]|$)', '\1\2', 'g'), '\.([^0-9]|$)', '\1', 'g')), 1) AS double precision), 2) AS h1,
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
)) p
  JOIN (SELECT h0,
        h1
    FROM dg__groups
    WHERE nb > na
    ORDER BY h0,
        h1 LIMIT 5) s ON s.h0 = p.h0 AND s.h1 = p.h1) r
WHERE r.copy = 1
