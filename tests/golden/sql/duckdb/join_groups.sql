WITH dg__groups AS MATERIALIZED (SELECT k0,
      k1,
      CASE f0 WHEN -1 THEN 1 WHEN -2 THEN 2 ELSE 0 END AS kind,
      CASE WHEN f0 > 0 THEN f0 ELSE CAST(0 AS bigint) END AS m0,
      n
  FROM (SELECT k0,
        k1,
        max(f0) AS f0,
        count(*) AS n
    FROM (SELECT CASE WHEN f0 IS NOT NULL THEN k0 END AS k0,
          CASE WHEN f0 IS NOT NULL THEN k1 END AS k1,
          f0
      FROM (SELECT coalesce(a.k0, b.k0) AS k0,
            coalesce(a.k1, b.k1) AS k1,
            CASE WHEN b.k0 IS NULL THEN CAST(-1 AS bigint) WHEN a.k0 IS NULL THEN CAST(-2 AS bigint) ELSE CASE WHEN (a.v0 IS DISTINCT FROM b.v0) OR (a.v1 IS DISTINCT FROM b.v1) OR (a.p0 IS DISTINCT FROM b.p0) OR (a.q0 IS DISTINCT FROM b.q0) OR (a.p1 IS DISTINCT FROM b.p1) OR (a.q1 IS DISTINCT FROM b.q1) THEN CAST(CASE WHEN NOT (a.v0 IS DISTINCT FROM b.v0) THEN 0 WHEN (CASE WHEN TRY_CAST(ltrim(split_part(CAST(a.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(a.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT) IS NULL OR TRY_CAST(ltrim(split_part(CAST(b.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(b.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT) IS NULL THEN false WHEN starts_with(CAST(a.v0 AS VARCHAR), '-') = starts_with(CAST(b.v0 AS VARCHAR), '-') THEN greatest(TRY_CAST(ltrim(split_part(CAST(a.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(a.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT), TRY_CAST(ltrim(split_part(CAST(b.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(b.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT)) - least(TRY_CAST(ltrim(split_part(CAST(a.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(a.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT), TRY_CAST(ltrim(split_part(CAST(b.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(b.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT)) <= CAST('100' AS UHUGEINT) WHEN TRY_CAST(ltrim(split_part(CAST(a.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(a.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT) <= CAST('100' AS UHUGEINT) THEN TRY_CAST(ltrim(split_part(CAST(b.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(b.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT) <= CAST('100' AS UHUGEINT) - TRY_CAST(ltrim(split_part(CAST(a.v0 AS VARCHAR), '.', 1), '-') || rpad(split_part(CAST(a.v0 AS VARCHAR), '.', 2), 4, '0') AS UHUGEINT) ELSE false END) THEN 4 WHEN b.v0 IS NULL THEN 2 WHEN a.v0 IS NULL THEN 3 ELSE 1 END AS bigint) * 1 + CAST(CASE WHEN NOT (a.v1 IS DISTINCT FROM b.v1) THEN 0 WHEN (CASE WHEN isfinite(CAST(a.v1 AS DOUBLE)) AND isfinite(CAST(b.v1 AS DOUBLE)) AND greatest(abs(CAST(a.v1 AS DOUBLE)), abs(CAST(b.v1 AS DOUBLE))) > 0 THEN abs(CAST(a.v1 AS DOUBLE) * 0.5 - CAST(b.v1 AS DOUBLE) * 0.5) <= 0.5 * greatest(1e-06::DOUBLE * greatest(abs(CAST(a.v1 AS DOUBLE)), abs(CAST(b.v1 AS DOUBLE)))) ELSE false END) THEN 4 WHEN b.v1 IS NULL THEN 2 WHEN a.v1 IS NULL THEN 3 ELSE 1 END AS bigint) * 8 + CAST(CASE WHEN (a.p0 IS DISTINCT FROM b.p0) OR (a.q0 IS DISTINCT FROM b.q0) THEN 1 ELSE 0 END AS bigint) * 64 + CAST(CASE WHEN (a.p1 IS DISTINCT FROM b.p1) OR (a.q1 IS DISTINCT FROM b.q1) THEN 1 ELSE 0 END AS bigint) * 512 END END AS f0
        FROM (SELECT "orders"."id" AS k0,
              ("orders"."region" COLLATE "C") AS k1,
              CAST("orders"."amount" AS DECIMAL(14, 4)) AS v0,
              "orders"."ratio" AS v1,
              hash(hash(("orders"."note" COLLATE "C"), "orders"."shipped_on", "orders"."created_at")) AS p0,
              hash(hash(hash(xor(hash(("orders"."note" COLLATE "C")), 1::UBIGINT)), hash(xor(hash("orders"."shipped_on"), 1::UBIGINT)), hash(xor(hash("orders"."created_at"), 1::UBIGINT)))) AS q0,
              hash(hash("orders"."seen_at", "orders"."is_paid", (CASE WHEN "orders"."payload" IS NOT NULL THEN array_to_string([CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') = '' THEN '0' ELSE dg_q.x.s || ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length(rtrim((dg_q.x.i || dg_q.x.f), '0')) AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '"'):] END FOR dg_q IN [{'p': dg_p, 'x': regexp_extract(dg_p, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?"', ['s', 'i', 'f', 'e'])} FOR dg_p IN string_split(CAST(CAST(variant_normalize(CAST(CAST(CAST(CAST(regexp_replace(CAST("orders"."payload" AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)', '"\1#\2"', 'g') AS JSON) AS VARIANT) AS JSON) AS VARIANT)) AS JSON) AS VARCHAR), '"#')]], '"#') END))) AS p1,
              hash(hash(hash(xor(hash("orders"."seen_at"), 1::UBIGINT)), hash(xor(hash("orders"."is_paid"), 1::UBIGINT)), hash(xor(hash((CASE WHEN "orders"."payload" IS NOT NULL THEN array_to_string([CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') = '' THEN '0' ELSE dg_q.x.s || ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length(rtrim((dg_q.x.i || dg_q.x.f), '0')) AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '"'):] END FOR dg_q IN [{'p': dg_p, 'x': regexp_extract(dg_p, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?"', ['s', 'i', 'f', 'e'])} FOR dg_p IN string_split(CAST(CAST(variant_normalize(CAST(CAST(CAST(CAST(regexp_replace(CAST("orders"."payload" AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)', '"\1#\2"', 'g') AS JSON) AS VARIANT) AS JSON) AS VARIANT)) AS JSON) AS VARCHAR), '"#')]], '"#') END)), 1::UBIGINT)))) AS q1
          FROM "shop"."analytics"."orders"
          WHERE (amount > 0
) AND "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL) a
        FULL
        JOIN (SELECT "orders"."id" AS k0,
              ("orders"."region" COLLATE "C") AS k1,
              CAST("orders"."amount" AS DECIMAL(14, 4)) AS v0,
              "orders"."ratio" AS v1,
              hash(hash(("orders"."note" COLLATE "C"), "orders"."shipped_on", "orders"."created_at")) AS p0,
              hash(hash(hash(xor(hash(("orders"."note" COLLATE "C")), 1::UBIGINT)), hash(xor(hash("orders"."shipped_on"), 1::UBIGINT)), hash(xor(hash("orders"."created_at"), 1::UBIGINT)))) AS q0,
              hash(hash("orders"."seen_at", "orders"."is_paid", (CASE WHEN "orders"."payload" IS NOT NULL THEN array_to_string([CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') = '' THEN '0' ELSE dg_q.x.s || ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length(rtrim((dg_q.x.i || dg_q.x.f), '0')) AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '"'):] END FOR dg_q IN [{'p': dg_p, 'x': regexp_extract(dg_p, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?"', ['s', 'i', 'f', 'e'])} FOR dg_p IN string_split(CAST(CAST(variant_normalize(CAST(CAST(CAST(CAST(regexp_replace(CAST("orders"."payload" AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)', '"\1#\2"', 'g') AS JSON) AS VARIANT) AS JSON) AS VARIANT)) AS JSON) AS VARCHAR), '"#')]], '"#') END))) AS p1,
              hash(hash(hash(xor(hash("orders"."seen_at"), 1::UBIGINT)), hash(xor(hash("orders"."is_paid"), 1::UBIGINT)), hash(xor(hash((CASE WHEN "orders"."payload" IS NOT NULL THEN array_to_string([CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') = '' THEN '0' ELSE dg_q.x.s || ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length(rtrim((dg_q.x.i || dg_q.x.f), '0')) AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '"'):] END FOR dg_q IN [{'p': dg_p, 'x': regexp_extract(dg_p, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?"', ['s', 'i', 'f', 'e'])} FOR dg_p IN string_split(CAST(CAST(variant_normalize(CAST(CAST(CAST(CAST(regexp_replace(CAST("orders"."payload" AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)', '"\1#\2"', 'g') AS JSON) AS VARIANT) AS JSON) AS VARIANT)) AS JSON) AS VARCHAR), '"#')]], '"#') END)), 1::UBIGINT)))) AS q1
          FROM "shop"."pr_42"."orders"
          WHERE (amount > 0
) AND "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL) b ON a.k0 = b.k0 AND a.k1 = b.k1) j) d
    GROUP BY k0,
        k1) g)
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
FROM (SELECT ((((((((coalesce(CAST(sum(CASE WHEN kind <> 2 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN kind <> 1 THEN total END) AS VARCHAR), '0')) || ',') || ((coalesce(CAST(sum(CASE WHEN kind = 0 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN kind = 1 THEN total END) AS VARCHAR), '0'))) || ',') || ((((coalesce(CAST(sum(CASE WHEN kind = 2 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN kind = 0 AND ((m0 & 1755) <> 0) THEN total END) AS VARCHAR), '0')) || ',') || ((coalesce(CAST(sum(CASE WHEN kind <> 0 THEN repeated END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN (m0 & 3) <> 0 THEN total END) AS VARCHAR), '0')))) || ',') || ((((((coalesce(CAST(sum(CASE WHEN (m0 & 7) = 2 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN (m0 & 7) = 3 THEN total END) AS VARCHAR), '0')) || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 7) = 4 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN (m0 & 7) = 5 THEN total END) AS VARCHAR), '0'))) || ',') || ((((coalesce(CAST(sum(CASE WHEN (m0 & 24) <> 0 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN (m0 & 56) = 16 THEN total END) AS VARCHAR), '0')) || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 56) = 24 THEN total END) AS VARCHAR), '0') || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 56) = 32 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN (m0 & 56) = 40 THEN total END) AS VARCHAR), '0')))))) AS v
  FROM (SELECT kind,
        m0,
        sum(n) AS total,
        count(CASE WHEN n > 1 THEN 1 END) AS repeated
    FROM dg__groups
    GROUP BY kind,
        m0) w) c
