WITH dg__groups AS MATERIALIZED (SELECT k0,
      k1,
      CASE f0 WHEN -1 THEN 1 WHEN -2 THEN 2 ELSE 0 END AS kind,
      CASE WHEN f0 > 0 THEN f0 ELSE CAST(0 AS bigint) END AS m0,
      CAST(1 AS bigint) AS n
  FROM (SELECT coalesce(a.k0, b.k0) AS k0,
        coalesce(a.k1, b.k1) AS k1,
        CASE WHEN b.k0 IS NULL THEN CAST(-1 AS bigint) WHEN a.k0 IS NULL THEN CAST(-2 AS bigint) ELSE CASE WHEN (a.v0 IS DISTINCT FROM b.v0) OR (a.v1 IS DISTINCT FROM b.v1) OR (a.v2 IS DISTINCT FROM b.v2) OR (a.v3 IS DISTINCT FROM b.v3) OR (a.v4 IS DISTINCT FROM b.v4) OR (a.v5 IS DISTINCT FROM b.v5) OR (a.v6 IS DISTINCT FROM b.v6) OR (CASE WHEN CAST(a.v7 AS VARCHAR) IS NOT DISTINCT FROM CAST(b.v7 AS VARCHAR) THEN false ELSE (CASE WHEN a.v7 IS NOT NULL THEN array_to_string([CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') = '' THEN '0' ELSE dg_q.x.s || ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length(rtrim((dg_q.x.i || dg_q.x.f), '0')) AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '"'):] END FOR dg_q IN [{'p': dg_p, 'x': regexp_extract(dg_p, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?"', ['s', 'i', 'f', 'e'])} FOR dg_p IN string_split(CAST(CAST(variant_normalize(CAST(CAST(CAST(CAST(regexp_replace(CAST(a.v7 AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)', '"\1#\2"', 'g') AS JSON) AS VARIANT) AS JSON) AS VARIANT)) AS JSON) AS VARCHAR), '"#')]], '"#') END) IS DISTINCT FROM (CASE WHEN b.v7 IS NOT NULL THEN array_to_string([CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') = '' THEN '0' ELSE dg_q.x.s || ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length(rtrim((dg_q.x.i || dg_q.x.f), '0')) AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '"'):] END FOR dg_q IN [{'p': dg_p, 'x': regexp_extract(dg_p, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?"', ['s', 'i', 'f', 'e'])} FOR dg_p IN string_split(CAST(CAST(variant_normalize(CAST(CAST(CAST(CAST(regexp_replace(CAST(b.v7 AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)', '"\1#\2"', 'g') AS JSON) AS VARIANT) AS JSON) AS VARIANT)) AS JSON) AS VARCHAR), '"#')]], '"#') END) END) THEN CAST(CASE WHEN NOT (a.v0 IS DISTINCT FROM b.v0) THEN 0 WHEN (CASE WHEN TRY_CAST(ltrim(split_part(CAST(a.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(a.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT) IS NULL OR TRY_CAST(ltrim(split_part(CAST(b.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(b.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT) IS NULL THEN false WHEN starts_with(CAST(a.v0 AS VARCHAR), '-') = starts_with(CAST(b.v0 AS VARCHAR), '-') THEN greatest(TRY_CAST(ltrim(split_part(CAST(a.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(a.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT), TRY_CAST(ltrim(split_part(CAST(b.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(b.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT)) - least(TRY_CAST(ltrim(split_part(CAST(a.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(a.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT), TRY_CAST(ltrim(split_part(CAST(b.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(b.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT)) <= CAST('100' AS UHUGEINT) WHEN TRY_CAST(ltrim(split_part(CAST(a.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(a.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT) <= CAST('100' AS UHUGEINT) THEN TRY_CAST(ltrim(split_part(CAST(b.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(b.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT) <= CAST('100' AS UHUGEINT) - TRY_CAST(ltrim(split_part(CAST(a.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(a.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT) ELSE false END) THEN 4 WHEN b.v0 IS NULL THEN 2 WHEN a.v0 IS NULL THEN 3 ELSE 1 END AS bigint) * 1 + CAST(CASE WHEN NOT (a.v1 IS DISTINCT FROM b.v1) THEN 0 WHEN (CASE WHEN isfinite(CAST(a.v1 AS DOUBLE)) AND isfinite(CAST(b.v1 AS DOUBLE)) AND greatest(abs(CAST(a.v1 AS DOUBLE)), abs(CAST(b.v1 AS DOUBLE))) > 0 THEN abs(CAST(a.v1 AS DOUBLE) * 0.5 - CAST(b.v1 AS DOUBLE) * 0.5) <= 0.5 * greatest(1e-06::DOUBLE * greatest(abs(CAST(a.v1 AS DOUBLE)), abs(CAST(b.v1 AS DOUBLE)))) ELSE false END) THEN 4 WHEN b.v1 IS NULL THEN 2 WHEN a.v1 IS NULL THEN 3 ELSE 1 END AS bigint) * 8 + CAST(CASE WHEN NOT (a.v2 IS DISTINCT FROM b.v2) THEN 0 WHEN b.v2 IS NULL THEN 2 WHEN a.v2 IS NULL THEN 3 ELSE 1 END AS bigint) * 64 + CAST(CASE WHEN NOT (a.v3 IS DISTINCT FROM b.v3) THEN 0 WHEN b.v3 IS NULL THEN 2 WHEN a.v3 IS NULL THEN 3 ELSE 1 END AS bigint) * 512 + CAST(CASE WHEN NOT (a.v4 IS DISTINCT FROM b.v4) THEN 0 WHEN b.v4 IS NULL THEN 2 WHEN a.v4 IS NULL THEN 3 ELSE 1 END AS bigint) * 4096 + CAST(CASE WHEN NOT (a.v5 IS DISTINCT FROM b.v5) THEN 0 WHEN b.v5 IS NULL THEN 2 WHEN a.v5 IS NULL THEN 3 ELSE 1 END AS bigint) * 32768 + CAST(CASE WHEN NOT (a.v6 IS DISTINCT FROM b.v6) THEN 0 WHEN b.v6 IS NULL THEN 2 WHEN a.v6 IS NULL THEN 3 ELSE 1 END AS bigint) * 262144 + CAST(CASE WHEN NOT (CASE WHEN CAST(a.v7 AS VARCHAR) IS NOT DISTINCT FROM CAST(b.v7 AS VARCHAR) THEN false ELSE (CASE WHEN a.v7 IS NOT NULL THEN array_to_string([CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') = '' THEN '0' ELSE dg_q.x.s || ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length(rtrim((dg_q.x.i || dg_q.x.f), '0')) AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '"'):] END FOR dg_q IN [{'p': dg_p, 'x': regexp_extract(dg_p, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?"', ['s', 'i', 'f', 'e'])} FOR dg_p IN string_split(CAST(CAST(variant_normalize(CAST(CAST(CAST(CAST(regexp_replace(CAST(a.v7 AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)', '"\1#\2"', 'g') AS JSON) AS VARIANT) AS JSON) AS VARIANT)) AS JSON) AS VARCHAR), '"#')]], '"#') END) IS DISTINCT FROM (CASE WHEN b.v7 IS NOT NULL THEN array_to_string([CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') = '' THEN '0' ELSE dg_q.x.s || ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length(rtrim((dg_q.x.i || dg_q.x.f), '0')) AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '"'):] END FOR dg_q IN [{'p': dg_p, 'x': regexp_extract(dg_p, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?"', ['s', 'i', 'f', 'e'])} FOR dg_p IN string_split(CAST(CAST(variant_normalize(CAST(CAST(CAST(CAST(regexp_replace(CAST(b.v7 AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)', '"\1#\2"', 'g') AS JSON) AS VARIANT) AS JSON) AS VARIANT)) AS JSON) AS VARCHAR), '"#')]], '"#') END) END) THEN 0 WHEN b.v7 IS NULL THEN 2 WHEN a.v7 IS NULL THEN 3 ELSE 1 END AS bigint) * 2097152 END END AS f0
    FROM (SELECT "orders"."id" AS k0,
          ("orders"."region" COLLATE "C") AS k1,
          CAST("orders"."amount" AS DECIMAL(14, 4)) AS v0,
          "orders"."ratio" AS v1,
          ("orders"."note" COLLATE "C") AS v2,
          "orders"."shipped_on" AS v3,
          "orders"."created_at" AS v4,
          "orders"."seen_at" AS v5,
          "orders"."is_paid" AS v6,
          "orders"."payload" AS v7
      FROM "shop"."analytics"."orders"
      WHERE (amount > 0
) AND "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL) a
    FULL
    JOIN (SELECT "orders"."id" AS k0,
          ("orders"."region" COLLATE "C") AS k1,
          CAST("orders"."amount" AS DECIMAL(14, 4)) AS v0,
          "orders"."ratio" AS v1,
          ("orders"."note" COLLATE "C") AS v2,
          "orders"."shipped_on" AS v3,
          "orders"."created_at" AS v4,
          "orders"."seen_at" AS v5,
          "orders"."is_paid" AS v6,
          "orders"."payload" AS v7
      FROM "shop"."pr_42"."orders"
      WHERE (amount > 0
) AND "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL) b ON a.k0 = b.k0 AND a.k1 = b.k1) g),
    dg__picked AS MATERIALIZED (SELECT kind,
      k0,
      k1,
      row_number() OVER (ORDER BY kind, k0, k1) AS ord
  FROM (SELECT *
    FROM (SELECT 0 AS kind,
          k0,
          k1
      FROM dg__groups
      WHERE kind = 0 AND ((m0 & 7190235) <> 0)
      ORDER BY k0,
          k1 LIMIT 5) o
    UNION ALL SELECT *
    FROM (SELECT 1 AS kind,
          k0,
          k1
      FROM dg__groups
      WHERE kind = 1
      ORDER BY k0,
          k1 LIMIT 5) o
    UNION ALL SELECT *
    FROM (SELECT 2 AS kind,
          k0,
          k1
      FROM dg__groups
      WHERE kind = 2
      ORDER BY k0,
          k1 LIMIT 5) o) p)
SELECT 'counts',
    '0',
    ('0,0,0,0,' || c.v),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR)
FROM (SELECT ((((((((((coalesce(CAST(sum(CASE WHEN kind <> 2 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN kind <> 1 THEN total END) AS VARCHAR), '0')) || ',') || ((coalesce(CAST(sum(CASE WHEN kind = 0 THEN total END) AS VARCHAR), '0') || ',') || ((coalesce(CAST(sum(CASE WHEN kind = 1 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN kind = 2 THEN total END) AS VARCHAR), '0')))) || ',') || ((((coalesce(CAST(sum(CASE WHEN kind = 0 AND ((m0 & 7190235) <> 0) THEN total END) AS VARCHAR), '0') || ',') || ((coalesce(CAST(max(t.repeated) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN (m0 & 3) <> 0 THEN total END) AS VARCHAR), '0'))) || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 7) = 2 THEN total END) AS VARCHAR), '0') || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 7) = 3 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN (m0 & 7) = 4 THEN total END) AS VARCHAR), '0'))))) || ',') || ((((((coalesce(CAST(sum(CASE WHEN (m0 & 7) = 5 THEN total END) AS VARCHAR), '0') || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 24) <> 0 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN (m0 & 56) = 16 THEN total END) AS VARCHAR), '0'))) || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 56) = 24 THEN total END) AS VARCHAR), '0') || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 56) = 32 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN (m0 & 56) = 40 THEN total END) AS VARCHAR), '0')))) || ',') || ((((coalesce(CAST(sum(CASE WHEN (m0 & 192) <> 0 THEN total END) AS VARCHAR), '0') || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 448) = 128 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN (m0 & 448) = 192 THEN total END) AS VARCHAR), '0'))) || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 448) = 256 THEN total END) AS VARCHAR), '0') || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 448) = 320 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN (m0 & 1536) <> 0 THEN total END) AS VARCHAR), '0')))))) || ',') || ((((((((coalesce(CAST(sum(CASE WHEN (m0 & 3584) = 1024 THEN total END) AS VARCHAR), '0') || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 3584) = 1536 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN (m0 & 3584) = 2048 THEN total END) AS VARCHAR), '0'))) || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 3584) = 2560 THEN total END) AS VARCHAR), '0') || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 12288) <> 0 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN (m0 & 28672) = 8192 THEN total END) AS VARCHAR), '0')))) || ',') || ((((coalesce(CAST(sum(CASE WHEN (m0 & 28672) = 12288 THEN total END) AS VARCHAR), '0') || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 28672) = 16384 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN (m0 & 28672) = 20480 THEN total END) AS VARCHAR), '0'))) || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 98304) <> 0 THEN total END) AS VARCHAR), '0') || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 229376) = 65536 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN (m0 & 229376) = 98304 THEN total END) AS VARCHAR), '0'))))) || ',') || ((((((coalesce(CAST(sum(CASE WHEN (m0 & 229376) = 131072 THEN total END) AS VARCHAR), '0') || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 229376) = 163840 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN (m0 & 786432) <> 0 THEN total END) AS VARCHAR), '0'))) || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 1835008) = 524288 THEN total END) AS VARCHAR), '0') || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 1835008) = 786432 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN (m0 & 1835008) = 1048576 THEN total END) AS VARCHAR), '0')))) || ',') || ((((coalesce(CAST(sum(CASE WHEN (m0 & 1835008) = 1310720 THEN total END) AS VARCHAR), '0') || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 6291456) <> 0 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN (m0 & 14680064) = 4194304 THEN total END) AS VARCHAR), '0'))) || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 14680064) = 6291456 THEN total END) AS VARCHAR), '0') || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 14680064) = 8388608 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN (m0 & 14680064) = 10485760 THEN total END) AS VARCHAR), '0'))))))) AS v
  FROM (SELECT kind,
        m0,
        sum(n) AS total
    FROM dg__groups
    GROUP BY kind,
        m0) w,
      (SELECT count(*) AS repeated
    FROM (SELECT k0,
          k1
      FROM dg__groups
      WHERE kind <> 0
      GROUP BY k0,
          k1
      HAVING count(*) > 1) e) t) c
UNION ALL SELECT CASE s.kind WHEN 0 THEN 'changed:prod' ELSE 'removed:prod' END,
    CAST(s.ord AS VARCHAR),
    left(CAST(r.t0 AS VARCHAR), 1000),
    left(CAST(r.t1 AS VARCHAR), 1000),
    left(CAST(r.c0 AS VARCHAR), 1000),
    left(CAST(r.c1 AS VARCHAR), 1000),
    CASE WHEN r.c2 IS NOT NULL THEN '***' END,
    left(CAST(r.c3 AS VARCHAR), 1000),
    left(CAST(r.c4 AS VARCHAR), 1000),
    left(CAST(r.c5 AS VARCHAR), 1000),
    left(CAST(r.c6 AS VARCHAR), 1000),
    left(CAST(r.c7 AS VARCHAR), 1000)
FROM dg__picked s
JOIN (SELECT "orders"."id" AS k0,
      "orders"."id" AS t0,
      ("orders"."region" COLLATE "C") AS k1,
      "orders"."region" AS t1,
      "orders"."amount" AS c0,
      "orders"."ratio" AS c1,
      "orders"."note" AS c2,
      "orders"."shipped_on" AS c3,
      "orders"."created_at" AS c4,
      "orders"."seen_at" AS c5,
      "orders"."is_paid" AS c6,
      "orders"."payload" AS c7
  FROM "shop"."analytics"."orders"
  WHERE (amount > 0
) AND "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL) r ON s.k0 = r.k0 AND s.k1 = r.k1
WHERE s.kind <> 2
UNION ALL SELECT CASE s.kind WHEN 0 THEN 'changed:pr' ELSE 'added:pr' END,
    CAST(s.ord AS VARCHAR),
    left(CAST(r.t0 AS VARCHAR), 1000),
    left(CAST(r.t1 AS VARCHAR), 1000),
    left(CAST(r.c0 AS VARCHAR), 1000),
    left(CAST(r.c1 AS VARCHAR), 1000),
    CASE WHEN r.c2 IS NOT NULL THEN '***' END,
    left(CAST(r.c3 AS VARCHAR), 1000),
    left(CAST(r.c4 AS VARCHAR), 1000),
    left(CAST(r.c5 AS VARCHAR), 1000),
    left(CAST(r.c6 AS VARCHAR), 1000),
    left(CAST(r.c7 AS VARCHAR), 1000)
FROM dg__picked s
JOIN (SELECT "orders"."id" AS k0,
      "orders"."id" AS t0,
      ("orders"."region" COLLATE "C") AS k1,
      "orders"."region" AS t1,
      "orders"."amount" AS c0,
      "orders"."ratio" AS c1,
      "orders"."note" AS c2,
      "orders"."shipped_on" AS c3,
      "orders"."created_at" AS c4,
      "orders"."seen_at" AS c5,
      "orders"."is_paid" AS c6,
      "orders"."payload" AS c7
  FROM "shop"."pr_42"."orders"
  WHERE (amount > 0
) AND "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL) r ON s.k0 = r.k0 AND s.k1 = r.k1
WHERE s.kind <> 1
