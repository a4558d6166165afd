WITH dg__groups AS MATERIALIZED (SELECT h0,
      h1,
      sum(a) AS na,
      sum(b) AS nb
  FROM (SELECT hash(hash("orders"."id", ("orders"."region" COLLATE "C"), CAST("orders"."amount" AS DECIMAL(14, 4)), "orders"."ratio", coalesce(TRIM(BOTH ' ' FROM lower(("orders"."note" COLLATE "C"))), ''), "orders"."shipped_on", "orders"."created_at", "orders"."seen_at", "orders"."is_paid", (CASE WHEN "orders"."payload" IS NOT NULL THEN array_to_string([CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') = '' THEN '0' ELSE dg_q.x.s || ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length(rtrim((dg_q.x.i || dg_q.x.f), '0')) AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '"'):] END FOR dg_q IN [{'p': dg_p, 'x': regexp_extract(dg_p, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?"', ['s', 'i', 'f', 'e'])} FOR dg_p IN string_split(CAST(CAST(variant_normalize(CAST(CAST(CAST(CAST(regexp_replace(CAST("orders"."payload" AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)', '"\1#\2"', 'g') AS JSON) AS VARIANT) AS JSON) AS VARIANT)) AS JSON) AS VARCHAR), '"#')]], '"#') END))) AS h0,
        hash(hash(hash(xor(hash("orders"."id"), 1::UBIGINT)), hash(xor(hash(("orders"."region" COLLATE "C")), 1::UBIGINT)), hash(xor(hash(CAST("orders"."amount" AS DECIMAL(14, 4))), 1::UBIGINT)), hash(xor(hash("orders"."ratio"), 1::UBIGINT)), hash(xor(hash(coalesce(TRIM(BOTH ' ' FROM lower(("orders"."note" COLLATE "C"))), '')), 1::UBIGINT)), hash(xor(hash("orders"."shipped_on"), 1::UBIGINT)), hash(xor(hash("orders"."created_at"), 1::UBIGINT)), hash(xor(hash("orders"."seen_at"), 1::UBIGINT)), hash(xor(hash("orders"."is_paid"), 1::UBIGINT)), hash(xor(hash((CASE WHEN "orders"."payload" IS NOT NULL THEN array_to_string([CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') = '' THEN '0' ELSE dg_q.x.s || ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length(rtrim((dg_q.x.i || dg_q.x.f), '0')) AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '"'):] END FOR dg_q IN [{'p': dg_p, 'x': regexp_extract(dg_p, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?"', ['s', 'i', 'f', 'e'])} FOR dg_p IN string_split(CAST(CAST(variant_normalize(CAST(CAST(CAST(CAST(regexp_replace(CAST("orders"."payload" AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)', '"\1#\2"', 'g') AS JSON) AS VARIANT) AS JSON) AS VARIANT)) AS JSON) AS VARCHAR), '"#')]], '"#') END)), 1::UBIGINT)))) AS h1,
        CAST(1 AS bigint) AS a,
        CAST(0 AS bigint) AS b
    FROM "shop"."analytics"."orders"
    WHERE (amount > 0
) AND (hash(hash(hash(xor(hash("orders"."id"), 2::UBIGINT)), hash(xor(hash(("orders"."region" COLLATE "C")), 2::UBIGINT)), hash(xor(hash(CAST("orders"."amount" AS DECIMAL(14, 4))), 2::UBIGINT)), hash(xor(hash("orders"."ratio"), 2::UBIGINT)), hash(xor(hash(coalesce(TRIM(BOTH ' ' FROM lower(("orders"."note" COLLATE "C"))), '')), 2::UBIGINT)), hash(xor(hash("orders"."shipped_on"), 2::UBIGINT)), hash(xor(hash("orders"."created_at"), 2::UBIGINT)), hash(xor(hash("orders"."seen_at"), 2::UBIGINT)), hash(xor(hash("orders"."is_paid"), 2::UBIGINT)), hash(xor(hash((CASE WHEN "orders"."payload" IS NOT NULL THEN array_to_string([CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') = '' THEN '0' ELSE dg_q.x.s || ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length(rtrim((dg_q.x.i || dg_q.x.f), '0')) AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '"'):] END FOR dg_q IN [{'p': dg_p, 'x': regexp_extract(dg_p, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?"', ['s', 'i', 'f', 'e'])} FOR dg_p IN string_split(CAST(CAST(variant_normalize(CAST(CAST(CAST(CAST(regexp_replace(CAST("orders"."payload" AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)', '"\1#\2"', 'g') AS JSON) AS VARIANT) AS JSON) AS VARIANT)) AS JSON) AS VARCHAR), '"#')]], '"#') END)), 2::UBIGINT)))) & 1048575) < 131072
    UNION ALL SELECT hash(hash("orders"."id", ("orders"."region" COLLATE "C"), CAST("orders"."amount" AS DECIMAL(14, 4)), "orders"."ratio", coalesce(TRIM(BOTH ' ' FROM lower(("orders"."note" COLLATE "C"))), ''), "orders"."shipped_on", "orders"."created_at", "orders"."seen_at", "orders"."is_paid", (CASE WHEN "orders"."payload" IS NOT NULL THEN array_to_string([CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') = '' THEN '0' ELSE dg_q.x.s || ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length(rtrim((dg_q.x.i || dg_q.x.f), '0')) AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '"'):] END FOR dg_q IN [{'p': dg_p, 'x': regexp_extract(dg_p, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?"', ['s', 'i', 'f', 'e'])} FOR dg_p IN string_split(CAST(CAST(variant_normalize(CAST(CAST(CAST(CAST(regexp_replace(CAST("orders"."payload" AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)', '"\1#\2"', 'g') AS JSON) AS VARIANT) AS JSON) AS VARIANT)) AS JSON) AS VARCHAR), '"#')]], '"#') END))) AS h0,
        hash(hash(hash(xor(hash("orders"."id"), 1::UBIGINT)), hash(xor(hash(("orders"."region" COLLATE "C")), 1::UBIGINT)), hash(xor(hash(CAST("orders"."amount" AS DECIMAL(14, 4))), 1::UBIGINT)), hash(xor(hash("orders"."ratio"), 1::UBIGINT)), hash(xor(hash(coalesce(TRIM(BOTH ' ' FROM lower(("orders"."note" COLLATE "C"))), '')), 1::UBIGINT)), hash(xor(hash("orders"."shipped_on"), 1::UBIGINT)), hash(xor(hash("orders"."created_at"), 1::UBIGINT)), hash(xor(hash("orders"."seen_at"), 1::UBIGINT)), hash(xor(hash("orders"."is_paid"), 1::UBIGINT)), hash(xor(hash((CASE WHEN "orders"."payload" IS NOT NULL THEN array_to_string([CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') = '' THEN '0' ELSE dg_q.x.s || ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length(rtrim((dg_q.x.i || dg_q.x.f), '0')) AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '"'):] END FOR dg_q IN [{'p': dg_p, 'x': regexp_extract(dg_p, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?"', ['s', 'i', 'f', 'e'])} FOR dg_p IN string_split(CAST(CAST(variant_normalize(CAST(CAST(CAST(CAST(regexp_replace(CAST("orders"."payload" AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)', '"\1#\2"', 'g') AS JSON) AS VARIANT) AS JSON) AS VARIANT)) AS JSON) AS VARCHAR), '"#')]], '"#') END)), 1::UBIGINT)))) AS h1,
        CAST(0 AS bigint) AS a,
        CAST(1 AS bigint) AS b
    FROM "shop"."pr_42"."orders"
    WHERE (amount > 0
) AND (hash(hash(hash(xor(hash("orders"."id"), 2::UBIGINT)), hash(xor(hash(("orders"."region" COLLATE "C")), 2::UBIGINT)), hash(xor(hash(CAST("orders"."amount" AS DECIMAL(14, 4))), 2::UBIGINT)), hash(xor(hash("orders"."ratio"), 2::UBIGINT)), hash(xor(hash(coalesce(TRIM(BOTH ' ' FROM lower(("orders"."note" COLLATE "C"))), '')), 2::UBIGINT)), hash(xor(hash("orders"."shipped_on"), 2::UBIGINT)), hash(xor(hash("orders"."created_at"), 2::UBIGINT)), hash(xor(hash("orders"."seen_at"), 2::UBIGINT)), hash(xor(hash("orders"."is_paid"), 2::UBIGINT)), hash(xor(hash((CASE WHEN "orders"."payload" IS NOT NULL THEN array_to_string([CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') = '' THEN '0' ELSE dg_q.x.s || ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length(rtrim((dg_q.x.i || dg_q.x.f), '0')) AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '"'):] END FOR dg_q IN [{'p': dg_p, 'x': regexp_extract(dg_p, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?"', ['s', 'i', 'f', 'e'])} FOR dg_p IN string_split(CAST(CAST(variant_normalize(CAST(CAST(CAST(CAST(regexp_replace(CAST("orders"."payload" AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)', '"\1#\2"', 'g') AS JSON) AS VARIANT) AS JSON) AS VARIANT)) AS JSON) AS VARCHAR), '"#')]], '"#') END)), 2::UBIGINT)))) & 1048575) < 131072) u
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
    left(CAST(r.c6 AS VARCHAR), 1000),
    left(CAST(r.c7 AS VARCHAR), 1000),
    left(CAST(r.c8 AS VARCHAR), 1000),
    left(CAST(r.c9 AS VARCHAR), 1000)
FROM (SELECT p.*,
      row_number() OVER (PARTITION BY p.h0, p.h1 ORDER BY p.h0) AS copy
  FROM (SELECT hash(hash("orders"."id", ("orders"."region" COLLATE "C"), CAST("orders"."amount" AS DECIMAL(14, 4)), "orders"."ratio", coalesce(TRIM(BOTH ' ' FROM lower(("orders"."note" COLLATE "C"))), ''), "orders"."shipped_on", "orders"."created_at", "orders"."seen_at", "orders"."is_paid", (CASE WHEN "orders"."payload" IS NOT NULL THEN array_to_string([CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') = '' THEN '0' ELSE dg_q.x.s || ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length(rtrim((dg_q.x.i || dg_q.x.f), '0')) AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '"'):] END FOR dg_q IN [{'p': dg_p, 'x': regexp_extract(dg_p, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?"', ['s', 'i', 'f', 'e'])} FOR dg_p IN string_split(CAST(CAST(variant_normalize(CAST(CAST(CAST(CAST(regexp_replace(CAST("orders"."payload" AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)', '"\1#\2"', 'g') AS JSON) AS VARIANT) AS JSON) AS VARIANT)) AS JSON) AS VARCHAR), '"#')]], '"#') END))) AS h0,
        hash(hash(hash(xor(hash("orders"."id"), 1::UBIGINT)), hash(xor(hash(("orders"."region" COLLATE "C")), 1::UBIGINT)), hash(xor(hash(CAST("orders"."amount" AS DECIMAL(14, 4))), 1::UBIGINT)), hash(xor(hash("orders"."ratio"), 1::UBIGINT)), hash(xor(hash(coalesce(TRIM(BOTH ' ' FROM lower(("orders"."note" COLLATE "C"))), '')), 1::UBIGINT)), hash(xor(hash("orders"."shipped_on"), 1::UBIGINT)), hash(xor(hash("orders"."created_at"), 1::UBIGINT)), hash(xor(hash("orders"."seen_at"), 1::UBIGINT)), hash(xor(hash("orders"."is_paid"), 1::UBIGINT)), hash(xor(hash((CASE WHEN "orders"."payload" IS NOT NULL THEN array_to_string([CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') = '' THEN '0' ELSE dg_q.x.s || ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length(rtrim((dg_q.x.i || dg_q.x.f), '0')) AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '"'):] END FOR dg_q IN [{'p': dg_p, 'x': regexp_extract(dg_p, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?"', ['s', 'i', 'f', 'e'])} FOR dg_p IN string_split(CAST(CAST(variant_normalize(CAST(CAST(CAST(CAST(regexp_replace(CAST("orders"."payload" AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)', '"\1#\2"', 'g') AS JSON) AS VARIANT) AS JSON) AS VARIANT)) AS JSON) AS VARCHAR), '"#')]], '"#') END)), 1::UBIGINT)))) AS h1,
        "orders"."id" AS c0,
        "orders"."region" AS c1,
        "orders"."amount" AS c2,
        "orders"."ratio" AS c3,
        "orders"."note" AS c4,
        "orders"."shipped_on" AS c5,
        "orders"."created_at" AS c6,
        "orders"."seen_at" AS c7,
        "orders"."is_paid" AS c8,
        "orders"."payload" AS c9
    FROM "shop"."analytics"."orders"
    WHERE (amount > 0
) AND (hash(hash(hash(xor(hash("orders"."id"), 2::UBIGINT)), hash(xor(hash(("orders"."region" COLLATE "C")), 2::UBIGINT)), hash(xor(hash(CAST("orders"."amount" AS DECIMAL(14, 4))), 2::UBIGINT)), hash(xor(hash("orders"."ratio"), 2::UBIGINT)), hash(xor(hash(coalesce(TRIM(BOTH ' ' FROM lower(("orders"."note" COLLATE "C"))), '')), 2::UBIGINT)), hash(xor(hash("orders"."shipped_on"), 2::UBIGINT)), hash(xor(hash("orders"."created_at"), 2::UBIGINT)), hash(xor(hash("orders"."seen_at"), 2::UBIGINT)), hash(xor(hash("orders"."is_paid"), 2::UBIGINT)), hash(xor(hash((CASE WHEN "orders"."payload" IS NOT NULL THEN array_to_string([CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') = '' THEN '0' ELSE dg_q.x.s || ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length(rtrim((dg_q.x.i || dg_q.x.f), '0')) AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '"'):] END FOR dg_q IN [{'p': dg_p, 'x': regexp_extract(dg_p, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?"', ['s', 'i', 'f', 'e'])} FOR dg_p IN string_split(CAST(CAST(variant_normalize(CAST(CAST(CAST(CAST(regexp_replace(CAST("orders"."payload" AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)', '"\1#\2"', 'g') AS JSON) AS VARIANT) AS JSON) AS VARIANT)) AS JSON) AS VARCHAR), '"#')]], '"#') END)), 2::UBIGINT)))) & 1048575) < 131072) p
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
    left(CAST(r.c6 AS VARCHAR), 1000),
    left(CAST(r.c7 AS VARCHAR), 1000),
    left(CAST(r.c8 AS VARCHAR), 1000),
    left(CAST(r.c9 AS VARCHAR), 1000)
FROM (SELECT p.*,
      row_number() OVER (PARTITION BY p.h0, p.h1 ORDER BY p.h0) AS copy
  FROM (SELECT hash(hash("orders"."id", ("orders"."region" COLLATE "C"), CAST("orders"."amount" AS DECIMAL(14, 4)), "orders"."ratio", coalesce(TRIM(BOTH ' ' FROM lower(("orders"."note" COLLATE "C"))), ''), "orders"."shipped_on", "orders"."created_at", "orders"."seen_at", "orders"."is_paid", (CASE WHEN "orders"."payload" IS NOT NULL THEN array_to_string([CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') = '' THEN '0' ELSE dg_q.x.s || ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length(rtrim((dg_q.x.i || dg_q.x.f), '0')) AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '"'):] END FOR dg_q IN [{'p': dg_p, 'x': regexp_extract(dg_p, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?"', ['s', 'i', 'f', 'e'])} FOR dg_p IN string_split(CAST(CAST(variant_normalize(CAST(CAST(CAST(CAST(regexp_replace(CAST("orders"."payload" AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)', '"\1#\2"', 'g') AS JSON) AS VARIANT) AS JSON) AS VARIANT)) AS JSON) AS VARCHAR), '"#')]], '"#') END))) AS h0,
        hash(hash(hash(xor(hash("orders"."id"), 1::UBIGINT)), hash(xor(hash(("orders"."region" COLLATE "C")), 1::UBIGINT)), hash(xor(hash(CAST("orders"."amount" AS DECIMAL(14, 4))), 1::UBIGINT)), hash(xor(hash("orders"."ratio"), 1::UBIGINT)), hash(xor(hash(coalesce(TRIM(BOTH ' ' FROM lower(("orders"."note" COLLATE "C"))), '')), 1::UBIGINT)), hash(xor(hash("orders"."shipped_on"), 1::UBIGINT)), hash(xor(hash("orders"."created_at"), 1::UBIGINT)), hash(xor(hash("orders"."seen_at"), 1::UBIGINT)), hash(xor(hash("orders"."is_paid"), 1::UBIGINT)), hash(xor(hash((CASE WHEN "orders"."payload" IS NOT NULL THEN array_to_string([CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') = '' THEN '0' ELSE dg_q.x.s || ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length(rtrim((dg_q.x.i || dg_q.x.f), '0')) AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '"'):] END FOR dg_q IN [{'p': dg_p, 'x': regexp_extract(dg_p, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?"', ['s', 'i', 'f', 'e'])} FOR dg_p IN string_split(CAST(CAST(variant_normalize(CAST(CAST(CAST(CAST(regexp_replace(CAST("orders"."payload" AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)', '"\1#\2"', 'g') AS JSON) AS VARIANT) AS JSON) AS VARIANT)) AS JSON) AS VARCHAR), '"#')]], '"#') END)), 1::UBIGINT)))) AS h1,
        "orders"."id" AS c0,
        "orders"."region" AS c1,
        "orders"."amount" AS c2,
        "orders"."ratio" AS c3,
        "orders"."note" AS c4,
        "orders"."shipped_on" AS c5,
        "orders"."created_at" AS c6,
        "orders"."seen_at" AS c7,
        "orders"."is_paid" AS c8,
        "orders"."payload" AS c9
    FROM "shop"."pr_42"."orders"
    WHERE (amount > 0
) AND (hash(hash(hash(xor(hash("orders"."id"), 2::UBIGINT)), hash(xor(hash(("orders"."region" COLLATE "C")), 2::UBIGINT)), hash(xor(hash(CAST("orders"."amount" AS DECIMAL(14, 4))), 2::UBIGINT)), hash(xor(hash("orders"."ratio"), 2::UBIGINT)), hash(xor(hash(coalesce(TRIM(BOTH ' ' FROM lower(("orders"."note" COLLATE "C"))), '')), 2::UBIGINT)), hash(xor(hash("orders"."shipped_on"), 2::UBIGINT)), hash(xor(hash("orders"."created_at"), 2::UBIGINT)), hash(xor(hash("orders"."seen_at"), 2::UBIGINT)), hash(xor(hash("orders"."is_paid"), 2::UBIGINT)), hash(xor(hash((CASE WHEN "orders"."payload" IS NOT NULL THEN array_to_string([CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') = '' THEN '0' ELSE dg_q.x.s || ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length(rtrim((dg_q.x.i || dg_q.x.f), '0')) AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '"'):] END FOR dg_q IN [{'p': dg_p, 'x': regexp_extract(dg_p, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?"', ['s', 'i', 'f', 'e'])} FOR dg_p IN string_split(CAST(CAST(variant_normalize(CAST(CAST(CAST(CAST(regexp_replace(CAST("orders"."payload" AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)', '"\1#\2"', 'g') AS JSON) AS VARIANT) AS JSON) AS VARIANT)) AS JSON) AS VARCHAR), '"#')]], '"#') END)), 2::UBIGINT)))) & 1048575) < 131072) p
  JOIN (SELECT h0,
        h1
    FROM dg__groups
    WHERE nb > na
    ORDER BY h0,
        h1 LIMIT 5) s ON s.h0 = p.h0 AND s.h1 = p.h1) r
WHERE r.copy = 1
